"""The committee's case, on the Ohrid pack: 18 March 2023 + 30 days is 17 April, a holiday of both parties.

By the calendar the committee, announced on 18 April, came a day late; by Regulation 1182/71 it came in time.
"""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client

from agreement.models import Agreement, Calendar
from agreement.packs.read import read_pack
from agreement.viewers import viewer_for
from obligations.commands import readings
from obligations.flagging import sweep
from obligations.models import Breach, Commitment, Reading
from obligations.packs.load import load_pack
from obligations.status.status import with_standing
from parties.access import PUBLIC_VIEWER
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

PAGE = "/obligations/ohrid-2023/AX-6.1/"
ANNOUNCED = date(2023, 4, 18)
DUE_BY_THE_CALENDAR = datetime(2023, 4, 17, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ohrid(settings: Any) -> None:
    """The pack, with the committee found complete on the day of its announcement, after the sweep had flagged it."""
    settings.PUBLIC_READING = True
    pack = read_pack(project.BASE_DIR / "agreement/packs/ohrid-2023/pack.yaml")
    load_pack(pack=pack, actor=PUBLIC_VIEWER, now=NOW)
    sweep(NOW)
    for commitment in committee():
        make.finding(commitment, 3, ANNOUNCED, reason="Announced as established.")


def committee() -> list[Commitment]:
    owed = Commitment.objects.filter(obligation__code="AX-6.1").order_by("party__name")
    return list(owed.select_related("agreement", "party"))


def by_the_regulation(*calendars: str) -> list[Reading]:
    agreement = Agreement.objects.get()
    return readings.record(
        Reading.Kind.COUNTING,
        committee(),
        actor=make.a_mediator(agreement),
        now=NOW,
        convention="eu-1182-71",
        calendars=calendars,
        reason="By analogy; both parties were closed on that Monday.",
        agreed_on=date(2026, 2, 27),
        agreed_by=["kosovo", "serbia"],
    )


def standing() -> set[tuple[date | None, str, int | None]]:
    """Due day, timeliness and days late of every party's commitment, as the public knows them."""
    rows = with_standing(
        Commitment.objects.filter(obligation__code="AX-6.1"), PUBLIC_VIEWER, NOW, with_calendars=True
    )
    return {(row.deadline.due_on, row.timeliness.value, row.days_late) for row in rows}


def breaches() -> set[tuple[str, int | None, datetime]]:
    rows = Breach.objects.filter(commitment__in=committee())
    return {(row.outcome, row.days_late, row.overdue_since) for row in rows}


def text(client: Client) -> str:
    page = client.get(PAGE).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_by_the_calendar_it_came_a_day_late() -> None:
    assert {one.code for one in Calendar.objects.all()} >= {"kosovo", "serbia"}
    assert standing() == {(date(2023, 4, 17), "met_late", 1)}
    assert breaches() == {("met_late", 1, DUE_BY_THE_CALENDAR)}


def test_by_the_regulation_with_both_calendars_it_came_in_time_and_the_breach_tells_why_it_closed() -> None:
    read = by_the_regulation("kosovo", "serbia")
    assert standing() == {(ANNOUNCED, "met_on_time", None)}
    assert breaches() == {("rescheduled", None, DUE_BY_THE_CALENDAR)}
    closed_by = Breach.objects.filter(commitment__in=committee()).values_list("closing_reading", flat=True)
    assert sorted(closed_by) == sorted(one.pk for one in read)
    assert sweep(NOW) == 0


def test_both_counts_and_the_reason_stand_on_the_page(client: Client) -> None:
    assert "EU Regulation 1182/71" in text(client)
    by_the_regulation("kosovo", "serbia")
    page = text(client)
    for part in (
        "18 Mar 2023 + 30 days (EU Regulation 1182/71) = 17 Apr 2023, moved to 18 Apr 2023: 17 Apr is a holiday",
        "Calendar 17 Apr 2023 Met late by 1 day",
        "in use 18 Apr 2023 17 Apr 2023, moved to 18 Apr 2023",
        "Reading on European Union , Kosovo* , Serbia",
        "days off: Public holidays in Kosovo*, Public holidays in Serbia.",
        "Due 18 Apr 2023 instead of 17 Apr 2023. Before: met late by 1 day. After: met on time.",
        "The breach stands no more.",
        "Agreed by Kosovo*, Serbia, 27 Feb 2026",
    ):
        assert part in page
    assert "Overdue" not in page.split("What was said and done")[1]


def test_each_partys_own_calendar_leaves_the_union_late_by_its_day() -> None:
    """The institutions had no holiday on that Monday: whose calendars count is a part of the reading."""
    by_the_regulation()
    assert standing() == {(date(2023, 4, 17), "met_late", 1), (ANNOUNCED, "met_on_time", None)}


def test_taken_back_it_is_late_again() -> None:
    agreement = Agreement.objects.get()
    mediator = viewer_for(make.mediator("second@trial.invalid", agreement))
    for one in by_the_regulation("kosovo", "serbia"):
        readings.withdraw(reading=one, actor=mediator, now=NOW, reason="One of them objects.")
    assert standing() == {(date(2023, 4, 17), "met_late", 1)}
    kept = Breach.objects.filter(commitment__in=committee()).exclude(outcome__in=Breach.VOID)
    assert sorted(kept.values_list("cycle", "outcome", "days_late")) == [(2, "met_late", 1)] * 3
