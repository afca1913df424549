"""What one's own pages, the calendar, and the API's changes, figures and account ask of the database: the same for few
rows and for many.
"""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agreement.models import Mandate
from agreement.viewers import viewer_for
from obligations.commands.care import assign, follow
from obligations.models import Webhook
from parties.access import Role
from parties.models import User
from tests import make
from tests.make import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
ADDRESSES = (
    "/account/webhooks/",
    "/account/webhooks/{key}/",
    "/account/following/",
    "/account/mail/",
    "/calendar.ics",
    "/api/v1/changes/",
    "/api/v1/figures/",
    "/api/v1/me/",
    "/api/v1/webhooks/",
    "/api/v1/webhooks/{key}/deliveries/",
)


def add(user: User, first: int, number: int) -> None:
    """So many agreements with the account's mandate, and of each what the pages show a row of."""
    for one in range(first, first + number):
        of = make.agreement(f"accord-{one}")
        Mandate.objects.create(user=user, agreement=of, role=Role.MEDIATOR)
        actor = viewer_for(user)
        owed = make.commitment(f"O-{one}", make.party(f"party-{one}", of), of, days=4_000 + one)
        make.finding(owed, 1, actor=actor)
        assign(obligation=owed.obligation, owner=user, actor=actor, now=NOW)
        for subject in ({"obligation": owed.obligation}, {"agreement": of}):
            follow(follows=True, actor=actor, now=NOW, **subject)
        Webhook.objects.create(
            user=user, agreement=of, url="https://example.org/", position=0, part=0, made_at=NOW
        )
        hook = Webhook.objects.filter(user=user).order_by("pk")[0]
        hook.deliveries.create(change=uuid.UUID(int=one), kind="statement", made_at=NOW, next_at=NOW)


def asked(client: Client, key: str) -> dict[str, list[str]]:
    """The queries that each address takes."""
    found = {}
    for address in ADDRESSES:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address.format(key=key)).status_code == 200, address
        found[address] = [query["sql"][:200] for query in queries]
    return found


def test_many_rows_take_no_more_queries_than_few() -> None:
    user, client = make.analyst(), Client()
    add(user, 1, 1)
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    key = Webhook.objects.get().key
    asked(client, key)  # what is found once for all is found
    add(user, 2, 1)
    few = asked(client, key)
    add(user, 3, 3)
    many = asked(client, key)
    # A statement that the connection keeps may be told it once more.
    more = [(few[at], many[at]) for at in ADDRESSES if len(many[at]) > len(few[at]) + 1]
    assert not more, more
    assert max(map(len, few.values())) < 15
