"""Periods in the API: what was due at the end of each, how it was reviewed, and findings that name one."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from obligations.flagging import sweep
from obligations.models import Commitment, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.lasting import MONTHLY, due, monthly, standing
from tests.make import NOW

pytestmark = pytest.mark.django_db


def reports(code: str = "REPORT", **fields: Any) -> Commitment:
    """Due at the end of December, January and February, and each month from then on: today is 2 March 2026."""
    return monthly(code, terms={**MONTHLY, "first": "2025-12-31"}, **fields)


def told(program: Program, **query: Any) -> list[tuple[str, str, int | None]]:
    """The last day, how it stands and the days late of each."""
    rows = program.read("periods/", **query)["results"]
    return [(row["ends_on"], row["state"], row["days_late"]) for row in rows]


def test_a_period_says_what_was_due_and_how_it_stands(anybody: Program) -> None:
    owed = reports()
    finding = make.finding(owed, 3, date(2026, 1, 4), period=due(owed, "2025-12-31"))
    period = due(owed, "2025-12-31")
    row = anybody.read(f"periods/{period.key}/")
    assert row == {
        "id": period.key,
        "agreement": "accord",
        "commitment": owed.pk,
        "obligation": {"code": "REPORT", "title": "Do REPORT", "kind": "recurring"},
        "party": {"code": "alpha", "name": "Alpha"},
        "starts_on": "2023-02-27",
        "ends_on": "2025-12-31",
        "due_on": "2025-12-31",
        "due_at": "2025-12-31T23:00:00Z",
        "elapsed": True,
        "state": "late",
        "days_late": 4,
        "finding": finding.key,
        "found_on": "2026-01-04",
        "level": 3,
        "conduct": None,
        "complete_since": "2026-01-04",
        "url": "http://testserver/obligations/accord/REPORT/",
    }
    assert row in anybody.read("periods/")["results"]


def test_a_period_under_review_has_conduct_and_no_due_day(anybody: Program) -> None:
    owed = standing()
    make.finding(owed, conduct="not_kept", effective_on=date(2025, 10, 1))
    period = owed.periods.get(ends_on=date(2025, 12, 31))
    row = anybody.read(f"periods/{period.key}/")
    assert (row["due_on"], row["due_at"], row["complete_since"], row["days_late"]) == (None,) * 4
    assert (row["state"], row["conduct"], row["found_on"]) == ("not_kept", "not_kept", "2025-10-01")


def test_what_was_missed_is_late_until_today(anybody: Program) -> None:
    reports()
    assert told(anybody, elapsed="true") == [
        ("2025-12-31", "missed", 61),
        ("2026-01-31", "missed", 30),
        ("2026-02-28", "missed", 2),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"elapsed": "true"}, 3 + 6),
        ({"elapsed": "false"}, 12 + 3),
        ({"state": "missed"}, 3),
        ({"state": ["missed", "no_finding"]}, 3 + 6),
        ({"obligation": "KEEP"}, 9),
        ({"party": "beta"}, 9),
        ({"agreement": "accord"}, 24),
        ({"party": "alpha", "state": "upcoming"}, 12),
    ],
)
def test_they_are_filtered_by_whose_they_are_and_how_they_stand(
    anybody: Program, query: dict[str, Any], found: int
) -> None:
    reports()
    standing(by=make.party("beta"))
    assert anybody.read("periods/", **query)["count"] == found


def test_they_are_filtered_by_their_commitment(anybody: Program) -> None:
    owed, _other = reports(), reports("OTHER")
    rows = anybody.read("periods/", commitment=owed.pk)["results"]
    assert {row["commitment"] for row in rows} == {owed.pk}
    assert len(rows) == 15


@pytest.mark.parametrize(
    "query", [{"state": "good"}, {"elapsed": "perhaps"}, {"commitment": "x"}, {"due": "1"}]
)
def test_a_filter_that_cannot_be_is_a_problem(anybody: Program, query: dict[str, str]) -> None:
    anybody.read("periods/", 400, **query)


def test_they_stand_as_of_another_day_as_known_on_another(anybody: Program) -> None:
    owed = reports()
    make.finding(owed, 3, date(2026, 1, 4), period=due(owed, "2025-12-31"))
    of = {"elapsed": "true", "as_of": "2026-01-10"}
    assert told(anybody, **of) == [("2025-12-31", "late", 4)]
    assert told(anybody, **of, known_at="2026-03-01") == [("2025-12-31", "missed", 10)]
    assert told(anybody, elapsed="true", as_of="2025-12-31") == []


def test_what_a_viewer_may_not_see_changes_no_period_for_them(
    anybody: Program, program: Callable[[User], Program]
) -> None:
    owed = reports()
    make.finding(owed, 3, date(2025, 12, 20), tier=Tier.MEDIATORS)
    assert told(anybody, state="on_time") == []
    assert told(program(make.mediator()), state="on_time") == [("2025-12-31", "on_time", None)]
    assert anybody.read(f"periods/{due(owed, '2025-12-31').key}/")["finding"] is None


def test_periods_of_an_agreement_that_is_closed_are_nowhere(
    program: Callable[[User], Program], settings: Any
) -> None:
    owed = reports()
    other = make.analyst(of=make.agreement("other"))
    settings.PUBLIC_READING = False
    outsider = program(other)
    assert outsider.read("periods/")["count"] == 0
    outsider.read(f"periods/{due(owed, '2025-12-31').key}/", 404)


def test_a_list_takes_the_same_queries_for_few_periods_and_for_many(anybody: Program) -> None:
    asked = []
    for number in range(2):
        for more in range(1 + 5 * number):
            standing(f"O-{number}-{more}")
        anybody.read("periods/", limit=200)
        caches["answers"].clear()
        with CaptureQueriesContext(connection) as queries:
            anybody.read("periods/", limit=200)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 4


# Breaches, one a time that was missed


def breaches(program: Program, **query: Any) -> list[tuple[Any, ...]]:
    rows = program.read("breaches/", **query)["results"]
    return [(row["period"], row["outcome"], row["days_late"]) for row in rows]


def test_each_time_that_was_missed_is_a_breach(anybody: Program) -> None:
    owed = reports()
    make.finding(owed, 3, date(2026, 1, 4), period=due(owed, "2025-12-31"))
    make.finding(owed, 3, date(2026, 1, 20))
    assert breaches(anybody) == [
        ("2025-12-31", "met_late", 4),
        ("2026-01-31", "met_on_time", 0),  # recorded after the day
        ("2026-02-28", None, 2),
    ]
    assert breaches(anybody, open="true") == [("2026-02-28", None, 2)]


def test_each_has_an_address_of_its_own_beside_those_of_others(anybody: Program) -> None:
    reports()
    plain = make.commitment("LATE", days=30)
    rows = anybody.read("breaches/")["results"]
    assert [row["commitment"] == plain.pk for row in rows] == [row["period"] is None for row in rows]
    assert len({row["id"] for row in rows}) == 4
    for row in rows:
        assert anybody.read(f"breaches/{row['id']}/") == row
    anybody.read(f"breaches/{rows[-1]['id'][::-1]}/", 404)


def test_a_list_of_breaches_has_pages_across_both(anybody: Program) -> None:
    reports()
    make.commitment("LATE", days=30)
    first = anybody.read("breaches/", limit=2)
    second = anybody.get(first["next"]).json()
    assert [len(page["results"]) for page in (first, second)] == [2, 2]
    assert second["next"] is None


def test_mediators_are_told_when_each_was_flagged(program: Callable[[User], Program]) -> None:
    reports()
    sweep(NOW)
    rows = program(make.mediator()).read("breaches/")["results"]
    assert {row["opened_at"] for row in rows} == {"2026-03-02T09:00:00Z"}


# Findings that name their period


def body(**fields: Any) -> dict[str, Any]:
    return {"effective_on": "2026-01-04", "level": 3, "reason": "Seen.", "tier": "public", **fields}


def test_a_finding_may_name_an_earlier_period(program: Callable[[User], Program]) -> None:
    owed = reports()
    mediator, period = program(make.mediator()), due(owed, "2025-12-31")
    row = mediator.write(f"commitments/{owed.pk}/findings/", body(period=period.key))
    assert row["period"] == period.key
    assert mediator.read(f"periods/{period.key}/")["state"] == "late"


def test_a_period_that_had_not_begun_or_is_anothers_is_refused(program: Callable[[User], Program]) -> None:
    owed, other = reports(), reports("OTHER")
    mediator = program(make.mediator())
    for wrong in (due(owed, "2026-03-31").pk, due(other, "2025-12-31").pk, 999_999):
        problem = mediator.write(f"commitments/{owed.pk}/findings/", body(period=wrong), 400)
        assert "period" in problem["errors"]
    assert not Statement.objects.exists()


def test_a_claim_names_no_period(program: Callable[[User], Program]) -> None:
    owed = reports()
    party = program(make.representative(owed.party))
    party.write(f"commitments/{owed.pk}/claims/", body(period=due(owed, "2025-12-31").pk), 400)


def test_what_recurs_shows_the_time_that_is_awaited(anybody: Program) -> None:
    owed = reports()
    make.finding(owed, 3, date(2025, 12, 20))
    row = anybody.read(f"commitments/{owed.pk}/")
    assert (row["due_on"], row["due_at"]) == ("2026-01-31", "2026-01-31T23:00:00Z")
    assert (row["clock"], row["timeliness"], row["days_late"]) == ("recurring", "overdue", 30)
    assert row["complete_since"] is None
