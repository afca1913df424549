"""What a trial of the pack of 2023 says, and the calendars that it counts by."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from agreement.packs.model import (
    Pack,
    Statements,
)
from agreement.packs.read import read_pack
from agreement.packs.statements import read_all_statements

FOLDER = Path(__file__).parents[2] / "agreement" / "packs" / "ohrid-2023"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(FOLDER / "pack.yaml")


@pytest.fixture(scope="module")
def trial(pack: Pack) -> Statements:
    return read_all_statements(FOLDER / "trial_statements", pack)


def test_the_trial_statements_are_all_there(pack: Pack, trial: Statements) -> None:
    assert "not findings of the EU" in trial.notice
    assert "on the day of which it speaks" in trial.notice
    numbers = sorted(int(statement.key.removeprefix("S")) for statement in trial.statements)
    assert numbers == [*range(1, 19), *range(101, 294), *range(300, 310)]
    assert Counter(statement.kind for statement in trial.statements) == {
        "finding": 87,
        "claim": 108,
        "contest": 18,
        "observation": 8,
    }
    observers = {actor.code for actor in pack.actors if actor.role == "observer"}
    assert {one.by for one in trial.statements if one.kind == "observation"} == observers
    assert sum(len(statement.obligors) for statement in trial.statements) == 285
    sources = {event.code: event.source for event in pack.events}
    assert all(one.source or sources.get(one.event or "") for one in trial.statements)


def test_trial_statements_say_what_they_said(trial: Statements) -> None:
    by_key = {statement.key: statement for statement in trial.statements}
    committee = by_key["S2"]
    assert (committee.obligation, committee.obligors, committee.level) == (
        "AX-6.1",
        ("eu", "kosovo", "serbia"),
        2,
    )
    assert (committee.effective_on, committee.event) == (dt.date(2023, 4, 18), "EV-2023-04-18-JMC")
    assert (by_key["S1"].event, by_key["S5"].event) == ("EV-2023-05-02-DMP", "EV-2023-05-02-DRAFT")
    assert (by_key["S10"].conduct, by_key["S10"].effective_on) == ("kept", dt.date(2024, 1, 7))
    objection = by_key["S12"]
    assert (objection.objects_to, objection.obligation, objection.by) == ("S11", "OA-4.2", "serbia")
    assert objection.effective_on == dt.date(2023, 12, 13)


def test_the_donor_conference_has_no_statement(trial: Statements) -> None:
    assert "AX-7.1" not in {statement.obligation for statement in trial.statements}


def test_each_party_and_the_institutions_have_a_calendar(pack: Pack) -> None:
    calendars = {calendar.code: calendar for calendar in pack.calendars}
    assert {code: (c.parties, c.library) for code, c in calendars.items()} == {
        "belgium": ((), "BE"),
        "institutions": (("eu", "eu_facilitator"), ""),
        "kosovo": (("kosovo",), "XK"),
        "serbia": (("serbia",), "RS"),
    }
    institutions = calendars["institutions"]
    assert (institutions.first_year, institutions.known_until) == (2023, dt.date(2025, 12, 31))
    assert Counter(day.date.year for day in institutions.days) == {2023: 18, 2024: 17, 2025: 18}
    assert not [day for day in institutions.days if day.date.weekday() > 4]
