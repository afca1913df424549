"""Dates of triggers and what hangs on them."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from agreement.models import TriggerDate
from agreement.viewers import viewer_for
from obligations.commands import Refused, set_trigger_date
from obligations.deadlines.moment import STILL
from obligations.flagging import sweep
from obligations.models import Breach, BreachStatus, CommitmentStatus
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


def test_a_date_starts_the_clocks_that_hang_on_the_trigger() -> None:
    undated = make.trigger("T-LATER", on=None)
    commitment = make.commitment(days=10, trigger=undated)
    assert (commitment.clock, commitment.due_on) == ("pending", None)
    set_trigger_date(
        trigger=undated, actor=make.a_mediator(), now=NOW, occurred_on=date(2026, 2, 1), reason="Held."
    )
    commitment.refresh_from_db()
    assert (commitment.clock, commitment.due_on) == ("dated", date(2026, 2, 11))
    assert sweep(NOW) == 1


def test_a_later_date_voids_the_breach_and_a_new_cycle_starts_when_that_runs_out() -> None:
    trigger = make.trigger()
    commitment = make.commitment(days=150)
    sweep(NOW)
    set_trigger_date(
        trigger=trigger, actor=make.a_mediator(), now=NOW, occurred_on=date(2026, 2, 1), reason="Read anew."
    )
    assert Breach.objects.get().outcome == "rescheduled"
    commitment.refresh_from_db()
    assert (commitment.overdue_since, commitment.cycle, commitment.due_on) == (None, 2, date(2026, 7, 1))
    assert sweep(NOW) == 0


def test_a_correction_that_stays_in_the_past_is_another_breach_with_a_new_cycle() -> None:
    trigger = make.trigger()
    commitment = make.commitment(days=150)
    sweep(NOW)
    set_trigger_date(
        trigger=trigger, actor=make.a_mediator(), now=NOW, occurred_on=date(2023, 3, 19), reason="By a day."
    )
    assert Breach.objects.get().outcome == Breach.Outcome.RESCHEDULED
    assert sweep(NOW) == 1
    commitment.refresh_from_db()
    breach = Breach.objects.open().get()
    assert (breach.cycle, breach.overdue_since) == (2, commitment.due_at)
    assert sweep(NOW) == 0


def test_taking_a_date_back_leaves_the_clock_pending() -> None:
    trigger = make.trigger()
    commitment = make.commitment(days=150)
    sweep(NOW)
    set_trigger_date(
        trigger=trigger, actor=make.a_mediator(), now=NOW, occurred_on=None, reason="Not confirmed."
    )
    commitment.refresh_from_db()
    assert (commitment.clock, commitment.flag_at) == ("pending", None)
    assert Breach.objects.get().closed_at is not None


def test_every_date_stays_on_record() -> None:
    trigger = make.trigger("T-LATER", on=None)
    for day in (date(2026, 2, 1), date(2026, 2, 2)):
        set_trigger_date(
            trigger=trigger, actor=make.a_mediator(), now=NOW, occurred_on=day, reason="Reported."
        )
    assert [row.occurred_on for row in TriggerDate.objects.order_by("id")] == [
        date(2026, 2, 1),
        date(2026, 2, 2),
    ]


def test_no_date_to_come_and_none_without_a_reason() -> None:
    trigger = make.trigger("T-LATER", on=None)
    with pytest.raises(Refused) as refused:
        set_trigger_date(
            trigger=trigger, actor=make.a_mediator(), now=NOW, occurred_on=date(2027, 1, 1), reason=" "
        )
    assert set(refused.value.errors) == {"occurred_on", "reason"}
    assert not TriggerDate.objects.exists()


def test_a_representative_sets_no_date() -> None:
    trigger = make.trigger("T-LATER", on=None)
    actor = viewer_for(make.representative())
    with pytest.raises(PermissionDenied):
        set_trigger_date(trigger=trigger, actor=actor, now=NOW, occurred_on=date(2026, 1, 1), reason="x")


def test_what_was_seen_before_another_date_is_only_closed_and_not_written_anew() -> None:
    trigger = make.trigger()
    make.commitment(days=150)
    stood = set(CommitmentStatus.objects.filter(known_until=STILL).values_list("pk", flat=True))
    runs = set(BreachStatus.objects.values_list("pk", flat=True))
    set_trigger_date(
        trigger=trigger, actor=make.a_mediator(), now=NOW, occurred_on=date(2026, 2, 1), reason="Read anew."
    )
    for model, keys in ((CommitmentStatus, stood), (BreachStatus, runs)):
        assert keys == set(model._default_manager.filter(known_until=NOW).values_list("pk", flat=True))
