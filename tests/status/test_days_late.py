"""How many days late something is: one number, wherever it is told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from obligations.deadlines import moment_of
from obligations.flagging import sweep
from obligations.models import Breach, Commitment
from obligations.status.breaches import breaches_of
from obligations.status.status import with_standing
from parties.access import PUBLIC_VIEWER
from tests import lasting, make

pytestmark = pytest.mark.django_db
DUE = date(2026, 1, 20)


def on(day: int) -> datetime:
    return datetime(2026, 1, day, 12, tzinfo=UTC)


def late_everywhere(client: Client, as_of: date | None = None) -> set[int | None]:
    """Each answer that there is, of the one commitment and its one breach."""
    query = f"?as_of={as_of}" if as_of else ""
    told: set[int | None] = set()
    for rows in ("commitments", "breaches"):
        (one,) = client.get(f"/api/v1/{rows}/{query}").json()["results"]
        told.add(one["days_late"])
        more = f"{query}&" if query else "?"
        sheet = client.get(f"/api/v1/{rows}/{more}format=csv")
        lines = b"".join(sheet.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
        told.add(int(lines[1].split(",")[lines[0].split(",").index("days_late")] or 0) or None)
    moment = moment_of(as_of, None, on(31), make.agreement().zone)
    (standing,) = with_standing(Commitment.objects.all(), PUBLIC_VIEWER, moment)
    told.add(standing.days_late)
    told |= {one.days_late for one in breaches_of(Commitment.objects.all(), PUBLIC_VIEWER, moment)}
    return told


@pytest.fixture
def seen(client: Client, settings: Any) -> Iterator[Client]:
    settings.PUBLIC_READING = True
    with time_machine.travel(on(31), tick=False):
        yield client


def found(owed: Commitment, *said: tuple[int, int], **more: Any) -> None:
    for day, level in said:
        make.finding(owed, level, date(2026, 1, day), now=on(day), **more)
        sweep(on(day))


def test_what_was_met_reopened_and_met_again_is_late_from_the_day_that_took_it_back(seen: Client) -> None:
    owed = make.commitment(rule="fixed", terms={"date": DUE.isoformat()}, now=on(1))
    found(owed, (10, 3), (25, 1), (27, 3))
    assert late_everywhere(seen) == {2}
    assert late_everywhere(seen, date(2026, 1, 26)) == {1}
    assert list(Breach.objects.values_list("days_late", flat=True)) == [2]
    page = seen.get("/obligations/accord/O-1/").content.decode()
    assert "Met late by 2 days" in page
    assert "met late, by 2 days" in page
    (one,) = seen.get("/api/v1/commitments/?timeliness=met_late").json()["results"]
    assert (one["due_on"], one["complete_since"]) == ("2026-01-20", "2026-01-27")


def test_what_was_taken_back_and_done_again_on_one_day_was_met_in_time(seen: Client) -> None:
    owed = make.commitment(rule="fixed", terms={"date": DUE.isoformat()}, now=on(1))
    found(owed, (10, 3))
    for level in (1, 3):
        make.finding(owed, level, date(2026, 1, 25), now=on(25))
    (one,) = seen.get("/api/v1/commitments/").json()["results"]
    assert (one["timeliness"], one["days_late"]) == ("met_on_time", None)


@pytest.mark.parametrize("said", [(), ((25, 2),), ((24, 3), (28, 0)), ((24, 3),)])
def test_an_open_and_a_late_breach_say_what_the_commitment_says(
    said: tuple[tuple[int, int], ...], seen: Client
) -> None:
    owed = make.commitment(rule="fixed", terms={"date": DUE.isoformat()}, now=on(1))
    sweep(on(21))
    found(owed, *said)
    if len(said) < 2:
        assert len(late_everywhere(seen)) == 1
    for day in (22, 23):
        assert late_everywhere(seen, date(2026, 1, day)) == {day - 20}


def test_what_is_due_again_is_late_by_one_number_too(seen: Client) -> None:
    terms = {"rrule": "FREQ=YEARLY", "first": DUE.isoformat()}
    owed = lasting.monthly(terms=terms)
    first = lasting.due(owed, DUE.isoformat())
    found(owed, (10, 3), (25, 1), period=first)
    periods = "/api/v1/periods/?state=missed&as_of=2026-01-26"
    (missed,) = seen.get(periods).json()["results"]
    assert missed["days_late"] == 1
    found(owed, (27, 3), period=first)
    (period,) = seen.get("/api/v1/periods/?elapsed=true").json()["results"]
    (breach,) = seen.get("/api/v1/breaches/").json()["results"]
    assert (period["state"], period["days_late"], breach["days_late"]) == ("late", 2, 2)
