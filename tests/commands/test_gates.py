"""Gates: opened by a person, beside what the record shows of their condition."""

from datetime import date
from typing import Any

import pytest

from agreement.models import LedgerEntry
from agreement.viewers import viewer_for
from obligations.commands import Refused
from obligations.commands.gates import close_gate, is_met, open_gate
from obligations.models import Gate, GateOpening
from parties.access import Tier, Viewer
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
DAY = date(2024, 2, 1)


@pytest.fixture
def mediator() -> Viewer:
    return viewer_for(make.mediator())


def gate_after(**condition: Any) -> Gate:
    made: Gate = make.obligation("PAID").gates.create(place=1, **condition)
    return made


def opened(gate: Gate, actor: Viewer, **more: Any) -> GateOpening:
    said: dict[str, Any] = {"opened_on": DAY, "reason": "Both said so.", "now": NOW}
    return open_gate(gate=gate, actor=actor, **(said | more))


def test_a_gate_is_opened_once_and_taken_back_with_both_on_record(mediator: Viewer) -> None:
    gate = gate_after(condition="Both have met.")
    assert is_met(gate, DAY) is None
    opening = opened(gate, mediator)
    assert (opening.condition, opening.despite) == ("Both have met.", False)
    with pytest.raises(Refused, match="open already"):
        opened(gate, mediator, reason="Both say so now.")
    close_gate(opening=opening, actor=mediator, now=NOW, reason="They had not met.")
    with pytest.raises(Refused, match="taken back already"):
        close_gate(opening=opening, actor=mediator, now=NOW, reason="Again.")
    assert opened(gate, mediator).pk != opening.pk
    commands = [entry.command for entry in LedgerEntry.objects.order_by("pk")]
    assert commands == ["open_gate", "close_gate", "open_gate"]


def test_against_an_unmet_condition_it_is_opened_only_where_that_is_said(mediator: Viewer) -> None:
    gate = gate_after(after_trigger=make.trigger("T-1", None))
    with pytest.raises(Refused, match=r"^despite:"):
        opened(gate, mediator)
    assert opened(gate, mediator, despite=True).despite


def test_each_commitment_has_to_be_complete_by_public_findings_of_that_day(mediator: Viewer) -> None:
    """A hidden finding would show by the opening."""
    alpha, beta = make.commitment("FIRST"), make.commitment("FIRST", make.party("beta"))
    gate = gate_after(after_obligation=alpha.obligation)
    make.finding(alpha, 3, date(2024, 1, 1))
    make.finding(beta, 3, date(2024, 1, 1), tier=Tier.MEDIATORS)
    assert is_met(gate, DAY) is False
    make.finding(beta, 3, date(2024, 1, 20))
    assert is_met(gate, DAY) is True
    assert is_met(gate, date(2024, 1, 19)) is False
    make.finding(beta, 2, date(2024, 1, 30))
    assert is_met(gate, DAY) is False
    make.reading(beta, "waive", effective_on=date(2024, 1, 31))
    assert opened(gate, mediator).despite is False


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"opened_on": date(2030, 1, 1)}, "opened_on"),
        ({"source": "x" * 501}, "source"),
    ],
)
def test_what_cannot_be_is_refused(said: dict[str, Any], field: str, mediator: Viewer) -> None:
    with pytest.raises(Refused, match=f"^{field}:"):
        opened(gate_after(condition="Both have met."), mediator, **said)
    assert not GateOpening.objects.exists()
