"""What a pack says, as plain values. FORMAT.md tells what each of them means.

Everything is frozen, lists are tuples, a day is a ``datetime.date``, text that may be left out is ``""`` and anything
else that may be left out is ``None``. Codes refer to each other by value; the reader has checked that they exist.
``at`` is where the record stands in its file. It takes no part in comparisons, so packs that say the same are equal.
"""

import datetime as dt
from dataclasses import dataclass, field

from agreement.packs.problems import Place


@dataclass(frozen=True, slots=True)
class Agreement:
    code: str
    title: str
    short_title: str
    as_of: dt.date  # the day to which its facts were gathered
    time_zone: str  # IANA name; a due day ends at midnight there
    counting: str  # the convention: calendar, eu-1182-71, working-days
    due_soon_days: int
    review_every_months: int
    sign_off: tuple[str, ...]  # what wants a second mediator, sorted
    at: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Naming:
    """How one actor is named: ``label`` carries ``marker`` at its end, and ``footnote`` explains it once per page."""

    label: str
    marker: str
    footnote: str


@dataclass(frozen=True, slots=True)
class Actor:
    code: str
    name: str
    role: str  # party, facilitator, body, other
    mark: int  # a colour slot of equal weight, 1 to 6
    note: str
    at: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Group:
    """People or things that benefit from an obligation and owe nothing."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class CalendarDay:
    date: dt.date
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off by which limits are counted: a library's, less ``exceptions``, and ``days`` of its own.

    It says what is a day off in the years ``first_year`` to ``last_year``, and nothing about others.
    """

    code: str
    name: str
    parties: tuple[
        str, ...
    ]  # the actors whose calendar it is; they count by it unless a reading says otherwise
    library: str  # a country's code in the Python library holidays, such as RS; "" where it has only own days
    first_year: int
    last_year: int
    days: tuple[CalendarDay, ...]
    exceptions: tuple[dt.date, ...]
    source: str
    note: str
    at: Place = field(compare=False, repr=False)

    @property
    def known_until(self) -> dt.date:
        return dt.date(self.last_year, 12, 31)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a party stands on an instrument."""

    party: str
    position: str  # signed, accepted, disputed
    date: dt.date | None
    note: str


@dataclass(frozen=True, slots=True)
class Provision:
    """``parent`` is the anchor of the provision around it and always stands earlier in the instrument's list."""

    anchor: str
    label: str
    heading: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Instrument:
    code: str
    kind: str  # agreement, annex, declaration, earlier_agreement
    title: str
    short_title: str
    date: dt.date | None
    in_effect_from: dt.date | None
    derived_from: str | None  # the obligation that called for this text
    source: str
    note: str
    positions: tuple[Position, ...]
    provisions: tuple[Provision, ...]
    at: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of interpretation that a provision lays down; nobody owes it."""

    code: str
    instrument: str
    provision: str
    text: str


@dataclass(frozen=True, slots=True)
class Trigger:
    code: str
    label: str
    date: dt.date | None  # None: it has not happened, or its day is not known
    note: str
    at: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Event:
    code: str
    date: dt.date
    precision: str  # day, reported, scheduled
    title: str
    touches: tuple[str, ...]  # obligations; empty where touches_all
    touches_all: bool
    trigger: str | None  # the trigger that this event sets
    source: str
    at: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Deadline:
    """Terms of a time limit. Which fields are set depends on ``rule``.

    ``expected_due`` is no term but a check: the last day as the pack's author worked it out.
    """

    rule: str  # none, fixed, immediate, urgent, end_of_period, recurring, and days_after to years_before
    date: dt.date | None = None  # fixed
    days: int | None = None  # days_after, days_before; the other units likewise
    working_days: int | None = None
    weeks: int | None = None
    months: int | None = None
    years: int | None = None
    period: str | None = None  # end_of_period
    rrule: str | None = None  # recurring
    first: dt.date | None = None  # recurring
    until: dt.date | None = None  # recurring
    trigger: str | None = None  # the trigger from which the clock runs,
    after: str | None = None  # or the obligation whose fulfilment starts it
    qualifier: str | None = None  # immediate: "urgent"
    expected_due: dt.date | None = None

    def terms(self) -> dict[str, str | int]:
        """What the rule takes, as it is kept: everything but the rule, what starts the clock and the expected day."""
        values = {name: getattr(self, name) for name in TERMS}
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in values.items()
            if value is not None
        }


TERMS = (
    "date",
    "days",
    "working_days",
    "weeks",
    "months",
    "years",
    "period",
    "rrule",
    "first",
    "until",
    "qualifier",
)


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition that the text sets. Exactly one field is set (``text`` is ``""`` otherwise)."""

    obligation: str | None
    trigger: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """One obligor's part in an obligation; ``share`` says it in words where the parts differ."""

    obligor: str
    share: str


@dataclass(frozen=True, slots=True)
class Obligation:
    code: str
    instrument: str
    provision: str
    title: str
    summary: str
    kind: str  # one_off, standing, recurring, conditional
    commitments: tuple[Commitment, ...]
    beneficiaries: tuple[str, ...]  # actors and groups
    deadline: Deadline
    deadline_at: Place = field(compare=False, repr=False)
    deadline_from: str | None  # the obligation whose text sets this time limit
    review_every_months: int | None  # None: as the agreement says
    gates: tuple[Gate, ...]
    tags: tuple[str, ...]
    indicators: tuple[str, ...]
    confidence: str  # verified, partly_verified, from_memory
    confidence_note: str
    source: str
    at: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Pack:
    """``digest`` is the SHA-256 of the bytes of the files, one after the other as they were read."""

    agreement: Agreement
    naming: Naming | None
    actors: tuple[Actor, ...]
    groups: tuple[Group, ...]
    calendars: tuple[Calendar, ...]
    instruments: tuple[Instrument, ...]
    rules: tuple[Rule, ...]
    triggers: tuple[Trigger, ...]
    events: tuple[Event, ...]
    obligations: tuple[Obligation, ...]
    digest: str = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said about commitments: one row for each of ``obligors``.

    A contest takes ``obligation`` and ``obligors`` from the statement that it objects to, and has neither level nor
    conduct. Otherwise exactly one of the two is set; level ``"not_assessable"`` is not zero.
    """

    key: str
    kind: str  # claim, finding, contest
    by: str
    obligation: str
    obligors: tuple[str, ...]
    level: int | str | None  # 0 to 3, or "not_assessable"
    conduct: str | None  # kept, kept_with_incidents, not_kept, contrary
    effective_on: dt.date
    reason: str
    event: str | None
    objects_to: str | None  # the key of an earlier statement
    at: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements to go with a pack, in order; ``notice`` says on every page what they are."""

    notice: str
    statements: tuple[Statement, ...]
