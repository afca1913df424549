"""Which rows something else refers to: asked of the models themselves, so that a new one is not forgotten."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

import pgtrigger
from django.db import connection
from django.db.models import Model, QuerySet

from agreement.ledger.canonical import with_states
from agreement.models import Event, Trigger, TriggerDate
from obligations.models import (
    BreachStatus,
    ClockSpan,
    Commitment,
    CommitmentStatus,
    Gate,
    Indicator,
    Obligation,
    Period,
    PeriodStatus,
    Terms,
)
from obligations.models.status import Seen

M = TypeVar("M", bound=Model)
TOUCHES = Obligation.touched_by.through

# By which of their fields other rows are a row's own: derived from it, or a part of it. They go with it.
OWN: dict[type[Model], tuple[tuple[type[Model], str], ...]] = {
    Commitment: (
        *((model, "commitment") for model in (BreachStatus, PeriodStatus, CommitmentStatus)),
        (ClockSpan, "commitment"),
        (Period, "commitment"),
    ),
    Event: ((TOUCHES, "event"),),
    Obligation: (
        (Terms, "obligation"),
        (Indicator, "obligation"),
        (Gate, "obligation"),
        (TOUCHES, "obligation"),
    ),
    Trigger: ((TriggerDate, "trigger"),),
}
# What a pack gave is kept for ever, but for a row to which nothing ever referred: that goes with all that it had.
RECORDS = ("obligations.Terms:terms_append_only", "agreement.TriggerDate:trigger_date_append_only")
REMOVAL: dict[type[Model], str] = {
    Terms: "obligations_remove_terms",
    TriggerDate: "obligations_remove_dates",
}


def keys(rows: Collection[Model]) -> list[Any]:
    return [row.pk for row in rows]


def relations(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    """The models and fields that refer to a model; what a commitment's status repeats of its obligation is none."""
    for field in model._meta.get_fields(include_hidden=True):
        if field.auto_created and not field.concrete and (field.one_to_many or field.one_to_one):
            if model is not Commitment and issubclass(field.related_model, Seen):  # type: ignore[arg-type]
                continue
            yield field.related_model, field.field.name  # type: ignore[misc, union-attr]


def bound(model: type[Model], candidates: Collection[Any]) -> set[Any]:
    """The keys of those candidates that must stay: something refers to them that does not go with another of them."""
    kept: set[Any] = set()
    while True:
        free = set(candidates) - kept
        found = referred_to(model, free)
        if not found:
            return kept
        kept |= found


def referred_to(model: type[Model], free: set[Any]) -> set[Any]:
    """The keys among `free` that are named by a row which is neither one of them nor one's own."""
    own = dict(OWN.get(model, ()))
    found: set[Any] = set()
    if not free:
        return found
    for other, field in relations(model):
        if own.get(other) == field:
            continue
        rows: QuerySet[Model] = other._default_manager.filter(**{f"{field}__in": free})
        if other is model:
            rows = rows.exclude(pk__in=free)
        elif other in own:
            rows = rows.exclude(**{f"{own[other]}__in": free})
        found |= set(rows.order_by().values_list(field, flat=True))
    return found


def delete(rows: Sequence[M]) -> list[Model]:
    """Delete rows of one model to which nothing refers, with what is their own; returns what the ledger names of that.

    Append-only rows are taken away by a function of the database's own, which asks again whether something refers to
    them: the application's role may not.
    """
    own_rows: list[Model] = []
    if not rows:
        return own_rows
    model = type(rows[0])
    there = model._default_manager.filter(pk__in=keys(rows))
    among_them = {field: None for other, field in relations(model) if other is model}
    with pgtrigger.ignore(*RECORDS):
        if among_them:
            there.update(**among_them)
        for other, field in OWN.get(model, ()):
            own = other._default_manager.filter(**{f"{field}__in": keys(rows)})
            if other in REMOVAL or other in with_states():
                own_rows += own
            if other in REMOVAL:
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT {REMOVAL[other]}(%s)", [keys(rows)])
            else:
                own.delete()
        # Nothing refers to them any more, and the database would say so. Django would look for what goes with them, and
        # ask to delete it where the application may not, though there is none.
        there._raw_delete(there.db)
    return own_rows
