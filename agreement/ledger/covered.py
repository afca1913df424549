"""Which rows the ledger answers for.

Those of every append-only model, but for its own: as they were written. And those of each model that says
`ledger_state`: as the newest entry that names them left them.
"""

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.db.models import ForeignKey, Model, QuerySet

from agreement.models import Agreement
from agreement.models.appendonly import append_only_models
from parties.models import LedgerState

# A row that joins two others is what both say, and has no class of its own to say so.
JOINS = LedgerState()


def covered() -> Iterator[type[Model]]:
    """The models whose rows are to be named by an entry. A model says `in_ledger = False` where they are not."""
    for model, _may_change in append_only_models():
        if getattr(model, "in_ledger", True):
            yield model


@cache
def with_states() -> dict[type[Model], LedgerState]:
    """The models of rows that may change, and what is named of them."""
    found: dict[type[Model], LedgerState] = {}
    for model in apps.get_models():
        if state := getattr(model, "ledger_state", None):
            found[model] = state
            for field in model._meta.local_many_to_many:
                outside = field.name in getattr(model, "joins_outside_of_ledger", ())
                through = field.remote_field.through
                if through is not None and through._meta.auto_created and not outside:
                    found[through] = JOINS
    return found


@cache
def state_columns(model: type[Model]) -> tuple[str, ...]:
    """The columns that the digest of a row's state is taken over."""
    state = with_states()[model]
    columns = (field.attname for field in model._meta.concrete_fields)
    return tuple(sorted(state.only or (name for name in columns if name not in state.but_for)))


@cache
def path_to_agreement(model: type[Model]) -> str | None:
    """By which fields a row belongs to an agreement, the shortest way; None where there is none."""
    paths: list[tuple[str, type[Model]]] = [("", model)]
    if model is Agreement:
        return "pk"
    seen = {model}
    while paths:
        path, at = paths.pop(0)
        for field in at._meta.concrete_fields:
            if isinstance(field, ForeignKey):
                to = field.related_model
                if to is Agreement:
                    return f"{path}{field.name}"
                if to not in seen:
                    seen.add(to)
                    paths.append((f"{path}{field.name}__", to))
    return None


def rows_of(model: type[Model], only: Agreement | None) -> QuerySet[Model]:
    """The rows to account for: all, or the one agreement's."""
    rows = model._base_manager.all()
    if only is None:
        return rows
    path = path_to_agreement(model)
    return rows.filter(**{path: only.pk}) if path else rows.none()
