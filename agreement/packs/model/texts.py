"""Instruments, what happened around them, and the days off by which limits are counted."""

import datetime as dt
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from agreement.packs.entry import Entry
from agreement.packs.fields import (
    Anchor,
    Code,
    Day,
    EachOnce,
    LeftOut,
    Line,
    Listed,
    OneOrMore,
    Slug,
    Sorted,
    Text,
    Words,
)
from parties.texts import LIMITS

ALL = ("all",)
Year = Annotated[int, Field(ge=1900, le=2200, description="a year, 1900 to 2200")]
Touched = Annotated[
    str,
    Field(
        pattern="^(all|[A-Z][A-Z0-9]*([.-][A-Z0-9]+)*)$",
        max_length=LIMITS["code"],
        description="the code of an obligation, such as AX-6.1, or the word all",
    ),
]


def _by(name: str) -> AfterValidator:
    return AfterValidator(lambda entries: tuple(sorted(entries, key=lambda entry: getattr(entry, name))))


class CalendarDay(Entry):
    on_one_line = True

    date: Day
    name: Line


class Calendar(Entry):
    """Days off by which limits are counted: a library's, less those under except, and days of its own.

    It says what is a day off in its years, and nothing about others.
    """

    code: Slug
    name: Line
    party: LeftOut[Slug] = None
    """The actor whose calendar it is"""
    parties: Annotated[OneOrMore[Slug], Sorted] = ()
    """one actor or more, whose calendar it is; in place of party"""
    library: Annotated[str, Field(pattern="^[A-Z]{2}$")] = ""
    """two capitals, such as BE: a country in the Python library holidays"""
    years: Annotated[Listed[Year], Field(min_length=2, max_length=2)]
    """the first and the last year, such as [2011, 2040], of those for which it tells every day off"""
    source: Line = ""
    """Where its own days were found"""
    note: Text = ""
    days: Annotated[Listed[CalendarDay], _by("date")] = ()
    """Days off of its own"""
    exceptions: Annotated[EachOnce[Day], Sorted, Field(alias="except")] = ()
    """Days of the library that are no days off here"""

    @model_validator(mode="after")
    def _owners(self) -> Self:
        """One actor is a list of one, however it was written."""
        if self.party:
            self.__dict__.update(party=None, parties=(self.party,))
        return self

    @property
    def first_year(self) -> int:
        return self.years[0]

    @property
    def last_year(self) -> int:
        return self.years[1]

    @property
    def known_until(self) -> dt.date:
        return dt.date(self.last_year, 12, 31)


class Position(Entry):
    """Where a party stands on an instrument."""

    on_one_line = True

    party: Slug
    position: Annotated[str, Words("signed", "accepted", "disputed")]
    date: LeftOut[Day] = None
    note: Text = ""


class Provision(Entry):
    on_one_line = True

    anchor: Anchor
    label: Line
    """How it is cited, such as Article 7, paragraph 1"""
    heading: Line = ""
    """What it is about, short and neutral, in your own words"""
    parent: LeftOut[Anchor] = None
    """The provision around it, which stands before it"""


class Instrument(Entry):
    """A text of the agreement."""

    code: Slug
    kind: Annotated[str, Words("agreement", "annex", "declaration", "earlier_agreement")]
    title: Line
    """Title, as published"""
    short_title: Line
    date: LeftOut[Day] = None
    """The day of the text"""
    in_effect_from: LeftOut[Day] = None
    """The day from which it was applied, where that is another"""
    derived_from: Code = ""
    """The obligation that called for this text"""
    source: Line = ""
    """Where the text or its date was found"""
    note: Text = ""
    # No party comes before another: by code, whatever the order in the file.
    positions: Annotated[Listed[Position], _by("party")]
    """Where each party stands on it"""
    provisions: Annotated[Listed[Provision], Field(min_length=1)]
    """Articles and paragraphs, the outer one before the inner ones"""


class Rule(Entry):
    """A rule of interpretation that a provision lays down; nobody owes it."""

    code: Code
    instrument: Slug
    provision: Anchor
    text: Text


class Trigger(Entry):
    """A named event that starts a clock or opens a gate."""

    on_one_line = True

    code: Code
    label: Line
    date: Day | None
    """a day of the calendar as YYYY-MM-DD, or null where it has not happened or its day is not known"""
    note: Text = ""


class Event(Entry):
    """What happened, dated and sourced. An event is not a finding."""

    code: Code
    """A code that never changes, such as EV-2023-04-18-JMC"""
    date: Day
    precision: Annotated[str, Words("day", "reported", "scheduled")]
    """day: the source names the day. reported: the day of the report. scheduled: announced beforehand."""
    title: Line
    touches: Annotated[EachOnce[Touched], Sorted]
    """codes of obligations, or [all] for an event that concerns the agreement as a whole"""
    trigger: LeftOut[Code] = None
    """The trigger whose day this event sets"""
    source: Line
    """Where it was found"""

    @property
    def touches_all(self) -> bool:
        return self.touches == ALL

    @property
    def obligations(self) -> tuple[str, ...]:
        """The codes of those that it touches by name."""
        return () if self.touches_all else self.touches
