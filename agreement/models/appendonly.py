"""Rows that the database itself refuses to change or remove."""

from collections.abc import Sequence

import pgtrigger


def append_only(name: str, but_for: Sequence[str] = ()) -> list[pgtrigger.Trigger]:
    """Triggers that refuse UPDATE, DELETE and TRUNCATE, whoever asks and by whatever means.

    `but_for` are columns that follow from other rows, and that commands keep in line with them: they may change.
    """
    if but_for:
        changes = pgtrigger.Protect(
            name=f"{name}_append_only",
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(exclude=list(but_for)),
        )
        refused = [changes, pgtrigger.Protect(name=f"{name}_kept", operation=pgtrigger.Delete)]
    else:
        refused = [
            pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
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
