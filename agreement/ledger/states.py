"""The states that entries name: each row as the newest entry left it, there or gone, and none that nobody names."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agreement.ledger.canonical import digest
from agreement.ledger.covered import rows_of, with_states
from agreement.ledger.naming import values_of
from agreement.models import Agreement

# Of one model: beyond these, more of the same tells nothing new.
MOST = 20
# A row of a model, by the model's label and its key.
Row = tuple[str, int]


@dataclass(frozen=True, slots=True)
class RowState:
    """What the newest entry says of a row. `digest` is None where the row is gone."""

    by: str
    digest: str | None
    columns: tuple[str, ...]


class States:
    """Takes what entries name, in the order of each chain, and says where the rows are otherwise."""

    def __init__(self, only: Agreement | None) -> None:
        self.only, self.count = only, 0
        self.models = {model._meta.label_lower: model for model in with_states()}
        self.newest: dict[Row, RowState] = {}
        # Whose state the chains before this one named.
        self.settled: dict[str, set[int]] = defaultdict(set)

    def take(self, entry: str, said: dict[str, Any]) -> Iterator[str]:
        """The states that one entry names. An entry of format 1 names none."""
        try:
            named = [
                (str(label), int(key), RowState(entry, taken, tuple(said["state_columns"][label])))
                for label, key, taken in said.get("states", ())
            ]
        except (AttributeError, KeyError, TypeError, ValueError):
            yield f"{entry}: the states that it names cannot be read"
            return
        for label, key, state in named:
            if label not in self.models:
                yield f"{entry}: names a state of {label}, of which nothing is known"
            elif key in self.settled[label]:
                yield f"{entry}: names {label} {key}, which belongs in another chain"
            else:
                self.newest[label, key] = state

    def settle(self) -> Iterator[str]:
        """After the last entry of a chain: the rows, as they are."""
        alike: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
        for (label, key), state in self.newest.items():
            alike[label, state.columns].append(key)
            self.settled[label].add(key)
        self.count += len(self.newest)
        for (label, columns), keys in alike.items():
            yield from self.compare(label, columns, keys)
        self.newest.clear()

    def compare(self, label: str, columns: tuple[str, ...], keys: list[int]) -> Iterator[str]:
        model = self.models[label]
        former: dict[str, str] = getattr(model, "former_columns", {})
        now = [former.get(name, name) for name in columns]
        if not {field.attname for field in model._meta.concrete_fields}.issuperset(now):
            yield f"{self.newest[label, keys[0]].by}: {label} has not all of its columns {', '.join(columns)}"
            return
        there = {key: digest(columns, values) for key, values in values_of(model, now, keys)}
        for key in keys:
            state = self.newest[label, key]
            if there.get(key) == state.digest:
                continue
            if state.digest is None:
                yield f"{state.by}: took {label} {key} away, and it is there"
            elif key not in there:
                yield f"{state.by}: {label} {key}, which it names, is not there"
            else:
                yield f"{state.by}: {label} {key} is not as it was left"

    def left(self) -> Iterator[str]:
        """Rows that no entry names, of models whose rows are named from their first day on."""
        for model, state in with_states().items():
            if not state.always:
                continue
            label, told = model._meta.label_lower, 0
            for key in rows_of(model, self.only).order_by("pk").values_list("pk", flat=True).iterator(50_000):
                if key not in self.settled[label]:
                    yield f"{label} {key}: no entry names this row"
                    told += 1
                    if told == MOST:
                        break
