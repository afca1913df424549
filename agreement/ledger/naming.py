"""How an entry names rows that may change: each as it is in the database after the act, or as gone."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Model

from agreement.ledger.canonical import digest
from agreement.ledger.covered import path_to_agreement, state_columns, with_states

CHUNK = 2_000


def named_states(rows: Iterable[Model], agreement_id: int | None) -> dict[str, Any]:
    """What an entry of that chain says of `rows`: `states` and `state_columns`.

    A state is a model, a key and a digest, None where the row is gone. Only class and key of each row are looked at:
    its columns are read anew, so that what is named is what is kept. Raises ValueError for a row of which no state is
    kept, or that belongs in another chain.
    """
    keys: dict[type[Model], set[int]] = defaultdict(set)
    for row in rows:
        keys[type(row)].add(row.pk)
    states: list[list[Any]] = []
    columns: dict[str, list[str]] = {}
    for model in sorted(keys, key=lambda one: one._meta.label_lower):
        refuse_another_chain(model, agreement_id)
        label, named = model._meta.label_lower, state_columns(model)
        columns[label] = list(named)
        there = digests(model, named, keys[model])
        states += [[label, key, there.get(key)] for key in sorted(keys[model])]
    return {"states": states, "state_columns": columns}


def refuse_another_chain(model: type[Model], agreement_id: int | None) -> None:
    """Each row is named in one chain: its agreement's, or that of no agreement for parties and accounts."""
    if model not in with_states():
        raise ValueError(f"No state of {model._meta.label} is kept in the ledger.")
    if (path_to_agreement(model) is None) != (agreement_id is None):
        raise ValueError(
            f"{model._meta.label} is not named in the chain of {agreement_id or 'no agreement'}."
        )


def digests(model: type[Model], columns: Sequence[str], keys: Collection[int]) -> dict[int, str]:
    """By key, the digests of those rows that are there."""
    return {key: digest(columns, values) for key, values in values_of(model, columns, keys)}


def values_of(
    model: type[Model], columns: Sequence[str], keys: Collection[int]
) -> Iterator[tuple[int, Sequence[Any]]]:
    every = sorted(keys)
    for start in range(0, len(every), CHUNK):
        rows = model._base_manager.filter(pk__in=every[start : start + CHUNK])
        for key, *values in rows.values_list("pk", *columns):
            yield key, values
