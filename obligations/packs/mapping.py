"""Which column holds which key of a pack: read one way to load and to plan, the other way to write a pack out.

What is no value of one column, and no code of another row, stands where it is loaded and written: places in a list, and
what is put together from several keys.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

from agreement import models as tables
from agreement.ledger.canonical import rows_of
from agreement.packs import model as packs
from agreement.packs.fields import Entry
from obligations.models import Gate, Obligation
from obligations.packs.difference import Values
from parties.content import as_written
from parties.models import Party

# The key of the row of a model with a code.
KeyOf = Callable[[Any, str], int]


def no_rows(model: Any, code: str) -> int:
    raise KeyError(code)


def same(*names: str, **others: str) -> dict[str, str]:
    """Keys with columns of the same name, and those whose column has another."""
    return {name: name for name in names} | others


@dataclass(frozen=True, slots=True)
class Mapped:
    """An entry of a pack, and the row of a model that holds what it says.

    `columns` are by the key of the pack. `references` are keys that hold a code, with the foreign key to its row.
    """

    model: type[Model]
    entry: type[Entry]
    columns: dict[str, str]
    references: dict[str, str] = field(default_factory=dict)

    def values_of(self, entry: Entry, key_of: KeyOf = no_rows) -> Values:
        """What the columns are to hold for the entry."""
        values = {column: stored(getattr(entry, key)) for key, column in self.columns.items()}
        return values | dict(self.keys_of_references(entry, key_of, within=False))

    def keys_of_references(
        self, entry: Entry, key_of: KeyOf, within: bool
    ) -> Iterator[tuple[str, int | None]]:
        """The references to rows of other models, or `within` the same, of which one may stand later in the pack."""
        for key, name in self.references.items():
            model, code = self.model._meta.get_field(name).related_model, getattr(entry, key)
            if (model is self.model) == within:
                yield f"{name}_id", key_of(model, code) if code else None

    def keys_of(self, row: Model) -> dict[str, Any]:
        """What the keys of the entry say for the row."""
        values = {key: given(key, getattr(row, column)) for key, column in self.columns.items()}
        for key, name in self.references.items():
            referred = getattr(row, name)
            values[key] = referred.code if referred else None
        return values

    def entry_of(self, row: Model, **others: Any) -> Any:
        """The entry that says what the row holds. `others` are keys that stand in no column of it."""
        return self.entry.model_construct(**self.keys_of(row) | others)


def stored(value: Any) -> Any:
    """A value of an entry as a column has it."""
    if isinstance(value, packs.ReviewPeriod):
        return value.months
    if isinstance(value, packs.Target):
        return value.model_dump(exclude_defaults=True)
    return [stored(one) for one in value] if isinstance(value, tuple) else value


def given(key: str, value: Any) -> Any:
    """A value of a column as the key of an entry has it."""
    if key == "target":
        return packs.Target.model_construct(**value) if value else None
    if key == "review_every" and value is not None:
        return packs.ReviewPeriod.model_construct(months=value)
    if isinstance(value, str):
        return as_written(value)
    return tuple(given(key, one) for one in value) if isinstance(value, list) else value


def columns_of(model: type[Model]) -> set[str]:
    return {column.attname for column in model._meta.concrete_fields}


def rows_in(model: type[Model], agreement: tables.Agreement) -> QuerySet[Any]:
    """All rows of a model that belong to the agreement, in no order."""
    return rows_of(model, agreement).order_by()


AGREEMENT = Mapped(
    tables.Agreement,
    packs.Agreement,
    same(
        *(
            "code",
            "title",
            "short_title",
            "time_zone",
            "due_soon_days",
            "reminders",
            "escalation",
            "reminder_counting",
            "synonyms",
            "gathered",
            "licence",
        ),
        as_of="facts_as_of",
        version="data_version",
        counting="convention",
        review_every="review_months",
    ),
)
PARTY = Mapped(Party, packs.Actor, same("code", "name", "mark"))
PARTICIPATION = Mapped(tables.Participation, packs.Actor, same("note", role="kind"), {"part_of": "part_of"})
CALENDAR = Mapped(tables.Calendar, packs.Calendar, same("code", "name", "library", "names", "source", "note"))
HOLIDAY = Mapped(tables.Holiday, packs.CalendarDay, same("name", date="day"))
TRIGGER = Mapped(tables.Trigger, packs.Trigger, same("code", "label", "note", date="pack_date"))
INSTRUMENT = Mapped(
    tables.Instrument,
    packs.Instrument,
    same(
        *("code", "kind", "title", "short_title", "in_effect_from", "derived_from", "source", "note"),
        *("official_text", "language"),
        date="adopted_on",
    ),
)
POSITION = Mapped(
    tables.Position, packs.Position, same("note", "source", position="kind", date="since"), {"party": "party"}
)
PROVISION = Mapped(tables.Provision, packs.Provision, same("anchor", "label", "heading"))
RULE = Mapped(tables.InterpretiveRule, packs.Rule, same("code", "text"))
EVENT = Mapped(
    tables.Event,
    packs.Event,
    same("code", "precision", "title", "source", date="happened_on"),
    {"trigger": "trigger"},
)
OBLIGATION = Mapped(
    Obligation,
    packs.Obligation,
    same(
        *("code", "title", "summary", "kind", "tags", "confidence", "confidence_note", "source"),
        *("target", "means_of_verification"),
        beneficiaries="beneficiary_codes",
        review_every="review_months",
    ),
    {"deadline_from": "deadline_from", "same_event_as": "same_event_as"},
)
DEADLINE = Mapped(
    Obligation,
    packs.Deadline,
    same("rule", "expected_due"),
    {"trigger": "trigger", "after": "after_obligation"},
)
GATE = Mapped(
    Gate,
    packs.Gate,
    same("instruments", text="condition"),
    {"obligation": "after_obligation", "trigger": "after_trigger"},
)
