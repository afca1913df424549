"""Whatever is read, found, taken back and swept, in any order: breaches, columns and spans say what is recorded."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from obligations import drift
from obligations.commands import Refused, readings
from obligations.commands.spans import COLUMNS, known_spans
from obligations.deadlines import episodes
from obligations.flagging import sweep
from obligations.models import Breach, ClockSpan, Commitment, Reading, Statement
from obligations.status.records import records_of
from tests import make
from tests.effort import effort

pytestmark = pytest.mark.django_db

acts = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "extend",
                "suspend",
                "resume",
                "resume",
                "waive",
                "give_date",
                "withdraw",
                "find",
                "find",
                "sweep",
            ]
        ),
        st.integers(0, 20),  # days until it is recorded
        st.integers(0, 25),  # days before that, of which it speaks
        st.integers(-20, 60),  # the new due day
        st.sampled_from([1, 3, 3]),
    ),
    max_size=9,
)


def do(commitment: Commitment, kind: str, now: datetime, back: int, due: int, level: int) -> None:
    today = now.date()
    spoken = today - timedelta(days=back)
    if kind == "sweep":
        sweep(now)
    elif kind == "find":
        make.finding(commitment, level, spoken, now=now)
    elif kind == "withdraw":
        last = (
            Reading.objects.filter(commitment=commitment, withdrawn_by=None).exclude(kind="withdrawal").last()
        )
        if last:
            readings.withdraw(reading=last, actor=make.a_mediator(), now=now, reason="Read anew.")
    elif kind == "give_date":
        make.reading(commitment, kind, now=now, due_on=today + timedelta(days=due))
    elif kind == "extend":
        day = today + timedelta(days=due)
        make.reading(commitment, kind, now=now, due_on=day, effective_on=spoken)
    else:
        make.reading(commitment, kind, now=now, effective_on=spoken)


def agree(commitment: Commitment, now: datetime) -> None:
    """Breach rows, columns and spans say what the records say."""
    commitment = Commitment.objects.get(pk=commitment.pk)
    known = records_of([commitment])[commitment.pk]
    facts = [s.fact() for s in Statement.objects.filter(commitment=commitment).findings().in_order()]
    runs = episodes(known.spans(), commitment.agreement.zone, facts)
    rows = Breach.objects.filter(commitment=commitment).order_by("pk")
    assert sum(row.closed_at is None for row in rows) <= 1
    assert [row.cycle for row in rows] == sorted({row.cycle for row in rows})
    kept = {
        (r.opening_statement_id, r.opening_reading_id, r.overdue_since): r
        for r in rows.exclude(outcome__in=Breach.VOID)
    }
    for run in runs:
        row = kept.pop((run.opened_by, run.opened_act, run.flag_at), None)
        if run.is_open:
            assert row is None or (row.closed_at is None and run.flag_at <= now)
        elif run.days_late:
            assert row is not None
            assert (row.days_late, row.closing_reading_id, row.closing_statement_id) == (
                run.days_late, run.closed_act, run.closed_by,
            )  # fmt: skip
        else:
            assert row is None or row.outcome == "met_on_time"
    assert not kept
    stored = ClockSpan.objects.filter(commitment=commitment).order_by("known_from", "from_day")
    assert [row_of(one) for one in stored] == list(known_spans(known))


def row_of(span: ClockSpan) -> tuple[object, ...]:
    return tuple(getattr(span, name) for name in COLUMNS)


@trying(max_examples=effort(30, 300), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_breaches_agree_with_the_clock_after_every_act_in_any_order(
    drawn: list[tuple[str, int, int, int, int]],
) -> None:
    code, terms = f"O-{Commitment.objects.count() + 1}", {"date": "2024-03-31"}
    commitment, now = make.commitment(code, rule="fixed", terms=terms), datetime(2024, 3, 1, 12, tzinfo=UTC)
    for number, (kind, later, back, due, level) in enumerate(drawn):
        now += timedelta(days=later, minutes=number + 1)
        try:
            do(Commitment.objects.get(pk=commitment.pk), kind, now, back, due, level)
        except Refused:
            continue
        agree(commitment, now)
    sweep(now)
    agree(commitment, now)
    assert list(drift.drifted([commitment.pk], now)) == []
    open_ = Breach.objects.open().filter(commitment=commitment).count()
    commitment = Commitment.objects.get(pk=commitment.pk)
    assert open_ == int(
        commitment.life == "active" and commitment.flag_at is not None and commitment.flag_at <= now
    )
