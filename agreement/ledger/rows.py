"""The rows that entries name, compared with those that are there, and the rows that no entry names.

`Rows` are the append-only ones: each as it was written, named once. `States` are those that may change: each as the
newest entry left it, there or gone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from agreement.ledger.canonical import (
    columns_of,
    covered,
    digest,
    rows_of,
    state_columns,
    values_of,
    with_states,
)
from agreement.models import Agreement

CHUNK = 1_000
# In the place of the digest of a row of which a column that no entry names was changed.
CHANGED = ""
# Of one model: beyond these, more of the same tells nothing new.
MOST = 20


@dataclass(frozen=True, slots=True)
class Named:
    """A row as an entry names it. `digest` is None where a row that may change is gone."""

    by: str
    pk: int
    digest: str | None
    columns: tuple[str, ...]


def named(entry: str, content: dict[str, Any], which: str, columns: str) -> list[tuple[str, Named]]:
    """The models and rows that an entry names. Raises what a content of another shape leads to."""
    return [
        (str(label), Named(entry, int(pk), taken, tuple(content[columns][label])))
        for label, pk, taken in content[which]
    ]


UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class KeySet:
    """A set of keys, with a bit for each: in pages, since there may be any gap between two of them."""

    KEYS_IN_A_PAGE = 1 << 16

    def __init__(self) -> None:
        self.pages: dict[int, bytearray] = {}

    def __contains__(self, key: int) -> bool:
        number, place = divmod(key, self.KEYS_IN_A_PAGE)
        page = self.pages.get(number)
        return page is not None and bool(page[place >> 3] & (1 << (place & 7)))

    def add(self, key: int) -> None:
        number, place = divmod(key, self.KEYS_IN_A_PAGE)
        if number not in self.pages:
            self.pages[number] = bytearray(self.KEYS_IN_A_PAGE // 8)
        self.pages[number][place >> 3] |= 1 << (place & 7)


class Compared:
    """What both kinds have in common. `seen` are the keys that entries named, by the label of the model."""

    def __init__(self, only: Agreement | None, models: Iterable[type[Model]]) -> None:
        self.only, self.count = only, 0
        self.models = {model._meta.label_lower: model for model in models}
        self.seen = {label: KeySet() for label in self.models}

    def digests(
        self, label: str, columns: tuple[str, ...], keys: Collection[int], has_later: bool = False
    ) -> dict[int, str] | None:
        """By key, of the rows that are there; None where the model has not all columns, under whatever name.

        `has_later`: an entry has named them with later columns, too.
        """
        model = self.models[label]
        former: dict[str, str] = getattr(model, "former_columns", {})
        now = [former.get(name, name) for name in columns]
        if not {field.attname for field in model._meta.concrete_fields}.issuperset(now):
            return None
        later = {} if has_later else self.later(model, now)
        found = {}
        for key, values in values_of(model, [*now, *later], keys):
            is_as_added = list(values[len(now) :]) == list(later.values())
            found[key] = digest(columns, values[: len(now)]) if is_as_added else CHANGED
        return found

    def columns_now(self, model: type[Model]) -> tuple[str, ...]:
        return columns_of(model)

    def later(self, model: type[Model], columns: Collection[str]) -> dict[str, str]:
        """The columns that came after an entry was written, which it does not name, with the text that the migration
        gave to the rows that were there: they have it until an entry names them again.
        """
        added = {*self.columns_now(model)} - {*columns}
        given: dict[str, Any] = {field.attname: field.db_default for field in model._meta.concrete_fields}
        return {name: text for name, text in given.items() if name in added and isinstance(text, str)}

    def is_named_from_its_first_day(self, model: type[Model]) -> bool:
        return True

    def left(self) -> Iterator[str]:
        """Rows that no entry names."""
        for label, model in self.models.items():
            if not self.is_named_from_its_first_day(model):
                continue
            number = 0
            for pk in rows_of(model, self.only).order_by("pk").values_list("pk", flat=True).iterator(50_000):
                if pk not in self.seen[label]:
                    yield f"{label} {pk}: no entry names this row"
                    number += 1
                    if number == MOST:
                        break


class Rows(Compared):
    """Takes what entries name, in their order, and says what is wrong with it."""

    def __init__(self, only: Agreement | None) -> None:
        super().__init__(only, covered())
        self.waiting: dict[str, list[Named]] = defaultdict(list)
        # Named rows that are not there, and rows that an entry says it took away.
        self.missing: dict[tuple[str, int], Named] = {}
        self.gone: dict[tuple[str, int], Named] = {}

    def take(self, entry: str, content: dict[str, Any]) -> Iterator[str]:
        """The rows of one entry; what is wrong with those that were taken before it may come too."""
        try:
            rows, gone = (named(entry, content, which, "columns") for which in ("rows", "gone"))
        except UNREADABLE:
            yield f"{entry}: what it names cannot be read"
            return
        for label, row in rows:
            if label not in self.models:
                yield f"{entry}: names a row of {label}, of which nothing is known"
            elif row.pk in self.seen[label]:
                yield f"{entry}: names {label} {row.pk}, which an entry before it named"
            else:
                self.seen[label].add(row.pk)
                self.waiting[label].append(row)
                if len(self.waiting[label]) >= CHUNK:
                    yield from self.compare(label)
        for label, row in gone:
            self.gone[label, row.pk] = row

    def settle(self) -> Iterator[str]:
        """After the last entry of a chain: what was not looked at yet, and what is missing for good."""
        for label in list(self.waiting):
            yield from self.compare(label)
        for (label, pk), row in self.missing.items():
            removed = self.gone.get((label, pk))
            if removed is None:
                yield f"{row.by}: {label} {pk}, which it names, is not there"
            elif (removed.digest, removed.columns) != (row.digest, row.columns):
                yield f"{removed.by}: took {label} {pk} away, and not as it was written"
        for (label, pk), removed in self.gone.items():
            if (label, pk) not in self.missing:
                yield f"{removed.by}: took {label} {pk} away, and it is there, or was never written"
        self.missing.clear()
        self.gone.clear()

    def compare(self, label: str) -> Iterator[str]:
        """Look at the rows that wait, as they are."""
        by_columns: dict[tuple[str, ...], list[Named]] = defaultdict(list)
        for row in self.waiting.pop(label, []):
            by_columns[row.columns].append(row)
        for columns, rows in by_columns.items():
            self.count += len(rows)
            there = self.digests(label, columns, [row.pk for row in rows])
            for row in rows:
                if there is None:
                    yield f"{row.by}: {label} has not all of its columns {', '.join(columns)}"
                elif row.pk not in there:
                    self.missing[label, row.pk] = row
                elif there[row.pk] != row.digest:
                    yield f"{row.by}: {label} {row.pk} is not as it was written"


class States(Compared):
    """Takes what entries name, in the order of each chain, and says where the rows are otherwise.

    `seen` are the rows whose state the chains before this one named.
    """

    def __init__(self, only: Agreement | None) -> None:
        super().__init__(only, with_states())
        self.newest: dict[tuple[str, int], Named] = {}
        # What an entry of a previous release, which ran beside, named last, without all the columns of one before it.
        self.narrowed: set[tuple[str, int]] = set()

    def is_named_from_its_first_day(self, model: type[Model]) -> bool:
        return with_states()[model].always

    def columns_now(self, model: type[Model]) -> tuple[str, ...]:
        return state_columns(model)

    def take(self, entry: str, content: dict[str, Any]) -> Iterator[str]:
        """The states that one entry names. An entry of format 1 names none."""
        try:
            states = named(entry, content, "states", "state_columns") if "states" in content else []
        except UNREADABLE:
            yield f"{entry}: the states that it names cannot be read"
            return
        for label, row in states:
            if label not in self.models:
                yield f"{entry}: names a state of {label}, of which nothing is known"
            elif row.pk in self.seen[label]:
                yield f"{entry}: names {label} {row.pk}, which belongs in another chain"
            else:
                before = self.newest.get((label, row.pk))
                if before and not {*before.columns} <= {*row.columns}:
                    self.narrowed.add((label, row.pk))
                self.newest[label, row.pk] = row

    def settle(self) -> Iterator[str]:
        """After the last entry of a chain: the rows, as they are."""
        alike: dict[tuple[str, tuple[str, ...], bool], list[Named]] = defaultdict(list)
        for (label, key), row in self.newest.items():
            alike[label, row.columns, (label, key) in self.narrowed].append(row)
            self.seen[label].add(key)
        self.count += len(self.newest)
        self.newest.clear()
        self.narrowed.clear()
        for (label, columns, has_later), rows in alike.items():
            there = self.digests(label, columns, [row.pk for row in rows], has_later)
            if there is None:
                yield f"{rows[0].by}: {label} has not all of its columns {', '.join(columns)}"
                continue
            for row in rows:
                if there.get(row.pk) == row.digest:
                    continue
                if row.digest is None:
                    yield f"{row.by}: took {label} {row.pk} away, and it is there"
                elif row.pk not in there:
                    yield f"{row.by}: {label} {row.pk}, which it names, is not there"
                else:
                    yield f"{row.by}: {label} {row.pk} is not as it was left"
