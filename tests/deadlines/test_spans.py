"""What a clock is over the days, from terms and readings. No database."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines import (
    EVER,
    NEVER,
    Episode,
    FindingFact,
    Grounds,
    ReadingAct,
    Span,
    episodes,
    spans,
)
from obligations.deadlines.conventions import Holidays
from obligations.deadlines.spans import merged, span_on
from tests.deadlines.clocks import ZONE, fixed_on, undated

DUE = date(2024, 3, 31)
START = date(2024, 3, 1)


def act(number: int, kind: str, on: date | None = None, **more: object) -> ReadingAct:
    return ReadingAct(number, kind, on, **more)  # type: ignore[arg-type]


def runs_of(made: tuple[Span, ...], *findings: tuple[date, int]) -> tuple[Episode, ...]:
    facts = [FindingFact(number, on, level) for number, (on, level) in enumerate(findings, start=1)]
    return episodes(made, ZONE, facts)


def test_a_clock_had_not_begun_before_the_day_that_it_runs_from() -> None:
    before, after = spans(Grounds(ZONE, "days_after", {"days": 30}, anchors=((EVER, START),)))
    assert (before.deadline.clock, before.until_day) == ("pending", START)
    assert (after.due_on, after.from_day, after.until_day) == (DUE, START, NEVER)


def test_a_limit_before_an_event_is_dated_as_soon_as_its_day_is_known() -> None:
    (only,) = spans(Grounds(ZONE, "days_before", {"days": 10}, anchors=((EVER, date(2024, 6, 20)),)))
    assert only.due_on == date(2024, 6, 10)


def test_an_extension_moves_the_due_day_from_its_own_day_on() -> None:
    before, after = fixed_on(DUE, act(1, "extension", date(2024, 3, 20), due_on=date(2024, 5, 1)))
    assert (before.due_on, after.due_on, after.from_day) == (DUE, date(2024, 5, 1), date(2024, 3, 20))
    assert [step.kind for step in after.deadline.steps] == [
        "fixed",
        "last_day",
        "extension",
        "last_day",
        "instant",
    ]


def test_a_resumed_clock_has_as_many_days_left_as_when_it_was_stopped() -> None:
    stop, go_on = date(2024, 3, 11), date(2024, 4, 20)
    made = fixed_on(DUE, act(1, "suspension", stop), act(2, "resumption", go_on))
    assert [one.life for one in made] == ["active", "suspended", "active"]
    assert made[-1].due_on == DUE + timedelta(days=40)
    assert made[-1].due_on - go_on == DUE - stop


def test_a_clock_that_was_late_when_it_was_stopped_is_as_late_when_it_goes_on() -> None:
    made = fixed_on(DUE, act(1, "suspension", date(2024, 4, 6)), act(2, "resumption", date(2024, 5, 16)))
    stopped, resumed = runs_of(made)
    assert (stopped.ending, stopped.days_late) == ("suspended", 5)
    assert resumed.in_time_until == DUE + timedelta(days=40)
    assert resumed.flag_at == datetime(2024, 5, 15, 22, tzinfo=UTC)


def test_an_extension_within_a_suspension_counts_the_days_that_it_stands_still_after_it() -> None:
    """The day was set on 1 April; from then on the clock stood still for another nineteen days."""
    made = fixed_on(
        DUE,
        act(1, "suspension", date(2024, 3, 11)),
        act(2, "extension", date(2024, 4, 1), due_on=date(2024, 6, 1)),
        act(3, "resumption", date(2024, 4, 20)),
    )
    assert [one.due_on for one in made] == [DUE, DUE, date(2024, 6, 1), date(2024, 6, 20)]


def test_a_moved_last_day_that_is_no_working_day_goes_on_to_the_next_where_the_convention_says_so() -> None:
    counted = act(1, "counting", convention="eu-1182-71")
    stop, go_on = act(2, "suspension", date(2024, 3, 11)), act(3, "resumption", date(2024, 3, 16))
    terms = {"days": 30}
    made = spans(Grounds(ZONE, "days_after", terms, anchors=((EVER, START),), acts=(counted, stop, go_on)))
    # 31 March 2024 is a Sunday, so the limit is 1 April; five days on it is Saturday the 6th.
    assert [one.due_on for one in made][-2:] == [date(2024, 4, 1), date(2024, 4, 8)]


def test_a_waiver_stops_the_clock_for_good_and_keeps_what_was_late() -> None:
    made = fixed_on(DUE, act(1, "waiver", date(2024, 4, 11)))
    (only,) = runs_of(made)
    assert (only.ending, only.days_late, only.is_open) == ("waived", 10, False)


def test_a_waiver_before_the_due_day_leaves_nothing_late() -> None:
    (only,) = runs_of(fixed_on(DUE, act(1, "waiver", date(2024, 3, 11))))
    assert only.days_late == 0


def test_a_reading_of_how_to_count_holds_for_every_day() -> None:
    (before, after) = spans(
        Grounds(
            ZONE,
            "days_after",
            {"days": 30},
            anchors=((EVER, date(2023, 3, 18)),),
            acts=(act(1, "counting", convention="eu-1182-71", calendars=("both",)),),
            calendars={"both": Holidays({date(2023, 4, 17): "Easter Monday"})},
        )
    )
    assert before.deadline.clock == "pending"
    assert after.due_on == date(2023, 4, 18)


def test_the_last_reading_of_how_the_text_is_understood_stands() -> None:
    grounds = Grounds(ZONE, "days_after", {"days": 30}, anchors=((EVER, START),))
    given_ = act(1, "date", due_on=date(2024, 9, 1))
    counted = act(2, "counting", convention="calendar")
    assert spans(with_acts(grounds, given_))[-1].due_on == date(2024, 9, 1)
    assert spans(with_acts(grounds, given_, counted))[-1].due_on == DUE


def with_acts(grounds: Grounds, *acts: ReadingAct) -> Grounds:
    return Grounds(grounds.zone, grounds.rule, grounds.terms, grounds.convention, grounds.anchors, acts)


def test_at_once_with_a_date_is_a_clock_from_the_day_of_its_trigger() -> None:
    made = spans(
        Grounds(
            ZONE, "immediate", {}, anchors=((EVER, START),), acts=(act(1, "date", due_on=date(2024, 4, 1)),)
        )
    )
    assert [(one.deadline.clock, one.due_on) for one in made] == [
        ("pending", None),
        ("dated", date(2024, 4, 1)),
    ]


def test_a_clock_follows_the_days_on_which_its_anchor_was_there() -> None:
    """Fulfilled on 1 March, taken back on 1 April, fulfilled again on 1 May."""
    anchors = (
        (EVER, None),
        (START, START),
        (date(2024, 4, 1), None),
        (date(2024, 5, 1), date(2024, 5, 1)),
    )
    made = spans(Grounds(ZONE, "days_after", {"days": 10}, anchors=anchors))
    assert [one.due_on for one in made] == [None, date(2024, 3, 11), None, date(2024, 5, 11)]
    first, second = runs_of(made)
    assert (first.ending, first.closed_act) == ("start_changed", None)
    assert second.is_open


def test_completion_while_the_clock_stands_still_is_in_time() -> None:
    made = fixed_on(DUE, act(1, "suspension", date(2024, 3, 11)))
    assert made[-1].in_time_until == NEVER
    assert fixed_on(DUE, act(1, "suspension", date(2024, 4, 11)))[-1].in_time_until == DUE


def test_one_calendar_of_several_knows_the_names_of_all_and_ends_with_the_first() -> None:
    easter = date(2023, 4, 17)
    one = Holidays({easter: "Easter Monday"}, date(2030, 12, 31))
    other = Holidays({easter: "Orthodox Easter", date(2023, 5, 1): "Labour Day"}, date(2025, 12, 31))
    both = merged([one, other])
    assert both.days == {easter: "Easter Monday; Orthodox Easter", date(2023, 5, 1): "Labour Day"}
    assert both.known_until == date(2025, 12, 31)


KINDS = ["extension", "suspension", "resumption", "waiver"]
acts = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 200), st.integers(0, 400)), max_size=6).map(
    lambda drawn: tuple(
        act(number, kind, START + timedelta(days=day), due_on=START + timedelta(days=due))
        for number, (kind, day, due) in enumerate(sorted(drawn, key=lambda one: one[1]), start=1)
    )
)
findings = st.lists(st.tuples(st.integers(0, 400), st.sampled_from([0, 2, 3])), max_size=5).map(
    lambda drawn: [(START + timedelta(days=day), level) for day, level in sorted(drawn)]
)


@given(acts)
def test_spans_cover_every_day_once(drawn: tuple[ReadingAct, ...]) -> None:
    for made in (fixed_on(DUE, *drawn), undated(*drawn)):
        assert (made[0].from_day, made[-1].until_day) == (EVER, NEVER)
        assert all(one.until_day == next_.from_day for one, next_ in pairwise(made))
        assert all(one.from_day < one.until_day for one in made)
        assert span_on(made, None) == made[-1]
        assert all(span_on(made, one.from_day) == one for one in made)


@given(acts, findings)
def test_at_most_the_last_run_of_a_clock_is_open_and_each_ends_after_it_began(
    drawn: tuple[ReadingAct, ...], said: list[tuple[date, int]]
) -> None:
    made = fixed_on(DUE, *drawn)
    runs = runs_of(made, *said)
    assert all(not run.is_open for run in runs[:-1])
    if runs and runs[-1].is_open:
        assert made[-1].is_running
    keys = [(run.opened_by, run.opened_act, run.flag_at) for run in runs]
    assert len(set(keys)) == len(keys)


@given(acts)
def test_what_is_recorded_later_changes_no_day_before_its_own(drawn: tuple[ReadingAct, ...]) -> None:
    """As of an earlier day an act of a later one is not there."""
    if not drawn:
        return
    day = drawn[-1].effective_on
    assert day is not None
    before = [one for one in fixed_on(DUE, *drawn[:-1]) if one.from_day < day]
    after = [one for one in fixed_on(DUE, *drawn) if one.from_day < day]
    told = [(one.from_day, one.life, one.due_on) for one in before]
    assert told == [(one.from_day, one.life, one.due_on) for one in after]


def test_a_clock_that_begins_while_it_is_stopped_stood_still_since_it_began() -> None:
    """Stopped on 20 February, before its trigger of 1 March; it goes on on 11 March, ten days after that."""
    stop, go_on = act(1, "suspension", date(2024, 2, 20)), act(2, "resumption", date(2024, 3, 11))
    made = spans(Grounds(ZONE, "days_after", {"days": 30}, anchors=((EVER, START),), acts=(stop, go_on)))
    assert [(one.life, one.due_on) for one in made] == [
        ("active", None),
        ("suspended", None),
        ("suspended", DUE),
        ("active", DUE + timedelta(days=10)),
    ]


def test_the_steps_tell_every_act_in_its_place() -> None:
    made = fixed_on(
        DUE,
        act(1, "extension", date(2024, 3, 5), due_on=date(2024, 5, 1)),
        act(2, "suspension", date(2024, 3, 11)),
        act(3, "resumption", date(2024, 4, 20)),
        act(4, "waiver", date(2024, 5, 20)),
    )
    assert [(step.kind, step.on) for step in made[-1].deadline.steps if step.kind != "instant"] == [
        ("fixed", DUE),
        ("last_day", DUE),
        ("extension", date(2024, 3, 5)),
        ("last_day", date(2024, 5, 1)),
        ("suspension", date(2024, 3, 11)),
        ("resumption", date(2024, 4, 20)),
        ("last_day", date(2024, 6, 10)),
        ("waiver", date(2024, 5, 20)),
    ]


def test_a_reading_of_how_to_count_is_the_first_step_of_a_sum_and_of_nothing_else() -> None:
    counted = act(1, "counting", convention="eu-1182-71")
    summed = spans(Grounds(ZONE, "days_after", {"days": 3}, anchors=((EVER, START),), acts=(counted,)))[-1]
    assert (summed.deadline.steps[0].kind, summed.deadline.steps[0].convention) == ("counting", "eu-1182-71")
    assert "counting" not in [step.kind for step in fixed_on(DUE, counted)[-1].deadline.steps]
