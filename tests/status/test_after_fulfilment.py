"""Clocks that start with another obligation's fulfilment: what is stored is what working them out anew gives."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from agreement.models import Trigger
from obligations import drift
from obligations.commands import Refused, set_trigger_date
from obligations.deadlines.moment import OUTSET
from obligations.flagging import sweep
from obligations.models import Breach, Commitment
from tests import make
from tests.effort import effort
from tests.status.histories import (
    ENDS,
    History,
    add,
    an_agreement,
    an_instant,
    finding,
    let_see,
    move,
    take_back,
    withdraw,
)

pytestmark = pytest.mark.django_db


def noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def nothing_drifted(now: datetime) -> None:
    done = drift.check(now, lambda: now)
    assert done.found == 0, done.differences


def awaited(**second: Any) -> tuple[Commitment, Commitment]:
    first = make.commitment("D-1", now=noon(11, 1))
    limit: dict[str, Any] = {
        "rule": "days_after",
        "terms": {"days": 10},
        "after_obligation": first.obligation,
    } | second
    return first, make.commitment("D-2", now=noon(11, 1), **limit)


def dated(trigger: Trigger, on: date | None, now: datetime) -> None:
    set_trigger_date(
        trigger=trigger,
        actor=make.a_mediator(trigger.agreement),
        now=now,
        occurred_on=on,
        reason="It was agreed.",
    )


def breaches(client: Client, query: str = "") -> list[tuple[Any, ...]]:
    found = client.get(f"/api/v1/breaches/{query}").json()["results"]
    return [(one["open"], one["outcome"], one["days_late"], one["closed_at"]) for one in found]


def test_a_breach_stays_when_the_fulfilment_that_started_its_clock_is_taken_back(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_READING = True
    first, second = awaited()
    make.finding(first, 3, date(2026, 11, 10), now=noon(11, 10))
    sweep(noon(11, 24))
    for level, day in ((1, 25), (3, 27)):
        make.finding(first, level, date(2026, 11, day), now=noon(11, day))
        nothing_drifted(noon(11, day))
        sweep(noon(11, day))
        nothing_drifted(noon(11, day))
    # Due on 20 November, and waited for until the 24th.
    assert breaches(client) == [(False, "start_changed", 4, "2026-11-25T12:00:00Z")]
    assert breaches(client, "?open=false&outcome=start_changed") == breaches(client)
    assert [(one.outcome, one.days_late) for one in Breach.objects.all()] == [("start_changed", 4)]
    second.refresh_from_db()
    assert (second.due_on, second.overdue_since) == (date(2026, 12, 7), None)
    page = client.get("/obligations/accord/D-2/").content.decode()
    assert "its clock started anew after 4 days late" in page
    sweep(noon(12, 10))
    nothing_drifted(noon(12, 10))
    assert [one.outcome for one in Breach.objects.all()] == ["start_changed", ""]


def test_a_clock_that_starts_anew_towards_the_same_day_has_one_breach() -> None:
    make.agreement(convention="eu-1182-71")
    first, second = awaited()
    # Ten days from the 11th are Saturday the 21st, from the 13th the 23rd: both end on Monday the 23rd.
    for level, day in ((3, 11), (1, 12), (3, 13)):
        make.finding(first, level, date(2026, 11, day), now=noon(11, day))
    second.refresh_from_db()
    assert second.due_on == date(2026, 11, 23)
    for _again in range(2):
        sweep(noon(11, 24))
        nothing_drifted(noon(11, 24))
    assert [one.outcome for one in Breach.objects.all()] == [""]


def test_a_late_run_ends_on_the_day_of_the_trigger_when_that_is_recorded(
    client: Client, settings: Any
) -> None:
    settings.PUBLIC_READING = True
    trigger = make.trigger("T-1", on=date(2026, 11, 1))
    late = make.commitment("D-1", now=noon(11, 1), rule="days_after", terms={"days": 10}, trigger=trigger)
    make.reading(late, "extend", effective_on=date(2026, 11, 5), due_on=date(2026, 11, 12), now=noon(11, 5))
    dated(trigger, None, noon(11, 6))
    sweep(noon(11, 14))
    dated(trigger, date(2026, 11, 16), noon(11, 17))
    nothing_drifted(noon(11, 17))
    # Late since the 13th, and to the 15th.
    assert breaches(client, "?open=false") == [(False, "start_changed", 3, "2026-11-17T12:00:00Z")]
    assert breaches(client, "?as_of=2026-11-15") == [(True, None, 3, None)]
    assert [(one.outcome, one.days_late) for one in Breach.objects.all()] == [("start_changed", 3)]
    assert "1 breach closed" in client.get("/changes/", {"since": "2026-11-16"}).content.decode()


ACTS = {finding: 12, take_back: 5, let_see: 5, move: 4, withdraw: 2}


@pytest.mark.parametrize("seed", range(effort(2, 40)))
def test_any_order_of_findings_withdrawals_releases_and_readings_leaves_nothing_to_mend(seed: int) -> None:
    history = History(random.Random(seed), OUTSET)
    of = an_agreement("accord", "Europe/Brussels", "eu-1182-71", history)
    Commitment.objects.exclude(obligation__code="O-0").delete()
    add("A-1", of, history.now, "days_after", {"days": 5}, after_first=True)
    add("A-2", of, history.now, "working_days_after", {"working_days": 1}, after_first=True)
    add("A-3", of, history.now, "immediate", {}, after_first=True)
    Commitment.objects.filter(obligation__code="A-2", party__code="beta").delete()
    dice = history.random
    for history.now in sorted(an_instant(dice, (of,)) for _ in range(30)):
        act = dice.choices(list(ACTS), list(ACTS.values()))[0]
        try:
            history.done[act(history, of)] += 1
        except (Refused, PermissionDenied):
            continue
        nothing_drifted(history.now)
        if dice.random() < 0.7:
            sweep(history.now + timedelta(hours=1))
            nothing_drifted(history.now + timedelta(hours=1))
    end = datetime.combine(ENDS, datetime.min.time(), UTC)
    sweep(end)
    nothing_drifted(end)
    assert Breach.objects.exists()
