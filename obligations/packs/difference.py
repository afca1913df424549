"""Writing only what differs: wanted values beside the rows that are there, with a note of every change."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Field, Model, QuerySet

from agreement.models import CalendarParty, Event, Holiday, Participation, Position, Provision, Translation
from obligations.commands.bulk import save_columns
from obligations.models import Commitment, Gate, Indicator, Obligation

M = TypeVar("M", bound=Model)
Key = tuple[Any, ...]
Values = dict[str, Any]
Names = dict[tuple[type[Model], Any], str]

# What names a row for a reader, where it has no code: a key of another row stands for that row's name.
NAMED_BY: dict[type[Model], tuple[str, ...]] = {
    CalendarParty: ("calendar_id", "party_id"),
    Commitment: ("obligation_id", "party_id"),
    Gate: ("obligation_id", "place"),
    Holiday: ("calendar_id", "day"),
    Indicator: ("obligation_id", "place"),
    Event.provisions.through: ("event_id", "provision_id"),
    Obligation.also_under.through: ("obligation_id", "provision_id"),
    Obligation.touched_by.through: ("event_id", "obligation_id"),
    Participation: ("party_id",),
    Position: ("instrument_id", "party_id", "since"),
    Provision: ("instrument_id", "anchor"),
    Translation: ("language", "source", "form"),
}
# Where a row stands among others: one line for all that moved, or every line would say so.
ORDER = "place"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. `verb` is added, changed, resumed, removed, superseded, kept or ordered.

    `kind` is the plural name of the model, `row` names the row, and `field`, `old` and `new` go with changed. `note`
    says more in words.
    """

    kind: str
    verb: str
    row: str
    field: str = ""
    old: Any = None
    new: Any = None
    note: str = ""


class Difference:
    """Writes, and keeps what was added, changed and taken away: row by row, and as numbers by model."""

    def __init__(self, names: Names | None = None, only_told: Collection[type[Model]] = ()) -> None:
        """`only_told` are models of which new rows are told and not written, since nothing refers to them."""
        self.only_told = only_told
        self.changes: list[Change] = []
        self.counts: dict[str, Counter[str]] = {}
        self.fresh: set[tuple[type[Model], Any]] = set()
        self.resumed: set[tuple[type[Model], Any]] = set()
        self.counted: set[tuple[type[Model], Any]] = set()
        self.names: Names = names if names is not None else {}
        self.unwanted: dict[type[Model], list[Any]] = {}
        # Rows that were written or removed, each once, for the ledger.
        self.touched: dict[tuple[type[Model], Any], Model] = {}

    def __bool__(self) -> bool:
        return bool(self.counts)

    def put(
        self,
        there: QuerySet[M],
        keys: tuple[str, ...],
        wanted: Iterable[Values],
        at_first: Values | None = None,
    ) -> dict[Key, M]:
        """Bring the rows of `there` to what is `wanted`, told apart by `keys` (column names, ``party_id`` style).

        `at_first` are values that rows begin with and that no later pack changes. One query to read, one to add, one to
        change, whatever the number of rows. Returns all wanted rows by key; those that nobody wanted stay as they are,
        `unwanted`.
        """
        model = there.model
        known = {tuple(getattr(row, key) for key in keys): row for row in there}
        self.name_all(model, known.values())
        places = {row.pk: getattr(row, ORDER, 0) for row in known.values()}
        rows: dict[Key, M] = {}
        new: list[M] = []
        changed: list[tuple[M, Values]] = []
        for values in wanted:
            key = tuple(values[name] for name in keys)
            if key in known:
                rows[key] = known[key]
                changed.append((known[key], values))
            else:
                rows[key] = model(**values, **(at_first or {}))
                new.append(rows[key])
        self.leave(model, [row for key, row in known.items() if key not in rows])
        if model not in self.only_told:
            model._default_manager.bulk_create(new, batch_size=1000)
            self.touch(new)
        self.name_all(model, new)
        self.note_new(model, new)
        self.change(changed)
        if moved := moved_among(model, [(row, places[row.pk]) for row, _values in changed]):
            self.tally("ordered", kind_of(model), moved)
        return rows

    def change(self, wanted: Iterable[tuple[M, Values]]) -> None:
        """Give rows that were read or added before the values that they are to have."""
        changed: list[tuple[M, list[tuple[str, Any]]]] = []
        for row, values in wanted:
            if olds := [
                (name, old) for name, value in values.items() if (old := getattr(row, name)) != value
            ]:
                changed.append((row, olds))
                for name, _old in olds:
                    setattr(row, name, values[name])
        touched = sorted({name for _row, olds in changed for name, _old in olds})
        save_columns([row for row, _olds in changed], touched)
        self.touch(row for row, _olds in changed)
        for row, olds in changed:
            self.note_changed(row, olds)

    def touch(self, rows: Iterable[Model]) -> None:
        """Note that these rows were written or removed."""
        self.touched.update({(type(row), row.pk): row for row in rows})

    def leave(self, model: type[Model], rows: Sequence[Model]) -> None:
        """Rows that nobody wants; where a model is put in several goes, those that none of them wants."""
        before = {row.pk for row in self.unwanted.get(model, rows)}
        self.unwanted[model] = [row for row in rows if row.pk in before]

    def name_all(self, model: type[Model], rows: Iterable[Model]) -> None:
        """Keep the names of what other rows refer to: what has a code, and provisions."""
        if model is Provision or model not in NAMED_BY:
            for row in rows:
                self.names[model, row.pk] = self.name(row)

    def take_in(self, other: "Difference") -> None:
        """Add what another one noted."""
        self.changes += other.changes
        self.touched |= other.touched
        for verb, counter in other.counts.items():
            self.counts.setdefault(verb, Counter()).update(counter)

    def note_new(self, model: type[M], new: list[M]) -> None:
        kind = kind_of(model)
        self.fresh.update((model, row.pk) for row in new)
        self.changes += [Change(kind, "added", self.name(row)) for row in new]
        if new:
            self.tally("added", kind, len(new))

    def note_changed(self, row: Model, olds: list[tuple[str, Any]]) -> None:
        """What was added by this very run is not changed as well, when a later pass completes it."""
        model, kind = type(row), kind_of(type(row))
        if (model, row.pk) in self.fresh:
            return
        named = [(name, old) for name, old in olds if name not in (ORDER, "in_pack")]
        name = self.name(row)
        if any(column == "in_pack" for column, _old in olds):
            self.resumed.add((model, row.pk))
            self.tally("resumed", kind)
            self.changes.append(Change(kind, "resumed", name))
        if named and (model, row.pk) not in self.counted:
            self.counted.add((model, row.pk))
            self.tally("changed", kind)
        for column, old in named:
            field = model._meta.get_field(column.removesuffix("_id"))
            assert isinstance(field, Field)
            values = (self.shown(field, old), self.shown(field, getattr(row, column)))
            self.changes.append(Change(kind, "changed", name, field.name, *values))

    def note(self, verb: str, rows: Iterable[Model], note: str = "") -> None:
        """What was done with rows that a pack no longer names."""
        for row in rows:
            kind = kind_of(type(row))
            self.tally(verb, kind)
            self.changes.append(Change(kind, verb, self.name(row), note=note))

    def tally(self, verb: str, kind: str, number: int = 1) -> None:
        self.counts.setdefault(verb, Counter())[kind] += number

    def name(self, row: Model) -> str:
        """How a reader knows the row: by its code, or by the names of the rows that it joins."""
        model = type(row)
        parts = (self.part(model, column, row) for column in NAMED_BY.get(model, ("code",)))
        return " ".join(str(part) for part in parts if part not in (None, ""))

    def part(self, model: type[Model], column: str, row: Model) -> Any:
        value = getattr(row, column)
        if column == ORDER:
            return f"no. {value + 1}"
        return self.shown(model._meta.get_field(column.removesuffix("_id")), value)

    def shown(self, field: Any, value: Any) -> Any:
        """The value, or the name of the row that it is the key of."""
        if value is None or not field.is_relation:
            return value
        return self.names.get((field.related_model, value), value)


def kind_of(model: type[Model]) -> str:
    return str(model._meta.verbose_name_plural)


def moved_among(model: type[Model], rows: Iterable[tuple[Model, int]]) -> int:
    """How many rows stand elsewhere among the others. The rows come in their new order, each with its place before.

    A row that another one above it pushes up or down has not moved.
    """
    columns = NAMED_BY.get(model, ())
    within: dict[Any, list[int]] = {}
    for row, place in rows:
        within.setdefault(getattr(row, columns[0]) if len(columns) > 1 else None, []).append(place)
    return sum(len(places) - longest_rise(places) for places in within.values())


def longest_rise(numbers: Iterable[int]) -> int:
    """The length of the longest part, not always of neighbours, in which no number falls."""
    ends: list[int] = []  # the lowest end of a rise of each length
    for number in numbers:
        place = bisect_right(ends, number)
        ends[place : place + 1] = [number]
    return len(ends)
