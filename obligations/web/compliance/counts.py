"""Counts made in the database: one query each, whose answer grows with what differs and not with the rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agreement.models import Agreement
from obligations.deadlines import Phase, Timeliness
from obligations.status import reading
from obligations.status.filters import NO_FINDING, NOT_ASSESSABLE, Condition, conditions
from obligations.status.freshness import until_it_changes
from obligations.status.reading import Listed
from obligations.web.base.register import Register


@dataclass(frozen=True, slots=True)
class Group:
    """Commitments alike in all that is counted; each field holds the filter's value that finds them."""

    party: str
    instrument: str
    provision: str
    kind: str
    level: str
    conduct: str
    timeliness: str
    claim: str
    clock: str
    n: int


def kept(
    listed: Listed, fresh: str, name: str, rows: Callable[[], list[tuple[Any, ...]]]
) -> list[tuple[Any, ...]]:
    """Counted rows, as long as nothing changes: instants are due at the end of a day, in some zone."""
    moment = listed.moment
    named = (name, sorted(listed.chosen.items()), moment.spoken_on, moment.known_at)
    return until_it_changes(fresh, named, rows)


# What is counted apart, and how many of it were due by two instants. No table but one is read: of its index alone.
ALIKE = "s.party_id, s.provision_id, s.kind, s.level, s.not_assessable, s.conduct, s.claim, s.clock, s.phase"
DUE = "count(*) FILTER (WHERE s.due_at <= %s)"


def groups(listed: Listed, register: Register, agreement: Agreement, fresh: str) -> list[Group]:
    """Counts of commitments. A provision is counted under the anchor that the register has for it."""
    at = listed.moment.at_in(agreement.zone)
    soon = at + timedelta(days=agreement.due_soon_days)
    columns = f"{ALIKE}, count(*), {DUE}, {DUE}"
    then = "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
    found = kept(listed, fresh, "groups", lambda: listed.select((columns, [at, soon]), then))
    codes = {party.pk: party.code for party in register.parties}
    instruments = {one.pk: one.instrument.code for one in register.provisions}
    return [
        Group(
            party=codes[party],
            instrument=instruments[provision],
            provision=register.row_of[provision],
            kind=kind,
            level=level_value(level, not_assessable),
            conduct=conduct or "",
            timeliness=state,
            claim=claim,
            clock=clock,
            n=n,
        )
        for party, provision, kind, level, not_assessable, conduct, claim, clock, phase, *numbers in found
        for state, n in in_time(phase, *numbers)
        if n
    ]


def in_time(phase: str, every: int, overdue: int, due: int) -> list[tuple[str, int]]:
    """Values of Timeliness with how many there are, where `due` will be by when it is no longer soon."""
    if phase != Phase.RUNNING:
        return [(phase, every)]
    numbers = (overdue, due - overdue, every - due)
    return list(
        zip(
            (Timeliness.OVERDUE.value, Timeliness.DUE_SOON.value, Timeliness.UPCOMING.value),
            numbers,
            strict=True,
        )
    )


@dataclass(frozen=True, slots=True)
class PeriodGroup:
    """Periods of one party that have ended and stand alike; `is_due` where something was due at their end."""

    party: str
    is_due: bool
    state: str
    n: int


def period_groups(listed: Listed, register: Register, fresh: str) -> list[PeriodGroup]:
    """Counts of the ended periods of commitments, as the viewer sees them at the moment."""
    state, of_state = reading.state_of_period(listed.moment)
    seen = reading.periods_seen(listed.viewer, listed.moment)
    rules = [*seen, reading.has_elapsed(listed.moment), *of_commitments(listed)]
    where, params = reading.joined(rules)
    codes = {party.pk: party.code for party in register.parties}
    sql = (
        f"SELECT c.party_id, q.due_on IS NOT NULL, {state}, count(*) FROM {reading.PERIODS} WHERE {where}"
        " GROUP BY 1, 2, 3"
    )
    found = kept(listed, fresh, "periods", lambda: reading.rows_of(sql, [*of_state, *params]))
    return [PeriodGroup(codes[party], *row) for party, *row in found]


def of_commitments(listed: Listed) -> list[Condition]:
    """Periods of the listed commitments alone."""
    if reading.is_kept(listed.moment, listed.chosen):
        return conditions(listed.chosen, listed.moment)
    where, given = listed.where
    own = f"s.commitment_id IN (SELECT s.commitment_id FROM {reading.COMMITMENTS} WHERE {where})"
    return [(own, given)]


def level_value(level: int | None, not_assessable: bool | None) -> str:
    """The value of the filter `level`; empty where the finding speaks of conduct. Without a finding both are None."""
    if not_assessable is None:
        return NO_FINDING
    if not_assessable:
        return NOT_ASSESSABLE
    return "" if level is None else str(level)
