"""Periods of what lasts: made a year ahead, once each, by the intended days; and the clock of each that is due."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from agreement.models import Instrument, LedgerEntry
from obligations import tasks
from obligations.commands import clock
from obligations.commands.findings import assess_periods
from obligations.commands.periods import make_periods
from obligations.deadlines import moment_of
from obligations.models import Commitment, Period, Statement
from parties.access import Tier
from tests import make
from tests.lasting import MONTHLY, days, due, monthly, periods, standing
from tests.make import NOW
from tests.packs.pack_data import changed as changed_pack
from tests.packs.pack_data import load, without

pytestmark = pytest.mark.django_db


def test_what_recurs_has_a_period_for_each_day_up_to_a_year_ahead() -> None:
    assert days(monthly())[:3] + days(monthly("OTHER"))[-2:] == [
        "2023-02-27 2025-01-31",  # from the day of the text
        "2025-02-01 2025-02-28",
        "2025-03-01 2025-03-31",
        "2027-01-01 2027-01-31",
        "2027-02-01 2027-02-28",
    ]


def test_each_is_due_until_the_midnight_that_ends_its_day_in_the_agreements_zone() -> None:
    owed = monthly()
    assert due(owed, "2025-02-28").due_at == datetime(2025, 2, 28, 23, tzinfo=UTC)
    assert due(owed, "2025-03-31").due_at == datetime(2025, 3, 31, 22, tzinfo=UTC)  # summer time


def test_a_clock_that_changes_on_the_due_day_itself_still_ends_at_its_midnight() -> None:
    owed = monthly(terms={"rrule": "FREQ=YEARLY", "first": "2025-03-30"})
    assert due(owed, "2025-03-30").due_at == datetime(2025, 3, 30, 22, tzinfo=UTC)


def test_a_day_that_only_leap_years_have_is_the_last_of_february_in_others() -> None:
    owed = monthly(terms={"rrule": "FREQ=YEARLY", "first": "2024-02-29"})
    assert [str(one.due_on) for one in periods(owed)][:3] == ["2024-02-29", "2025-02-28", "2026-02-28"]


def test_the_next_is_made_however_far_off() -> None:
    owed = monthly(terms={"rrule": "FREQ=YEARLY;INTERVAL=4", "first": "2024-02-29"})
    assert [str(one.due_on) for one in periods(owed)] == ["2024-02-29", "2028-02-29"]


def test_a_recurrence_that_ends_has_no_period_after_its_end() -> None:
    owed = monthly(terms={**MONTHLY, "until": "2025-03-31"})
    assert [str(one.due_on) for one in periods(owed)] == ["2025-01-31", "2025-02-28", "2025-03-31"]


def test_what_stands_is_reviewed_from_the_day_that_its_text_was_in_effect() -> None:
    Instrument.objects.filter(pk=make.provision().instrument_id).update(in_effect_from=date(2025, 3, 18))
    assert days(standing()) == [
        "2025-03-18 2025-06-30",
        "2025-07-01 2025-12-31",
        "2026-01-01 2026-06-30",
        "2026-07-01 2026-12-31",
        "2027-01-01 2027-06-30",
    ]


def test_an_obligation_may_be_reviewed_more_often_than_the_agreement_says() -> None:
    assert days(standing(review_months=3))[1:3] == ["2023-04-01 2023-06-30", "2023-07-01 2023-09-30"]


def test_a_text_without_a_day_is_reviewed_from_the_agreements_first_one() -> None:
    make.provision()
    other = make.provision(instrument="other")
    Instrument.objects.filter(pk=other.instrument_id).update(adopted_on=None)
    assert days(standing(provision=other))[0] == "2023-02-27 2023-06-30"


def test_what_is_done_once_has_no_periods() -> None:
    make.commitment(days=30)
    make.commitment("O-2", kind="conditional")
    assert make_periods(None, NOW) == 0
    assert not Period.objects.exists()


def test_making_again_changes_nothing_and_enters_nothing() -> None:
    monthly(), standing()
    rows, entries = list(Period.objects.values()), LedgerEntry.objects.count()
    assert make_periods(None, NOW) == 0
    assert (list(Period.objects.values()), LedgerEntry.objects.count()) == (rows, entries)


def test_a_later_night_adds_only_what_has_come_within_a_year() -> None:
    owed = monthly()
    before = days(owed)
    assert make_periods(None, NOW + timedelta(days=31)) == 1
    assert days(owed) == [*before, "2027-03-01 2027-03-31"]


def test_the_ledger_has_an_entry_a_batch_with_how_many() -> None:
    make.commitment("A", kind="standing"), make.commitment("B", kind="standing")
    made = make_periods(None, NOW)
    entry = LedgerEntry.objects.get(command="make_periods")
    assert (entry.subject, entry.after, entry.actor) == ("2 commitments", {"made": made, "replaced": 0}, None)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_make_each_period_once() -> None:
    for number in range(12):
        make.commitment(f"O-{number}", kind="recurring", rule="recurring", terms=MONTHLY)

    def one(_: int) -> int:
        try:
            return make_periods(None, NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        made = sum(pool.map(one, range(8)))
    assert made == Period.objects.count() == 12 * 26


def test_the_worker_makes_them_each_night() -> None:
    owed = make.commitment(kind="standing")
    tasks.make_periods()
    assert periods(owed)
    entry: Any = settings.CELERY_BEAT_SCHEDULE["make-periods"]
    assert entry["task"] == tasks.make_periods.name
    assert entry["options"]["expires"] < 24 * 60 * 60


def changed(owed: Commitment, now: datetime = NOW, **fields: Any) -> None:
    """The obligation's terms as another pack gives them."""
    for name, value in fields.items():
        setattr(owed.obligation, name, value)
    owed.obligation.save()
    make.terms(owed.obligation, now, None)
    clock.reset(owed, now)
    make_periods(owed.agreement_id, now)


def test_other_terms_leave_what_has_begun_and_cut_what_has_not() -> None:
    owed = monthly()
    changed(owed, terms={"rrule": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15", "first": "2026-02-15"})
    assert days(owed)[-5:] == [
        "2026-03-01 2026-03-31",  # under way
        "2026-04-01 2026-05-15",
        "2026-05-16 2026-08-15",
        "2026-08-16 2026-11-15",
        "2026-11-16 2027-02-15",
    ]


def test_what_other_terms_replaced_stays_as_it_was_known() -> None:
    owed = monthly()
    before = list(owed.periods.values_list("starts_on", "ends_on"))
    changed(owed, terms={"rrule": "FREQ=YEARLY", "first": "2026-12-31"})
    zone = owed.agreement.zone
    earlier = moment_of(None, date(2026, 3, 1), NOW + timedelta(days=9), zone)
    known = Period.objects.known(earlier).filter(commitment=owed)
    assert list(known.values_list("starts_on", "ends_on")) == before
    assert not owed.periods.exclude(known_until__year=9999).exclude(flag_at=None).exists()


def test_another_length_of_review_holds_from_the_end_of_the_period_under_way() -> None:
    owed = standing()
    changed(owed, review_months=3)
    assert days(owed)[5:8] == ["2025-07-01 2025-12-31", "2026-01-01 2026-06-30", "2026-07-01 2026-09-30"]


def test_a_commitment_whose_clock_stands_has_no_periods_to_come_until_it_goes_on() -> None:
    owed = monthly()
    make.reading(owed, "suspend", effective_on=date(2026, 3, 1))
    assert days(owed)[-1] == "2026-03-01 2026-03-31"
    assert make_periods(None, NOW + timedelta(days=90)) == 0
    later = NOW + timedelta(days=100)  # 10 June
    make.reading(owed, "resume", effective_on=date(2026, 6, 5), now=later)
    assert days(owed)[-13:-10] == [
        "2026-03-01 2026-03-31",
        "2026-06-01 2026-06-30",
        "2026-07-01 2026-07-31",
    ]


def test_what_is_waived_has_no_periods_to_come() -> None:
    owed = standing()
    make.reading(owed, "waive")
    assert days(owed)[-1] == "2026-01-01 2026-06-30"


# What it costs


@pytest.mark.parametrize("rows", [2, 20])
def test_a_night_asks_the_same_few_queries_whatever_the_number(
    rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        make.commitment(f"O-{number}", kind="standing")
    make_periods(None, NOW)
    with django_assert_num_queries(9):
        assert make_periods(None, NOW) == 0


# What a pack brings


def test_a_pack_brings_its_periods_with_it_and_other_terms_cut_them_anew(tmp_path: Path) -> None:
    def again(rrule: str, first: str) -> str:
        limit = f"deadline: {{rule: recurring, rrule: {rrule}, first: {first}}}"
        return changed_pack(("kind: standing", "kind: recurring"), ("deadline: {rule: none}", limit))

    load(tmp_path, again("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31"))
    owed = Commitment.objects.get(obligation__code="R-2")
    assert days(owed)[:2] == ["2026-01-31 2026-01-31", "2026-02-01 2026-02-28"]  # its text names no day
    load(tmp_path, again("FREQ=YEARLY", "2026-12-31"))
    assert days(owed)[-2:] == ["2026-03-01 2026-03-31", "2026-04-01 2026-12-31"]


def test_what_a_pack_takes_out_has_no_periods_to_come(tmp_path: Path) -> None:
    river = changed_pack(("short_title: Agreement\n", "short_title: Agreement\n    date: 2025-07-01\n"))
    load(tmp_path, river)
    owed = Commitment.objects.get(obligation__code="R-2")
    make.finding(owed, conduct="kept", effective_on=date(2026, 1, 10))
    load(tmp_path, without("- code: R-2", river))
    owed.refresh_from_db()
    assert owed.life == "superseded"
    assert days(owed) == ["2025-07-01 2025-12-31", "2026-01-01 2026-06-30"]


def test_several_periods_are_looked_at_once_nobody_else_can_assess_them() -> None:
    owed = standing()
    (*_earlier, last) = [one for one in periods(owed) if one.ends_on < NOW.date()]
    said: dict[str, Any] = {"conduct": "kept", "reason": "Seen.", "tier": Tier.PUBLIC}
    with CaptureQueriesContext(connection) as queries:
        (made,) = assess_periods(periods=[last], actor=make.a_mediator(), now=NOW, **said)
    assert isinstance(made, Statement)
    assert made.effective_on == last.ends_on
    asked = [query["sql"] for query in queries]
    locked = next(
        at for at, sql in enumerate(asked) if "FOR UPDATE" in sql and "obligations_commitment" in sql
    )
    assert locked < next(at for at, sql in enumerate(asked) if "obligations_periodstatus" in sql)
