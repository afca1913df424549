"""Keys in place of numbers: rows that were there before have one, and what was only tried leaves no trace in them."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from agreement.models import SignOff
from agreement.viewers import viewer_for
from obligations.bulk.run import preview
from obligations.bulk.sheet import Row
from obligations.commands.frozen import freeze, thaw
from obligations.commands.periods import make_periods
from obligations.commands.proposals import Command, carry_out
from obligations.models import Commitment, Period
from parties.access import Tier, Viewer
from parties.keys import ALPHABET
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

DAY = date(2024, 1, 10)


def waiver(actor: Viewer, owed: Commitment) -> Any:
    return carry_out(Command.WAIVE, actor=actor, now=NOW, commitments=[owed], reason="Agreed.")


def finding(actor: Viewer, owed: Commitment) -> Any:
    said: dict[str, Any] = {"effective_on": DAY, "reason": "Done.", "level": 3, "tier": Tier.MEDIATORS}
    return carry_out(Command.RECORD_FINDING, actor=actor, now=NOW, commitment=owed, **said)


def gate(actor: Viewer, owed: Commitment) -> Any:
    one = owed.obligation.gates.get()
    return carry_out(Command.OPEN_GATE, actor=actor, now=NOW, gate=one, opened_on=DAY, reason="They met.")


def publication(actor: Viewer, owed: Commitment) -> Any:
    hidden = make.finding(owed, 1, tier=Tier.MEDIATORS)
    said: dict[str, Any] = {"tier": Tier.PUBLIC, "reason": "Time to say it."}
    return carry_out(Command.RELEASE, actor=actor, now=NOW, subject=hidden, **said)


def sheet(actor: Viewer, owed: Commitment) -> Any:
    row = {"obligation": owed.obligation.code, "level": "2", "effective_on": "2024-01-10", "reason": "Begun."}
    result = preview(owed.agreement, [Row(1, row | {"tier": "parties"})], actor, NOW)
    assert not result.wrong
    return result


@pytest.mark.parametrize("act", [waiver, finding, gate, publication, sheet])
def test_what_was_only_tried_leaves_nothing_that_anybody_else_could_count(
    act: Any, settings: Any, client: Client
) -> None:
    settings.PUBLIC_READING = True
    make.agreement(sign_off=sorted(SignOff.values))
    actor = viewer_for(make.mediator("first@trial.invalid"))
    owed = make.commitment("O-1", days=30)
    make.commitment(
        "M-1", kind="recurring", rule="recurring", terms={"rrule": "FREQ=MONTHLY", "first": "2025-12-31"}
    )
    make_periods(owed.agreement_id, NOW)
    owed.obligation.gates.create(place=1, condition="Both have met.")
    seen = answers(client)
    act(actor, owed)
    assert answers(client) == seen
    # What comes next is named as if nothing had been tried: by what the row itself is, or by a random key.
    make.reading(make.commitment("O-2", days=30), "suspend", effective_on=DAY)
    (row,) = client.get("/api/v1/readings/").json()["results"]
    assert re.fullmatch(f"[{ALPHABET}]{{12}}", row["id"])


def answers(client: Client) -> list[bytes]:
    lists = ("readings", "periods", "statements", "evidence", "requests", "breaches", "obligations", "events")
    return [client.get(f"/api/v1/{name}/", {"limit": 2}).content for name in lists] + [
        client.get("/obligations/accord/O-1/").content.split(b"<main")[1].split(b"csrfmiddlewaretoken")[0]
    ]


def test_a_proposal_names_rows_by_what_tells_nothing() -> None:
    owed = make.commitment(
        kind="recurring", rule="recurring", terms={"rrule": "FREQ=MONTHLY", "first": "2025-12-31"}
    )
    make_periods(owed.agreement_id, NOW)
    period, event, claim = Period.objects.first(), make.event("E-1"), make.finding(owed, 1)
    assert period is not None
    frozen = freeze({"period": period, "event": event, "cites": claim})
    assert {name: sorted(set(row) - {"row", "name"}) for name, row in frozen.items()} == {
        "period": ["key"],
        "event": ["agreement", "code"],
        "cites": ["key"],
    }
    assert thaw(frozen) == {"period": period, "event": event, "cites": claim}


def test_what_was_proposed_before_rows_had_keys_is_still_understood() -> None:
    owed = make.commitment()
    claim = make.finding(owed, 1)
    assert thaw({"row": "obligations.statement", "id": claim.pk, "name": "It"}) == claim
