"""What was asked and what had happened, as of a moment: terms of time limits, dates of triggers, events.

Of a trigger's dates the last that was known stands. One that lies after the day spoken of had not come: it is told only
where a time limit runs before it, and so was to be known beforehand.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from agreement.models import Event, Trigger, TriggerDate
from obligations.deadlines import RULES, Moment
from obligations.models import Gate, GateOpening, Obligation, Statement, StatementTranslation, Terms
from obligations.status import records
from parties.known import is_known, known

M = TypeVar("M", Terms, TriggerDate)

COUNTED_BACK = [name for name, rule in RULES.items() if rule.anchored == "before"]


def known_then(rows: QuerySet[M], moment: Moment) -> QuerySet[M]:
    """Of terms or dates of triggers, those that were known: `records.known_of`, in the database."""
    return rows.alias(known_of=Coalesce("known_since", "recorded_at")).filter(
        known(moment.known_at, "known_of")
    )


def obligations_of(queryset: QuerySet[Obligation], moment: Moment) -> QuerySet[Obligation]:
    """Those that were known at all, and whose text had been adopted."""
    queryset = queryset.filter(adopted(moment, "provision__instrument__"))
    if moment.known_at is None:
        return queryset
    terms = known_then(Terms.objects.all(), moment)
    return queryset.filter(Exists(terms.filter(obligation=OuterRef("pk"))))


def adopted(moment: Moment, instrument: str = "") -> Q:
    """Of rows with an instrument at that path: those of one that was adopted by the day spoken of."""
    if moment.spoken_on is None:
        return Q()
    day = f"{instrument}adopted_on"
    return Q(**{f"{day}__isnull": True}) | Q(**{f"{day}__lte": moment.spoken_on})


def was_known(obligation: Obligation, moment: Moment) -> bool:
    """Whether the obligation existed and was on record at the moment. No query at present."""
    return moment.is_present or obligations_of(Obligation.objects.filter(pk=obligation.pk), moment).exists()


def with_terms(obligations: Iterable[Obligation], moment: Moment) -> list[Obligation]:
    """With the time limit, and the trigger with its day, that were known: three queries at most, none at present.

    The rows are for reading: what they hold is of the past.
    """
    there = list(obligations)
    if moment.is_present:
        return there
    terms = records.terms_of(one.pk for one in there)
    last = {
        pk: then[-1]
        for pk, every in terms.items()
        if (then := [one for one in every if is_known(moment.known_at, records.known_of(one))])
    }
    triggers = triggers_of({one.trigger_id for one in last.values() if one.trigger_id}, moment)
    after = Obligation.objects.in_bulk(
        {t.after_obligation_id for t in last.values() if t.after_obligation_id}
    )
    for obligation in there:
        if limit := last.get(obligation.pk):
            obligation.rule, obligation.terms = limit.rule, limit.terms
            obligation.trigger = triggers.get(limit.trigger_id or 0)
            obligation.after_obligation = after.get(limit.after_obligation_id or 0)
    return there


def triggers_of(keys: Iterable[int], moment: Moment) -> dict[int, Trigger]:
    """Triggers by key, each with the day that it had, for reading."""
    found = with_day(Trigger.objects.filter(pk__in=keys), moment).in_bulk()
    for trigger in found.values():
        trigger.occurred_on = trigger.occurred_then
    return found


def with_day(queryset: QuerySet[Trigger], moment: Moment) -> QuerySet[Any]:
    """Adds `occurred_then`: the day that stood, None where none did or it had not come."""
    if moment.is_present:
        return queryset.annotate(occurred_then=F("occurred_on"))
    dates = known_then(TriggerDate.objects.filter(trigger=OuterRef("pk")), moment)
    last = dates.order_by("-recorded_at", "-pk").values("occurred_on")[:1]
    dated = queryset.annotate(last_day=Subquery(last))
    if moment.spoken_on is None:
        return dated.annotate(occurred_then=F("last_day"))
    announced = Exists(Terms.objects.filter(trigger=OuterRef("pk"), rule__in=COUNTED_BACK))
    had_come = Q(last_day__lte=moment.spoken_on) | Q(announced)
    return dated.annotate(occurred_then=Case(When(had_come, then=F("last_day")), default=Value(None)))


def with_dates(queryset: QuerySet[Trigger], moment: Moment) -> QuerySet[Any]:
    """`with_day`, and all the dates that were known."""
    dates = known_then(TriggerDate.objects.all(), moment)
    return with_day(queryset, moment).prefetch_related(Prefetch("dates", queryset=dates))


def events_of(queryset: QuerySet[Event], moment: Moment) -> QuerySet[Event]:
    """What had happened by the day spoken of, and by the day of knowledge; not what was recorded after that."""
    days = [day for day in (moment.spoken_on, moment.known_on) if day is not None]
    if moment.known_at is not None:
        queryset = queryset.filter(Q(recorded_at=None) | known(moment.known_at, "recorded_at"))
    return queryset.filter(happened_on__lte=min(days)) if days else queryset


def with_openings(gates: list[Gate], moment: Moment) -> list[tuple[Gate, GateOpening | None]]:
    """Each gate with its opening as it was known at the moment, None where it was closed. One query."""
    of = [gate.obligation_id for gate in gates]
    rows = list(GateOpening.objects.filter(obligation__in=of)) if of else []
    return [(gate, opening_of(gate, rows, moment)) for gate in gates]


def opening_of(gate: Gate, openings: Iterable[GateOpening], moment: Moment) -> GateOpening | None:
    """The newest of these that opened the gate, and that nobody had taken back as far as was known at the moment."""
    made = [one for one in openings if is_known(moment.known_at, one.recorded_at)]
    taken_back = {one.withdraws_id for one in made}
    days = [one for one in made if one.opened_on and one.is_of(gate) and one.pk not in taken_back]
    begun = [
        one for one in days if not moment.spoken_on or (one.opened_on and one.opened_on <= moment.spoken_on)
    ]
    return begun[-1] if begun else None


# By the keys of statements.
Translations = dict[int, list[StatementTranslation]]


def translations_of(statements: Iterable[Statement], moment: Moment) -> Translations:
    """The newest translation of each language; of statements that the viewer was found to see. One query."""
    found: Translations = defaultdict(list)
    rows = StatementTranslation.objects.newest(moment).filter(statement__in=[one.pk for one in statements])
    for row in rows.order_by("recorded_at", "pk"):
        found[row.statement_id].append(row)
    return dict(found)
