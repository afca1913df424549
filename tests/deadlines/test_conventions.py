"""Last days, worked out by hand for each convention with the days off of `calendars.py`."""

from datetime import date

import pytest

from obligations.deadlines.conventions import CONVENTIONS, NO_HOLIDAYS, Holidays
from obligations.deadlines.steps import Direction, Step, Unit
from tests.deadlines.calendars import DAYS_OFF

# From, how many, unit; the last day by the calendar, by the Regulation, by working days (None: too long for fingers).
AFTER: list[tuple[str, int, Unit, str, str, str | None]] = [
    # The worked case: Orthodox Easter Monday and Assumption Day.
    ("2023-03-18", 30, "days", "2023-04-17", "2023-04-18", "2023-05-05"),
    ("2023-03-18", 150, "days", "2023-08-15", "2023-08-16", "2023-10-23"),
    ("2024-04-06", 30, "days", "2024-05-06", "2024-05-07", "2024-05-22"),
    # Leap days.
    ("2024-02-28", 1, "days", "2024-02-29", "2024-02-29", "2024-02-29"),
    ("2023-02-28", 1, "days", "2023-03-01", "2023-03-01", "2023-03-01"),
    ("2024-02-29", 365, "days", "2025-02-28", "2025-02-28", None),
    ("2024-02-29", 1, "years", "2025-02-28", "2025-02-28", "2025-02-28"),
    ("2024-02-29", 4, "years", "2028-02-29", "2028-02-29", "2028-02-29"),
    # The month's last day where it lacks the date, from the day of the start each time.
    ("2023-01-31", 1, "months", "2023-02-28", "2023-02-28", "2023-02-28"),
    ("2024-01-31", 1, "months", "2024-02-29", "2024-02-29", "2024-02-29"),
    ("2024-01-30", 1, "months", "2024-02-29", "2024-02-29", "2024-02-29"),
    ("2023-01-31", 2, "months", "2023-03-31", "2023-03-31", "2023-03-31"),
    ("2023-01-31", 3, "months", "2023-04-30", "2023-05-02", "2023-05-02"),
    ("2022-08-31", 6, "months", "2023-02-28", "2023-02-28", "2023-02-28"),
    ("2023-08-31", 6, "months", "2024-02-29", "2024-02-29", "2024-02-29"),
    ("2023-02-17", 2, "months", "2023-04-17", "2023-04-18", "2023-04-18"),
    ("2023-11-30", 1, "months", "2023-12-30", "2024-01-03", "2024-01-03"),
    ("2023-12-20", 1, "months", "2024-01-20", "2024-01-22", "2024-01-22"),
    ("2023-01-01", 1, "years", "2024-01-01", "2024-01-03", "2024-01-03"),
    # Weeks end on the same weekday.
    ("2023-03-18", 1, "weeks", "2023-03-25", "2023-03-27", "2023-03-27"),
    ("2023-04-03", 2, "weeks", "2023-04-17", "2023-04-18", "2023-04-18"),
    ("2024-03-22", 1, "weeks", "2024-03-29", "2024-04-02", "2024-04-02"),
    ("2023-12-18", 1, "weeks", "2023-12-25", "2024-01-03", "2024-01-03"),
    ("2023-12-22", 1, "weeks", "2023-12-29", "2024-01-04", "2024-01-03"),
    ("2024-12-20", 2, "weeks", "2025-01-03", "2025-01-03", "2025-01-03"),
    # Weekends; two working days in a period of two days or more, not in one of a single day.
    ("2023-03-24", 1, "days", "2023-03-25", "2023-03-27", "2023-03-27"),
    ("2023-03-23", 2, "days", "2023-03-25", "2023-03-27", "2023-03-27"),
    ("2023-03-24", 2, "days", "2023-03-26", "2023-03-28", "2023-03-28"),
    ("2023-03-18", 2, "days", "2023-03-20", "2023-03-21", "2023-03-21"),
    ("2023-03-19", 2, "days", "2023-03-21", "2023-03-21", "2023-03-21"),
    ("2023-04-06", 2, "days", "2023-04-08", "2023-04-12", "2023-04-12"),
    ("2023-04-06", 3, "days", "2023-04-09", "2023-04-12", "2023-04-13"),
    ("2023-04-27", 2, "days", "2023-04-29", "2023-05-02", "2023-05-02"),
    ("2023-04-28", 2, "days", "2023-04-30", "2023-05-03", "2023-05-03"),
    ("2024-03-28", 2, "days", "2024-03-30", "2024-04-03", "2024-04-03"),
    # Around 1 January.
    ("2023-12-22", 1, "days", "2023-12-23", "2024-01-03", "2024-01-03"),
    ("2023-12-22", 7, "days", "2023-12-29", "2024-01-04", "2024-01-11"),
    ("2023-12-22", 10, "days", "2024-01-01", "2024-01-04", "2024-01-16"),
    ("2024-12-23", 10, "days", "2025-01-02", "2025-01-06", "2025-01-16"),
    # Working days as a unit are the same under all.
    ("2023-04-05", 1, "working_days", "2023-04-06", "2023-04-06", "2023-04-06"),
    ("2023-04-05", 2, "working_days", "2023-04-11", "2023-04-11", "2023-04-11"),
    ("2023-04-05", 5, "working_days", "2023-04-18", "2023-04-18", "2023-04-18"),
    ("2023-03-18", 10, "working_days", "2023-03-31", "2023-03-31", "2023-03-31"),
    ("2023-12-22", 1, "working_days", "2024-01-03", "2024-01-03", "2024-01-03"),
]

BEFORE: list[tuple[str, int, Unit, str, str, str | None]] = [
    # A last day that was counted back is not moved: 18 March 2023 is a Saturday.
    ("2023-04-17", 30, "days", "2023-03-18", "2023-03-18", "2023-03-01"),
    ("2023-04-18", 2, "weeks", "2023-04-04", "2023-04-04", "2023-04-04"),
    ("2023-03-27", 1, "days", "2023-03-26", "2023-03-26", "2023-03-24"),
    ("2023-03-31", 1, "months", "2023-02-28", "2023-02-28", "2023-02-28"),
    ("2024-03-31", 1, "months", "2024-02-29", "2024-02-29", "2024-02-29"),
    ("2023-05-31", 3, "months", "2023-02-28", "2023-02-28", "2023-02-28"),
    ("2024-02-29", 1, "years", "2023-02-28", "2023-02-28", "2023-02-28"),
    # Two working days at least: further back.
    ("2023-03-27", 2, "days", "2023-03-25", "2023-03-23", "2023-03-23"),
    ("2023-03-28", 2, "days", "2023-03-26", "2023-03-24", "2023-03-24"),
    ("2023-04-11", 3, "days", "2023-04-08", "2023-04-05", "2023-04-04"),
    ("2024-01-03", 10, "days", "2023-12-24", "2023-12-21", "2023-12-11"),
    ("2024-01-01", 1, "weeks", "2023-12-25", "2023-12-21", "2023-12-25"),
    ("2023-04-18", 5, "working_days", "2023-04-05", "2023-04-05", "2023-04-05"),
]


@pytest.mark.parametrize(
    ("direction", "start", "length", "unit", "expected"),
    [
        pytest.param(direction, start, length, unit, last_days, id=f"{length} {unit} {direction} {start}")
        for direction, cases in (("after", AFTER), ("before", BEFORE))
        for start, length, unit, *last_days in cases
    ],
)
def test_last_days_are_those_worked_out_by_hand(
    direction: Direction, start: str, length: int, unit: Unit, expected: list[str | None]
) -> None:
    for convention, last_day in zip(CONVENTIONS.values(), expected, strict=True):
        counted = convention.count(date.fromisoformat(start), length, unit, direction, DAYS_OFF)
        assert last_day is None or counted.last_day == date.fromisoformat(last_day), convention.code


def test_without_calendars_only_weekends_are_off() -> None:
    counted = CONVENTIONS["eu-1182-71"].count(date(2023, 3, 18), 30, "days")
    assert counted.last_day == date(2023, 4, 17)


@pytest.mark.parametrize(
    ("day", "why", "name"),
    [
        (date(2023, 4, 15), "saturday", ""),
        (date(2023, 4, 16), "sunday", ""),
        (date(2023, 4, 17), "holiday", "Orthodox Easter Monday"),
        (date(2023, 12, 24), "holiday", "Year's end"),  # a Sunday
        (date(2023, 4, 18), None, ""),
    ],
)
def test_a_day_off_says_why(day: date, why: str | None, name: str) -> None:
    assert (DAYS_OFF.why_not(day), DAYS_OFF.name(day)) == (why, name)
    assert DAYS_OFF.is_working(day) is (why is None)


def test_each_move_of_the_last_day_is_a_step() -> None:
    counted = CONVENTIONS["eu-1182-71"].count(date(2023, 4, 28), 2, "days", holidays=DAYS_OFF)
    assert counted.steps == (
        Step("period", length=2, unit="days", direction="after", convention="eu-1182-71"),
        Step("moved", on=date(2023, 4, 30), to=date(2023, 5, 2), why="sunday"),
        Step("minimum", on=date(2023, 5, 2), to=date(2023, 5, 3)),
    )


def test_each_day_jumped_over_is_a_step_that_says_why() -> None:
    counted = CONVENTIONS["working-days"].count(date(2023, 4, 13), 1, "days", holidays=DAYS_OFF)
    assert [(step.on, step.why, step.name) for step in counted.steps[1:]] == [
        (date(2023, 4, 14), "holiday", "Orthodox Good Friday"),
        (date(2023, 4, 15), "saturday", ""),
        (date(2023, 4, 16), "sunday", ""),
        (date(2023, 4, 17), "holiday", "Orthodox Easter Monday"),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [("calendar", "2023-04-15"), ("eu-1182-71", "2023-04-18"), ("working-days", "2023-04-18")],
)
def test_a_last_day_found_by_other_means_moves_as_the_convention_says(code: str, expected: str) -> None:
    rolled = CONVENTIONS[code].roll(date(2023, 4, 15), DAYS_OFF)
    assert rolled.last_day == date.fromisoformat(expected)
    assert [step.kind for step in rolled.steps] == ([] if code == "calendar" else ["moved"])


def beyond(code: str, start: date, length: int, unit: Unit = "days", direction: Direction = "after") -> bool:
    known = Holidays({}, date(2023, 12, 31))
    steps = CONVENTIONS[code].count(start, length, unit, direction, known).steps
    told = [step.on for step in steps if step.kind == "beyond_calendar"]
    assert told in ([], [known.known_until])
    return bool(told)


def test_a_working_day_that_no_calendar_reaches_is_told() -> None:
    assert beyond("eu-1182-71", date(2023, 12, 20), 15)
    assert beyond("working-days", date(2023, 12, 20), 15)
    assert beyond("calendar", date(2023, 12, 20), 15, "working_days")
    assert beyond("calendar", date(2024, 1, 9), 10, "working_days", "before")


def test_days_within_the_calendars_or_never_looked_up_are_not_told() -> None:
    assert not beyond("eu-1182-71", date(2023, 12, 20), 9)
    on_the_last_day = CONVENTIONS["eu-1182-71"].count(
        date(2023, 12, 20), 9, "days", holidays=Holidays({}, date(2023, 12, 29))
    )
    assert on_the_last_day.last_day == date(2023, 12, 29)
    assert [step.kind for step in on_the_last_day.steps] == ["period"]
    assert not beyond("calendar", date(2023, 12, 20), 15)
    assert not beyond("eu-1182-71", date(2024, 1, 9), 30, "days", "before")
    assert not any(
        step.kind == "beyond_calendar"
        for step in CONVENTIONS["eu-1182-71"]
        .count(date(2023, 12, 20), 15, "days", holidays=NO_HOLIDAYS)
        .steps
    )


@pytest.mark.parametrize("code", CONVENTIONS)
@pytest.mark.parametrize(
    ("start", "length", "unit", "direction"),
    [
        (date(9990, 1, 1), 36_525, "days", "after"),
        (date(9999, 12, 20), 30, "working_days", "after"),
        (date(9999, 1, 1), 60, "weeks", "after"),
        (date(9999, 1, 1), 13, "months", "after"),
        (date(9990, 1, 1), 100, "years", "after"),
        (date(1900, 1, 2), 2, "days", "before"),
        (date(1900, 2, 1), 40, "working_days", "before"),
        (date(1950, 1, 1), 100, "years", "before"),
        (date(1, 1, 20), 100, "years", "before"),
    ],
)
def test_a_last_day_outside_the_calendar_is_a_clear_error(
    code: str, start: date, length: int, unit: Unit, direction: Direction
) -> None:
    with pytest.raises(OverflowError, match="outside the years 1900 to 9999"):
        CONVENTIONS[code].count(start, length, unit, direction)


def test_a_last_day_that_cannot_move_any_further_is_a_clear_error() -> None:
    with pytest.raises(OverflowError, match="outside the years 1900 to 9999"):
        CONVENTIONS["eu-1182-71"].roll(date(9999, 12, 31), Holidays({date(9999, 12, 31): "the end"}))
