"""What a viewer sees of a commitment: the same in the database and in Python, and made of what is visible alone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from agreement.viewers import viewer_for
from obligations.flagging import sweep
from obligations.models import Breach, Commitment, Statement
from obligations.status.breaches import breaches_of
from obligations.status.status import with_standing
from parties.access import PUBLIC_VIEWER, Tier, Viewer
from tests import make
from tests.effort import effort
from tests.make import NOW
from tests.seen import seen as seen_rows

pytestmark = pytest.mark.django_db

said = st.lists(
    st.tuples(
        st.dates(date(2023, 7, 1), date(2023, 10, 31)),
        st.sampled_from([None, 0, 1, 2, 3, 3]),
        st.sampled_from([Tier.PUBLIC, Tier.PARTIES, Tier.MEDIATORS]),
        st.integers(0, 3),
    ),
    max_size=7,
)
moments = st.datetimes(datetime(2023, 7, 1), datetime(2023, 12, 1), timezones=st.just(UTC))


def seen(commitment: Commitment, viewer: Viewer, now: datetime = NOW) -> Any:
    (row,) = seen_rows(viewer, now, [commitment])
    return row


@trying(max_examples=effort(25, 200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(findings=said, now=moments, as_mediator=st.booleans())
def test_the_database_and_python_tell_the_same_of_every_history(
    findings: list[tuple[date, int | None, Tier, int]], now: datetime, as_mediator: bool, settings: Any
) -> None:
    settings.PUBLIC_READING = True
    # Straight rows, so that any order of recording is tried.
    commitment = make.commitment(f"O-{Commitment.objects.count() + 1}", days=150)
    for effective_on, level, tier, recorded in findings:
        Statement.objects.create(
            agreement=commitment.agreement,
            commitment=commitment,
            kind="finding",
            level=level,
            not_assessable=level is None,
            effective_on=effective_on,
            recorded_at=datetime(2024, 1, 1 + recorded, tzinfo=UTC),
            reason="Seen.",
            tier=tier,
        )
    make.work_out()
    viewer = make.a_mediator() if as_mediator else PUBLIC_VIEWER
    row = seen(commitment, viewer, now)
    assert row.timeliness == row.standing.timeliness
    assert row.complete_since == row.standing.complete_since
    finding = row.standing.finding
    assert row.finding_id == (finding.pk if finding else None)
    assert (row.level, row.found_on) == ((finding.level, finding.effective_on) if finding else (None, None))
    assert (row.standing.overdue_since is not None) == (row.timeliness == "overdue")


@pytest.fixture
def hidden_completion(settings: Any) -> Commitment:
    settings.PUBLIC_READING = True
    commitment = make.commitment(days=150)
    sweep(NOW)
    make.finding(commitment, 2, date(2023, 9, 1))
    make.finding(commitment, 3, date(2024, 1, 10), tier=Tier.MEDIATORS)
    return commitment


def test_a_completion_that_a_viewer_may_not_see_changes_nothing_for_them(
    hidden_completion: Commitment,
) -> None:
    outside, inside = seen(hidden_completion, PUBLIC_VIEWER), seen(hidden_completion, make.a_mediator())
    assert (outside.timeliness, outside.level, outside.complete_since) == ("overdue", 2, None)
    assert (inside.timeliness, inside.level, inside.complete_since) == ("met_late", 3, date(2024, 1, 10))


def breaches(viewer: Viewer) -> list[tuple[int, str, int | None]]:
    """Cycle, outcome and days late of each breach that the viewer knows of; None while it is open."""
    rows = breaches_of(Commitment.objects.all(), viewer, NOW)
    return [(one.cycle, one.outcome, None if one.is_open else one.days_late) for one in rows]


def test_the_end_of_a_breach_is_known_to_who_may_see_why_it_ended(hidden_completion: Commitment) -> None:
    assert breaches(PUBLIC_VIEWER) == [(1, "", None)]
    assert breaches(make.a_mediator()) == [(1, "met_late", 148)]


def test_a_second_cycle_exists_only_for_who_knows_of_the_first_ones_end(
    hidden_completion: Commitment,
) -> None:
    make.finding(hidden_completion, 1, date(2024, 6, 1))
    sweep(NOW)
    assert breaches(PUBLIC_VIEWER) == [(1, "", None)]
    assert breaches(make.a_mediator()) == [(1, "met_late", 148), (2, "", None)]


@pytest.mark.parametrize("visible_after", [False, True])
def test_hidden_findings_move_no_breach_for_who_may_not_see_them(visible_after: bool, settings: Any) -> None:
    """Closed by a later visible completion, before and after a hidden earlier one: the same for the public."""
    settings.PUBLIC_READING = True
    commitment = make.commitment(days=150)
    sweep(NOW)
    hidden = {"tier": Tier.MEDIATORS}
    for extra in ({}, hidden) if visible_after else (hidden, {}):
        make.finding(commitment, 3, date(2024, 2, 10) if not extra else date(2024, 1, 10), **extra)
    make.finding(commitment, 2, date(2024, 5, 1), **hidden)
    assert breaches(PUBLIC_VIEWER) == [(1, "met_late", 179)]
    assert breaches(make.a_mediator()) == [(1, "met_late", 148), (2, "", None)]


def test_a_completion_in_time_that_was_recorded_late_leaves_its_breach_on_record(settings: Any) -> None:
    settings.PUBLIC_READING = True
    commitment = make.commitment(days=150)
    make.finding(commitment, 3, date(2023, 8, 1))
    assert breaches(PUBLIC_VIEWER) == [(1, "met_on_time", 0)]


@trying(max_examples=effort(15, 200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(findings=said)
def test_overdue_commitments_and_open_breaches_are_the_same_for_every_viewer(
    findings: list[tuple[date, int | None, Tier, int]], settings: Any
) -> None:
    settings.PUBLIC_READING = True
    commitment = make.commitment(f"O-{Commitment.objects.count() + 1}", days=150)
    for effective_on, level, tier, _ in findings:
        make.finding(commitment, level, effective_on, not_assessable=level is None, tier=tier)
    sweep(NOW)
    for viewer in (PUBLIC_VIEWER, make.a_mediator()):
        row = seen(commitment, viewer)
        still_open = [one.is_open for one in breaches_of([row], viewer, NOW)]
        assert (row.timeliness == "overdue") == (True in still_open)
    kept = Breach.objects.filter(commitment=commitment).exclude(outcome__in=Breach.VOID)
    late = [row for row in kept.order_by("overdue_since", "pk") if row.days_late != 0]
    known = [one for one in breaches_of([row], viewer, NOW) if one.is_open or one.days_late]
    told = [(one.outcome, None if one.is_open else one.days_late) for one in known]
    assert told == [(row.outcome, row.days_late) for row in late]


def test_rows_with_their_standing_cost_five_queries_whatever_their_number(
    django_assert_num_queries: Any,
) -> None:
    viewer = viewer_for(make.mediator())
    for number in range(12):
        make.finding(make.commitment(f"O-{number}", days=150), 1)
    with django_assert_num_queries(5):  # the rows; what was said of them; terms, dates and readings
        rows = with_standing(Commitment.objects.order_by("pk"), viewer, NOW)
        assert [row.finding and row.finding.level for row in rows] == [1] * 12


def test_days_late_run_until_today_or_until_it_was_met() -> None:
    commitment = make.commitment(days=150)
    viewer = make.a_mediator()
    assert seen(commitment, viewer, datetime(2023, 8, 16, 12, tzinfo=UTC)).standing.days_late == 1
    make.finding(commitment, 3, date(2024, 1, 10))
    assert seen(commitment, viewer).standing.days_late == 148


def test_immediate_shows_the_days_since_its_trigger_until_it_is_complete() -> None:
    commitment = make.commitment(rule="immediate", trigger=make.trigger())
    viewer = make.a_mediator()
    assert seen(commitment, viewer, datetime(2023, 3, 28, 12, tzinfo=UTC)).standing.days_running == 10
    make.finding(commitment, 3, date(2023, 5, 2))
    assert seen(commitment, viewer).standing.days_running is None
