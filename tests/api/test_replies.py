"""What programs say about a statement: answers, withdrawals, releases, findings that cite."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from obligations.models import Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.make import NOW

pytestmark = pytest.mark.django_db
Of = Callable[[User], Program]


def test_a_withdrawal_is_a_row_of_its_own_and_marks_the_one_that_it_takes_back(
    program: Of, anybody: Program
) -> None:
    found = make.finding(make.commitment(days=30), 3)
    row = program(make.mediator()).write(f"statements/{found.key}/withdrawals/", {"reason": "A mistake."})
    assert (row["kind"], row["refers_to"], row["by"]) == ("withdrawal", found.key, None)
    assert anybody.read(f"statements/{found.key}/")["withdrawn_at"] is not None
    assert anybody.read(f"statements/{found.key}/", known_at="2026-03-01", status=404)
    assert anybody.read(f"commitments/{found.commitment_id}/")["timeliness"] == "overdue"


def test_an_answer_is_recorded_by_either_side(program: Of) -> None:
    owed, alpha = make.commitment(), make.representative()
    found = make.finding(owed, 1)
    row = program(alpha).write(f"statements/{found.key}/answers/", {"reason": "We saw it.", "tier": "public"})
    assert (row["kind"], row["by"]["code"], row["level"]) == ("answer", "alpha", None)
    problem = program(make.mediator()).write(
        f"statements/{row['id']}/answers/", {"reason": "No.", "tier": "public"}, 400
    )
    assert list(problem["errors"]) == ["statement"]


def test_a_release_tells_the_row_as_it_is_seen_from_then_on(program: Of, anybody: Program) -> None:
    found = make.finding(make.commitment(), 1, tier=Tier.MEDIATORS)
    mediator = program(make.mediator())
    later = (NOW + timedelta(days=1)).isoformat()
    body = {"tier": "public", "reason": "Agreed.", "publish_at": later}
    row = mediator.write(f"statements/{found.key}/releases/", body, 200)
    assert (row["tier"], row["public_from"] is not None) == ("mediators", True)
    anybody.read(f"statements/{found.key}/", 404)
    row = mediator.write(f"statements/{found.key}/releases/", {"tier": "public", "reason": "Agreed."}, 200)
    assert row["tier"] == "public"
    assert anybody.read(f"statements/{found.key}/")["tier"] == "public"


def test_an_event_is_released_by_a_mediator_alone(program: Of, anybody: Program) -> None:
    make.commitment()
    event = make.event("E-1", tier=Tier.MEDIATORS)
    address, body = "events/accord/E-1/releases/", {"tier": "public", "reason": "Agreed."}
    program(make.representative()).write(address, body, 404)
    program(make.mediator()).write(address, body, 200)
    assert anybody.read(f"events/accord/{event.code}/")["tier"] == "public"
    program(make.representative(make.party("beta"))).write(address, {**body, "tier": "parties"}, 403)


@pytest.mark.parametrize("act", ["answers", "withdrawals", "releases"])
def test_a_hidden_statement_answers_as_one_that_never_was(act: str, program: Of) -> None:
    hidden = make.finding(make.commitment(), 1, tier=Tier.MEDIATORS)
    alpha, body = program(make.representative()), {"reason": "x", "tier": "public"}
    nothing = alpha.write(f"statements/{hidden.key}/{act}/", body, 404)
    never = alpha.write(f"statements/abcdefghjkmn/{act}/", body, 404)
    assert nothing | {"instance": ""} == never | {"instance": ""}


def test_a_finding_on_a_contested_claim_wants_the_claim_that_it_judges(program: Of) -> None:
    owed, alpha = make.commitment(), make.representative()
    claim = make.claim(owed, alpha, now=NOW - timedelta(hours=2))
    make.contest(claim, make.representative(make.party("beta")), now=NOW - timedelta(hours=1))
    mediator = program(make.mediator())
    body = {"level": 2, "effective_on": "2024-01-10", "reason": "Seen.", "tier": "public"}
    problem = mediator.write(f"commitments/{owed.pk}/findings/", body, 400)
    assert list(problem["errors"]) == ["cites"]
    row = mediator.write(f"commitments/{owed.pk}/findings/", body | {"cites": claim.key})
    assert row["refers_to"] == claim.key
    strange: dict[str, Any] = body | {"cites": "nothing"}
    assert list(mediator.write(f"commitments/{owed.pk}/findings/", strange, 400)["errors"]) == ["cites"]


def test_a_public_finding_does_not_tell_which_hidden_claim_it_judges(program: Of, anybody: Program) -> None:
    owed = make.commitment()
    claim = make.claim(owed, make.representative(), tier=Tier.IN_CONFIDENCE, confidant=owed.party)
    found = make.finding(owed, 1, cites=claim)
    assert anybody.read(f"statements/{found.key}/")["refers_to"] is None
    assert program(make.mediator()).read(f"statements/{found.key}/")["refers_to"] == claim.key
    assert Statement.objects.count() == 2
