"""Which rows the ledger answers for: those of every append-only model, but for its own."""

from collections.abc import Iterator
from functools import cache

from django.db.models import ForeignKey, Model

from agreement.models import Agreement
from agreement.models.appendonly import append_only_models


def covered() -> Iterator[type[Model]]:
    """The models whose rows are to be named by an entry. A model says `in_ledger = False` where they are not."""
    for model, _may_change in append_only_models():
        if getattr(model, "in_ledger", True):
            yield model


@cache
def path_to_agreement(model: type[Model]) -> str | None:
    """By which fields a row belongs to an agreement, the shortest way; None where there is none."""
    paths: list[tuple[str, type[Model]]] = [("", model)]
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
