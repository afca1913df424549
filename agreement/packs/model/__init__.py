"""What a pack says: every key of its files, spelled here and explained in FORMAT.md.

The files are checked by these models and written out by them, and the JSON Schemas are made from them. Everything is
frozen, lists are tuples, a day is a ``datetime.date``, text that may be left out is ``""`` and anything else that may
be left out is ``None``. Codes refer to each other by value; the reader has checked that they exist. ``at`` is where an
entry stands in its file. It takes no part in comparisons, so packs that say the same are equal.
"""

from typing import Annotated

from pydantic import ConfigDict, Field, PrivateAttr

from agreement.packs.fields import FORMAT, AgreementCode, Entry, Format, LeftOut, Listed, Once, Words, once
from agreement.packs.model.obligations import (
    Commitment,
    Deadline,
    Gate,
    Obligation,
    Statement,
    Statements,
    Target,
)
from agreement.packs.model.texts import (
    ALL,
    Actor,
    Agreement,
    Calendar,
    CalendarDay,
    Event,
    Group,
    Instrument,
    Naming,
    Place,
    Position,
    Provision,
    ReviewPeriod,
    Rule,
    Topic,
    Trigger,
)
from agreement.packs.model.translations import Name, Translations, footnote, texts_of

MAX_PARTS = 50
FileName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*\.ya?ml$",
        description="the plain name of a YAML file in the same folder, such as events.yaml",
    ),
]


class Sections(Entry):
    """The lists of a pack, each of which may stand in its main file and in parts."""

    actors: Listed[Actor] = ()
    """Everybody who owes something, facilitates or takes part."""
    groups: Listed[Group] = ()
    """Those who benefit from an obligation and owe nothing."""
    topics: Listed[Topic] = ()
    """How tags are called."""
    calendars: Listed[Calendar] = ()
    """By which days off time limits are counted."""
    instruments: Listed[Instrument] = ()
    """The texts of the agreement."""
    rules: Listed[Rule] = ()
    """What a provision says about how the texts are read. Nobody owes it."""
    triggers: Listed[Trigger] = ()
    """Named events that start a clock or open a gate."""
    events: Listed[Event] = ()
    """What happened, dated and sourced. An event is not a finding."""
    obligations: Listed[Obligation] = ()
    """What the texts demand, in your own words."""


SECTIONS = tuple(Sections.model_fields)


class Pack(Sections):
    """``digest`` is the SHA-256 of the bytes of the files, one after the other as they were read."""

    agreement: Agreement
    naming: LeftOut[Naming] = None
    translations: Listed[Translations] = ()
    _digest: str = PrivateAttr("")

    @property
    def digest(self) -> str:
        return self._digest


class PartFile(Sections):
    """A file that a pack includes: any of the lists, and the code of the agreement that they belong to."""

    model_config = ConfigDict(title="Part of a pack, format 1")

    format: Format
    part_of: AgreementCode


class MainFile(Sections):
    """The main file of a pack: one negotiated agreement as data. The files that it includes follow #/$defs/PartFile."""

    model_config = ConfigDict(title="Pack, format 1")

    format: Format
    agreement: Agreement
    naming: LeftOut[Naming] = None
    include: Annotated[tuple[FileName, ...], once(max_length=MAX_PARTS), Once] = ()
    """Files of the same folder that hold more of the lists. They are read in this order, after this file."""
    translations: Annotated[tuple[FileName, ...], once(max_length=MAX_PARTS), Once] = ()
    """Files of the same folder that hold the texts in other languages, one for each. They follow
    #/$defs/Translations.
    """
    actors: Listed[Actor]
    """Everybody who owes something, facilitates or takes part."""
