"""What a viewer sees of periods at any moment: in the database, in Python, and by going through the rows one by one."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from agreement.viewers import viewer_for
from obligations.commands.periods import make_periods
from obligations.deadlines import Moment, moment_of, present
from obligations.flagging import sweep
from obligations.models import Breach, Commitment, Period, Reading, Statement
from obligations.models.period import PeriodState
from obligations.status.breaches import breaches_of
from obligations.status.periods import SeenPeriod, periods_seen
from obligations.status.status import with_standing
from parties.access import PUBLIC_VIEWER, Tier, Viewer
from tests import make
from tests.effort import effort
from tests.lasting import due, monthly, periods, standing
from tests.make import NOW
from tests.seen import seen as seen_rows

pytestmark = pytest.mark.django_db

FIRST = date(2025, 8, 31)
TERMS = {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "first": FIRST.isoformat()}
CODES = count()
HIDDEN = [Tier.PUBLIC, Tier.PUBLIC, Tier.MEDIATORS]
# The day, what is found, who may see it, after how many days it is recorded, and how many periods back it is about.
said = st.lists(
    st.tuples(
        st.dates(date(2025, 7, 20), date(2026, 2, 20)),
        st.sampled_from([None, 0, 1, 2, 3, 3, 3]),
        st.sampled_from(HIDDEN),
        st.integers(0, 40),
        st.integers(0, 2),
    ),
    max_size=8,
)
stops = st.lists(st.dates(date(2025, 8, 1), date(2026, 2, 20)), max_size=3, unique=True).map(sorted)
asked = st.tuples(
    st.none() | st.dates(date(2025, 8, 1), date(2026, 3, 1)),
    st.none() | st.dates(date(2025, 8, 1), date(2026, 3, 1)),
)


def recorded(owed: Commitment, findings: list[Any], acts: list[date], conduct: bool) -> None:
    """Straight rows, so that any order of recording is tried; and stops of the clock that alternate with goings on."""
    rows = periods(owed)
    for on, level, tier, after, back in findings:
        own = next((at for at, period in enumerate(rows) if period.holds(on)), None)
        Statement.objects.create(
            agreement=owed.agreement,
            commitment=owed,
            kind="finding",
            level=None if conduct else level,
            not_assessable=level is None and not conduct,
            conduct=["kept", "kept_with_incidents", "not_kept", "contrary"][level or 0] if conduct else "",
            effective_on=on,
            recorded_at=datetime(on.year, on.month, on.day, 12, tzinfo=UTC) + timedelta(days=after),
            reason="Seen.",
            tier=tier,
            period=rows[own - back] if own is not None and 0 < back <= own else None,
        )
    for number, day in enumerate(acts):
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=3)
        make.reading(owed, "resume" if number % 2 else "suspend", effective_on=day, now=at)
    make.work_out()


def active(owed: Commitment, day: date, moment: Moment) -> bool:
    """Whether it was, going through its readings: of a day to come, what is so on the day spoken of."""
    day = min(day, moment.spoken_on or day)
    last = "resumption"
    for reading in Reading.objects.filter(commitment=owed).order_by("effective_on", "pk"):
        known = moment.known_at is None or reading.recorded_at < moment.known_at
        if known and reading.effective_on is not None and reading.effective_on <= day:
            last = reading.kind
    return last == "resumption"


def findings_on(period: Period, viewer: Viewer, moment: Moment) -> list[Statement]:
    rows = Statement.objects.filter(commitment=period.commitment).visible_to(viewer, moment.now).in_order()
    return [
        one
        for one in rows
        if (one.period_id == period.pk or (one.period_id is None and period.holds(one.effective_on)))
        and (moment.spoken_on is None or one.effective_on <= moment.spoken_on)
        and (moment.known_at is None or one.recorded_at < moment.known_at)
    ]


def late_from(period: Period, viewer: Viewer, moment: Moment) -> date:
    """The day from which days late count: the due day, or a later one on which a completion was taken back."""
    assert period.due_on is not None
    done, since = False, period.due_on
    for one in findings_on(period, viewer, moment):
        if one.level is not None:
            since = max(since, one.effective_on) if done and one.level < 3 else since
            done = one.level == 3
    return since


def state_of(period: Period, viewer: Viewer, moment: Moment) -> str:
    """By the words of the rule alone."""
    findings, today = findings_on(period, viewer, moment), (moment.spoken_on or NOW.date())
    if period.due_on:
        done = None
        for one in findings:
            if one.level is not None:
                done = (done or one.effective_on) if one.level == 3 else None
        if done:
            return PeriodState.ON_TIME if done <= period.due_on else PeriodState.LATE
        if not active(period.commitment, period.due_on, moment):
            return PeriodState.STOPPED
        return PeriodState.MISSED if period.due_on < today else PeriodState.UPCOMING
    if findings:
        return findings[-1].conduct
    days = (period.ends_on - period.starts_on).days + 1
    if not any(active(period.commitment, period.starts_on + timedelta(days=n), moment) for n in range(days)):
        return PeriodState.STOPPED
    if period.ends_on < today:
        return PeriodState.NO_FINDING
    return PeriodState.RUNNING if period.starts_on <= today else PeriodState.UPCOMING


def rows_of(owed: Commitment, viewer: Viewer, moment: Moment) -> list[Any]:
    keys = {row.pk: row for row in owed.periods.all()}
    return [Row(keys[one.pk], one) for one in periods_seen([owed.pk], viewer, moment)]


class Row:
    """A period, and what is seen of it."""

    def __init__(self, period: Period, seen: SeenPeriod) -> None:
        self.period, self.seen = period, seen

    def __getattr__(self, name: str) -> Any:
        return getattr(self.seen if hasattr(self.seen, name) else self.period, name)


@trying(max_examples=effort(12, 200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(findings=said, acts=stops, days=asked, as_mediator=st.booleans(), conduct=st.booleans())
def test_every_period_stands_as_the_rows_say_at_any_moment(
    findings: list[Any], acts: list[date], days: Any, as_mediator: bool, conduct: bool, settings: Any
) -> None:
    settings.PUBLIC_READING = True
    code = f"O-{next(CODES)}"
    owed = standing(code, review_months=2) if conduct else monthly(code, terms=TERMS)
    recorded(owed, findings, acts, conduct)
    viewer = make.a_mediator() if as_mediator else PUBLIC_VIEWER
    moment = moment_of(days[0], days[1], NOW, owed.agreement.zone)
    seen = rows_of(owed, viewer, moment)
    assert seen
    assert [row.state for row in seen] == [state_of(row, viewer, moment) for row in seen]
    today = moment.spoken_on or NOW.date()
    assert [row.elapsed for row in seen] == [row.ends_on < today for row in seen]


@trying(max_examples=effort(12, 200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(findings=said, acts=stops, days=asked, as_mediator=st.booleans())
def test_what_recurs_stands_as_its_earliest_time_without_a_completion(
    findings: list[Any], acts: list[date], days: Any, as_mediator: bool, settings: Any
) -> None:
    settings.PUBLIC_READING = True
    owed = monthly(f"O-{next(CODES)}", terms=TERMS)
    recorded(owed, findings, acts, conduct=False)
    viewer = make.a_mediator() if as_mediator else PUBLIC_VIEWER
    moment = moment_of(days[0], days[1], NOW, owed.agreement.zone)
    (row,) = seen_rows(viewer, moment, [owed])
    found: Any = row
    awaited = next(
        (p for p in rows_of(owed, viewer, moment) if p.state in (PeriodState.MISSED, PeriodState.UPCOMING)),
        None,
    )
    assert found.falls_due_on == found.standing.deadline.due_on == (awaited.due_on if awaited else None)
    assert found.falls_due_at == found.standing.deadline.due_at
    assert found.complete_since is found.standing.complete_since is None
    assert found.timeliness == found.standing.timeliness
    today = moment.spoken_on or NOW.date()
    is_late = awaited is not None and awaited.due_on < today
    if active(owed, today, moment):
        assert (found.timeliness == "overdue") == is_late
        assert (found.timeliness == "stopped") == (awaited is None)
        assert (found.standing.days_late or 0) == (
            (today - late_from(awaited, viewer, moment)).days if awaited and is_late else 0
        )
    else:
        assert found.timeliness == "stopped"


@trying(max_examples=effort(8, 100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(findings=said, acts=stops)
def test_breaches_of_a_mediator_are_the_rows_of_the_sweep(
    findings: list[Any], acts: list[date], settings: Any
) -> None:
    """The sweep ran before anything was recorded, and after everything."""
    settings.PUBLIC_READING = True
    owed = monthly(f"O-{next(CODES)}", terms=TERMS)
    sweep(NOW)
    for on, level, tier, _after, back in findings:
        rows = periods(owed)
        own = next(at for at, period in enumerate(rows) if period.holds(on))
        about = rows[own - back] if 0 < back <= own else None
        make.finding(owed, level, on, not_assessable=level is None, tier=tier, period=about)
    for number, day in enumerate(acts):
        make.reading(owed, "resume" if number % 2 else "suspend", effective_on=day)
    sweep(NOW)
    viewer = make.a_mediator()
    known = [b for b in breaches_of([owed], viewer, NOW) if b.is_open or b.days_late]
    known.sort(key=lambda b: (b.period_id or 0, b.overdue_since))
    kept = Breach.objects.filter(commitment=owed).exclude(outcome__in=Breach.VOID).exclude(days_late=0)
    in_order = kept.order_by("period_id", "overdue_since", "pk")
    told = [(b.period_id, b.outcome, None if b.is_open else b.days_late) for b in known]
    assert told == [(b.period_id, b.outcome, b.days_late) for b in in_order]
    assert len({b.key for b in known}) == len(known)
    assert {b.period_id for b in known if b.is_open} == {
        p.pk
        for p in rows_of(owed, viewer, present(NOW))
        if p.state == PeriodState.MISSED and active(owed, NOW.date(), present(NOW))
    }


def test_a_completion_that_a_viewer_may_not_see_leaves_the_time_missed_for_them(settings: Any) -> None:
    settings.PUBLIC_READING = True
    owed = monthly(terms=TERMS)
    make.finding(owed, 3, date(2025, 8, 20), tier=Tier.MEDIATORS)
    states = {
        viewer: rows_of(owed, viewer, present(NOW))[0].state for viewer in (PUBLIC_VIEWER, make.a_mediator())
    }
    assert list(states.values()) == [PeriodState.MISSED, PeriodState.ON_TIME]


def test_periods_of_an_agreement_that_is_closed_to_a_viewer_are_not_there(settings: Any) -> None:
    settings.PUBLIC_READING = False
    owed = monthly(terms=TERMS)
    outsider = viewer_for(make.mediator("elsewhere@trial.invalid", of=make.agreement("other")))
    assert rows_of(owed, outsider, present(NOW)) == []
    assert rows_of(owed, make.a_mediator(), present(NOW))


def test_what_other_terms_replaced_is_awaited_as_of_the_days_before() -> None:
    owed = monthly(terms=TERMS)
    for period in periods(owed):
        if period.ends_on < NOW.date():
            make.finding(owed, 3, period.ends_on)
    make.finding(owed, 3, NOW.date())  # March as well
    owed.obligation.terms = {"rrule": "FREQ=YEARLY", "first": "2026-12-31"}
    owed.obligation.save()
    make.terms(owed.obligation, NOW, None)
    make_periods(None, NOW)
    viewer, later = make.a_mediator(), NOW + timedelta(days=5)
    zone = owed.agreement.zone
    for known_on, day in ((date(2026, 3, 1), None), (date(2026, 3, 3), date(2026, 12, 31))):
        moment = moment_of(None, known_on, later, zone)
        (row,) = seen_rows(viewer, moment, [owed])
        # The findings were recorded on 2 March: before that, the earliest time is awaited.
        assert row.falls_due_on == (day or FIRST)
    assert due(owed, "2026-12-31").starts_on == date(2026, 4, 1)


def test_standing_of_what_recurs_costs_the_same_few_queries_whatever_its_number(
    django_assert_num_queries: Any,
) -> None:
    viewer = viewer_for(make.mediator())
    for number in range(5):
        monthly(f"O-{number}")
    with django_assert_num_queries(5):  # the rows; what was said; terms and readings; the periods
        rows = with_standing(Commitment.objects.order_by("pk"), viewer, NOW)
        assert [row.awaited and str(row.awaited.period.due_on) for row in rows] == ["2025-01-31"] * 5
