"""The sum in words: as a sentence, and step by step."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines.conventions import CONVENTIONS, Holidays
from obligations.deadlines.explain import listed, sentence, steps_in_words, sum_of
from obligations.deadlines.periods import on_day
from obligations.deadlines.rules import Facts, compute
from obligations.deadlines.steps import Deadline, Step, StepKind
from tests.deadlines.calendars import DAYS_OFF

BRUSSELS = ZoneInfo("Europe/Brussels")
ANNEX = date(2023, 3, 18)


def limit(
    rule: str,
    convention: str = "eu-1182-71",
    start: date | None = ANNEX,
    holidays: Holidays = DAYS_OFF,
    **terms: object,
) -> Deadline:
    return compute(rule, terms, Facts(BRUSSELS, convention, start, holidays))


def told(deadline: Deadline) -> str:
    return sentence(deadline, "Europe/Brussels")


def test_the_committee_s_case_by_the_regulation() -> None:
    assert told(limit("days_after", days=30)) == (
        "18 Mar 2023 + 30 days (EU Regulation 1182/71)"
        " = 17 Apr 2023, moved to 18 Apr 2023: 17 Apr is a holiday (Orthodox Easter Monday)"
        " = Tuesday 18 Apr 2023, until midnight in Brussels"
    )


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        (
            limit("days_after", days=4),
            "18 Mar 2023 + 4 days (EU Regulation 1182/71) = Wednesday 22 Mar 2023, until midnight in Brussels",
        ),
        (
            limit("weeks_after", weeks=1),
            "18 Mar 2023 + 1 week (EU Regulation 1182/71) = 25 Mar 2023, moved to 27 Mar 2023: 25 Mar is a Saturday"
            " = Monday 27 Mar 2023, until midnight in Brussels",
        ),
        (
            limit("days_after", start=date(2023, 4, 28), days=2),
            "28 Apr 2023 + 2 days (EU Regulation 1182/71)"
            " = 30 Apr 2023, moved to 2 May 2023: 30 Apr is a Sunday; moved to 3 May 2023: two working days at least"
            " = Wednesday 3 May 2023, until midnight in Brussels",
        ),
        (
            limit("days_after", days=2),
            "18 Mar 2023 + 2 days (EU Regulation 1182/71)"
            " = 20 Mar 2023, moved to 21 Mar 2023: two working days at least"
            " = Tuesday 21 Mar 2023, until midnight in Brussels",
        ),
        (
            limit("days_before", "calendar", days=1),
            "18 Mar 2023 - 1 day, calendar = Friday 17 Mar 2023, until midnight in Brussels",
        ),
        (
            limit("months_before", "working-days", months=1),
            "18 Mar 2023 - 1 month (by working days) = Saturday 18 Feb 2023, until midnight in Brussels",
        ),
        (
            limit("working_days_after", start=date(2023, 4, 5), working_days=5),
            "5 Apr 2023 + 5 working days, not counted: 2 Saturdays, 2 Sundays, 4 holidays"
            " (Good Friday, Easter Monday, Orthodox Good Friday, Orthodox Easter Monday)"
            " = Tuesday 18 Apr 2023, until midnight in Brussels",
        ),
        (
            limit("end_of_period", period="2024-H1"),
            "End of the first half of 2024 = 30 Jun 2024, moved to 1 Jul 2024: 30 Jun is a Sunday"
            " = Monday 1 Jul 2024, until midnight in Brussels",
        ),
        (
            limit("end_of_period", "calendar", period="2024-05"),
            "End of May 2024 = Friday 31 May 2024, until midnight in Brussels",
        ),
        (limit("fixed", date="2023-04-17"), "Monday 17 Apr 2023, until midnight in Brussels"),
        (
            limit("days_after", holidays=Holidays({}, date(2023, 4, 16)), days=30),
            "18 Mar 2023 + 30 days (EU Regulation 1182/71) = Monday 17 Apr 2023, until midnight in Brussels"
            " (holidays after 16 Apr 2023 are not known yet)",
        ),
        (limit("days_after", start=None, days=3), "The clock starts with an event that has no date yet."),
        (
            limit("days_before", start=None, days=3),
            "The limit is counted back from an event that has no date yet.",
        ),
        (
            limit("recurring", rrule="FREQ=MONTHLY;INTERVAL=6", first="2024-06-30"),
            "Every 6 months from 30 Jun 2024; each time has a last day of its own.",
        ),
        (
            limit("recurring", rrule="FREQ=YEARLY;BYMONTH=3", first="2024-03-01", until="2030-01-01"),
            "Every year from 1 Mar 2024 to 1 Jan 2030 (FREQ=YEARLY;BYMONTH=3); each time has a last day of its own.",
        ),
        (
            on_day(limit("recurring", rrule="FREQ=MONTHLY", first="2024-06-30"), date(2024, 8, 30), BRUSSELS),
            "Every month from 30 Jun 2024. The earliest without a completion: "
            "Friday 30 Aug 2024, until midnight in Brussels.",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_every_kind_of_limit_is_a_sentence(deadline: Deadline, words: str) -> None:
    assert told(deadline) == words


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2024", "2024"),
        ("2024-H2", "the second half of 2024"),
        ("2024-Q2", "quarter 2 of 2024"),
        ("2024-W12", "week 12 of 2024"),
        ("2024-02", "February 2024"),
    ],
)
def test_a_period_is_named_in_words(period: str, words: str) -> None:
    assert sum_of(limit("end_of_period", period=period)) == f"end of {words}"


def after_a_reading(*steps: Step, on: date, of: Deadline) -> Deadline:
    at = datetime.combine(on, datetime.min.time(), UTC) + timedelta(days=1)
    ending = (Step("last_day", on=on), Step("instant", at=at, zone="Europe/Brussels"))
    before = tuple(step for step in of.steps if step.kind != "instant")
    return Deadline("dated", on, at, of.runs_from, (*before, *steps, *ending))


def test_an_extension_and_a_resumption_are_told_after_the_day_that_they_move() -> None:
    deadline = after_a_reading(
        Step("extension", on=date(2023, 4, 1), to=date(2023, 5, 20)),
        Step("last_day", on=date(2023, 5, 20)),
        Step("resumption", on=date(2023, 6, 20), length=40),
        on=date(2023, 6, 29),
        of=limit("days_after", "calendar", days=30),
    )
    assert told(deadline) == (
        "18 Mar 2023 + 30 days, calendar = 17 Apr 2023, extended to 20 May 2023; 40 days later, for which the clock"
        " stood still = Thursday 29 Jun 2023, until midnight in Brussels"
    )
    assert "On 1 Apr 2023 it was extended to 20 May 2023." in steps_in_words(deadline)
    assert (
        "On 20 Jun 2023 the clock went on; it had stood still for 40 days, which are added."
        in steps_in_words(deadline)
    )


def test_an_extension_of_what_has_no_sum_is_told_alone() -> None:
    deadline = after_a_reading(
        Step("extension", on=date(2023, 4, 1), to=date(2023, 5, 20)),
        on=date(2023, 5, 20),
        of=limit("days_after", start=None, days=30),
    )
    assert told(deadline).endswith(
        "Extended to 20 May 2023 = Saturday 20 May 2023, until midnight in Brussels"
    )


def test_a_day_that_a_reading_gives_is_no_sum() -> None:
    given_ = after_a_reading(
        Step("date", on=date(2023, 5, 1)), on=date(2023, 5, 1), of=limit("immediate", start=ANNEX)
    )
    assert told(given_) == "By a reading of the text = Monday 1 May 2023, until midnight in Brussels"
    assert "A reading gives the day: 1 May 2023." in steps_in_words(given_)


def test_each_step_is_a_plain_sentence_and_days_jumped_over_are_one() -> None:
    assert steps_in_words(limit("working_days_after", start=date(2023, 4, 13), working_days=1)) == [
        "Counted from 13 Apr 2023; that day itself does not count.",
        "Add 1 working day.",
        "4 days do not count: 1 Saturday, 1 Sunday, 2 holidays (Orthodox Good Friday, Orthodox Easter Monday).",
        "The last day is Tuesday 18 Apr 2023.",
        "It ends at midnight in Brussels, which is 18 Apr 2023, 22:00 UTC.",
    ]


def test_moves_and_what_is_not_known_are_sentences_too() -> None:
    off = Holidays({date(2023, 5, 1): "Labour Day"}, date(2023, 4, 30))
    assert steps_in_words(limit("days_after", start=date(2023, 4, 28), holidays=off, days=2))[1:-2] == [
        "Add 2 days (EU Regulation 1182/71).",
        "30 Apr 2023 is a Sunday, so the last day moves to 2 May 2023.",
        "A period of two days or more holds two working days at least, so the last day moves to 3 May 2023.",
        "Holidays after 30 Apr 2023 are not known yet; later days count as working days but for weekends.",
    ]


@given(
    st.dates(date(2022, 12, 1), date(2025, 1, 31)),
    st.sampled_from(["days", "working_days", "weeks", "months", "years"]),
    st.sampled_from(["after", "before"]),
    st.integers(1, 40),
    st.sampled_from(list(CONVENTIONS)),
)
def test_a_sentence_names_start_moves_and_end(
    start: date, unit: str, direction: str, length: int, convention: str
) -> None:
    facts = Facts(BRUSSELS, convention, start, DAYS_OFF)
    deadline = compute(f"{unit}_{direction}", {unit: length}, facts)
    words, moves = told(deadline), [step for step in deadline.steps if step.kind in ("moved", "minimum")]
    named = [start, *(step.to for step in moves), deadline.due_on]
    places = [words.find(f"{on.day} {on:%b %Y}") for on in named if on]
    assert -1 not in places
    assert words.count(", moved to ") + words.count("; moved to ") == len(moves)
    assert len(steps_in_words(deadline)) == len(deadline.steps) - max(
        sum(step.kind == "skipped" for step in deadline.steps) - 1, 0
    )


@pytest.mark.parametrize(
    ("kind", "words", "step"),
    [
        (
            "suspension",
            "(the clock stands still since 1 Apr 2023)",
            "On 1 Apr 2023 the clock was stopped.",
        ),
        ("waiver", "(waived on 1 Apr 2023)", "On 1 Apr 2023 it was waived."),
        ("supersession", "(superseded on 1 Apr 2023)", "On 1 Apr 2023 another text took its place."),
    ],
)
def test_a_clock_that_stands_still_says_so_until_it_goes_on(kind: StepKind, words: str, step: str) -> None:
    stopped = limit("days_after", "calendar", days=30)
    stopped = replace(stopped, steps=(*stopped.steps, Step(kind, on=date(2023, 4, 1))))
    assert told(stopped) == (
        f"18 Mar 2023 + 30 days, calendar = Monday 17 Apr 2023, until midnight in Brussels {words}"
    )
    assert steps_in_words(stopped)[-1] == step
    resumed = replace(stopped, steps=(*stopped.steps, Step("resumption", on=date(2023, 4, 1), length=0)))
    assert told(resumed) == told(limit("days_after", "calendar", days=30))
    assert steps_in_words(resumed)[-1] == "On 1 Apr 2023 the clock went on."


def test_a_serbian_day_has_no_full_stop_before_a_comma() -> None:
    with translation.override("sr"):
        told_so = told(limit("days_after", days=30))
        assert "17. априла 2023, померено на дан 18. априла 2023. (" in told_so
        assert listed(("Smith & Co.", "", "1. маја 2026.", "2. маја 2026.")) == (
            "Smith & Co., 1. маја 2026, 2. маја 2026."
        )
    assert listed(()) == ""
