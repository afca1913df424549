"""Counts made in the database: one query each, whose answer grows with what differs and not with the rows."""

from dataclasses import dataclass

from obligations.status import reading
from obligations.status.filters import NO_FINDING, NOT_ASSESSABLE
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


def groups(listed: Listed, register: Register) -> list[Group]:
    """Counts of commitments. A provision is counted under the anchor that the register has for it."""
    timeliness, given = reading.timeliness(listed.moment)
    columns = (
        f"s.party_id, s.provision_id, s.kind, s.level, s.not_assessable, s.conduct, {timeliness}, s.claim, s.clock,"
        " count(*)"
    )
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
        for party, provision, kind, level, not_assessable, conduct, state, claim, clock, n in listed.select(
            (columns, given), "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
        )
    ]


@dataclass(frozen=True, slots=True)
class PeriodGroup:
    """Periods of one party that have ended and stand alike; `is_due` where something was due at their end."""

    party: str
    is_due: bool
    state: str
    n: int


def period_groups(listed: Listed, register: Register) -> list[PeriodGroup]:
    """Counts of the ended periods of commitments, as the viewer sees them at the moment."""
    state, of_state = reading.state_of_period(listed.moment)
    where, given = listed.where
    own = (f"s.commitment_id IN (SELECT s.commitment_id FROM {reading.COMMITMENTS} WHERE {where})", given)
    rules = [*reading.periods_seen(listed.viewer, listed.moment), reading.has_elapsed(listed.moment), own]
    conditions, params = reading.joined(rules)
    codes = {party.pk: party.code for party in register.parties}
    found = reading.rows_of(
        f"SELECT c.party_id, q.due_on IS NOT NULL, {state}, count(*) FROM {reading.PERIODS} WHERE {conditions}"
        " GROUP BY 1, 2, 3",
        [*of_state, *params],
    )
    return [PeriodGroup(codes[party], *row) for party, *row in found]


def level_value(level: int | None, not_assessable: bool | None) -> str:
    """The value of the filter `level`; empty where the finding speaks of conduct. Without a finding both are None."""
    if not_assessable is None:
        return NO_FINDING
    if not_assessable:
        return NOT_ASSESSABLE
    return "" if level is None else str(level)
