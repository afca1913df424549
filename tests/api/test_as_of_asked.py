"""Which days the API can be asked about, and in whose zone they are."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from obligations.models import Commitment
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
RESOURCES = ["breaches", "commitments", "events", "obligations", "readings", "statements", "triggers"]


def test_a_list_says_what_it_speaks_of_and_keeps_it_on_the_next_page(anybody: Program) -> None:
    for number in range(3):
        make.commitment(f"O-{number}")
    now = anybody.read("commitments/", limit=2)
    assert (now["as_of"], now["known_at"]) == (None, None)
    first = anybody.read("commitments/", limit=2, as_of="2023-10-01", known_at="2023-10-02")
    assert list(first) == ["count", "next", "as_of", "known_at", "results"]
    second = anybody.get(first["next"]).json()
    assert (second["as_of"], second["known_at"]) == ("2023-10-01", "2023-10-02")
    assert len(second["results"]) == 1


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(
    ("days", "errors"),
    [
        ({"as_of": "yesterday"}, {"as_of": ["Give a day as YYYY-MM-DD."]}),
        ({"known_at": "20231001"}, {"known_at": ["Give a day as YYYY-MM-DD."]}),
        ({"as_of": "2023-02-29"}, {"as_of": ["Give a day as YYYY-MM-DD."]}),
        ({"known_at": "2026-03-03"}, {"known_at": ["This day has not come yet; today is 2 Mar 2026."]}),
        ({"known_at": "1899-12-31"}, {"known_at": ["Give a day from 1900 to 2999."]}),
        ({"as_of": ""}, {"as_of": ["Give a value, or leave it out."]}),
        (
            {"as_of": "x", "known_at": "2030-01-01"},
            {
                "as_of": ["Give a day as YYYY-MM-DD."],
                "known_at": ["This day has not come yet; today is 2 Mar 2026."],
            },
        ),
    ],
)
def test_what_is_no_day_or_one_to_come_is_a_problem_of_its_parameter(
    resource: str, days: dict[str, Any], errors: dict[str, list[str]], anybody: Program
) -> None:
    problem = anybody.read(f"{resource}/", 400, **days)
    assert problem["type"] == "urn:normalization-tracker:problem:invalid-query"
    assert problem["errors"] == errors


AHEAD_OF_THIS = "This day has not come yet; today is 2 Mar 2026. Ahead there are only dates that fall due: "


@pytest.mark.parametrize("resource", sorted(set(RESOURCES) - {"commitments"}))
@pytest.mark.parametrize("day", ["2026-03-03", "9999-12-31"])
def test_ahead_there_are_commitments_alone(resource: str, day: str, anybody: Program) -> None:
    problem = anybody.read(f"{resource}/", 400, as_of=day)
    assert problem["errors"] == {"as_of": [f"{AHEAD_OF_THIS}ask for commitments."]}


def test_a_day_to_come_tells_what_falls_due_by_then_with_nothing_recorded_after_today(
    anybody: Program,
) -> None:
    soon = make.commitment("O-2", rule="fixed", terms={"date": "2026-03-20"})
    met = make.commitment("O-3", make.party("beta"), rule="fixed", terms={"date": "2026-03-21"})
    make.finding(met, 3)
    told = {
        day: [
            (row["timeliness"], row["days_late"])
            for row in anybody.read("commitments/", as_of=day)["results"]
        ]
        for day in ("2026-03-03", "2026-03-20", "2026-03-25")
    }
    assert told == {
        "2026-03-03": [("due_soon", None), ("met_on_time", None)],
        "2026-03-20": [("due_soon", None), ("met_on_time", None)],
        "2026-03-25": [("overdue", 5), ("met_on_time", None)],
    }
    assert anybody.read(f"commitments/{soon.pk}/", as_of="2026-03-25")["timeliness"] == "overdue"
    assert anybody.read("commitments/", as_of="2026-03-25", timeliness="overdue")["count"] == 1
    assert anybody.read("commitments/", 400, as_of="9999-12-31")["errors"]["as_of"] == [
        "Give a day from 1900 to 2999."
    ]


def test_today_is_that_of_the_agreement_asked_for(anybody: Program) -> None:
    """In Auckland it is the third of March already; where agreements of several zones are asked for, UTC counts."""
    far = make.commitment("O-1", of=make.agreement("far", time_zone="Pacific/Auckland"))
    tomorrow: dict[str, Any] = {"known_at": "2026-03-03"}
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False):
        assert anybody.read("commitments/", **tomorrow)["known_at"] is None
        near = make.commitment("O-2")
        ask_for_tomorrow(anybody, far, near, tomorrow)


def ask_for_tomorrow(anybody: Program, far: Commitment, near: Commitment, tomorrow: dict[str, Any]) -> None:
    assert anybody.read(f"commitments/{far.pk}/", **tomorrow)["id"] == far.pk
    assert anybody.read("commitments/", agreement="far", **tomorrow)["count"] == 1
    anybody.read(f"commitments/{near.pk}/", 400, **tomorrow)
    anybody.read("commitments/", 400, agreement="accord", **tomorrow)
    anybody.read("commitments/", 400, **tomorrow)


def test_in_a_list_over_several_zones_a_day_ends_in_each_rows_own(anybody: Program) -> None:
    make.commitment("O-1", days=150)
    make.commitment("O-1", of=make.agreement("far", time_zone="America/Los_Angeles"), days=150)
    for day, state in (("2023-08-15", "due_soon"), ("2023-08-16", "overdue")):
        rows = anybody.read("commitments/", as_of=day)["results"]
        assert [row["timeliness"] for row in rows] == [state, state]
        for row in rows:
            assert anybody.read(f"commitments/{row['id']}/", as_of=day)["timeliness"] == state
