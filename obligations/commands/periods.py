"""The periods of what lasts, made a year ahead; and the clock that each has of its own where something is due again.

What has begun stays as it is. What has not is cut anew where terms, the length of a review or a stop of the clock ask
for it: the rows that are replaced stay as well, with the instant until which they were known.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, F, Max, Q, When
from django.db.models.functions import Coalesce

from agreement.ledger import enter
from agreement.models import Instrument
from obligations.commands import statuses
from obligations.commands.breaches import Cause, run_clock
from obligations.commands.bulk import save_columns
from obligations.deadlines import TermsError, day_in, end_of_day, episodes
from obligations.deadlines.moment import OUTSET, STILL
from obligations.deadlines.periods import (
    PeriodDays,
    following,
    own_spans,
    periods_due,
    periods_reviewed,
    was_active,
)
from obligations.deadlines.spans import Span
from obligations.models import Breach, Commitment, Obligation, Period, Reading, Statement
from obligations.models.obligation import KINDS_WITH_PERIODS, RECURRING_RULE
from obligations.models.period import by_period, day_of
from obligations.models.reading import recurs
from obligations.status.records import Records, known_of, records_of
from parties.access import Viewer

BATCH = 200
LASTS = Q(obligation__kind__in=KINDS_WITH_PERIODS) | Q(obligation__rule=RECURRING_RULE)
CLOCK = [
    "flag_at",
    "overdue_since",
    "cycle",
    "opening_statement_id",
    "undone_statement_id",
    "opening_reading_id",
]
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Cut:
    """What is to change of one commitment's periods: rows that are replaced, and new ones, known since an instant."""

    commitment: Commitment
    since: datetime
    gone: list[Period] = field(default_factory=list)
    new: list[PeriodDays] = field(default_factory=list)


def make_periods(agreement_id: int | None, now: datetime) -> int:
    """Make the periods that are not there yet, of one agreement or of all; how many. One ledger entry a batch.

    Safe at any time, any number of times, side by side.
    """
    return sum(make_batch(keys, now) for keys in batches(agreement_id))


def batches(agreement_id: int | None) -> Iterator[list[int]]:
    """Keys of commitments that last, of one agreement at a time."""
    lasting = Commitment.objects.filter(LASTS).order_by("agreement_id", "pk")
    if agreement_id is not None:
        lasting = lasting.filter(agreement=agreement_id)
    at = (0, 0)
    while True:
        beyond = Q(agreement_id__gt=at[0]) | Q(agreement_id=at[0], pk__gt=at[1])
        found = list(lasting.filter(beyond).values_list("agreement_id", "pk")[:BATCH])
        if not found:
            return
        first = found[0][0]
        keys = [pk for agreement, pk in found if agreement == first]
        yield keys
        at = (first, keys[-1])


def make_batch(keys: Sequence[int], now: datetime) -> int:
    """Look first, and lock only what changes: on most nights that is nothing, or a period each."""
    rows = Commitment.objects.filter(pk__in=keys).order_by("pk").select_related("agreement", "obligation")
    changing = [cut.commitment.pk for cut in cuts(list(rows), records_of(rows), now)]
    if not changing:
        return 0
    with transaction.atomic():
        owed = list(rows.filter(pk__in=changing).select_for_update(of=("self",)))
        records = records_of(owed)
        done = cuts(owed, records, now)
        made = write(done, now)
        reset_clocks(recurring((cut.commitment for cut in done), records), now)
        statuses.follow((cut.commitment.pk for cut in done), now)
    return made


def follow(
    commitments: Sequence[Commitment], records: Mapping[int, Records], now: datetime, cause: Cause = None
) -> int:
    """After a statement or a reading on locked commitments: their periods, and the clocks of those that are due again.

    How many periods are new. What a pack changes is followed by `make_periods`.
    """
    lasting, made = [one for one in commitments if lasts(one, records[one.pk])], 0
    if isinstance(cause, Reading):
        for agreement in sorted({one.agreement_id for one in lasting}):
            made += write(cuts([one for one in lasting if one.agreement_id == agreement], records, now), now)
    reset_clocks(recurring(lasting, records), now, cause)
    return made


def lasts(commitment: Commitment, records: Records) -> bool:
    return commitment.obligation.kind in KINDS_WITH_PERIODS or recurs(records.terms)


def cuts(commitments: Sequence[Commitment], records: Mapping[int, Records], now: datetime) -> list[Cut]:
    """What is to change; only commitments of which something does."""
    keys = [one.pk for one in commitments]
    begun, ahead, in_effect = periods_begun(keys, now), periods_ahead(keys, now), days_in_effect(commitments)
    found = []
    for commitment in commitments:
        known = records[commitment.pk]
        kept_until, known_since = begun.get(commitment.pk, (None, OUTSET))
        spans = known.spans()
        there = {(one.starts_on, one.ends_on, one.due_on): one for one in ahead[commitment.pk]}
        new = [
            one
            for one in following(periods_of(commitment, known, in_effect[commitment.pk], now), kept_until)
            if was_active(spans, one.starts_on, one.ends_on)
            and there.pop((one.starts_on, one.ends_on, one.due_on), None) is None
        ]
        gone = list(there.values())
        if new or gone:
            since = now if gone else max(known_since, known_of(known.terms[-1]))
            found.append(Cut(commitment, since, gone, new))
    return found


def periods_of(
    commitment: Commitment, records: Records, in_effect_from: date | None, now: datetime
) -> list[PeriodDays]:
    """All periods that the terms give, from the beginning up to a year from now."""
    grounds, owed = records.grounds(), commitment.obligation
    today = day_in(now, commitment.agreement.zone)
    if grounds is None:
        return []
    if grounds.rule == RECURRING_RULE:
        try:
            return periods_due(grounds.terms, in_effect_from, today)
        except TermsError as error:
            logger.error("no periods are made for %s: %s", owed.code, error)
            return []
    if owed.kind not in KINDS_WITH_PERIODS or in_effect_from is None:
        return []
    return periods_reviewed(in_effect_from, owed.review_months or commitment.agreement.review_months, today)


def periods_begun(keys: list[int], now: datetime) -> dict[int, tuple[date | None, datetime]]:
    """Of each commitment the last day of what has begun, and since when its periods are known as they are."""
    known = Case(When(known_until=STILL, then=F("known_from")), default=F("known_until"))
    begun = Q(known_until=STILL, starts_on__lte=day_of(now))
    rows = Period.objects.filter(commitment__in=keys).order_by().values("commitment")
    found = rows.annotate(until=Max("ends_on", filter=begun), since=Max(known))
    return {row["commitment"]: (row["until"], row["since"]) for row in found}


def periods_ahead(keys: list[int], now: datetime) -> dict[int, list[Period]]:
    found: dict[int, list[Period]] = {key: [] for key in keys}
    for one in Period.objects.filter(
        commitment__in=keys, known_until=STILL, starts_on__gt=day_of(now)
    ).order_by("starts_on"):
        found[one.commitment_id].append(one)
    return found


def days_in_effect(commitments: Sequence[Commitment]) -> dict[int, date | None]:
    """Since when each commitment's instrument is in effect, or the agreement's first one where it names no day."""
    day = Coalesce("in_effect_from", "adopted_on")
    texts = Instrument.objects.filter(agreement__in={one.agreement_id for one in commitments})
    own = {(pk, agreement): on for pk, agreement, on in texts.order_by().values_list("pk", "agreement", day)}
    first = {
        agreement: min((on for (_pk, of), on in own.items() if of == agreement and on), default=None)
        for _pk, agreement in own
    }
    of = dict(
        Obligation.objects.filter(pk__in={one.obligation_id for one in commitments}).values_list(
            "pk", "provision__instrument"
        )
    )
    return {
        one.pk: own.get((of[one.obligation_id], one.agreement_id)) or first.get(one.agreement_id)
        for one in commitments
    }


def write(done: Sequence[Cut], now: datetime) -> int:
    """The periods of locked commitments of one agreement, with their ledger entry; how many are new."""
    if not done:
        return 0
    gone = [one for cut in done for one in cut.gone]
    Period.objects.filter(pk__in=[one.pk for one in gone]).update(known_until=now, flag_at=None)
    new = [
        Period(
            commitment=cut.commitment,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            due_on=one.due_on,
            due_at=end_of_day(one.due_on, cut.commitment.agreement.zone) if one.due_on else None,
            known_from=cut.since,
        )
        for cut in done
        for one in cut.new
    ]
    Period.objects.bulk_create(new, batch_size=2000)
    enter(
        agreement_id=done[0].commitment.agreement_id,
        actor=Viewer(),
        now=now,
        command="make_periods",
        subject=f"{len(done)} commitments",
        after={"made": len(new), "replaced": len(gone)},
        states=[*gone, *new],
    )
    return len(new)


def recurring(
    commitments: Iterable[Commitment], records: Mapping[int, Records]
) -> dict[Commitment, tuple[Span, ...]]:
    """Those that are due again and again, with the spans of their clocks."""
    return {one: records[one.pk].spans() for one in commitments if recurs(records[one.pk].terms)}


def reset_clocks(
    commitments: Mapping[Commitment, tuple[Span, ...]], now: datetime, cause: Cause = None
) -> None:
    """Set the clock of each time that something is due, and its breaches, by all findings on it. Three queries."""
    owed = {one.pk: one for one in commitments}
    if not owed:
        return
    times: dict[int, list[Period]] = {key: [] for key in owed}
    due = Period.objects.filter(commitment__in=owed, known_until=STILL, due_on__isnull=False)
    for time in due.order_by("due_on"):
        times[time.commitment_id].append(time)
    findings: dict[int, list[Statement]] = {key: [] for key in owed}
    for said in Statement.objects.findings().in_force().filter(commitment__in=owed).in_order():
        findings[said.commitment_id].append(said)
    breaches: dict[int | None, list[Breach]] = defaultdict(list)
    for breach in Breach.objects.filter(commitment__in=owed, period__isnull=False).order_by("cycle"):
        breaches[breach.period_id].append(breach)
    changed = []
    for key, commitment in owed.items():
        spans, said_on = commitments[commitment], by_period(times[key], findings[key])
        for time in times[key]:
            before = clock_of(time)
            facts = [one.fact() for one in said_on[time.pk]]
            own = own_spans(spans, time.due_on, commitment.agreement.zone) if time.due_on else ()
            runs = episodes(own, commitment.agreement.zone, facts)
            time.commitment = commitment
            run_clock(time, breaches[time.pk], runs, now, cause)
            if clock_of(time) != before:
                changed.append(time)
    save_columns(changed, CLOCK)


def clock_of(time: Period) -> list[object]:
    return [getattr(time, name) for name in CLOCK]
