"""A mediator sets a translation beside a statement: seen by who sees the statement, and never in place of it."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction
from django.test import Client

from agreement.models import LedgerEntry
from agreement.viewers import viewer_for
from obligations.commands import Refused
from obligations.commands.replies import translate_statement
from obligations.models import Statement, StatementTranslation
from parties.access import Role
from parties.models import User
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
WORDS: dict[str, Any] = {"of_language": "en", "language": "sq", "text": "Raporti u publikua."}


@pytest.fixture
def said() -> Statement:
    owed = make.commitment()
    party = make.user("party@trial.invalid", Role.REPRESENTATIVE, owed.agreement, party=owed.party)
    return make.claim(owed, party, reason="The report is out.", tier="parties")


def page_of(said: Statement, user: User | None = None, act: str = "") -> str:
    owed = said.commitment.obligation
    return f"/obligations/{said.agreement.code}/{owed.code}/{act}"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_it_stands_beside_the_statement_for_whoever_sees_that(said: Statement) -> None:
    mediator = make.mediator(of=said.agreement)
    made = translate_statement(statement=said, actor=viewer_for(mediator), now=NOW, **WORDS)
    assert (made.recorded_by, made.recorded_at) == (mediator, NOW)
    entry = LedgerEntry.objects.get(command="translate_statement")
    assert f"{StatementTranslation._meta.label_lower}" in entry.content
    shown = signed_in(mediator).get(page_of(said)).content.decode()
    assert '<p class="small pre" lang="en">' in shown
    assert "The report is out." in shown
    assert '<p class="small pre" lang="sq">' in shown
    assert "Raporti u publikua." in shown
    analyst = make.user("analyst@trial.invalid", Role.ANALYST, said.agreement)
    assert "Raporti u publikua." not in signed_in(analyst).get(page_of(said)).content.decode()


def test_the_newest_of_a_language_is_shown_and_nothing_is_overwritten(said: Statement) -> None:
    mediator = make.mediator(of=said.agreement)
    for text in ("Raporti doli.", "Raporti u publikua."):
        given = {**WORDS, "text": text}
        translate_statement(statement=said, actor=viewer_for(mediator), now=NOW, **given)
    shown = signed_in(mediator).get(page_of(said)).content.decode()
    assert "Raporti doli." not in shown
    assert "Raporti u publikua." in shown
    assert StatementTranslation.objects.count() == 2
    with pytest.raises(InternalError), transaction.atomic():
        StatementTranslation.objects.update(text="Other.")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"language": "en"}, "language"),
        ({"language": "xx"}, "language"),
        ({"of_language": ""}, "of_language"),
        ({"text": "  "}, "text"),
    ],
)
def test_what_says_nothing_is_refused(said: Statement, changed: dict[str, str], field: str) -> None:
    actor = viewer_for(make.mediator(of=said.agreement))
    with pytest.raises(Refused) as refused:
        translate_statement(statement=said, actor=actor, now=NOW, **WORDS | changed)
    assert set(refused.value.errors) == {field}


def test_a_party_does_not_translate(said: Statement) -> None:
    party = User.objects.get(email="party@trial.invalid")
    with pytest.raises(PermissionDenied):
        translate_statement(statement=said, actor=viewer_for(party), now=NOW, **WORDS)


def test_a_page_and_the_api_take_it(said: Statement) -> None:
    mediator = make.mediator(of=said.agreement)
    client = signed_in(mediator)
    address = f"{page_of(said, act='translate/')}?statement={said.key}"
    assert "The report is out." in client.get(address).content.decode()
    assert client.post(address, WORDS).status_code == 302
    program = Client(headers={"authorization": f"Token {make.token(mediator)}"})
    api, given = f"/api/v1/statements/{said.key}/translations/", WORDS | {"text": "Raporti doli."}
    made = program.post(api, given, content_type="application/json")
    assert (made.status_code, made.json()["text"]) == (201, "Raporti doli.")
    assert StatementTranslation.objects.filter(statement=said).count() == 2
