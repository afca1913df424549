"""What is owed and by when, and the statements about it that go with a pack."""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, NamedTuple

from pydantic import ConfigDict, Field

from agreement.packs.fields import (
    AgreementCode,
    Anchor,
    Code,
    Day,
    EachOnce,
    Entry,
    Fault,
    Format,
    LeftOut,
    Line,
    Listed,
    Number,
    OneOrMore,
    Reason,
    Slug,
    Terms,
    Text,
    Words,
    count,
)
from agreement.packs.model.texts import Place, ReviewPeriod, by

UNITS = {"days": 36525, "working_days": 5000, "weeks": 5218, "months": 1200, "years": 100}
PERIOD = "^[0-9]{4}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]|W(0[1-9]|[1-4][0-9]|5[0-3])))?$"
RRULE = r"^[A-Z]+=[^\s;=]+(;[A-Z]+=[^\s;=]+)*$"
START = ("trigger", "after")
RULES = {
    "none": Terms(),
    "fixed": Terms((("date",),), ("expected_due",)),
    **{
        f"{unit}_{way}": Terms(((unit,), START), ("expected_due",))
        for way in ("after", "before")
        for unit in UNITS
    },
    "end_of_period": Terms((("period",),), ("expected_due",)),
    "immediate": Terms((START,), ("qualifier",)),
    "urgent": Terms((START,)),
    "recurring": Terms((("rrule",), ("first",)), ("until",)),
}


class Deadline(Entry):
    """The rule, and the terms that belong to it. The expected day is no term but a check."""

    on_one_line = True
    choice = "rule"
    choices = RULES

    rule: Annotated[str, Words(*RULES)]
    """none: the text gives no time. fixed: a day. days_after to years_before: so long after, or before, a trigger.
    end_of_period: the last day of a named period. immediate, urgent: no day, counted up from a trigger. recurring:
    again and again.
    """
    date: LeftOut[Day] = None
    days: Annotated[LeftOut[int], count("days", UNITS["days"])] = None
    working_days: Annotated[LeftOut[int], count("working days", UNITS["working_days"])] = None
    weeks: Annotated[LeftOut[int], count("weeks", UNITS["weeks"])] = None
    months: Annotated[LeftOut[int], count("months", UNITS["months"])] = None
    years: Annotated[LeftOut[int], count("years", UNITS["years"])] = None
    period: Annotated[LeftOut[str], Field(pattern=PERIOD)] = None
    """a year, half-year, quarter, month or week, such as 2024 (in quotes), 2024-H1, 2024-Q2, 2024-05 or 2024-W12"""
    rrule: Annotated[LeftOut[str], Field(pattern=RRULE, max_length=300)] = None
    """a recurrence rule of RFC 5545, such as FREQ=MONTHLY;INTERVAL=6"""
    first: LeftOut[Day] = None
    """The first day on which it is due; the rule must name it"""
    until: LeftOut[Day] = None
    """The day after which it no longer recurs"""
    qualifier: Annotated[LeftOut[str], Words("urgent")] = None
    """A word that the text adds"""
    trigger: LeftOut[Code] = None
    """The trigger from which the clock runs"""
    after: LeftOut[Code] = None
    """The obligation with whose fulfilment the clock starts"""
    expected_due: LeftOut[Day] = None
    """The last day as you worked it out; the loader compares it with its own sum"""

    def terms(self) -> dict[str, str | int]:
        """What the rule takes, as it is kept: everything but the rule, what starts the clock and the expected day."""
        values = {name: getattr(self, name) for name in TERMS}
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in values.items()
            if value is not None
        }


TERMS = tuple(name for name in Deadline.model_fields if name not in {"rule", *START, "expected_due"})


class Gate(Entry):
    """A condition that the text itself sets: one of obligation, trigger or text."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 2})
    on_one_line = True

    obligation: LeftOut[Code] = None
    """It must be complete"""
    trigger: LeftOut[Code] = None
    """It must have happened"""
    text: Text = ""
    """A condition in words, judged by a person"""
    instruments: Listed[Slug] = ()
    """Beside a text: the instruments whose other deliverables it speaks of"""

    @classmethod
    def faults(cls, entry: dict[Any, Any]) -> Iterable[Fault]:
        if len(entry.keys() - {"instruments"}) != 1:
            yield (), "must have exactly one key: one of obligation, trigger or text"
        elif "instruments" in entry and "text" not in entry:
            yield ("instruments",), "stands beside a text alone; remove it"


class Target(Entry):
    """What is to be reached, as a number."""

    on_one_line = True

    baseline: LeftOut[Number] = None
    """What it was before"""
    value: Number
    """What it is to be"""
    unit: Line = ""
    """Of what the numbers are"""


class Commitment(NamedTuple):
    """One obligor's part in an obligation; ``share`` says it in words where the parts differ."""

    obligor: str
    share: str


class Obligation(Entry):
    """What the texts demand, in your own words."""

    code: Code
    instrument: Slug
    provision: Anchor
    """Anchor of the provision in that instrument"""
    also_under: Annotated[Listed[Place], by("instrument", "provision")] = ()
    """Other provisions that demand the same"""
    title: Line
    summary: Text = ""
    kind: Annotated[str, Words("one_off", "standing", "recurring", "conditional")]
    obligors: OneOrMore[Slug]
    """one actor or more, each of whom owes it: one commitment each"""
    shares: dict[Slug, Line] = {}
    """What each obligor's part is, where the parts differ: text by obligor"""
    beneficiaries: EachOnce[Slug] = ()
    """Whom it serves: actors and groups"""
    deadline: Deadline
    deadline_from: LeftOut[Code] = None
    """The obligation whose text sets this time limit, where the provision itself names none"""
    same_event_as: LeftOut[Code] = None
    """The obligation in another provision that the very same event carries out"""
    review_every: LeftOut[ReviewPeriod] = None
    """Review period, where it is not the agreement's"""
    gates: Listed[Gate] = ()
    """Conditions that the text itself sets"""
    tags: EachOnce[Slug] = ()
    indicators: Listed[Line] = ()
    """What would show that it is carried out"""
    target: LeftOut[Target] = None
    """The number that is to be reached"""
    means_of_verification: Listed[Line] = ()
    """Where it would be looked up or how it would be checked"""
    confidence: Annotated[str, Words("verified", "partly_verified", "from_memory")]
    """verified: the paraphrase was checked against a published source. partly_verified: in part. from_memory: not
    yet.
    """
    confidence_note: Text = ""
    """What was found and what was not"""
    source: Line = ""
    """What the paraphrase was checked against, where that is not the instrument's source"""

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        return tuple(Commitment(obligor, self.shares.get(obligor, "")) for obligor in self.obligors)


class Statement(Entry):
    """One thing said about commitments: one row for each of the obligors.

    A contest takes obligation and obligors from the statement that it objects to, and has neither level nor conduct.
    Otherwise exactly one of the two is set; not_assessable is not zero.
    """

    choice = "kind"
    choices = {
        "claim": Terms((("obligation",), ("obligors",)), ("level", "conduct")),
        "finding": Terms((("obligation",), ("obligors",)), ("level", "conduct", "cites")),
        "observation": Terms((("obligation",), ("obligors",)), ("level", "conduct")),
        "contest": Terms((("objects_to",),)),
    }

    key: Code
    """A code that never changes"""
    kind: Annotated[str, Words("claim", "finding", "observation", "contest")]
    """claim: what an actor says of a commitment. finding: what a facilitator finds. observation: what an
    observer says. contest: an objection to an earlier statement.
    """
    by: Slug
    """The actor who says it"""
    obligation: Code = ""
    obligors: OneOrMore[Slug] = ()
    """one obligor or more, of whose commitments it speaks"""
    level: Annotated[int | str | None, Words(0, 1, 2, 3, "not_assessable")] = None
    """0 not initiated, 1 minimal, 2 intermediate, 3 complete, or not_assessable"""
    conduct: Annotated[LeftOut[str], Words("kept", "kept_with_incidents", "not_kept", "contrary")] = None
    """for what is reviewed by period"""
    effective_on: Day
    """The day that it speaks of"""
    reason: Reason
    language: Annotated[LeftOut[str], Words("en", "sq", "sr", "sr-latn")] = None
    """the language of the reason, where the file says none or another; sr is Serbian in Cyrillic"""
    event: LeftOut[Code] = None
    """The event that it rests on"""
    source: Line = ""
    """Where it was found, where that is not the event's source"""
    cites: LeftOut[Code] = None
    """The key of the claim or observation that a finding judges, which stands earlier"""
    objects_to: LeftOut[Code] = None
    """The key of the statement that it objects to, which stands earlier"""


class Statements(Entry):
    """Claims, findings and contests to load with a pack, for a trial."""

    model_config = ConfigDict(title="Statements for a pack, format 1")

    format: Format
    agreement: AgreementCode
    """Code of the agreement that they speak of"""
    notice: Text
    """What the statements are, shown with them"""
    language: Annotated[LeftOut[str], Words("en", "sq", "sr", "sr-latn")] = None
    """the language of the reasons, of those that say none themselves"""
    statements: Listed[Statement]
