"""What a pack says of time, as records that nothing overwrites, and the clocks that hang on what is new in it."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, Model, OuterRef, Q

from agreement.models import Instrument, Trigger, TriggerDate
from obligations.commands import clock, readings, statuses
from obligations.deadlines import start_of_day
from obligations.deadlines.moment import OUTSET
from obligations.models import ClockSpan, Commitment, Obligation, Terms
from obligations.packs.removal import Withdrawal
from obligations.packs.rows import PackRows
from parties.access import Viewer

TERMS = ("rule", "terms", "trigger_id", "after_obligation_id", "convention")


def follow(
    rows: PackRows, withdrawal: Withdrawal, days_off: bool, actor: Viewer, now: datetime
) -> list[Model]:
    """Record what is new, and bring the clocks into line; the append-only rows that this wrote.

    `days_off`: a calendar changed.
    """
    terms, dates = write_terms(rows, now), date_triggers(rows, now)
    written: list[Model] = [*terms, *dates]
    head = rows.pack.agreement
    words = f"the pack {head.code} as of {head.as_of}."
    if withdrawal.resumed:
        written += readings.reinstate(withdrawal.resumed, actor, now, f"Named again in {words}")
    if withdrawal.ended:
        written += readings.supersede(withdrawal.ended, actor, now, f"No longer in {words}")
    fresh = rows.commitments_among(rows.difference.fresh)
    start_clocks(fresh)
    moved = withdrawal.moved | {commitment.obligation_id for commitment in fresh}
    reset_clocks(rows, {row.obligation_id for row in terms}, {row.trigger_id for row in dates}, moved, now)
    if days_off and not rows.is_new:
        clock.recount(rows.agreement.pk, now)
    # What statuses have of their obligation.
    touched = rows.difference.touched.values()
    changed = Q(obligation__in=[row.pk for row in touched if isinstance(row, Obligation)])
    changed |= Q(obligation__provision__instrument__in=[r.pk for r in touched if isinstance(r, Instrument)])
    statuses.follow(Commitment.objects.filter(changed).values_list("pk", flat=True))
    # Lists and pages show words of the pack, too, which no status has.
    statuses.revise(rows.agreement.pk)
    return written


def write_terms(rows: PackRows, now: datetime) -> list[Terms]:
    """A row for each obligation whose terms are not those on record.

    What an agreement was first loaded with was known from the outset, and so is what was there before terms were kept.
    """
    newest: dict[int, tuple[object, ...]] = {}
    on_record = Terms.objects.filter(obligation__agreement=rows.agreement).order_by("recorded_at", "id")
    for obligation_id, *values in on_record.values_list("obligation_id", *TERMS):
        newest[obligation_id] = tuple(values)
    new = []
    for owed in rows.obligations.values():
        convention = rows.agreement.convention
        wanted = (owed.rule, owed.terms, owed.trigger_id, owed.after_obligation_id, convention)
        if newest.get(owed.pk) != wanted:
            known_since = OUTSET if rows.is_new else None
            values = dict(zip(TERMS, wanted, strict=True))
            new.append(Terms(obligation=owed, recorded_at=now, known_since=known_since, **values))
    return Terms.objects.bulk_create(new, batch_size=1000)


def date_triggers(rows: PackRows, now: datetime) -> list[TriggerDate]:
    """Give triggers the pack's dates, except where a person has given one: a date of a pack is by nobody, whoever
    applies it.
    """
    by_people = set(
        TriggerDate.objects.filter(trigger__agreement=rows.agreement, recorded_by__isnull=False).values_list(
            "trigger_id", flat=True
        )
    )
    dated = []
    for given in rows.pack.triggers:
        trigger = rows.triggers[given.code]
        if trigger.pk not in by_people and trigger.occurred_on != given.date:
            trigger.occurred_on = given.date
            dated.append((trigger, given))
    given_dates = TriggerDate.objects.bulk_create(
        TriggerDate(
            trigger=trigger,
            occurred_on=given.date,
            recorded_at=now,
            known_since=known_since(given.date, rows, now),
            reason=given.note or given.label,
            source=f"pack {rows.pack.agreement.code}",
        )
        for trigger, given in dated
    )
    Trigger.objects.bulk_update([trigger for trigger, _given in dated], ["occurred_on"], batch_size=500)
    return given_dates


def known_since(on: date | None, rows: PackRows, now: datetime) -> datetime | None:
    """With the agreement's first load a date is known from its own day on; a day to come, from now on."""
    if not rows.is_new or on is None:
        return None
    return min(start_of_day(on, rows.agreement.zone), now)


def start_clocks(fresh: list[Commitment]) -> None:
    rows = Commitment.objects.filter(pk__in=[commitment.pk for commitment in fresh]).order_by("pk")
    clock.start(list(rows.select_related("agreement", "obligation", "party")))


def reset_clocks(
    rows: PackRows, terms: set[int], triggers: set[int], moved: Iterable[int], now: datetime
) -> None:
    """Reset the clocks that hang on what is new, and those that were never set.

    `terms` are keys of obligations with other terms, `triggers` of triggers with another date, `moved` of obligations
    whose commitments are others, and so is, perhaps, their day of fulfilment.
    """
    known = Commitment.objects.filter(agreement=rows.agreement)
    if not zone_is_another(rows):
        known = known.filter(
            Q(obligation__in=terms)
            | Q(obligation__all_terms__trigger__in=triggers)
            | Q(obligation__all_terms__after_obligation__in=list(moved))
            | Q(~Exists(ClockSpan.objects.filter(commitment=OuterRef("pk"))))
        )
    started = {commitment.pk for commitment in rows.commitments_among(rows.difference.fresh)}
    clock.reset_all(clock.lock_all(set(known.values_list("pk", flat=True)) - started), now)


def zone_is_another(rows: PackRows) -> bool:
    changes = rows.difference.changes
    return any(change.field == "time_zone" and change.verb == "changed" for change in changes)
