"""The drift check: whether every derived column is what the recorded rows give.

It lets the very commands that write these columns work them out again, looks at what that would change, and takes all
of it back. A column that drifted was written by something that is not one of the commands, so nothing is mended without
a word: `mend` does it where somebody says why, and enters it in the ledger.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from agreement.ledger import enter
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
from parties.access import Viewer

BATCH = 200

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
MENDED_BY = 'python manage.py recompute --reason "..."'
# Of who may see a thing: nothing puts these back by itself.
KEPT = frozenset({"tier", "publish_at", "first_tier", "withdrawn_at"})


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` it is about, the `field` that drifted, and what stands and should stand there."""

    what: str
    field: str
    stored: str = ""
    worked_out: str = ""

    def told(self) -> dict[str, str]:
        return {
            "what": self.what,
            "field": self.field,
            "stored": self.stored,
            "worked_out": self.worked_out,
        }


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
    told = [one.told() for one in found[: DriftCheck.MOST]]
    return DriftCheck.objects.create(
        started_at=started_at,
        finished_at=clock_now(),
        checked=Commitment.objects.count(),
        found=len(found),
        differences=told,
    )


def advice(fields: Iterable[str]) -> list[str]:
    """What to do about differences in these fields, a sentence each."""
    fields = set(fields)
    told = []
    if fields - KEPT:
        text = _(
            "%(command)s brings clocks, and what follows from them, into line and enters that in the ledger."
        )
        told.append(text % {"command": MENDED_BY})
    if fields & KEPT:
        told.append(
            _(
                "Who may see a thing is not put back by itself: release it to those who are meant to see it, with the "
                "reason, or restore a backup from before."
            )
        )
    return told


def mend(agreement_id: int, reason: str, now: datetime) -> int:
    """Bring what drifted of an agreement into line with what is recorded; how many differences that were.

    Each batch is a transaction of its own with an entry in the ledger, safe beside writers. Who may see a thing stays
    as it is: the releases on record are compared with it by `released`, and a person puts it right.
    """
    with transaction.atomic():
        copies = [*dates_not_newest(agreement_id), *terms_not_newest(agreement_id)]
        differences = [told_of(row, given) for row, given in copies]
        differences += breaches(agreement_id)
        for row, given in copies:
            put_back(row, given)
        theirs = Breach.objects.filter(commitment__agreement=agreement_id)
        theirs.exclude(agreement=agreement_id).update(agreement=agreement_id)
        changed = [row for row, _given in copies if isinstance(row, Obligation)]
        note(agreement_id, differences, reason, now, changed)
    mended = len(differences)
    for keys in batches(agreement_id):
        with transaction.atomic():
            differences = list(worked_out_anew(keys, now))
            note(agreement_id, differences, reason, now)
        mended += len(differences)
    return mended


def note(
    agreement_id: int,
    differences: list[Difference],
    reason: str,
    now: datetime,
    states: Iterable[Obligation] = (),
) -> None:
    if differences:
        enter(
            agreement_id=agreement_id,
            actor=Viewer(),
            now=now,
            command="recompute",
            subject=f"{len(differences)} differences",
            after={"differences": [one.told() for one in differences[: DriftCheck.MOST]]},
            reason=reason,
            states=states,
        )


def batches(agreement_id: int | None = None) -> Iterator[list[int]]:
    every = Commitment.objects.order_by("pk")
    every = every.filter(agreement=agreement_id) if agreement_id else every
    last = 0
    while keys := list(every.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield keys
        last = keys[-1]


def drifted(keys: list[int], now: datetime) -> Iterator[Difference]:
    """What working out these commitments anew would change. Nothing is left changed."""
    with transaction.atomic():
        found = list(worked_out_anew(keys, now))
        transaction.set_rollback(True)
    yield from found


def worked_out_anew(keys: list[int], now: datetime) -> Iterator[Difference]:
    """Work these commitments out anew, in a transaction; what that changed."""
    owed = clock.lock_all(keys)
    seen = statuses.differing(keys)
    names = {one.pk: f"{one.obligation.code} {one.party.code}" for one in owed}
    before = stored(keys)
    clock.reset_all(owed, now)
    after = stored(keys)
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
    clock_spans = ClockSpan.objects.filter(commitment__in=keys).values("commitment_id", *spans.COLUMNS)
    times = Period.objects.filter(commitment__in=keys, known_until=STILL)
    times_due = times.values("pk", "commitment_id", *periods.CLOCK)
    breaches = Breach.objects.filter(commitment__in=keys).values("pk", "commitment_id", *BREACH_FIELDS)
    return {
        "commitment": {(row["pk"],): row for row in commitments},
        "clock span": {
            (row["commitment_id"], row["known_from"], row["from_day"]): row for row in clock_spans
        },
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


def breaches(agreement_id: int | None = None) -> Iterator[Difference]:
    """Breaches belong to the agreement of their commitment."""
    every = Breach.objects.all()
    every = every.filter(commitment__agreement=agreement_id) if agreement_id else every
    foreign = every.exclude(agreement=F("commitment__agreement"))
    for pk in foreign.values_list("pk", flat=True):
        yield Difference(f"breach {pk}", "agreement_id")


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
    for row, given in (*dates_not_newest(), *terms_not_newest()):
        yield told_of(row, given)


# A row with a copy that is not that of the newest append-only row, which is there beside it where there is one.
Copy = tuple[Trigger | Obligation, TriggerDate | Terms | None]


def dates_not_newest(agreement_id: int | None = None) -> Iterator[Copy]:
    triggers = Trigger.objects.filter(agreement=agreement_id) if agreement_id else Trigger.objects.all()
    dates = TriggerDate.objects.filter(trigger__in=triggers).order_by("recorded_at", "id")
    newest = {one.trigger_id: one for one in dates.iterator()}
    for trigger in triggers.order_by("pk"):
        given = newest.get(trigger.pk)
        if trigger.occurred_on != (given.occurred_on if given else None):
            yield trigger, given


def terms_not_newest(agreement_id: int | None = None) -> Iterator[Copy]:
    obligations = Obligation.objects.order_by("pk")
    obligations = obligations.filter(agreement=agreement_id) if agreement_id else obligations
    rows = Terms.objects.filter(obligation__in=obligations.order_by()).order_by("recorded_at", "id")
    newest = {one.obligation_id: one for one in rows.iterator()}
    for owed in obligations.iterator():
        given = newest.get(owed.pk)
        if given is None or limit_of(owed) != limit_of(given):
            yield owed, given


def limit_of(row: Obligation | Terms) -> tuple[object, ...]:
    return row.rule, row.terms, row.trigger_id, row.after_obligation_id


def told_of(row: Trigger | Obligation, given: TriggerDate | Terms | None) -> Difference:
    if isinstance(row, Trigger):
        on = given.occurred_on if isinstance(given, TriggerDate) else None
        return Difference(f"trigger {row.code}", "occurred_on", str(row.occurred_on), str(on))
    newest = limit_of(given)[:2] if isinstance(given, Terms) else ()
    return Difference(row.code, "terms", str(limit_of(row)[:2]), str(newest))


def put_back(row: Trigger | Obligation, given: TriggerDate | Terms | None) -> None:
    """Give the row what the newest append-only row says; nothing where there is none."""
    if isinstance(row, Trigger) and isinstance(given, TriggerDate):
        row.occurred_on = given.occurred_on
        row.save(update_fields=["occurred_on"])
    elif isinstance(row, Obligation) and isinstance(given, Terms):
        row.rule, row.terms = given.rule, given.terms
        row.trigger, row.after_obligation = given.trigger, given.after_obligation
        row.save(update_fields=["rule", "terms", "trigger", "after_obligation"])
