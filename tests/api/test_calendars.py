"""Calendars of holidays, as programs read them."""

from datetime import date
from typing import Any

import pytest

from obligations.commands.calendars import set_holiday
from tests import make
from tests.api.conftest import Program
from tests.calendar_data import ASSUMPTION, calendar, load, pack_calendar
from tests.make import NOW

pytestmark = pytest.mark.django_db
FEAST = date(2024, 5, 1)


@pytest.fixture
def alpha() -> None:
    days = {ASSUMPTION: "Assumption", FEAST: "Feast"}
    load(pack_calendar("alpha", days, parties=("alpha",), last_year=2024, source="OJ C 201"), outset=True)


@pytest.mark.usefixtures("alpha")
def test_a_calendar_says_whose_it_is_what_its_days_are_and_until_when_they_are_known(
    anybody: Program,
) -> None:
    row = anybody.read("calendars/accord/alpha/")
    days = row.pop("days")
    assert row == {
        "agreement": "accord",
        "code": "alpha",
        "name": "Holidays of Alpha",
        "parties": [{"code": "alpha", "name": "Alpha"}],
        "library": "",
        "library_version": "",
        "years_from": 2023,
        "years_until": 2024,
        "known_until": "2024-12-31",
        "source": "OJ C 201",
        "note": "",
        "struck": [],
    }
    assert [day["day"] for day in days] == ["2023-08-15", "2024-05-01"]
    assert days[0] == {
        "day": "2023-08-15",
        "name": "Assumption",
        "estimated": False,
        "origin": "pack",
        "source": "pack accord",
        "reason": "",
        "recorded_at": "2026-03-02T09:00:00Z",
        "from_outset": True,
    }


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize("path", ["calendars/", "calendars/accord/alpha/"])
def test_days_can_be_limited_to_a_year(path: str, anybody: Program) -> None:
    answer = anybody.read(path, year=2024)
    (row,) = answer.get("results", [answer])
    assert [day["name"] for day in row["days"]] == ["Feast"]


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize("path", ["calendars/", "calendars/accord/alpha/"])
@pytest.mark.parametrize("year", ["1899", "2201", "x", "2024.5"])
def test_what_is_no_year_is_refused(path: str, year: str, anybody: Program) -> None:
    assert list(anybody.read(path, status=400, year=year)["errors"]) == ["year"]


@pytest.mark.usefixtures("alpha")
def test_a_struck_day_stands_apart_with_its_reason(anybody: Program) -> None:
    said: dict[str, Any] = {
        "day": ASSUMPTION,
        "name": "",
        "is_holiday": False,
        "reason": "Decided otherwise.",
    }
    set_holiday(calendar=calendar(), actor=make.a_mediator(), now=NOW, **said)
    row = anybody.read("calendars/accord/alpha/", year=2023)
    assert row["days"] == []
    (struck,) = row["struck"]
    assert (struck["name"], struck["origin"], struck["reason"]) == (
        "Assumption",
        "person",
        "Decided otherwise.",
    )


@pytest.mark.usefixtures("alpha")
def test_days_computed_from_the_moon_are_marked(anybody: Program) -> None:
    load(pack_calendar("moon", library="XK"))
    days = {day["name"]: day["estimated"] for day in anybody.read("calendars/accord/moon/")["days"]}
    assert days["Eid al-Fitr (estimated)"]
    assert not days["Independence Day"]


@pytest.mark.usefixtures("alpha")
def test_calendars_are_filtered_by_agreement_and_party(anybody: Program) -> None:
    load(pack_calendar("house"), pack_calendar("alpha", parties=("alpha",)))
    load(pack_calendar("far"), of=make.agreement("other"))
    assert anybody.codes("calendars/", agreement="accord") == ["alpha", "house"]
    assert anybody.codes("calendars/", party="alpha") == ["alpha"]


@pytest.mark.usefixtures("alpha")
def test_a_calendar_of_an_agreement_that_may_not_be_read_is_not_there(program: Any, settings: Any) -> None:
    settings.PUBLIC_READING = False
    stranger = program(make.mediator(of=make.agreement("other")))
    assert stranger.read("calendars/")["count"] == 0
    stranger.read("calendars/accord/alpha/", status=404)
    assert program(make.analyst()).read("calendars/")["count"] == 1
