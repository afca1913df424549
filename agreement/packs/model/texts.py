"""The agreement as a whole, who takes part in it, its texts, what happened, and the days off that limits count by."""

import datetime as dt
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import TypeAliasType

from agreement.packs.fields import (
    Address,
    AgreementCode,
    Anchor,
    Code,
    Day,
    EachOnce,
    Entry,
    LeftOut,
    Line,
    Listed,
    Once,
    OneOrMore,
    Slug,
    Sorted,
    Text,
    Words,
    count,
    not_blank,
    once,
    one_line,
)
from parties.texts import LIMITS

Signed = Annotated[str, Words("complete_findings", "waivers", "gates", "publications")]


# Words that mean the same. No one of them comes first.
Synonyms = TypeAliasType(
    "Synonyms", Annotated[tuple[Line, ...], once(min_length=2, max_length=12), Once, Sorted]
)


class ReviewPeriod(Entry):
    on_one_line = True

    months: Annotated[int, count("months", 120)]


class Agreement(Entry):
    """What is so for the whole of it."""

    code: AgreementCode
    title: Line
    """Official title"""
    short_title: Line
    """Short title for headings and lists"""
    as_of: Day
    """The day to which the facts of the pack were gathered"""
    gathered: Text = ""
    """How they were gathered, and by whom"""
    licence: Line = ""
    """Under which the data may be used"""
    version: Line = ""
    """Of the data, as it is cited"""
    time_zone: Annotated[str, Field(max_length=60)]
    """a name from the IANA time zone database, such as Europe/Brussels; a due day ends at midnight there"""
    counting: Annotated[str, Words("calendar", "eu-1182-71", "working-days")]
    """How time limits are counted.

    calendar: the day of the trigger is not counted, every other day is. eu-1182-71: as Regulation (EEC, Euratom) No
    1182/71 says. working-days: days off are not counted.
    """
    due_soon_days: Annotated[int, Field(ge=0, le=366)]
    """how many days before its due day a commitment is shown as due soon, 0 to 366"""
    review_every: ReviewPeriod
    """Review period of standing duties"""
    reminders: Annotated[EachOnce[Annotated[int, Field(ge=-366, le=366)]], Sorted] = (-30, -7, -1, 0, 1, 7)
    """Days on which those concerned are reminded of a due day, from that day on: negative before it; after the last,
    each week
    """
    escalation: Annotated[EachOnce[Annotated[int, Field(ge=1, le=366)]], Sorted] = (7,)
    """Days after which a breach that no mediator has acknowledged is told to the mediators again; [] for never"""
    reminder_counting: Annotated[str, Words("calendar", "working-days")] = "calendar"
    """Which days those of reminders and escalation are.

    calendar: every day counts. working-days: days off of the party that owes are not counted.
    """
    sign_off: Annotated[EachOnce[Signed], Sorted] = ()
    """What wants the signature of a second mediator; nothing where it is left out"""
    synonyms: Annotated[Listed[Synonyms], Field(max_length=100), Sorted] = ()
    """Names and spellings that people use for the same, such as [licence, license]: who looks for one finds all"""


class Naming(Entry):
    """How one actor is named: the label carries the marker at its end, and the footnote explains it once per page."""

    label: Line
    """The name with its mark: the name of an actor"""
    marker: Annotated[str, Field(pattern="^\\S{1,3}$"), AfterValidator(not_blank)]
    """the mark, 1 to 3 characters such as *"""
    footnote: Annotated[Text, AfterValidator(one_line)]
    """The footnote, word for word"""


class Actor(Entry):
    on_one_line = True

    code: Slug
    name: Line
    role: Annotated[str, Words("party", "facilitator", "body", "observer", "other")]
    """party: bound by the agreement and equal to the other parties. facilitator: who mediates and finds. body: set up
    by the agreement. observer: a monitor, mission or office that is no party and says how things stand. other:
    anybody else.
    """
    mark: Annotated[int, Field(ge=1, le=8)]
    """1 and 2 are the mirrored halves of a disc, for the two parties; 3 to 8 slate shapes, for others. No meaning"""
    note: Line = ""
    """Who that is, where the name does not tell"""
    part_of: LeftOut[Slug] = None
    """The actor that it is part of: figures of that one have its own among them"""


class Group(Entry):
    """People or things that benefit from an obligation and owe nothing."""

    on_one_line = True

    code: Slug
    label: Line


class Topic(Entry):
    """How a tag is called on pages. A tag that has no entry shows its code, with spaces."""

    on_one_line = True

    code: Slug
    label: Line


class Place(Entry):
    """A provision, named from elsewhere."""

    on_one_line = True

    instrument: Slug
    provision: Anchor
    """Anchor of the provision in that instrument"""


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


def by(*names: str) -> AfterValidator:
    """In the order of these fields, what has none first."""

    def key(entry: Entry) -> list[tuple[bool, Any]]:
        return [((value := getattr(entry, name)) is not None, value) for name in names]

    return AfterValidator(lambda entries: tuple(sorted(entries, key=key)))


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
    names: dict[Line, Line] = {}
    """Other names for days of the library, by the library's name"""
    years: Annotated[Listed[Year], Field(min_length=2, max_length=2)]
    """the first and the last year, such as [2011, 2040], of those for which it tells every day off"""
    source: Line = ""
    """Where its own days were found"""
    note: Text = ""
    days: Annotated[Listed[CalendarDay], by("date")] = ()
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
    """Where a party, or a facilitator, stands on an instrument from a day on."""

    on_one_line = True

    party: Slug
    """The party, or the facilitator"""
    position: Annotated[str, Words("signed", "accepted", "reservations", "upheld", "disputed")]
    """reservations: has stated reservations. upheld: says that the text stands without them. disputed: does not accept
    the text.
    """
    date: LeftOut[Day] = None
    """The day on which it was stated; one without a day is older than all others"""
    note: Text = ""
    source: Line = ""
    """Where it was found"""


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
    kind: Annotated[str, Words("agreement", "annex", "declaration", "earlier_agreement", "plan", "decision")]
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
    official_text: Address = ""
    """Where the text itself can be read"""
    language: Annotated[str, Field(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=16)] = ""
    """the language of the text as a tag of BCP 47, such as en or sr-Latn"""
    note: Text = ""
    # No party comes before another: by code, whatever the order in the file.
    positions: Annotated[Listed[Position], by("party", "date")]
    """Where each party stands on it, and stood before"""
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
    provisions: Annotated[Listed[Place], by("instrument", "provision")] = ()
    """Provisions that it touches themselves, such as one that demands nothing"""
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
