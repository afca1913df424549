"""The language that something was said in: on record with every kind of it, as its author said, and never changed."""

from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import InternalError, transaction

from agreement.packs.statements import read_statements
from agreement.viewers import viewer_for
from obligations.bulk.run import record
from obligations.bulk.sheet import Row
from obligations.commands import Refused, record_answer, record_finding, withdraw_statement
from obligations.commands.proposals import Command, carry_out, sign
from obligations.models import PartyRequest, Proposal, Statement
from obligations.packs.statements import load_statements
from obligations.words.proposals import lines_of
from parties.models import User
from tests import make
from tests.ledger.data import a_ledger, faults
from tests.make import NOW
from tests.packs.small import SMALL, STATEMENTS, changed, load, write

pytestmark = pytest.mark.django_db


def party() -> User:
    return User.objects.filter(email="alpha@trial.invalid").first() or make.representative(
        make.party("alpha")
    )


def of_another(**fields: Any) -> Statement:
    owed = make.commitment("O-2", by=make.party("beta"))
    return make.claim(owed, make.representative(owed.party), **fields)


def answer(**fields: Any) -> Statement:
    said = {"now": NOW, "reason": "It is out.", **make.OPENLY, **fields}
    return record_answer(statement=of_another(), actor=viewer_for(party()), **said)


def withdrawal(**fields: Any) -> Statement:
    claim = make.claim(make.commitment(), party(), language="en")
    made = withdraw_statement(statement=claim, actor=viewer_for(party()), now=NOW, reason="No.", **fields)
    claim.refresh_from_db()
    assert claim.language == "en"
    return made


KINDS: dict[str, Callable[..., Statement | PartyRequest]] = {
    "claim": lambda **of: make.claim(make.commitment(), party(), **of),
    "finding": lambda **of: make.finding(make.commitment(), 1, **of),
    "observation": lambda **of: make.observation(make.commitment(), **of),
    "contest": lambda **of: make.contest(of_another(), party(), **of),
    "answer": answer,
    "withdrawal": withdrawal,
    "request": lambda **of: make.request(make.commitment(), **of),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["", "sq", "sr", "sr-latn"])
def test_each_kind_has_the_language_that_its_author_said(kind: str, language: str) -> None:
    made = KINDS[kind](**({"language": language} if language else {}))
    made.refresh_from_db()
    assert made.language == language
    with pytest.raises(InternalError), transaction.atomic():
        type(made).objects.filter(pk=made.pk).update(language="en")


@pytest.mark.parametrize("kind", KINDS)
def test_a_language_that_is_none_is_refused(kind: str) -> None:
    with pytest.raises(Refused) as refused:
        KINDS[kind](language="xx")
    assert refused.value.errors == {"language": "Choose a language of the list."}


def test_a_proposal_says_the_language_and_carries_it_out() -> None:
    agreement = make.agreement(sign_off=["complete_findings"])
    owed, first = make.commitment(of=agreement), make.mediator("first@trial.invalid", agreement)
    said: dict[str, Any] = {"level": 3, "effective_on": date(2024, 1, 10), "reason": "Po.", "language": "sq"}
    acting: dict[str, Any] = {"actor": viewer_for(first), "now": NOW}
    made = carry_out(Command.RECORD_FINDING, commitment=owed, **acting, **make.OPENLY, **said)
    assert isinstance(made, Proposal)
    assert ("Language of the text", "Albanian") in [(str(name), value) for name, value in lines_of(made)]
    second = viewer_for(make.mediator("second@trial.invalid", agreement))
    sign(proposal=made, actor=second, now=NOW, verdict="approve", reason="Yes.", digest=made.digest)
    assert Statement.objects.get().language == "sq"


def test_a_row_of_a_sheet_can_name_it() -> None:
    owed = make.commitment()
    cells = {
        "obligation": "O-1",
        "level": "3",
        "effective_on": "2024-01-10",
        "reason": "U krye.",
        "tier": "public",
    }
    rows = [
        Row(2, cells | {"language": "SR_Cyrl "}),
        Row(3, cells | {"effective_on": "2024-01-11"}),
        Row(4, cells | {"language": "shqip"}),
    ]
    acting: dict[str, Any] = {
        "agreement": owed.agreement,
        "actor": make.a_mediator(),
        "now": NOW,
        "shown": None,
    }
    wrong = record(rows=rows, **acting).wrong
    assert [(one.number, one.errors) for one in wrong] == [
        (4, {"language": "Choose a language of the list."})
    ]
    record(rows=rows[:2], **acting)
    assert list(Statement.objects.order_by("effective_on").values_list("language", flat=True)) == ["sr", ""]


def test_statements_of_a_trial_have_that_of_their_file_or_their_own(tmp_path: Path, settings: Any) -> None:
    settings.TRIAL = True
    agreement = a_ledger(tmp_path)
    text = changed('notice: "For a trial."', 'notice: "For a trial."\nlanguage: en', STATEMENTS)
    text = changed('reason: "Half of them."', 'reason: "Gjysma."\n    language: sq', text)
    text = text[: text.index("  - key: S3")]
    given = read_statements(write(tmp_path, text, "statements.yaml"), load(tmp_path, SMALL))
    load_statements(agreement=agreement, given=given, now=NOW)
    said = dict(Statement.objects.exclude(import_key="").values_list("import_key", "language"))
    assert said == {"S1": "en", "S2": "sq"}
    old = read_statements(
        write(tmp_path, STATEMENTS[: STATEMENTS.index("  - key: S3")], "old.yaml"), load(tmp_path)
    )
    assert {one.language for one in old.statements} == {None}


@pytest.mark.django_db(transaction=True)
def test_what_was_entered_before_languages_is_as_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The previous release names its own columns, also while this one runs beside it."""
    with monkeypatch.context() as before:
        canonical = import_module("agreement.ledger.canonical")
        every = canonical.columns_of
        of_old = lambda model: tuple(name for name in every(model) if name != "language")  # noqa: E731
        before.setattr("agreement.ledger.columns_of", of_old)
        before.setattr(canonical, "columns_of", of_old)
        agreement = a_ledger(tmp_path)
    assert faults(agreement) == []
    owed = agreement.obligations.get(code="RA-1").commitments.get(party__code="north")
    said: dict[str, Any] = {
        "effective_on": date(2024, 1, 11),
        "reason": "Пола.",
        "level": 2,
        "language": "sr",
    }
    mediator = viewer_for(User.objects.get(email="mediator@trial.invalid"))
    claim = Statement.objects.newest_first().filter(kind="claim").first()
    record_finding(commitment=owed, actor=mediator, now=NOW, cites=claim, **said, **make.OPENLY)
    assert faults(agreement) == []
