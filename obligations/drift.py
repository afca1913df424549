"""The drift check: whether every derived column is what the recorded rows give.

It lets the very commands that write these columns work them out again, looks at what that would change, and takes all
of it back. It never mends: a column that drifted was written by something that is not one of the commands.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from agreement.models import Event, Trigger, TriggerDate
from obligations.commands import clock, periods, revisions, spans, statuses
from obligations.commands.releases import SUBJECTS
from obligations.deadlines.moment import STILL
from obligations.models import (
    TALLIES,
    Breach,
    ClockSpan,
    Commitment,
    DriftCheck,
    Obligation,
    Period,
    Release,
    Statement,
    Terms,
)

BATCH = 200
RETENTION = timedelta(days=90)

# What everybody who reads the agreement may know; the rest follows from findings, and may tell of hidden ones.
OPEN_FIELDS = {"life", "clock", "clock_from", "due_on", "due_at", "in_time_until"}
BREACH_FIELDS = [
    "cycle",
    "overdue_since",
    "outcome",
    "days_late",
    "opening_statement_id",
    "undone_statement_id",
    "opening_reading_id",
    "closing_statement_id",
    "closing_reading_id",
]
Rows = dict[Any, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` it is about, the `field` that drifted, and what stands and should stand there."""

    what: str
    field: str
    stored: str = ""
    worked_out: str = ""


def check(started_at: datetime, clock_now: Callable[[], datetime]) -> DriftCheck:
    """Check everything and keep the result. `clock_now` gives the instant at which it came to its end."""
    found = [
        *pointers(),
        *withdrawn(),
        *released(),
        *breaches(),
        *numbers(),
        *(one for keys in batches() for one in drifted(keys, started_at)),
    ]
    DriftCheck.objects.filter(finished_at__lt=started_at - RETENTION).delete()
    told = [
        {"what": d.what, "field": d.field, "stored": d.stored, "worked_out": d.worked_out}
        for d in found[: DriftCheck.MOST]
    ]
    return DriftCheck.objects.create(
        started_at=started_at,
        finished_at=clock_now(),
        checked=Commitment.objects.count(),
        found=len(found),
        differences=told,
    )


def batches() -> Iterator[list[int]]:
    last = 0
    while keys := list(
        Commitment.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield keys
        last = keys[-1]


def drifted(keys: list[int], now: datetime) -> Iterator[Difference]:
    """What working out these commitments anew would change. Nothing is left changed."""
    with transaction.atomic():
        owed = clock.lock_all(keys)
        seen = statuses.differing(keys)
        names = {one.pk: f"{one.obligation.code} {one.party.code}" for one in owed}
        before = stored(keys)
        clock.reset_all(owed, now)
        after = stored(keys)
        transaction.set_rollback(True)
    # A status that follows from a clock that drifted says nothing more.
    told: set[int] = set()
    for kind, rows in before.items():
        for pk, difference in differing(kind, rows, after[kind], names):
            told.add(pk)
            yield difference
    for pk, kind in seen:
        if pk not in told:
            yield Difference(f"{names[pk]}, {kind}", "row")


def stored(keys: list[int]) -> dict[str, Rows]:
    """The derived rows of commitments, by kind and key."""
    commitments = Commitment.objects.filter(pk__in=keys).values("pk", *clock.COLUMNS)
    held = ClockSpan.objects.filter(commitment__in=keys).values("commitment_id", *spans.COLUMNS)
    times = Period.objects.filter(commitment__in=keys, known_until=STILL)
    times_due = times.values("pk", "commitment_id", *periods.CLOCK)
    breaches = Breach.objects.filter(commitment__in=keys).values("pk", "commitment_id", *BREACH_FIELDS)
    return {
        "commitment": {(row["pk"],): row for row in commitments},
        "clock span": {(row["commitment_id"], row["known_from"], row["from_day"]): row for row in held},
        "period": {(row["commitment_id"], row["pk"]): row for row in times_due},
        "breach": {(row["commitment_id"], row["pk"]): row for row in breaches},
    }


def differing(
    kind: str, before: Rows, after: Rows, names: dict[int, str]
) -> Iterator[tuple[int, Difference]]:
    """By the key of the commitment."""
    for key in before.keys() | after.keys():
        what = f"{names[key[0]]}, {kind}" if kind != "commitment" else names[key[0]]
        if key not in after or key not in before:
            how = ("there", "none") if key in before else ("none", "there")
            yield key[0], Difference(what, "row", *how)
            continue
        for field, value in before[key].items():
            if value != (other := after[key][field]):
                told = (str(value), str(other)) if field in OPEN_FIELDS else ()
                yield key[0], Difference(what, field, *told)


def otherwise_than_released() -> Iterator[str]:
    """For the ledger: these columns may change, and are no part of what its entries were taken over."""
    for one in (*withdrawn(), *released()):
        yield f"{one.what}: {one.field} is not what the releases and withdrawals on record say"


def breaches() -> Iterator[Difference]:
    """Breaches belong to the agreement of their commitment; nobody acknowledges one any more."""
    foreign = Breach.objects.exclude(agreement=F("commitment__agreement"))
    for pk in foreign.values_list("pk", flat=True):
        yield Difference(f"breach {pk}", "agreement_id")
    noted = Breach.objects.filter(Q(acknowledged_at__isnull=False) | Q(acknowledged_by__isnull=False))
    for pk in noted.values_list("pk", flat=True):
        yield Difference(f"breach {pk}", "acknowledged_at")


def numbers() -> Iterator[Difference]:
    """How many statuses are alike is what their tallies say."""
    for tally in TALLIES:
        if wrong := revisions.wrong(tally):
            yield Difference(str(tally._meta.verbose_name_plural), "n", str(wrong), "0")


def withdrawn() -> Iterator[Difference]:
    """When a statement was withdrawn is when its withdrawal was recorded, and both have one tier."""
    back = Statement.objects.filter(kind=Statement.Kind.WITHDRAWAL, refers_to=OuterRef("pk"))
    said = Statement.objects.annotate(
        back_at=Subquery(back.values("recorded_at")), back_tier=Subquery(back.values("tier"))
    )
    at = Q(withdrawn_at__isnull=False, back_at__isnull=True) | Q(
        back_at__isnull=False, withdrawn_at__isnull=True
    )
    wrong = said.filter(at | ~Q(back_at=F("withdrawn_at")) & Q(back_at__isnull=False))
    for key in wrong.values_list("key", flat=True):
        yield Difference(f"statement {key}", "withdrawn_at")
    for key in (
        said.filter(back_tier__isnull=False).exclude(back_tier=F("tier")).values_list("key", flat=True)
    ):
        yield Difference(f"withdrawal of statement {key}", "tier")


def released() -> Iterator[Difference]:
    """Who may see something is what its last release says, and its first one began with what it was written with.

    A planned publication changes the tier when it comes. What a withdrawal has, `withdrawn` looks at.
    """
    for field, model in SUBJECTS.items():
        of_it = Release.objects.filter(**{field: OuterRef("pk")})
        last, first = of_it.order_by("-recorded_at", "-pk"), of_it.order_by("recorded_at", "pk")
        changed: Any = model.objects.filter(releases__isnull=False).distinct()
        began = {"began_as": Subquery(first.values("from_tier")[:1])}
        names = ("from_tier", "to_tier", "to_confidant", "publish_at")
        rows = changed.annotate(
            **{f"last_{name}": Subquery(last.values(name)[:1]) for name in names}, **began
        )
        for row in rows.iterator():
            yield from released_otherwise(field, row)
        if field != "event":
            untouched: Any = model.objects.filter(releases__isnull=True)
            if field == "statement":
                untouched = untouched.exclude(kind=Statement.Kind.WITHDRAWAL)
            same = Q(tier=F("first_tier")) & (
                Q(confidant=F("first_confidant")) | Q(confidant=None, first_confidant=None)
            )
            for key in untouched.filter(~same | Q(publish_at__isnull=False)).values_list("key", flat=True):
                yield Difference(f"{field} {key}", "tier")


def released_otherwise(field: str, row: Any) -> Iterator[Difference]:
    name = row.code if isinstance(row, Event) else row.key
    planned = row.last_publish_at is not None
    as_before = planned and row.tier == row.last_from_tier
    if not as_before and (row.tier, row.confidant_id) != (row.last_to_tier, row.last_to_confidant):
        yield Difference(f"{field} {name}", "tier")
    if planned and row.publish_at != row.last_publish_at:
        yield Difference(f"{field} {name}", "publish_at")
    if not isinstance(row, Event) and row.began_as != row.first_tier:
        yield Difference(f"{field} {name}", "first_tier")


def pointers() -> Iterator[Difference]:
    """Copies of the newest append-only row: the terms on an obligation, the date on a trigger."""
    dates = TriggerDate.objects.filter(trigger=OuterRef("pk")).order_by("-recorded_at", "-id")
    newest = Trigger.objects.annotate(given=Subquery(dates.values("occurred_on")[:1]))
    for code, on, given in newest.exclude(occurred_on=F("given")).values_list("code", "occurred_on", "given"):
        if on != given:
            yield Difference(f"trigger {code}", "occurred_on", str(on), str(given))
    terms = {
        one.obligation_id: (one.rule, one.terms, one.trigger_id, one.after_obligation_id)
        for one in Terms.objects.order_by("recorded_at", "id").iterator()
    }
    for owed in Obligation.objects.only("code", "rule", "terms", "trigger", "after_obligation").iterator():
        held = (owed.rule, owed.terms, owed.trigger_id, owed.after_obligation_id)
        if terms.get(owed.pk) != held:
            yield Difference(owed.code, "terms", str(held[:2]), str((terms.get(owed.pk) or ())[:2]))
