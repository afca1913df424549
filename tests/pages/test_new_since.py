"""What is new in the thread of an obligation since one's last visit, by the place in the ledger."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from agreement.viewers import viewer_for
from obligations.commands import release
from obligations.commands.desk import visit
from obligations.models import Commitment, Visit
from parties.access import Tier
from parties.models import User
from tests import make
from tests.make import NOW
from tests.pages.desk_data import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/obligations/accord/OWED/"
LATER = NOW + timedelta(hours=1)


def commit() -> None:
    """Give the entries of the ledger their places, as the end of a transaction does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def owed() -> Commitment:
    owed = make.commitment("OWED")
    make.finding(owed, 1, date(2024, 1, 1))
    return owed


def new(client: Client, at: datetime, **query: str) -> list[str]:
    """The kinds of entries that the page marks, at an instant."""
    commit()
    with time_machine.travel(at, tick=False):
        page = client.get(PAGE, query).content.decode()
    entries = page.partition('<ol class="thread">')[2].partition("</ol>")[0].split("<li>")[1:]
    marked = [one for one in entries if 'class="tag new"' in one]
    assert (f"{len(marked)} entr" in page) == bool(marked)
    return [kind for one in marked for kind in re.findall(r"<b>(\w+)</b>", one)[:1]]


def representative(owed: Commitment) -> User:
    return make.representative(owed.party)


def test_what_others_said_since_the_last_visit_is_new_and_what_was_there_is_not(owed: Commitment) -> None:
    client = signed_in(representative(owed))
    assert new(client, NOW) == []
    make.finding(owed, 2, date(2024, 2, 1), now=NOW + timedelta(minutes=2))
    assert new(client, NOW + timedelta(minutes=3)) == ["Finding"]
    assert new(client, NOW + timedelta(minutes=4), order="recorded") == ["Finding"]
    assert new(client, LATER) == []


def test_what_one_said_oneself_is_not_new(owed: Commitment) -> None:
    speaker = representative(owed)
    mediator = signed_in(make.mediator())
    client = signed_in(speaker)
    assert new(client, NOW) == new(mediator, NOW) == []
    make.claim(owed, speaker, level=1, now=NOW + timedelta(minutes=2))
    assert new(client, LATER) == []
    assert new(mediator, LATER) == ["Claim"]


def test_who_is_not_signed_in_or_has_no_mandate_finds_no_mark_and_leaves_no_visit(owed: Commitment) -> None:
    stranger = signed_in(make.mediator("elsewhere@trial.invalid", of=make.agreement("other")))
    for client in (Client(), stranger):
        assert new(client, NOW) == []
        make.finding(owed, 2, date(2024, 2, 1), now=NOW + timedelta(minutes=2))
        assert new(client, LATER) == []
    assert not Visit.objects.exists()


def test_a_page_of_another_day_has_no_mark_and_is_no_visit(owed: Commitment) -> None:
    client = signed_in(representative(owed))
    assert new(client, NOW, as_of="2024-03-01") == []
    assert not Visit.objects.exists()


def test_a_hidden_finding_is_new_when_it_is_released_and_marks_nothing_before(owed: Commitment) -> None:
    client = signed_in(representative(owed))
    assert new(client, NOW) == []
    hidden = make.finding(owed, 2, date(2024, 2, 1), now=NOW + timedelta(minutes=2), tier=Tier.MEDIATORS)
    assert new(client, LATER) == []
    mediator = make.mediator("releases@trial.invalid")
    release(
        subject=hidden,
        actor=viewer_for(mediator),
        now=LATER + timedelta(minutes=2),
        tier=Tier.PARTIES,
        reason="Shared.",
    )
    assert new(client, LATER + timedelta(hours=1)) == ["Finding"]


def test_what_is_new_on_the_desk_is_new_on_a_page_that_was_never_opened(owed: Commitment) -> None:
    mediator = make.mediator()
    commit()
    visit(actor=viewer_for(mediator), now=NOW)
    make.claim(owed, representative(owed), level=1, now=NOW + timedelta(minutes=2))
    assert new(signed_in(mediator), LATER) == ["Claim"]
    visit(actor=viewer_for(mediator), now=LATER, all_seen=True)
    assert new(signed_in(mediator), LATER + timedelta(minutes=1)) == []
