"""Writing only what differs: wanted values beside the rows that are there."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
Key = tuple[Any, ...]
Values = dict[str, Any]


class Difference:
    """Counts, by model, what was added and what was changed."""

    def __init__(self) -> None:
        self.added: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.fresh: set[tuple[type[Model], Any]] = set()

    def put(self, there: QuerySet[M], keys: tuple[str, ...], wanted: Iterable[Values]) -> dict[Key, M]:
        """Bring the rows of `there` to what is `wanted`, told apart by `keys` (column names, ``party_id`` style).

        One query to read, one to add, one to change, whatever the number of rows. Returns all wanted rows by key.
        """
        model = there.model
        known = {tuple(getattr(row, key) for key in keys): row for row in there}
        rows: dict[Key, M] = {}
        new: list[M] = []
        changed: list[M] = []
        touched: set[str] = set()
        for values in wanted:
            key = tuple(values[name] for name in keys)
            row = known.get(key)
            if row is None:
                new.append(row := model(**values))
            elif differing := [name for name, value in values.items() if getattr(row, name) != value]:
                for name in differing:
                    setattr(row, name, values[name])
                changed.append(row)
                touched.update(differing)
            rows[key] = row
        model._default_manager.bulk_create(new, batch_size=1000)
        if changed:
            model._default_manager.bulk_update(changed, sorted(touched), batch_size=500)
        self.count(model, new, changed)
        return rows

    def count(self, model: type[Model], new: list[M], changed: list[M]) -> None:
        """What was added by this very run is not changed as well, when a later pass completes it."""
        name = str(model._meta.verbose_name_plural)
        completed = sum((model, row.pk) in self.fresh for row in changed)
        self.fresh.update((model, row.pk) for row in new)
        if new:
            self.added[name] += len(new)
        if len(changed) > completed:
            self.changed[name] += len(changed) - completed
