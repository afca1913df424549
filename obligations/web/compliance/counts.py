"""Counts made in the database: one query each, whose answer grows with what differs and not with the rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from agreement.models import Agreement
from obligations.deadlines import Phase, Timeliness
from obligations.status import over_time, reading
from obligations.status.filters import CLAIMS, FILTERS, GAPS, NO_FINDING, NOT_ASSESSABLE, Condition, asked_by
from obligations.status.freshness import until_it_changes
from obligations.status.over_time import Change, Due, Ending, LateCount, Row
from obligations.status.periods import SeenPeriod, periods_seen
from obligations.status.reading import Listed
from obligations.web.base.register import Place, Register
from obligations.words.method import DELIVERABLES


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
    own_claim: str
    own_gap: str
    other_claim: str
    other_gap: str
    clock: str
    n: int


def cached_rows(
    listed: Listed, fresh: str, name: str, rows: Callable[[], list[tuple[Any, ...]]]
) -> list[tuple[Any, ...]]:
    """Counted rows, as long as nothing changes: instants are due at the end of a day, in some zone."""
    moment = listed.moment
    named = (name, sorted(listed.chosen.items()), moment.spoken_on, moment.known_at)
    return until_it_changes(fresh, named, rows)


# What is counted apart, and how many of it were due by two instants.
ALIKE = (
    "s.party_id, s.provision_id, s.kind, s.level, s.not_assessable, s.conduct, s.own_claim, s.other_claim, "
    "s.clock, s.phase"
)
DUE = reading.number("s.due_at <= %s")


def groups(
    listed: Listed, register: Register, rows: Mapping[int, Place], agreement: Agreement, fresh: str
) -> list[Group]:
    """Counts of commitments, those of a provision under its row."""
    at = listed.moment.at_in(agreement.zone)
    soon = at + timedelta(days=agreement.due_soon_days)
    columns = f"{ALIKE}, {reading.number()}, {DUE}, {DUE}"
    then = "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"
    found = cached_rows(listed, fresh, "groups", lambda: listed.counted((columns, [at, soon]), then))
    codes = {party.pk: party.code for party in register.parties}
    return [
        Group(
            party=codes[party],
            instrument=rows[provision].instrument,
            provision=rows[provision].provision,
            kind=kind,
            level=level_value(level, not_assessable),
            conduct=conduct or "",
            timeliness=state,
            own_claim=asked_by(CLAIMS, own),
            own_gap=asked_by(GAPS, own),
            other_claim=asked_by(CLAIMS, other),
            other_gap=asked_by(GAPS, other),
            clock=clock,
            n=n,
        )
        for party, provision, kind, level, not_assessable, conduct, own, other, clock, phase, *numbers in found
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


# Of more overdue commitments it is not said how many obligations they are: that goes through them all.
TOLD_BY_OBLIGATIONS = 100_000


def overdue_obligations(listed: Listed, fresh: str, commitments: int) -> dict[int, int]:
    """How many obligations the overdue `commitments` belong to, by the key of their agreement."""
    if not 0 < commitments <= TOLD_BY_OBLIGATIONS:
        return {}
    overdue = FILTERS["timeliness"].condition((Timeliness.OVERDUE.value,), listed.moment)
    rows = replace(listed, more=(*listed.more, overdue))
    columns: Condition = ("s.agreement_id, count(DISTINCT s.obligation_id)", [])
    return dict(cached_rows(listed, fresh, "overdue obligations", lambda: rows.select(columns, "GROUP BY 1")))


@dataclass(frozen=True, slots=True)
class PeriodGroup:
    """Periods of one party that have ended and stand alike; `is_due` where something was due at their end."""

    party: str
    is_due: bool
    state: str
    n: int


def period_groups(listed: Listed, register: Register, fresh: str) -> list[PeriodGroup]:
    """Counts of the ended periods of commitments, as the viewer sees them at the moment."""
    codes = {party.pk: party.code for party in register.parties}
    columns: Condition = (f"s.party_id, s.is_due, s.state_ended, {reading.number()}", [])
    ended = reading.has_elapsed(listed.moment)
    found = cached_rows(
        listed,
        fresh,
        "periods",
        lambda: reading.periods_counted(listed, columns, ended, "GROUP BY 1, 2, 3"),
    )
    return [PeriodGroup(codes[party], *row) for party, *row in found]


@dataclass(frozen=True, slots=True)
class PictureRows:
    """What the pictures are drawn from, each kept as long as nothing changes."""

    listed: Listed
    fresh: str
    until: date

    def kept(self, name: str, rows: Callable[[], list[Any]]) -> list[Any]:
        return cached_rows(self.listed, self.fresh, f"{name} until {self.until}", rows)

    def changes(self) -> list[Change]:
        """How many deliverables came to each level, and left it, day by day."""
        kinds: Condition = ("s.kind = ANY(%s)", [list(DELIVERABLES)])
        only = replace(self.listed, more=(*self.listed.more, kinds))
        return self.kept("changes", lambda: over_time.level_changes(only, self.until))

    def rows(self, most: int) -> list[Row]:
        return self.kept(f"rows {most}", lambda: over_time.rows_in_text(self.listed, most))

    def periods(self, rows: list[Row]) -> list[SeenPeriod]:
        """The periods that have begun, of the rows that last."""
        keys = [row.commitment_id for row in rows if row.kind not in DELIVERABLES]
        seen = self.kept("seen", lambda: periods_seen(keys, self.listed.viewer, self.listed.moment))
        return [period for period in seen if period.starts_on <= self.until]

    def due(self, most: int) -> list[Due]:
        return self.kept(f"due {most}", lambda: over_time.due_next(self.listed, most))

    def late(self) -> list[LateCount]:
        return self.kept("late", lambda: over_time.late_counts(self.listed))

    def ending(self, days: int) -> list[Ending]:
        return self.kept(f"ending {days}", lambda: over_time.periods_ending(self.listed, days))


def level_value(level: int | None, not_assessable: bool | None) -> str:
    """The value of the filter `level`; empty where the finding speaks of conduct. Without a finding both are None."""
    if not_assessable is None:
        return NO_FINDING
    if not_assessable:
        return NOT_ASSESSABLE
    return "" if level is None else str(level)
