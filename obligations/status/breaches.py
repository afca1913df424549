"""Breaches as one viewer can know them.

The rows that the sweep keeps know all findings; whether one is open, or there at all, would tell of hidden ones. So
what leaves the server is the viewer's own runs of clocks, and agrees with how the commitment stands by construction.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from obligations.deadlines import days_after
from obligations.deadlines.moment import Moment, day_in, moment_at
from obligations.models import Breach, Commitment
from obligations.status import reading
from obligations.status.filters import Condition
from parties.access import Viewer

Outcome = Breach.Outcome
ENDED_OTHERWISE: dict[str, Breach.Outcome] = {
    "moved": Outcome.EXTENDED,
    "suspended": Outcome.SUSPENDED,
    "waived": Outcome.WAIVED,
    "superseded": Outcome.SUPERSEDED,
    "start_changed": Outcome.START_CHANGED,
}
OUTCOMES = [
    (one.value, one.label) for one in (Outcome.MET_LATE, Outcome.MET_ON_TIME, *ENDED_OTHERWISE.values())
]
COLUMNS = """s.commitment_id, s.period_id, q.due_on, s.key, s.cycle, s.overdue_since, s.in_time_until, s.closed_by,
    s.closed_act, s.ending, s.ended_on, s.closed_at, s.days_late, s.counts, s.known_from, s.known_until"""
PERIOD = "LEFT JOIN obligations_period q ON q.id = s.period_id"


class SeenBreach(NamedTuple):
    """One run of a clock past its end. `closed_at` is when the finding or reading that ended it was recorded.

    It is None while the breach is open, and so are those who ended it.

    `days_late` count to the day that a finding speaks of, or to the last day before a reading stopped the clock; 0
    where that day was in time and only the record was late. While it is open they count to the day spoken of, and are
    None where no day is. `due_on` is the day that was missed, of what is due again and again. `counts`: whether it is a
    breach once it has ended.
    """

    commitment_id: int
    period_id: int | None
    due_on: date | None
    key: str
    cycle: int
    overdue_since: datetime
    in_time_until: date
    closed_by: int | None
    closed_act: int | None
    ending: str
    ended_on: date | None
    closed_at: datetime | None
    days_late: int | None
    counts: bool
    known_from: datetime
    known_until: datetime

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def outcome(self) -> str:
        if self.is_open:
            return ""
        if self.ending in ENDED_OTHERWISE:
            return ENDED_OTHERWISE[self.ending]
        return Outcome.MET_LATE if self.days_late else Outcome.MET_ON_TIME


def breaches_of(
    commitments: Iterable[Commitment], viewer: Viewer, moment: Moment | datetime
) -> list[SeenBreach]:
    """The breaches of commitments at a moment, an instant being the present; those that had not ended yet are open."""
    moment, by_key = moment_at(moment), {one.pk: one for one in commitments}
    rules, day = reading.breaches_seen(viewer, moment), moment.spoken_on
    found = []
    for one in breach_rows(by_key.values(), rules):
        if one.is_open or (day and one.ended_on and one.ended_on > day):
            today = day or day_in(moment.now, by_key[one.commitment_id].agreement.zone)
            one = as_open(one, days_after(one.in_time_until, today))
        found.append(one)
    return found


def runs_of(commitments: Iterable[Commitment], viewer: Viewer, now: datetime) -> list[SeenBreach]:
    """All runs of their clocks, as they are and were known: breaches, and what turned out to be none."""
    runs = breach_rows(commitments, reading.allowed(viewer, now))
    return [as_open(one, None) if one.is_open else one for one in runs]


def breach_rows(commitments: Iterable[Commitment], rules: list[Condition]) -> list[SeenBreach]:
    keys = [one.pk for one in commitments]
    where, given = reading.joined([*rules, ("s.commitment_id = ANY(%s)", [keys])])
    order = "ORDER BY s.commitment_id, s.overdue_since, s.key, s.known_from"
    sql = f"SELECT {COLUMNS} FROM {reading.BREACHES} {PERIOD} WHERE {where} {order}"
    return [SeenBreach(*row) for row in reading.rows_of(sql, given)] if keys else []


def as_open(breach: SeenBreach, days_late: int | None) -> SeenBreach:
    return breach._replace(
        closed_by=None, closed_act=None, ending="", ended_on=None, closed_at=None, days_late=days_late
    )
