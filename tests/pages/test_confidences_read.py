"""Who read confidences: noted as an answer is made from them, shown to administrators, and gone after some time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from agreement.models import ConfidenceRead
from obligations.commands.retention import KEPT
from obligations.models import Statement
from parties.access import Tier
from parties.models import User
from tests import make

pytestmark = pytest.mark.django_db
SAID = "What nobody else is to know."


@pytest.fixture
def mediator() -> User:
    """And a claim in confidence, with a public one beside it."""
    reader, owed = make.mediator(), make.commitment(days=30)
    speaker = make.representative(owed.party)
    make.claim(owed, by=speaker, tier=Tier.IN_CONFIDENCE, confidant=owed.party, reason=SAID)
    make.claim(owed, by=speaker, tier=Tier.PUBLIC, reason="What all may know.")
    return reader


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


PAGE = "/obligations/accord/O-1/"


def test_a_page_with_a_confidence_notes_who_was_given_it_once_a_day(mediator: User) -> None:
    client = signed_in(mediator)
    for _ in range(2):
        assert SAID in client.get(PAGE).content.decode()
    (read,) = ConfidenceRead.objects.all()
    assert (read.user, read.confidant.code, read.agreement.code) == (mediator, "alpha", "accord")
    assert read.what.startswith("statement ")
    assert read.last_at > read.first_at


def test_so_does_an_answer_of_the_api(mediator: User) -> None:
    headers = {"Authorization": f"Token {make.token(mediator, scope='read')}"}
    assert SAID in Client().get("/api/v1/statements/", headers=headers).content.decode()
    assert ConfidenceRead.objects.get().user == mediator


def test_so_do_a_form_that_is_shown_again_and_a_page_that_says_what_is_wrong(mediator: User) -> None:
    client = signed_in(mediator)
    said = Statement.objects.get(reason=SAID)
    for method, address in (
        ("post", f"{PAGE}release/?statement={said.key}"),
        ("get", f"{PAGE}?as_of=nonsense"),
    ):
        ConfidenceRead.objects.all().delete()
        answer = getattr(client, method)(address)
        assert answer.status_code in (400, 422)
        assert SAID in answer.content.decode()
        assert ConfidenceRead.objects.get().what == f"statement {said.key}"


def test_whoever_is_given_none_of_it_is_not_noted(mediator: User) -> None:
    for user in (make.analyst(), make.representative(make.party("beta"))):
        assert SAID not in signed_in(user).get(PAGE).content.decode()
    assert not ConfidenceRead.objects.exists()


def test_administrators_see_that_it_was_read_and_never_what_it_says(mediator: User) -> None:
    signed_in(mediator).get(PAGE)
    page = signed_in(make.administrator()).get("/administration/confidences/").content.decode()
    assert mediator.email in page
    noted = ConfidenceRead.objects.get()
    assert [at.isoformat() in page for at in (noted.first_at, noted.last_at)] == [True, True]
    assert SAID not in page
    elsewhere = make.administrator("elsewhere@trial.invalid", make.agreement("other"))
    assert mediator.email not in signed_in(elsewhere).get("/administration/confidences/").content.decode()
    assert signed_in(mediator).get("/administration/confidences/").status_code in (302, 403, 404)


def test_it_goes_after_some_time(mediator: User) -> None:
    signed_in(mediator).get(PAGE)
    (kept,) = [one for one in KEPT if one.name == "reads"]
    assert kept.rows is not None
    assert kept.days is not None
    assert not kept.rows(timezone.now() - timedelta(days=kept.days)).exists()
    assert kept.rows(timezone.now() + timedelta(seconds=1)).exists()
