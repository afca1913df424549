"""Readings through their commands: what each does to clock and breach, and what is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agreement.models import LedgerEntry
from agreement.viewers import viewer_for
from obligations.commands import Refused, readings
from obligations.commands.reading_checks import in_the_way
from obligations.flagging import sweep
from obligations.models import Breach, Commitment, Reading
from parties.access import PUBLIC_VIEWER
from parties.models import User
from tests import make
from tests.calendar_data import ORTHODOX_EASTER_MONDAY, load, pack_calendar
from tests.make import NOW

pytestmark = pytest.mark.django_db

DUE = date(2024, 3, 31)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def due_in_march(code: str = "O-1", party: str = "alpha") -> Commitment:
    return make.commitment(code, make.party(party), rule="fixed", terms={"date": DUE.isoformat()})


def on(day: date, commitment: Commitment, act: str, **said: Any) -> Reading:
    """A reading that is recorded on the day that it speaks of."""
    return make.reading(commitment, act, now=noon(day), **said)


def breaches(commitment: Commitment) -> list[tuple[int, str, int | None]]:
    rows = Breach.objects.filter(commitment=commitment).order_by("cycle")
    return [(row.cycle, row.outcome, row.days_late) for row in rows]


def fresh(commitment: Commitment) -> Commitment:
    return Commitment.objects.get(pk=commitment.pk)


def test_a_reading_of_how_to_count_moves_the_due_day_and_voids_the_breach_that_no_longer_is() -> None:
    load(pack_calendar("alpha", {ORTHODOX_EASTER_MONDAY: "Orthodox Easter Monday"}, parties=("alpha",)))
    commitment = make.commitment(days=30)
    sweep(NOW)
    make.finding(commitment, 3, date(2023, 4, 18))
    assert breaches(commitment) == [(1, "met_late", 1)]
    reading = make.reading(commitment, "count_by", convention="eu-1182-71")
    assert fresh(commitment).due_on == date(2023, 4, 18)
    assert breaches(commitment) == [(1, "rescheduled", None)]
    assert Breach.objects.get().closing_reading == reading


def test_a_due_day_that_moves_but_is_past_still_gives_one_open_breach_of_the_next_cycle() -> None:
    load(pack_calendar("alpha", {ORTHODOX_EASTER_MONDAY: "Orthodox Easter Monday"}))
    commitment = make.commitment(days=30)
    sweep(NOW)
    make.reading(commitment, "count_by", convention="eu-1182-71", calendars=["alpha"])
    sweep(NOW)
    assert breaches(commitment) == [(1, "rescheduled", None), (2, "", None)]
    assert Breach.objects.open().get().overdue_since == datetime(2023, 4, 18, 22, tzinfo=UTC)


def test_what_is_due_at_once_is_flagged_once_it_has_a_date() -> None:
    commitment = make.commitment(rule="immediate", trigger=make.trigger())
    assert sweep(NOW) == 0
    make.reading(commitment, "give_date", due_on=date(2023, 6, 1))
    assert fresh(commitment).clock == "dated"
    assert sweep(NOW) == 1
    assert breaches(commitment) == [(1, "", None)]


def test_an_extension_ends_the_breach_and_the_next_one_runs_from_the_new_day() -> None:
    commitment = due_in_march()
    sweep(noon(date(2024, 4, 10)))
    on(date(2024, 4, 11), commitment, "extend", due_on=date(2024, 5, 1))
    assert breaches(commitment) == [(1, "extended", 10)]
    sweep(noon(date(2024, 5, 1)))
    assert breaches(commitment) == [(1, "extended", 10)]
    sweep(noon(date(2024, 5, 2)))
    assert breaches(commitment) == [(1, "extended", 10), (2, "", None)]


def test_stopped_for_forty_days_extended_and_resumed_it_has_one_breach_at_a_time() -> None:
    commitment = due_in_march()
    told: list[list[tuple[int, str, int | None]]] = []

    def then(day: date, act: str = "", **said: Any) -> None:
        if act:
            on(day, commitment, act, **said)
        sweep(noon(day))
        told.append(breaches(commitment))

    then(date(2024, 4, 5))
    then(date(2024, 4, 6), "suspend")
    then(date(2024, 5, 1), "extend", due_on=date(2024, 6, 1))
    then(date(2024, 5, 16), "resume")  # 40 days after it was stopped, 15 after the new day was set
    assert fresh(commitment).due_on == date(2024, 6, 16)
    then(date(2024, 6, 16))
    then(date(2024, 6, 17))
    make.finding(commitment, 3, date(2024, 6, 20), now=noon(date(2024, 6, 21)))
    then(date(2024, 6, 21))
    first, open_again = (1, "suspended", 5), (2, "", None)
    assert told == [
        [(1, "", None)],
        *[[first]] * 4,
        [first, open_again],
        [first, (2, "met_late", 4)],
    ]


def test_a_waiver_ends_the_breach_for_good() -> None:
    commitment = due_in_march()
    sweep(noon(date(2024, 4, 10)))
    on(date(2024, 4, 11), commitment, "waive")
    sweep(NOW)
    assert breaches(commitment) == [(1, "waived", 10)]
    assert fresh(commitment).life == "waived"


def test_an_act_of_an_earlier_day_leaves_nothing_late_where_it_came_before_the_due_day() -> None:
    commitment = due_in_march()
    sweep(NOW)
    reading = make.reading(commitment, "waive", effective_on=date(2024, 3, 1))
    assert breaches(commitment) == [(1, "rescheduled", None)]
    assert Breach.objects.get().closing_reading == reading


def test_a_suspension_taken_back_opens_the_breach_again_in_a_new_cycle() -> None:
    commitment = due_in_march()
    sweep(noon(date(2024, 4, 10)))
    stopped = on(date(2024, 4, 11), commitment, "suspend")
    back = readings.withdraw(reading=stopped, actor=make.a_mediator(), now=NOW, reason="Read anew.")
    assert breaches(commitment) == [(1, "rescheduled", None)]
    assert Breach.objects.get().closing_reading == back
    sweep(NOW)
    assert breaches(commitment) == [(1, "rescheduled", None), (2, "", None)]
    assert Breach.objects.open().get().overdue_since == datetime(2024, 3, 31, 22, tzinfo=UTC)
    assert stopped in Reading.objects.all()


def test_a_reading_taken_back_may_be_recorded_again() -> None:
    commitment = due_in_march()
    sweep(noon(date(2024, 4, 10)))
    for _ in range(2):
        stopped = make.reading(commitment, "suspend", effective_on=date(2024, 4, 11))
        assert breaches(commitment)[-1][1:] == ("suspended", 10)
        readings.withdraw(reading=stopped, actor=make.a_mediator(), now=NOW, reason="Read anew.")
    assert [outcome for _cycle, outcome, _days in breaches(commitment)] == ["rescheduled"] * 2


def test_a_reading_is_in_the_ledger_with_what_it_changed() -> None:
    commitment = due_in_march()
    reading = on(date(2024, 3, 1), commitment, "extend", due_on=date(2024, 5, 1), reason="Both asked.")
    entry = LedgerEntry.objects.get(command="record_extension")
    assert (entry.subject, entry.reason) == ("O-1 alpha", "Both asked.")
    assert entry.before["due_on"] == "2024-03-31"
    assert (entry.after["reading"], entry.after["due_on"]) == (reading.key, "2024-05-01")


def test_a_reading_keeps_who_agreed_and_when() -> None:
    commitment = due_in_march()
    make.party("beta")
    reading = make.reading(
        commitment,
        "extend",
        due_on=date(2026, 5, 1),
        agreed_on=date(2026, 2, 27),
        agreed_by=["beta", "alpha"],
        source="Minutes of 27 February",
    )
    kept = Reading.objects.get(pk=reading.pk)
    assert (kept.agreed_on, kept.agreed_by, kept.source) == (
        date(2026, 2, 27),
        ["alpha", "beta"],
        "Minutes of 27 February",
    )


def test_several_commitments_have_all_of_it_or_none() -> None:
    first, second = due_in_march(), due_in_march(party="beta")
    make.reading(second, "waive")
    said: dict[str, Any] = {"actor": make.a_mediator(), "now": NOW, "reason": "Both asked."}
    with pytest.raises(Refused) as caught:
        readings.record(Reading.Kind.SUSPENSION, [first, second], **said)
    assert caught.value.errors == {"commitment": "Beta: It is waived: its clock runs no more."}
    assert fresh(first).life == "active"
    assert Reading.objects.count() == 1
    third = due_in_march(party="gamma")
    assert len(readings.record(Reading.Kind.SUSPENSION, [first, third], **said)) == 2
    assert {fresh(first).life, fresh(third).life} == {"suspended"}


USERS: dict[str, Callable[[], User]] = {
    "analyst": lambda: make.analyst(cleared=True),
    "administrator": make.administrator,
    "representative": make.representative,
    "mediator elsewhere": lambda: make.mediator(of=make.agreement("other")),
}


@pytest.mark.parametrize("who", [*USERS, "nobody"])
def test_nobody_but_the_agreements_mediator_records_a_reading(who: str) -> None:
    commitment = due_in_march()
    actor = viewer_for(USERS[who]()) if who in USERS else PUBLIC_VIEWER
    with pytest.raises(PermissionDenied):
        readings.waive(commitments=[commitment], actor=actor, now=NOW, reason="So I say.")
    assert not Reading.objects.exists()


def test_who_mediates_one_agreement_reads_no_commitment_of_another() -> None:
    here, there = due_in_march(), make.commitment("X-1", of=make.agreement("other"))
    with pytest.raises(PermissionDenied):
        make.reading(here, "waive", actor=make.a_mediator(there.agreement))
    with pytest.raises(PermissionDenied):
        readings.waive(commitments=[here, there], actor=make.a_mediator(), now=NOW, reason="So I say.")
    assert not Reading.objects.exists()


CALENDAR = {"convention": "calendar"}
LATER = {"due_on": date(2026, 5, 1)}


@pytest.mark.parametrize(
    ("act", "said", "field"),
    [
        ("waive", {"reason": " "}, "reason"),
        ("waive", {"reason": "a\x00b"}, "reason"),
        ("waive", {"source": "x" * 501}, "source"),
        ("waive", {"agreed_on": date(2026, 1, 1)}, "agreed_on"),
        ("waive", {"agreed_by": ["alpha"]}, "agreed_on"),
        ("waive", {"agreed_on": date(2026, 3, 3), "agreed_by": ["alpha"]}, "agreed_on"),
        ("waive", {"agreed_on": date(2026, 1, 1), "agreed_by": ["nobody"]}, "agreed_by"),
        ("waive", {"effective_on": date(2026, 3, 3)}, "effective_on"),
        ("suspend", {"effective_on": date(1899, 3, 3)}, "effective_on"),
        ("extend", {"due_on": DUE}, "due_on"),
        ("extend", {"due_on": date(3000, 1, 1)}, "due_on"),
        ("extend", {"due_on": None}, "due_on"),
        ("give_date", {"due_on": date(1899, 1, 1)}, "due_on"),
        ("count_by", CALENDAR, "convention"),  # a day that the text names is not counted
        ("count_by", {"convention": "lunar"}, "convention"),
        ("count_by", {"convention": "calendar", "calendars": ["none"]}, "calendars"),
        ("resume", {}, "kind"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_leaves_nothing(
    act: str, said: dict[str, Any], field: str
) -> None:
    commitment = due_in_march()
    with pytest.raises(Refused) as caught:
        make.reading(commitment, act, **said)
    assert list(caught.value.errors) == [field]
    assert not Reading.objects.exists()
    assert not LedgerEntry.objects.exists()
    assert fresh(commitment).due_on == DUE


def test_nothing_is_read_as_due_or_decided_before_its_text_was_adopted() -> None:
    owed, early = make.commitment(days=30), date(2023, 2, 26)
    with pytest.raises(Refused, match="adopted on 27 Feb 2023") as refused:
        make.reading(owed, "give_date", due_on=early)
    assert list(refused.value.errors) == ["due_on"]
    for act in ("suspend", "waive"):
        with pytest.raises(Refused, match="adopted on 27 Feb 2023") as refused:
            make.reading(owed, act, effective_on=early)
        assert list(refused.value.errors) == ["effective_on"]


def test_without_a_commitment_nothing_is_read() -> None:
    with pytest.raises(Refused) as caught:
        readings.waive(commitments=[], actor=make.a_mediator(), now=NOW, reason="So I say.")
    assert list(caught.value.errors) == ["commitments"]


@pytest.mark.parametrize(
    ("before", "act", "said", "field"),
    [
        ("suspend", "suspend", {}, "kind"),
        ("waive", "suspend", {}, "commitment"),
        ("waive", "extend", LATER, "commitment"),
        ("waive", "give_date", LATER, "commitment"),
        ("suspend", "resume", {"effective_on": date(2026, 3, 1)}, "effective_on"),
        ("suspend", "waive", {"effective_on": date(2026, 3, 1)}, "effective_on"),
        ("complete", "suspend", {}, "commitment"),
        ("complete", "extend", LATER, "commitment"),
    ],
)
def test_what_an_earlier_act_rules_out_is_refused(
    before: str, act: str, said: dict[str, Any], field: str
) -> None:
    commitment = due_in_march()
    if before == "complete":
        make.finding(commitment, 3)
    else:
        make.reading(commitment, before)
    with pytest.raises(Refused) as caught:
        make.reading(fresh(commitment), act, **{"reason": "Once more."} | said)
    assert list(caught.value.errors) == [field]


def test_only_a_reading_that_still_counts_is_taken_back() -> None:
    commitment, other = due_in_march(), due_in_march("O-2")
    stopped = make.reading(commitment, "suspend")
    said: dict[str, Any] = {"actor": make.a_mediator(), "now": NOW, "reason": "Read anew."}
    back = readings.withdraw(reading=stopped, **said)
    for taken, of in ((stopped, commitment), (back, commitment), (stopped, other)):
        with pytest.raises(Refused) as caught:
            readings.record(Reading.Kind.WITHDRAWAL, [of], withdraws=taken, **said | {"reason": "Once more."})
        assert list(caught.value.errors) == ["withdraws"]


def test_what_recurs_or_has_no_day_is_not_extended_and_what_is_counted_may_be_read() -> None:
    recurs = make.commitment(
        "O-2",
        kind="recurring",
        rule="recurring",
        terms={"rrule": "FREQ=MONTHLY", "first": "2026-01-31", "until": "2027-01-31"},
    )
    for act, said in (("give_date", LATER), ("extend", LATER), ("count_by", CALENDAR)):
        with pytest.raises(Refused):
            make.reading(recurs, act, **said)
    named = make.commitment("O-3", rule="end_of_period", terms={"period": "2024-H1"})
    make.reading(named, "count_by", convention="eu-1182-71")
    assert fresh(named).due_on == date(2024, 7, 1)  # 30 June 2024 is a Sunday


def test_a_clock_is_not_extended_before_the_day_that_it_runs_from() -> None:
    commitment = make.commitment(days=30)
    with pytest.raises(Refused) as caught:
        make.reading(commitment, "extend", effective_on=date(2023, 3, 17), **LATER)
    assert caught.value.errors == {
        "effective_on": "Its clock runs from 18 Mar 2023 only: give that day or a later one."
    }
    make.reading(commitment, "extend", effective_on=date(2023, 3, 18), **LATER)
    assert fresh(commitment).due_on == LATER["due_on"]


def test_what_stands_in_the_way_of_a_kind_is_told_before_anything_is_said() -> None:
    commitment = due_in_march()
    kinds = ["counting", "date", "extension", "suspension", "resumption", "waiver"]
    open_to = [kind for kind in kinds if not in_the_way(Reading.Kind(kind), commitment)]
    assert open_to == ["date", "extension", "suspension", "waiver"]
    assert in_the_way(Reading.Kind.RESUMPTION, commitment) == "Its clock was not stopped."
