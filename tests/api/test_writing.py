"""Who may record what, and what comes of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from obligations.flagging import sweep
from obligations.models import Breach, Commitment, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.make import NOW

pytestmark = pytest.mark.django_db

MADE = {"effective_on": "2024-01-10", "level": 3, "reason": "The conference was held.", "tier": "public"}


def test_a_mediators_finding_closes_the_breach_and_moves_the_counts(
    program: Callable[[User], Program],
) -> None:
    owed = make.commitment("AX-7.1", by=make.party("eu"), days=150)
    sweep(NOW)
    mediator = program(make.mediator())
    body = {**MADE, "source": "https://example.org/conference"}
    row = mediator.write(f"commitments/{owed.pk}/findings/", body)
    assert (row["kind"], row["by"], row["level"], row["source"]) == ("finding", None, 3, body["source"])
    assert row == mediator.read(f"statements/{row['id']}/")
    breach = Breach.objects.get()
    assert (breach.outcome, breach.days_late) == ("met_late", 148)
    assert mediator.read("commitments/", timeliness="overdue")["count"] == 0
    assert mediator.read("commitments/", timeliness="met_late")["count"] == 1


def test_an_answer_to_a_new_statement_leads_to_it(program: Callable[[User], Program]) -> None:
    path = f"/api/v1/commitments/{make.commitment().pk}/findings/"
    answer = program(make.mediator()).post(path, MADE, content_type="application/json")
    assert answer["Location"] == f"http://testserver/api/v1/statements/{answer.json()['id']}/"


def test_a_finding_may_rest_on_an_event_and_be_in_confidence(program: Callable[[User], Program]) -> None:
    owed = make.commitment(kind="standing")
    make.event("E-1", tier=Tier.MEDIATORS)
    body = {"effective_on": "2024-01-10", "conduct": "kept", "reason": "Seen.", "event": "E-1"}
    body |= {"tier": "in_confidence", "confidant": "alpha", "wider": "true"}
    row = program(make.mediator()).write(f"commitments/{owed.pk}/findings/", body)
    assert (row["conduct"], row["event"], row["tier"], row["confidant"]) == (
        "kept",
        "E-1",
        "in_confidence",
        "alpha",
    )


@pytest.mark.parametrize("who", ["analyst", "administrator", "representative", "mediator elsewhere"])
def test_a_finding_of_anybody_but_the_agreements_mediator_is_forbidden(
    who: str, program: Callable[[User], Program]
) -> None:
    owed = make.commitment()
    users: dict[str, Callable[[], User]] = {
        "analyst": lambda: make.analyst(cleared=True),
        "administrator": make.administrator,
        "representative": make.representative,
        "mediator elsewhere": lambda: make.mediator(of=make.agreement("other")),
    }
    asking = program(users[who]())
    problem = asking.write(f"commitments/{owed.pk}/findings/", MADE, 403)
    assert problem["detail"] == "This needs the role mediator in this agreement."
    assert asking.write(f"commitments/{owed.pk}/findings/", {"nonsense": 1}, 403) == problem
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "commitments/{}/findings/",
        "commitments/{}/claims/",
        "statements/1/contests/",
        "triggers/accord/T/dates/",
    ],
)
def test_writing_needs_an_account(path: str, anybody: Program) -> None:
    path = path.format(make.commitment().pk)
    assert anybody.write(path, MADE, 401)["title"] == "Unauthorized"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"level": None, "conduct": None}, "level"),
        ({"level": 4}, "level"),
        ({"not_assessable": True}, "level"),
        ({"effective_on": "2099-01-01"}, "effective_on"),
        ({"effective_on": "10 January"}, "effective_on"),
        ({"effective_on": None}, "effective_on"),
        ({"reason": " "}, "reason"),
        ({"reason": "a\u0000b"}, "reason"),
        ({"source": "x" * 501}, "source"),
        ({"tier": "secret"}, "tier"),
        ({"tier": "in_confidence"}, "confidant"),
        ({"confidant": "nobody", "tier": "in_confidence"}, "confidant"),
        ({"event": "E-404"}, "event"),
        ({"import_key": "x"}, "import_key"),
        ({"by": "alpha"}, "by"),
        ({"recorded_at": "2020-01-01T00:00:00Z"}, "recorded_at"),
    ],
)
def test_a_finding_that_cannot_be_names_its_field_and_writes_nothing(
    change: dict[str, Any], field: str, program: Callable[[User], Program]
) -> None:
    owed = make.commitment()
    problem = program(make.mediator()).write(f"commitments/{owed.pk}/findings/", MADE | change, 400)
    assert problem["type"] == "urn:normalization-tracker:problem:invalid-input"
    assert field in problem["errors"]
    assert not Statement.objects.exists()


def test_a_level_on_a_duty_over_time_is_refused_by_the_command(program: Callable[[User], Program]) -> None:
    owed = make.commitment(kind="standing")
    assert list(program(make.mediator()).write(f"commitments/{owed.pk}/findings/", MADE, 400)["errors"]) == [
        "conduct"
    ]


def test_a_representative_claims_in_the_name_of_the_own_party_only(
    program: Callable[[User], Program],
) -> None:
    owed = make.commitment(by=make.party("alpha"))
    make.party("beta")
    alpha = program(make.representative(make.party("alpha")))
    assert alpha.write(f"commitments/{owed.pk}/claims/", MADE)["by"]["code"] == "alpha"
    assert alpha.write(f"commitments/{owed.pk}/claims/", {**MADE, "by": "alpha"})["by"]["code"] == "alpha"
    problem = alpha.write(f"commitments/{owed.pk}/claims/", {**MADE, "by": "beta"}, 403)
    assert problem["detail"] == "You speak in the name that your mandate has, and in no other."
    assert list(alpha.write(f"commitments/{owed.pk}/claims/", {**MADE, "by": "nobody"}, 400)["errors"]) == [
        "by"
    ]
    assert Statement.objects.count() == 2


def test_a_claim_moves_no_clock(program: Callable[[User], Program]) -> None:
    owed = make.commitment(days=30)
    alpha = program(make.representative())
    alpha.write(f"commitments/{owed.pk}/claims/", MADE)
    assert alpha.read(f"commitments/{owed.pk}/")["timeliness"] == "overdue"


def test_a_mediator_makes_no_claims(program: Callable[[User], Program]) -> None:
    program(make.mediator()).write(f"commitments/{make.commitment().pk}/claims/", MADE, 403)


def test_a_representative_contests_what_is_visible_and_learns_of_nothing_else(
    program: Callable[[User], Program],
) -> None:
    owed = make.commitment(by=make.party("alpha"))
    seen, hidden = make.finding(owed, 1), make.finding(owed, 2, tier=Tier.MEDIATORS)
    alpha, body = program(make.representative()), {"reason": "We see it otherwise.", "tier": "public"}
    row = alpha.write(f"statements/{seen.key}/contests/", body)
    assert (row["kind"], row["refers_to"], row["effective_on"]) == ("contest", seen.key, "2026-03-02")
    nothing = alpha.write(f"statements/{hidden.key}/contests/", body, 404)
    never = alpha.write("statements/nowhere/contests/", body, 404)
    assert nothing | {"instance": ""} == never | {"instance": ""}
    assert list(alpha.write(f"statements/{row['id']}/contests/", body, 400)["errors"]) == ["statement"]


def test_an_event_that_is_hidden_from_a_representative_is_unknown_in_a_claim(
    program: Callable[[User], Program],
) -> None:
    owed = make.commitment()
    make.event("secret", tier=Tier.MEDIATORS)
    alpha, path = program(make.representative()), f"commitments/{owed.pk}/claims/"
    hidden, missing = (alpha.write(path, {**MADE, "event": code}, 400) for code in ("secret", "never"))
    assert hidden == missing


def test_a_commitment_that_is_not_there_or_not_to_be_seen_is_not_found(
    program: Callable[[User], Program], settings: Any
) -> None:
    settings.PUBLIC_READING = False
    elsewhere = make.commitment(of=make.agreement("other"))
    mediator = program(make.mediator())
    mediator.write("commitments/0/findings/", MADE, 404)
    mediator.write(f"commitments/{elsewhere.pk}/findings/", MADE, 404)
    mediator.write("triggers/accord/%00/dates/", {"occurred_on": None, "reason": "x"}, 404)


def test_a_mediator_dates_a_trigger_and_the_deadlines_follow(program: Callable[[User], Program]) -> None:
    owed = make.commitment(days=10, trigger=make.trigger(on=None))
    mediator = program(make.mediator())
    assert mediator.read(f"commitments/{owed.pk}/")["timeliness"] == "trigger_pending"
    body = {"occurred_on": "2024-05-02", "reason": "Announced that day."}
    assert mediator.write("triggers/accord/T-START/dates/", body)["occurred_on"] == "2024-05-02"
    assert mediator.read(f"commitments/{owed.pk}/")["due_on"] == "2024-05-12"
    assert list(mediator.write("triggers/accord/T-START/dates/", {**body, "reason": ""}, 400)["errors"]) == [
        "reason"
    ]
    program(make.analyst()).write("triggers/accord/T-START/dates/", body, 403)


def test_a_browsers_session_writes_only_with_the_forms_secret() -> None:
    owed = make.commitment()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.mediator(), backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(f"/api/v1/commitments/{owed.pk}/findings/", MADE, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert "CSRF" in answer.json()["detail"]
    assert not Statement.objects.exists()


def test_a_regress_in_the_api_opens_a_second_cycle(program: Callable[[User], Program]) -> None:
    owed = make.commitment(days=150)
    mediator = program(make.mediator())
    mediator.write(f"commitments/{owed.pk}/findings/", MADE)
    mediator.write(f"commitments/{owed.pk}/findings/", {**MADE, "level": 2, "effective_on": "2025-02-01"})
    sweep(NOW)
    assert Commitment.objects.get(pk=owed.pk).cycle == 2
    first, second = mediator.read("breaches/", commitment=owed.pk)["results"]
    assert (first["outcome"], second["open"]) == ("met_late", True)
    assert second["overdue_since"] == "2025-01-31T23:00:00Z"
    assert date.fromisoformat(mediator.read(f"commitments/{owed.pk}/")["found_on"]) == date(2025, 2, 1)


def test_a_finding_after_what_was_seen_is_a_conflict_that_shows_both(
    program: Callable[[User], Program],
) -> None:
    owed = make.commitment(days=30)
    between = make.finding(owed, level=1)
    mediator = program(make.mediator())
    body = {"level": 3, "effective_on": "2024-01-10", "reason": "Mine.", "tier": "public", "seen": "none"}
    problem = mediator.write(f"commitments/{owed.pk}/findings/", body, 409)
    assert problem["theirs"]["id"] == between.key
    assert problem["yours"] == body
    assert Statement.objects.count() == 1
    mediator.write(f"commitments/{owed.pk}/findings/", body | {"seen": between.key})
    assert Statement.objects.count() == 2
