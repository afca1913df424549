"""What each audience sees of commitments, brought into line with what is recorded.

Called at the end of every command that changes what statuses rest on, with the commitments locked: statements and who
may see them, clocks, periods, the obligation itself. It writes only rows that differ.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

from agreement.models import AudienceBit
from obligations.commands import revisions, turns
from obligations.commands.bulk import arrays, inserting
from obligations.deadlines.moment import STILL
from obligations.models import BreachStatus, Commitment, CommitmentStatus, PeriodStatus, Revision
from obligations.models.status import SeenStatus
from obligations.status.recorded import OF_ITS_OBLIGATION, Loaded, owed_of
from obligations.status.worked_out import Values, rows_of
from parties.access import COMMON, EVERY_BIT
from parties.prepared import run

SEEN = ("mask", "shown_from", "shown_until", "known_from", "known_until")
DAYS = ("from_day", "until_day")
COLUMNS: dict[type[SeenStatus], tuple[str, ...]] = {
    CommitmentStatus: (
        *SEEN,
        *DAYS,
        "is_present",
        "holds_from",
        "holds_until",
        "life",
        "clock",
        "phase",
        "runs_from",
        "due_on",
        "due_at",
        "in_time_until",
        "flag_at",
        "run_until",
        "cycle",
        "finding_id",
        "level",
        "not_assessable",
        "conduct",
        "found_on",
        "last_finding_id",
        "last_period_id",
        "complete_since",
        "own_claim",
        "other_claim",
        "claim_waits",
        "contest_waits",
    ),
    PeriodStatus: (
        *SEEN,
        *DAYS,
        "period_id",
        "finding_id",
        "found_on",
        "level",
        "conduct",
        "complete_since",
        "in_time_until",
        "owed",
        "state_ended",
        "ends_on",
        "is_due",
        "next_ends_on",
    ),
    BreachStatus: (
        *SEEN,
        "period_id",
        "key",
        "cycle",
        "overdue_since",
        "in_time_until",
        "opened_by",
        "opened_act",
        "closed_by",
        "closed_act",
        "ending",
        "ended_on",
        "closed_at",
        "days_late",
        "counts",
    ),
}
# What rows have beside, which follows from their commitment alone.
STATIC = ("agreement_id", "commitment_id")
# Those from this place on; a breach has none.
OF_ALL: dict[Any, int] = {CommitmentStatus: 0, PeriodStatus: 1}
LEFT_OUT = len(OF_ITS_OBLIGATION)
# What rows of the present alone say, and what they say once they are of the past.
OF_THE_PRESENT = {"claim_waits": False, "contest_waits": False, "next_ends_on": None}
OF_THE_PAST: dict[str, Any] = {"is_present": False, **OF_THE_PRESENT}
# Their places in a row.
MASK = len(STATIC)
SHOWN_FROM, SHOWN_UNTIL = MASK + SEEN.index("shown_from"), MASK + SEEN.index("shown_until")
KNOWN_FROM, KNOWN_UNTIL = MASK + SEEN.index("known_from"), MASK + SEEN.index("known_until")
FROM_PLACE = KNOWN_FROM - 1  # of `known_from`, where the mask is left out


# What each table has of a commitment, by the name that the drift check tells it by.
TABLES: dict[str, type[SeenStatus]] = {
    "status": CommitmentStatus,
    "status of a period": PeriodStatus,
    "status of a breach": BreachStatus,
}


@dataclass(slots=True)
class Rewriting:
    """What is to change in one table: rows that go, by their keys, and new rows.

    Some of those that go come again as they are once they are known no more (`ended`): these are only changed.
    """

    model: type[SeenStatus]
    gone: dict[int, Values] = field(default_factory=dict)
    new: list[Values] = field(default_factory=list)
    ended: dict[int, Values] = field(default_factory=dict)

    @property
    def of(self) -> set[int]:
        """The commitments whose rows they are."""
        return {row[1] for row in self.rows}

    @property
    def rows(self) -> list[Values]:
        """As they were, and as they will be."""
        return [*self.gone.values(), *self.ended.values(), *self.new]

    def masks(self, now: datetime | None) -> dict[int, int]:
        """By agreement, those who see something else than before, at `now` where it is given.

        A row that others shared may only be split: that changes nothing for those who go on seeing it. Nor does it that
        something hidden is to be published: until then nobody is to learn of that.
        """
        changed: Masked = defaultdict(int)
        for row in self.rows:
            if now is None or row[SHOWN_FROM] <= now < row[SHOWN_UNTIL]:
                changed[without(row, MASK, SHOWN_FROM, SHOWN_UNTIL)] ^= row[MASK]
        masks: dict[int, int] = defaultdict(int)
        for (agreement_id, *_rest), mask in changed.items():
            masks[agreement_id] |= mask
        return masks


def follow(
    commitments: Iterable[int],
    now: datetime | None = None,
    since: datetime | None = None,
    only_said: bool = False,
) -> int:
    """Bring the statuses of commitments into line; how many of these had rows that differed.

    `now` is when this is: who sees something else only later is told by the publication that comes. `since` is when
    that was recorded which changed them, where all that was known before stays as it was: only what is known from then
    on is worked out. `only_said` is for statements that move no clock: neither periods nor breaches rest on them.
    """
    return follow_loaded(owed_of(list(commitments)), now, since, only_said)


def follow_loaded(
    owed: dict[int, Loaded],
    now: datetime | None = None,
    since: datetime | None = None,
    only_said: bool = False,
) -> int:
    """The same, of commitments whose records were read already."""
    changed: set[int] = set()
    for rewriting in rewritings(owed, since, [CommitmentStatus] if only_said else list(NAMES)):
        if rewriting.of:
            write(rewriting, rewriting.masks(now))
            changed |= rewriting.of
            if rewriting.model is BreachStatus and now is not None:
                turns.turn(rewriting.of, now)
    return len(changed)


def revise(agreement_id: int, mask: int = EVERY_BIT) -> None:
    """What those in the mask see of the agreement's commitments is not what it was."""
    Revision.objects.create(agreement_id=agreement_id, mask=mask)


def differing(commitments: Iterable[int]) -> list[tuple[int, str]]:
    """Commitments with rows that are not what the functions give, and which rows. Writes nothing."""
    names = {model: name for name, model in TABLES.items()}
    found = rewritings(owed_of(list(commitments)), None, list(NAMES))
    return [(pk, names[one.model]) for one in found for pk in sorted(one.of)]


NAMES: dict[Any, str] = {CommitmentStatus: "commitment", PeriodStatus: "period", BreachStatus: "breach"}
# A row without its mask, with the mask.
Masked = dict[Values, int]


def rewritings(
    owed: dict[int, Loaded], since: datetime | None, tables: list[type[SeenStatus]]
) -> Iterator[Rewriting]:
    """What is to change in each table."""
    if since is not None and any(one.owed.is_known_after(since) for one in owed.values()):
        since = None  # nothing can be left as it is
    if since is not None and not any(one.owed.lasts for one in owed.values()):
        tables = [model for model in tables if model is not PeriodStatus]
    there = {model: on_record(model, list(owed), since) for model in tables}
    if since is not None and {row[1] for row in there[CommitmentStatus].values()} != set(owed):
        yield from rewritings(owed, None, tables)  # of a new one nothing is there
        return
    only_said = tables == [CommitmentStatus]
    worked_out = {
        pk: rows_of(one.owed, partial(bit_of, one.agreement_id), since, only_said) for pk, one in owed.items()
    }
    for model in tables:
        wanted: Masked = {
            row_of(owed[pk], model, values): mask
            for pk, rows in worked_out.items()
            for values, mask in getattr(rows, NAMES[model]).items()
        }
        if since is not None:
            wanted = beside_the_past(there[model].values(), wanted, since, model)
        yield rewriting_of(model, there[model], wanted, since)


def on_record(model: type[SeenStatus], keys: list[int], since: datetime | None) -> dict[int, tuple[Any, ...]]:
    """The rows of commitments by their keys; with `since`, those alone that are known until then or longer."""
    sql = (
        f"SELECT id, {', '.join(columns_of(model))} FROM {model._meta.db_table} WHERE commitment_id = ANY(%s)"
    )
    rows = run(sql, [keys]) if since is None else run(f"{sql} AND known_until >= %s", [keys, since])
    return {pk: tuple(row) for pk, *row in rows}


def without(row: Sequence[Any], *places: int) -> Values:
    return tuple(picking(len(row), places)(row))


@cache
def picking(number: int, left_out: tuple[int, ...]) -> Callable[[Sequence[Any]], Values]:
    """What takes all of so many values but those at some places."""
    return itemgetter(*(place for place in range(number) if place not in left_out))


def beside_the_past(
    there: Iterable[tuple[Any, ...]], wanted: Masked, since: datetime, model: type[SeenStatus]
) -> Masked:
    """What rows are to be where only what is known from `since` on is worked out: just those that all of it would give.

    A row that stays is known since it was, whatever waits for an answer by now; one that does not was known until
    `since`, for those who see it no more.
    """
    # What a row that stays may have otherwise.
    may_differ = ("mask", "known_from", *OF_THE_PRESENT)
    places = [place for place, name in enumerate(columns_of(model)) if name in may_differ]
    left: dict[Values, list[Left]] = defaultdict(list)
    for row, mask in wanted.items():
        full = (*row[:MASK], None, *row[MASK:])
        left[without(full, *places)].append(Left(row, mask))
    target: Masked = defaultdict(int)
    for row in there:
        mask = row[MASK]
        if row[KNOWN_UNTIL] != STILL:
            target[without(row, MASK)] |= mask
            continue
        for one in left.get(without(row, *places), ()):
            if stay := mask & one.mask:
                target[(*one.row[:FROM_PLACE], row[KNOWN_FROM], *one.row[FROM_PLACE + 1 :])] |= stay
                one.mask &= ~stay
                mask &= ~stay
        if mask and row[KNOWN_FROM] < since:
            target[without(ended(row, since, model), MASK)] |= mask
    for one in (one for those in left.values() for one in those if one.mask):
        target[one.row] |= one.mask
    return target


@dataclass(slots=True)
class Left:
    """A row that is wanted, without its mask, and the bits for which none is there yet."""

    row: Values
    mask: int


def ended(row: tuple[Any, ...], since: datetime, model: type[SeenStatus]) -> Values:
    """A row as it is once it is known no more."""
    changed = list(row)
    changed[KNOWN_UNTIL] = since
    for place, value in of_the_past(model):
        changed[place] = value
    return tuple(changed)


@cache
def of_the_past(model: type[SeenStatus]) -> list[tuple[int, Any]]:
    """The places of what a row says otherwise then, and what it says."""
    columns = columns_of(model)
    return [(columns.index(name), value) for name, value in OF_THE_PAST.items() if name in columns]


def rewriting_of(
    model: type[SeenStatus], there: dict[int, tuple[Any, ...]], wanted: Masked, since: datetime | None
) -> Rewriting:
    """By the rows that are wanted."""
    found = Rewriting(model)
    missing = {(*row[:MASK], mask, *row[MASK:]) for row, mask in wanted.items()}
    for pk, row in there.items():
        if row in missing:
            missing.discard(row)
        else:
            found.gone[pk] = row
    if since is not None:
        for pk, row in found.gone.items():
            if (after := ended(row, since, model)) in missing:
                missing.discard(after)
                found.ended[pk] = after
    found.new = list(missing)
    return found


def write(rewriting: Rewriting, masks: Mapping[int, int]) -> None:
    """In one statement, with a revision for those in the masks."""
    model, table, columns = rewriting.model, rewriting.model._meta.db_table, columns_of(rewriting.model)
    parts: list[tuple[str, list[Any]]] = []
    if rewriting.ended:
        since = next(iter(rewriting.ended.values()))[KNOWN_UNTIL]
        changes = [(KNOWN_UNTIL, since), *of_the_past(model)]
        sets = ", ".join(f"{columns[place]} = %s" for place, _value in changes)
        values = [value for _place, value in changes]
        parts.append((f"UPDATE {table} SET {sets} WHERE id = ANY(%s)", [*values, list(rewriting.ended)]))
    if gone := [pk for pk in rewriting.gone if pk not in rewriting.ended]:
        parts.append((f"DELETE FROM {table} WHERE id = ANY(%s)", [gone]))
    for agreement_id, mask in masks.items():
        if mask:
            revises = (
                f"INSERT INTO {Revision._meta.db_table} (agreement_id, mask, changes) VALUES (%s, %s, 1)"
            )
            parts.append((revises, [agreement_id, mask]))
    if rewriting.new:
        parts.append((inserting(model, columns), list(arrays(model, columns, rewriting.new))))
    *before, (last, values) = parts
    begun = ", ".join(f"part{place} AS ({sql})" for place, (sql, _params) in enumerate(before))
    params = [value for _sql, given in parts for value in given]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {begun} {last}" if begun else last, params)


@cache
def columns_of(model: type[SeenStatus]) -> tuple[str, ...]:
    return (*STATIC, *COLUMNS[model], *OF_ITS_OBLIGATION[OF_ALL.get(model, LEFT_OUT) :])


def row_of(loaded: Loaded, model: type[SeenStatus], values: Values) -> Values:
    """A row without its mask, by what is worked out of it."""
    extra = loaded.of_its_obligation[OF_ALL.get(model, LEFT_OUT) :]
    return (loaded.agreement_id, loaded.owed.pk, *values, *extra)


def bit_of(agreement_id: int, party_id: int) -> int:
    """The bit of a party with its confidences; it gets the next one where it has none yet."""
    known = AudienceBit.objects.filter(agreement=agreement_id, party=party_id)
    if (bit := known.values_list("bit", flat=True).first()) is not None:
        return bit
    with connection.cursor() as cursor:
        cursor.execute(NEXT_BIT, {"agreement": agreement_id, "party": party_id, "first": len(COMMON)})
    return bit_of(agreement_id, party_id)


# Two at once: the second waits for the first, and finds the next number taken or its own party there.
NEXT_BIT = """
INSERT INTO agreement_audiencebit (agreement_id, party_id, bit)
SELECT %(agreement)s, %(party)s, coalesce(max(bit) + 1, %(first)s)
FROM agreement_audiencebit WHERE agreement_id = %(agreement)s
ON CONFLICT DO NOTHING
"""
BATCH = 200


def recompute(
    now: datetime, agreement_id: int | None = None, told: Callable[[int, int], None] | None = None
) -> int:
    """Work the statuses of all commitments out anew, of one agreement or of all; how many had rows that differed.

    In batches of its own transactions, each with its commitments locked, so that it is safe beside writers. `told` is
    given how many are done, and how many differed.
    """
    every = Commitment.objects.order_by("pk")
    every = every.filter(agreement=agreement_id) if agreement_id else every
    last = done = changed = 0
    while True:
        with transaction.atomic():
            rows = every.filter(pk__gt=last).select_for_update(of=("self",)).values_list("pk", flat=True)
            keys = list(rows[:BATCH])
            changed += follow(keys, now) if keys else 0
        if not keys:
            revisions.mend()
            return changed
        done, last = done + len(keys), keys[-1]
        if told:
            told(done, changed)
