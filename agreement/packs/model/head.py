"""The agreement as a whole, and who takes part in it."""

from typing import Annotated

from pydantic import AfterValidator, Field

from agreement.packs.entry import Entry
from agreement.packs.fields import (
    AgreementCode,
    Day,
    EachOnce,
    Line,
    Slug,
    Sorted,
    Text,
    Words,
    count,
    not_blank,
    one_line,
)

Signed = Annotated[str, Words("complete_findings", "waivers", "gates", "publications")]


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
    sign_off: Annotated[EachOnce[Signed], Sorted] = ()
    """What wants the signature of a second mediator; nothing where it is left out"""


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
    role: Annotated[str, Words("party", "facilitator", "body", "other")]
    """party: bound by the agreement and equal to the other parties. facilitator: who mediates and finds. body: set up
    by the agreement. other: anybody else.
    """
    mark: Annotated[int, Field(ge=1, le=6)]
    """a colour slot, 1 to 6; the slots have equal weight and no meaning"""
    note: Line = ""
    """Who that is, where the name does not tell"""


class Group(Entry):
    """People or things that benefit from an obligation and owe nothing."""

    on_one_line = True

    code: Slug
    label: Line
