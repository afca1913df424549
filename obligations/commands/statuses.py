"""What each audience sees of commitments, brought into line with what is recorded.

Called at the end of every command that changes what statuses rest on, with the commitments locked: statements and who
may see them, clocks, periods, the obligation itself. It writes only rows that differ.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection, models, transaction
from psycopg2.extras import execute_values

from agreement.models import AudienceBit
from obligations.deadlines import Deadline
from obligations.deadlines.spans import LifeState, Span
from obligations.deadlines.steps import ClockState
from obligations.models import BreachStatus, Commitment, CommitmentStatus, PeriodStatus, Revision
from obligations.status.worked_out import ClockLayer, Owed, Period, Said, Values, rows_of
from parties.access import COMMON, EVERY_BIT

SEEN = ("mask", "shown_from", "shown_until", "known_from", "known_until")
DAYS = ("from_day", "until_day")
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    CommitmentStatus: (
        *SEEN,
        *DAYS,
        "is_present",
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
        "complete_since",
        "claim",
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
        "owed",
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
OF_ITS_OBLIGATION = ("obligation_id", "provision_id", "party_id", "kind")
MASK = len(STATIC)  # its place in a row


# What each table has of a commitment, by the name that the drift check tells it by.
TABLES: dict[str, type[models.Model]] = {
    "status": CommitmentStatus,
    "status of a period": PeriodStatus,
    "status of a breach": BreachStatus,
}


@dataclass(slots=True)
class Rewriting:
    """What is to change in one table: the keys of rows that go, new rows, and the commitments whose they are."""

    model: type[models.Model]
    gone: dict[int, Values]
    new: list[Values]
    of: set[int]

    def masks(self) -> dict[int, int]:
        """By agreement, those who see something else than before: a row that others shared may only be split."""
        changed: dict[Values, int] = defaultdict(int)
        for row in (*self.gone.values(), *self.new):
            changed[(*row[:MASK], *row[MASK + 1 :])] ^= int(str(row[MASK]))
        masks: dict[int, int] = defaultdict(int)
        for (agreement_id, *_rest), mask in changed.items():
            masks[int(str(agreement_id))] |= mask
        return masks


def follow(commitments: Iterable[int]) -> int:
    """Bring the statuses of commitments into line; how many of these had rows that differed."""
    changed: set[int] = set()
    masks: dict[int, int] = defaultdict(int)
    for rewriting in rewritings(list(commitments)):
        write(rewriting)
        changed |= rewriting.of
        for agreement_id, mask in rewriting.masks().items():
            masks[agreement_id] |= mask
    for agreement_id, mask in masks.items():
        revise(agreement_id, mask)
    return len(changed)


def revise(agreement_id: int, mask: int = EVERY_BIT) -> None:
    """What those in the mask see of the agreement's commitments is not what it was."""
    if mask:
        Revision.objects.create(agreement_id=agreement_id, mask=mask)


def differing(commitments: Iterable[int]) -> list[tuple[int, str]]:
    """Commitments with rows that are not what the functions give, and which rows. Writes nothing."""
    names = {model: name for name, model in TABLES.items()}
    return [(pk, names[one.model]) for one in rewritings(list(commitments)) for pk in sorted(one.of)]


def rewritings(keys: list[int]) -> Iterator[Rewriting]:
    """What is to change in each table."""
    owed = owed_of(keys)
    worked_out = {pk: rows_of(one.owed, one.bit_of) for pk, one in owed.items()}
    for model, name in ((CommitmentStatus, "commitment"), (PeriodStatus, "period"), (BreachStatus, "breach")):
        wanted = {
            pk: {owed[pk].row(model, mask, values) for values, mask in getattr(rows, name).items()}
            for pk, rows in worked_out.items()
        }
        yield rewriting_of(model, wanted)


def rewriting_of(model: type[models.Model], wanted: Mapping[int, set[Values]]) -> Rewriting:
    """By the rows that are wanted of each commitment; they begin with the agreement's key and the commitment's."""
    found = Rewriting(model, {}, [], set())
    there: dict[int, set[Values]] = {pk: set() for pk in wanted}
    with connection.cursor() as cursor:
        columns = ", ".join(columns_of(model))
        cursor.execute(
            f"SELECT id, {columns} FROM {model._meta.db_table} WHERE commitment_id = ANY(%s)", [list(wanted)]
        )
        for pk, *row in cursor.fetchall():
            values, of = tuple(row), row[1]
            if values in wanted[of] and values not in there[of]:
                there[of].add(values)
            else:
                found.gone[pk] = values
                found.of.add(of)
    for pk, rows in wanted.items():
        if new := rows - there[pk]:
            found.new += new
            found.of.add(pk)
    return found


def write(rewriting: Rewriting) -> None:
    table, columns = rewriting.model._meta.db_table, ", ".join(columns_of(rewriting.model))
    with connection.cursor() as cursor:
        if rewriting.gone:
            cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [list(rewriting.gone)])
        if rewriting.new:
            execute_values(
                cursor.cursor, f"INSERT INTO {table} ({columns}) VALUES %s", rewriting.new, page_size=1000
            )


def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    extra = OF_ITS_OBLIGATION if model is CommitmentStatus else ()
    return (*STATIC, *COLUMNS[model], *extra)


@dataclass(slots=True)
class Loaded:
    """A commitment with what its rows have beside what is worked out."""

    owed: Owed
    agreement_id: int
    of_its_obligation: Values

    def row(self, model: type[models.Model], mask: int, values: Values) -> Values:
        extra = self.of_its_obligation if model is CommitmentStatus else ()
        return (self.agreement_id, self.owed.pk, mask, *values, *extra)

    def bit_of(self, party_id: int) -> int:
        return bit_of(self.agreement_id, party_id)


COMMITMENTS = """
SELECT c.id, c.agreement_id, c.secret, a.time_zone, o.id, o.provision_id, c.party_id, o.kind
FROM obligations_commitment c
JOIN obligations_obligation o ON o.id = c.obligation_id
JOIN agreement_agreement a ON a.id = c.agreement_id
WHERE c.id = ANY(%s)
"""
CLOCKS = """
SELECT s.commitment_id, s.known_from, s.known_until, s.from_day, s.until_day, s.life, s.clock, s.due_on, s.due_at,
    s.clock_from, s.in_time_until, s.act_id, r.recorded_at
FROM obligations_clockspan s LEFT JOIN obligations_reading r ON r.id = s.act_id
WHERE s.commitment_id = ANY(%s) ORDER BY s.commitment_id, s.known_from, s.from_day
"""
STATEMENTS = """
SELECT commitment_id, id, kind, by_id, level, not_assessable, conduct, effective_on, recorded_at, withdrawn_at,
    refers_to_id, occurrence_id, tier, confidant_id, publish_at
FROM obligations_statement
WHERE commitment_id = ANY(%s) AND kind <> 'withdrawal' ORDER BY effective_on, recorded_at, id
"""
PERIODS = """
SELECT commitment_id, id, starts_on, ends_on, due_on, due_at, known_from, known_until
FROM obligations_occurrence WHERE commitment_id = ANY(%s) ORDER BY commitment_id, starts_on, id
"""


def owed_of(keys: list[int]) -> dict[int, Loaded]:
    """What is recorded of commitments, by key: four queries whatever their number."""
    found: dict[int, Loaded] = {}
    zones: dict[str, ZoneInfo] = {}
    with connection.cursor() as cursor:
        cursor.execute(COMMITMENTS, [keys])
        for pk, agreement_id, secret, time_zone, *of_its_obligation in cursor.fetchall():
            zone = zones.setdefault(time_zone, ZoneInfo(time_zone))
            owed = Owed(pk, of_its_obligation[-1], zone, secret)
            found[pk] = Loaded(owed, agreement_id, tuple(of_its_obligation))
        cursor.execute(CLOCKS, [keys])
        for pk, known_from, known_until, *span, act_at in cursor.fetchall():
            owed = found[pk].owed
            if not owed.clocks or owed.clocks[-1].known_from != known_from:
                owed.clocks.append(ClockLayer(known_from, known_until, []))
            owed.clocks[-1].spans.append(span_of(*span))
            if act_at is not None:
                owed.acts[span[-1]] = act_at
        cursor.execute(STATEMENTS, [keys])
        for pk, *said in cursor.fetchall():
            found[pk].owed.statements.append(Said(*said))
        if lasting := [pk for pk, one in found.items() if one.owed.lasts]:
            cursor.execute(PERIODS, [lasting])
            for pk, *period in cursor.fetchall():
                found[pk].owed.periods.append(Period(*period))
    return found


def span_of(
    from_day: date,
    until_day: date,
    life: LifeState,
    clock: ClockState,
    due_on: date | None,
    due_at: datetime | None,
    clock_from: date | None,
    in_time_until: date | None,
    act: int | None,
) -> Span:
    return Span(from_day, until_day, life, Deadline(clock, due_on, due_at, clock_from), in_time_until, act)


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


def recompute(agreement_id: int | None = None, told: Callable[[int, int], None] | None = None) -> int:
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
            changed += follow(keys) if keys else 0
        if not keys:
            return changed
        done, last = done + len(keys), keys[-1]
        if told:
            told(done, changed)
