"""The rows that entries name: each as it was written, named once, and none that nobody names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agreement.ledger.canonical import digest
from agreement.ledger.covered import covered, rows_of
from agreement.models import Agreement

CHUNK = 1_000
# Of one model: beyond these, more of the same tells nothing new.
MOST = 20


@dataclass(frozen=True, slots=True)
class Named:
    """A row as an entry names it."""

    by: str
    pk: int
    digest: str
    columns: tuple[str, ...]


def named(entry: str, said: dict[str, Any], which: str) -> Iterator[tuple[str, Named]]:
    """The models and rows that an entry names."""
    for label, pk, taken in said[which]:
        yield str(label), Named(entry, int(pk), str(taken), tuple(said["columns"][label]))


class Seen:
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


class Rows:
    """Takes what entries name, in their order, and says what is wrong with it."""

    def __init__(self, only: Agreement | None) -> None:
        self.only, self.count = only, 0
        self.models = {model._meta.label_lower: model for model in covered()}
        self.seen = {label: Seen() for label in self.models}
        self.waiting: dict[str, list[Named]] = defaultdict(list)
        # Named rows that are not there, and rows that an entry says it took away.
        self.missing: dict[tuple[str, int], Named] = {}
        self.gone: dict[tuple[str, int], Named] = {}

    def take(self, entry: str, said: dict[str, Any]) -> Iterator[str]:
        """The rows of one entry; what is wrong with those that were taken before it may come too."""
        try:
            rows, gone = (list(named(entry, said, which)) for which in ("rows", "gone"))
        except (AttributeError, KeyError, TypeError, ValueError):
            yield f"{entry}: what it names cannot be read"
            return
        for label, row in rows:
            pk = row.pk
            if label not in self.models:
                yield f"{entry}: names a row of {label}, of which nothing is known"
            elif pk in self.seen[label]:
                yield f"{entry}: names {label} {pk}, which an entry before it named"
            else:
                self.seen[label].add(pk)
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
        named = self.waiting.pop(label, [])
        by_columns: dict[tuple[str, ...], list[Named]] = defaultdict(list)
        for row in named:
            by_columns[row.columns].append(row)
        for columns, rows in by_columns.items():
            there = self.values(label, columns, [row.pk for row in rows])
            for row in rows:
                self.count += 1
                if there is None:
                    yield f"{row.by}: {label} has not all of its columns {', '.join(columns)}"
                elif row.pk not in there:
                    self.missing[label, row.pk] = row
                elif digest(columns, there[row.pk]) != row.digest:
                    yield f"{row.by}: {label} {row.pk} is not as it was written"

    def values(
        self, label: str, columns: Sequence[str], keys: Iterable[int]
    ) -> dict[int, Sequence[Any]] | None:
        """The columns of rows by key; None where the model has not all of them, under whatever name."""
        model = self.models[label]
        former: dict[str, str] = getattr(model, "former_columns", {})
        now = [former.get(name, name) for name in columns]
        if not {field.attname for field in model._meta.concrete_fields}.issuperset(now):
            return None
        found = model._base_manager.filter(pk__in=list(keys)).values_list("pk", *now)
        return {pk: values for pk, *values in found}

    def left(self) -> Iterator[str]:
        """Rows that no entry names."""
        for label, model in self.models.items():
            told = 0
            for pk in rows_of(model, self.only).order_by("pk").values_list("pk", flat=True).iterator(50_000):
                if pk not in self.seen[label]:
                    yield f"{label} {pk}: no entry names this row"
                    told += 1
                    if told == MOST:
                        break
