"""Rows that the database itself refuses to change or remove."""

from collections.abc import Iterator, Sequence

import pgtrigger
from django.apps import apps
from django.db.models import Model


class AppendOnly(pgtrigger.Protect):
    """Refuses changes. `but_for` names the fields that may change all the same."""

    but_for: tuple[str, ...] = ()


def append_only(name: str, but_for: Sequence[str] = (), once: str = "") -> list[pgtrigger.Trigger]:
    """Triggers that refuse UPDATE, DELETE and TRUNCATE, whoever asks and by whatever means.

    `but_for` are columns that follow from other rows, and that commands keep in line with them: they may change. `once`
    is a column until whose first value the row may change. The application's role in the database and the ledger go by
    these triggers: see `append_only_models`.
    """
    if but_for or once:
        changes = AppendOnly(
            name=f"{name}_append_only",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(f'OLD."{once}" IS NOT NULL')
            if once
            else pgtrigger.AnyChange(exclude=list(but_for)),
        )
        refused = [changes, pgtrigger.Protect(name=f"{name}_kept", operation=pgtrigger.Delete)]
    else:
        changes = AppendOnly(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        refused = [changes]
    changes.but_for = tuple(but_for)
    return [
        *refused,
        pgtrigger.Trigger(
            name=f"{name}_no_truncate",
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            func=f"RAISE EXCEPTION 'append-only: {name} cannot be truncated';",
        ),
    ]


def append_only_models() -> Iterator[tuple[type[Model], tuple[str, ...]]]:
    """Every model whose rows stay as they were written, with the columns of it that may change."""
    for model in apps.get_models(include_auto_created=True):
        columns = {field.name: field.attname for field in model._meta.concrete_fields}
        for trigger in getattr(model._meta, "triggers", ()):
            if isinstance(trigger, AppendOnly):
                yield model, tuple(columns[name] for name in trigger.but_for)
