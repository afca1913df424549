"""What readings say and do, in words. No database."""

from datetime import UTC, date, datetime

import pytest

from obligations.deadlines import FindingFact, Grounds, ReadingAct
from obligations.deadlines.outlook import Look, prospect_of_reading, with_act, without_act
from obligations.models import Reading
from obligations.words.readings import effect_in_words, reading_in_words
from tests.deadlines.clocks import ZONE

AT = datetime(2024, 6, 1, 12, tzinfo=UTC)
MARCH = Grounds(ZONE, "fixed", {"date": "2024-03-31"})
UNDATED = Grounds(ZONE, "none", {})
NAMES = {"north": "Holidays of the north", "south": "Holidays of the south"}


def act(kind: str, on: date | None = None, due_on: date | None = None) -> ReadingAct:
    return ReadingAct(1, kind, on, due_on)


def effect(grounds: Grounds, new: ReadingAct, *findings: tuple[date, int]) -> str:
    facts = tuple(FindingFact(number, on, level) for number, (on, level) in enumerate(findings, start=1))
    return effect_in_words(prospect_of_reading(grounds, with_act(grounds, new), Look(facts, AT, 30)))


@pytest.mark.parametrize(
    ("grounds", "new", "findings", "words"),
    [
        (
            MARCH,
            act("suspension", date(2024, 4, 6)),
            [],
            "The due date stays 31 Mar 2024. Before: overdue by 62 days. After: the clock stands still."
            " The breach closes: suspended after 5 days late.",
        ),
        (
            MARCH,
            act("waiver", date(2024, 4, 2)),
            [],
            "The due date stays 31 Mar 2024. Before: overdue by 62 days. After: the clock stands still."
            " The breach closes: waived after 1 day late.",
        ),
        (
            MARCH,
            act("extension", date(2024, 4, 11), date(2024, 4, 30)),
            [],
            "Due 30 Apr 2024 instead of 31 Mar 2024. Before: overdue by 62 days. After: overdue by 32 days."
            " The breach closes: extended after 10 days late. Another opens.",
        ),
        (
            MARCH,
            act("date", due_on=date(2024, 4, 30)),
            [],
            "Due 30 Apr 2024 instead of 31 Mar 2024. Before: overdue by 62 days. After: overdue by 32 days."
            " The breach that is open stands no more; another takes its place.",
        ),
        (
            MARCH,
            act("date", due_on=date(2024, 12, 31)),
            [],
            "Due 31 Dec 2024 instead of 31 Mar 2024. Before: overdue by 62 days. After: not due yet."
            " The breach that is open stands no more.",
        ),
        (
            UNDATED,
            act("date", due_on=date(2024, 6, 20)),
            [],
            "Due 20 Jun 2024; it had no due date before. Before: without a date. After: due soon.",
        ),
        (
            UNDATED,
            act("date", due_on=date(2024, 5, 31)),
            [],
            "Due 31 May 2024; it had no due date before. Before: without a date. After: overdue by 1 day."
            " A breach opens.",
        ),
        (
            UNDATED,
            act("waiver", date(2024, 4, 2)),
            [],
            "No due date, as before. Before: without a date. After: the clock stands still.",
        ),
        (
            MARCH,
            act("date", due_on=date(2024, 4, 3)),
            [(date(2024, 4, 10), 3)],
            "Due 3 Apr 2024 instead of 31 Mar 2024. Before: met late by 10 days. After: met late by 7 days."
            " The breach is then: met late, by 7 days.",
        ),
        (
            MARCH,
            act("date", due_on=date(2024, 3, 1)),
            [(date(2024, 3, 30), 3)],
            "Due 1 Mar 2024 instead of 31 Mar 2024. Before: met on time. After: met late by 29 days."
            " A breach comes to stand: met late, by 29 days.",
        ),
    ],
)
def test_the_effect_names_the_day_the_state_and_the_breach(
    grounds: Grounds, new: ReadingAct, findings: list[tuple[date, int]], words: str
) -> None:
    assert effect(grounds, new, *findings) == words


def test_a_date_taken_back_leaves_none() -> None:
    given = with_act(UNDATED, act("date", due_on=date(2024, 12, 31)))
    back = without_act(given, given.acts[0].id)
    assert effect_in_words(prospect_of_reading(given, back, Look((), AT, 30))) == (
        "No due date any more; it was 31 Dec 2024. Before: not due yet. After: without a date."
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"kind": "counting", "convention": "working-days"}, "Counted by: working days"),
        (
            {"kind": "counting", "convention": "eu-1182-71", "calendars": ["south", "north"]},
            "Counted by: EU Regulation 1182/71; days off: Holidays of the north, Holidays of the south",
        ),
        ({"kind": "date", "due_on": date(2024, 5, 1)}, "Due on 1 May 2024"),
        ({"kind": "extension", "due_on": date(2024, 5, 1)}, "Extended to 1 May 2024"),
        ({"kind": "suspension", "effective_on": date(2024, 5, 1)}, "Clock stopped from 1 May 2024 on"),
        ({"kind": "resumption", "effective_on": date(2024, 5, 1)}, "Clock goes on from 1 May 2024 on"),
        ({"kind": "waiver", "effective_on": date(2024, 5, 1)}, "Waived from 1 May 2024 on"),
        ({"kind": "supersession", "effective_on": date(2024, 5, 1)}, "Superseded from 1 May 2024 on"),
        (
            {"kind": "withdrawal", "withdraws": Reading(kind="waiver", effective_on=date(2024, 5, 1))},
            "Taken back: Waived from 1 May 2024 on",
        ),
    ],
)
def test_what_a_reading_says_is_one_phrase(said: dict[str, object], words: str) -> None:
    assert reading_in_words(Reading(**said), NAMES) == words
