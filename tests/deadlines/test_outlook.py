"""What a reading does to a clock, told before and after it is recorded. No database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines import EVER, FindingFact, Grounds, ReadingAct
from obligations.deadlines.conventions import Holidays
from obligations.deadlines.outlook import (
    Look,
    ReadingProspect,
    by_convention,
    outlooks,
    prospect_of_reading,
    with_act,
    without_act,
)
from tests.deadlines.clocks import ZONE

AT = datetime(2024, 6, 1, 12, tzinfo=UTC)
DUE = date(2024, 3, 31)
ANNEX = date(2023, 3, 18)
FIXED = Grounds(ZONE, "fixed", {"date": "2024-03-31"})
COMMITTEE = Grounds(
    ZONE,
    "days_after",
    {"days": 30},
    anchors=((EVER, ANNEX),),
    calendars={"both": Holidays({date(2023, 4, 17): "Orthodox Easter Monday"}), "none": Holidays()},
    own_calendars=("none",),
)


def act(kind: str, on: date | None = None, **more: object) -> ReadingAct:
    return ReadingAct(1, kind, on, **more)  # type: ignore[arg-type]


def looking(*findings: tuple[date, int], at: datetime = AT) -> Look:
    facts = tuple(FindingFact(number, on, level) for number, (on, level) in enumerate(findings, start=1))
    return Look(facts, at, 30)


def told(of: ReadingProspect) -> tuple[str, str, str]:
    return of.before.timeliness.value, of.after.timeliness.value, of.breach[0]


REGULATION = act("counting", convention="eu-1182-71", calendars=("both",))


def test_the_committees_case_was_late_by_a_day_and_is_on_time() -> None:
    seen = looking((date(2023, 4, 18), 3))
    of = prospect_of_reading(COMMITTEE, with_act(COMMITTEE, REGULATION), seen)
    assert told(of) == ("met_late", "met_on_time", "late_no_more")
    assert (of.before.days_late, of.after.days_late) == (1, None)
    assert (of.before.due_on, of.after.due_on) == (date(2023, 4, 17), date(2023, 4, 18))


@pytest.mark.parametrize(
    ("new", "change", "days_late"),
    [
        (act("suspension", date(2024, 4, 6)), "ended", 5),
        (act("waiver", date(2024, 4, 6)), "ended", 5),
        (act("suspension", date(2024, 3, 20)), "void", 0),
        (act("extension", date(2024, 4, 11), due_on=date(2024, 9, 1)), "ended", 10),
        (act("extension", date(2024, 3, 11), due_on=date(2024, 9, 1)), "void", 0),
        (act("date", due_on=date(2024, 9, 1)), "void", 0),
        (act("date", due_on=date(2024, 4, 30)), "replaced", 0),
        (act("extension", date(2024, 4, 11), due_on=date(2024, 4, 30)), "replaced", 0),
        (act("resumption", date(2024, 4, 11)), "none", 0),
    ],
    ids=lambda value: value.kind if isinstance(value, ReadingAct) else "",
)
def test_what_becomes_of_an_open_breach(new: ReadingAct, change: str, days_late: int) -> None:
    said, run = prospect_of_reading(FIXED, with_act(FIXED, new), looking()).breach
    assert said == change
    assert run is not None
    assert run.days_late == days_late


def test_an_earlier_day_opens_a_breach_and_a_withdrawal_opens_it_again() -> None:
    later = Grounds(ZONE, "fixed", {"date": "2024-12-31"})
    assert told(prospect_of_reading(later, with_act(later, act("date", due_on=DUE)), looking())) == (
        "upcoming",
        "overdue",
        "opened",
    )
    stopped = with_act(FIXED, act("suspension", date(2024, 4, 6)))
    back = prospect_of_reading(stopped, without_act(stopped, stopped.acts[0].id), looking())
    assert told(back) == ("stopped", "overdue", "reopened")


def test_a_reading_that_makes_a_completion_later_or_earlier_tells_by_how_much() -> None:
    seen = looking((date(2024, 4, 10), 3))
    of = prospect_of_reading(FIXED, with_act(FIXED, act("date", due_on=date(2024, 4, 3))), seen)
    assert told(of) == ("met_late", "met_late", "late_anew")
    assert (of.before.days_late, of.after.days_late) == (10, 7)


def test_each_convention_tells_its_last_day_with_the_same_days_off() -> None:
    seen = looking((date(2023, 4, 18), 3))
    assert [(code, one.due_on) for code, one in outlooks(COMMITTEE, seen)] == [
        ("calendar", date(2023, 4, 17)),
        ("eu-1182-71", date(2023, 4, 17)),
        ("working-days", date(2023, 4, 28)),
    ]
    read = with_act(COMMITTEE, REGULATION)
    assert [(code, one.timeliness.value) for code, one in outlooks(read, seen)] == [
        ("calendar", "met_late"),
        ("eu-1182-71", "met_on_time"),
        ("working-days", "met_on_time"),
    ]


def test_what_was_decided_since_holds_by_every_convention() -> None:
    extended = with_act(COMMITTEE, act("extension", date(2023, 4, 1), due_on=date(2023, 9, 1)))
    assert {one.due_on for _code, one in outlooks(extended, looking())} == {date(2023, 9, 1)}
    as_of_march = by_convention(extended, date(2023, 3, 20))
    assert next(made[-1].due_on for _code, made in as_of_march) == date(2023, 4, 17)


@pytest.mark.parametrize(
    "grounds", [FIXED, Grounds(ZONE, "immediate", {}, anchors=((EVER, ANNEX),)), Grounds(ZONE, "none", {})]
)
def test_where_nothing_is_counted_no_convention_has_a_say(grounds: Grounds) -> None:
    assert list(outlooks(grounds, looking())) == []


KINDS = ["extension", "suspension", "resumption", "waiver", "date"]


@given(
    st.sampled_from(KINDS),
    st.integers(-60, 60),
    st.integers(-60, 200),
    st.lists(st.tuples(st.integers(-60, 60), st.sampled_from([1, 3])), max_size=3),
)
def test_a_prospect_tells_of_a_breach_exactly_where_late_runs_differ(
    kind: str, day: int, due: int, said: list[tuple[int, int]]
) -> None:
    new = act(kind, DUE + timedelta(days=day), due_on=DUE + timedelta(days=due))
    seen = looking(*((DUE + timedelta(days=on), level) for on, level in sorted(said)))
    of = prospect_of_reading(FIXED, with_act(FIXED, new), seen)
    change, _run = of.breach
    was, is_ = of.before.overdue, of.after.overdue
    if change == "none":
        assert (was is None) == (is_ is None)
    if change in ("ended", "void", "replaced"):
        assert was is not None
    if change in ("opened", "reopened", "replaced"):
        assert is_ is not None
    assert (of.after.timeliness == "overdue") == (is_ is not None)
