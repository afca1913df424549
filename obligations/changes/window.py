"""What is told of as changed: one thing that changed, and the two moments between which it did."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreement.models import Holiday, TriggerDate
from obligations.deadlines import Moment, day_in, end_of_day, present, start_of_day
from obligations.deadlines.moment import INSTANT
from obligations.models import Breach, Commitment, Reading, Statement
from obligations.status.breaches import SeenBreach
from parties.texts import day_error


class ChangeKind(TextChoices):
    CLAIM = "claim", gettext_lazy("claims")
    FINDING = "finding", gettext_lazy("findings")
    OBSERVATION = "observation", gettext_lazy("observations")
    CONTEST = "contest", gettext_lazy("contests")
    ANSWER = "answer", gettext_lazy("answers")
    WITHDRAWAL = "withdrawal", gettext_lazy("withdrawals")
    READING = "reading", gettext_lazy("readings")
    TRIGGER_DATE = "trigger_date", gettext_lazy("dates of triggers")
    HOLIDAY = "holiday", gettext_lazy("days off that moved a due date")
    DUE_DATE = "due_date", gettext_lazy("due dates moved")
    BREACH_VOIDED = "breach_voided", gettext_lazy("breaches that count no more")
    BREACH_OPENED = "breach_opened", gettext_lazy("breaches opened")
    BREACH_CLOSED = "breach_closed", gettext_lazy("breaches closed")


# What follows from what was recorded, beside what the rows themselves say.
DERIVED = (
    ChangeKind.BREACH_OPENED,
    ChangeKind.BREACH_CLOSED,
    ChangeKind.BREACH_VOIDED,
    ChangeKind.DUE_DATE,
    ChangeKind.HOLIDAY,
)
# At one instant, what was recorded comes before what followed from it.
ORDER = {kind.value: place for place, kind in enumerate(ChangeKind)}


class ByDay(TextChoices):
    """By which day of a change the days are picked that are asked about."""

    RECORDED = "recorded", gettext_lazy("the day of recording")
    SPOKEN_OF = "spoken_of", gettext_lazy("the day spoken of")


# What is loaded with a commitment that is told of.
WHERE = ("obligation__provision__instrument", "party", "agreement")
OF_COMMITMENT = tuple(f"commitment__{name}" for name in WHERE)


class Cause(TextChoices):
    """What moved a due date."""

    READING = "reading", gettext_lazy("a reading")
    TRIGGER_DATE = "trigger_date", gettext_lazy("the date of a trigger")
    HOLIDAY = "holiday", gettext_lazy("a day off")
    TERMS = "terms", gettext_lazy("the terms of the pack")
    FULFILMENT = "fulfilment", gettext_lazy("what was found of another obligation")


class Why(TextChoices):
    """Why a breach counts no more."""

    RESCHEDULED = "rescheduled", gettext_lazy("the due date moved")
    STOPPED = "stopped", gettext_lazy("the clock had been stopped before it ran out")
    CORRECTED = "corrected", gettext_lazy("a finding tells otherwise")


@dataclass(frozen=True, slots=True)
class Move:
    """A due day before and after; None where there was none, or is none any more."""

    before: date | None
    after: date | None
    cause: Cause


@dataclass(frozen=True, slots=True)
class Change:
    """`at` is when it was recorded; of a breach that opened, when the clock ran out. `on` is the day it speaks of.

    `key` tells it apart from all others of its kind: the random one of a row that has one, else made of what it shows.
    Of `statement`, `reading`, `breach`, `due`, `dated` and `holiday` it has the one that its kind says; `commitment` is
    None for what concerns the whole agreement. `placed_at` orders it, where that is not `at`. `was_on` is the day that
    a trigger had before. `ended` is why a breach counts no more.
    """

    kind: ChangeKind
    at: datetime
    key: int | str
    on: date | None = None
    commitment: Commitment | None = None
    statement: Statement | None = None
    reading: Reading | None = None
    breach: SeenBreach | None = None
    ended: Why | None = None
    placed_at: datetime | None = None
    due: Move | None = None
    dated: TriggerDate | None = None
    was_on: date | None = None
    holiday: Holiday | None = None

    @classmethod
    def of(cls, kind: ChangeKind, row: Statement | Reading, **more: Any) -> "Change":
        """What was recorded of a commitment."""
        return cls(kind, row.recorded_at, row.key, on=row.effective_on, commitment=row.commitment, **more)

    @property
    def id(self) -> str:
        return f"{self.kind.value}-{self.key}"

    @property
    def is_told_later(self) -> bool:
        """Whether it is a breach that opened, and only what was recorded later tells that the clock had run out."""
        return self.breach is not None and self.breach.overdue_since != self.at

    @property
    def outcome(self) -> str:
        """How a breach closed, in words."""
        return str(Breach.Outcome(self.breach.outcome).label) if self.breach and self.breach.outcome else ""

    @property
    def place(self) -> tuple[datetime, int, str]:
        """Its place among all changes, oldest first; no two have the same. Numbers stand in their order."""
        return self.placed_at or self.at, ORDER[self.kind.value], str(self.key).zfill(18)


DEFAULT_DAYS = 7
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT_OF_A_DAY = re.compile(DAY.pattern + "[T ]")


class WindowError(ValueError):
    """Moments that nothing can be told between: sentences by the name of the parameter."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {said}" for name, said in errors.items()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Window:
    """The instants from `since` on and before `until`. Where it reaches to the present, everything on record is in
    it.
    """

    since: datetime
    until: datetime
    now: datetime
    to_the_present: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "to_the_present", self.until >= self.now)
        object.__setattr__(self, "until", min(self.until, self.now))

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (at < self.until or (self.to_the_present and at <= self.now))

    def on(self, field: str) -> Q:
        """Rows whose instant `field` lies in it."""
        rule = Q(**{f"{field}__gte": self.since})
        return rule & Q(**{f"{field}__{'lte' if self.to_the_present else 'lt'}": self.until})

    def before(self, zone: ZoneInfo) -> Moment:
        """The moment at which it begins: what was recorded before it, and what had come to pass by then."""
        return known_at(self.since, self.now, zone)

    def after(self, zone: ZoneInfo) -> Moment:
        return present(self.now) if self.to_the_present else known_at(self.until, self.now, zone)


def known_at(at: datetime, now: datetime, zone: ZoneInfo) -> Moment:
    """The present of an instant that is past, with what was on record before it."""
    last = at - INSTANT
    return Moment(now, at=last, known_on=day_in(last, zone), known_at=at)


def window_of(since: str, until: str, now: datetime, zone: ZoneInfo) -> Window:
    """Each is a day (`since` from its first instant, `until` to its last) or an instant in ISO 8601.

    An instant without a zone is one of the agreement's clock. Empty: until now, from seven days before the end.
    Raises WindowError for what is neither, for what has not come yet, and where `since` is not before `until`.
    """
    errors: dict[str, str] = {}
    today = day_in(now, zone)
    ends = bound(until, "until", zone, today, errors) or now
    week_before = day_in(min(ends - INSTANT, now), zone) - timedelta(days=DEFAULT_DAYS)
    starts = bound(since, "since", zone, today, errors) or start_of_day(week_before, zone)
    if not errors and starts >= min(ends, now):
        errors["since"] = _("This is not before the end.")
    if errors:
        raise WindowError(errors)
    return Window(starts, ends, now)


def bound(given: str, name: str, zone: ZoneInfo, today: date, errors: dict[str, str]) -> datetime | None:
    """The instant that is meant, None where nothing is given; what is wrong with it goes to `errors`."""
    if not given:
        return None
    said = day_or_instant(given, zone)
    if said is None:
        errors[name] = _("Give a day as 2024-01-31, or an instant as 2024-01-31T12:00:00Z.")
        return None
    day = said if not isinstance(said, datetime) else day_in(said, zone)
    if error := day_error(day):
        errors[name] = error
    elif day > today:
        errors[name] = _("This day has not come yet.")
    elif isinstance(said, datetime):
        return said
    else:
        return end_of_day(day, zone) if name == "until" else start_of_day(day, zone)
    return None


def day_or_instant(given: str, zone: ZoneInfo) -> date | datetime | None:
    """None for what is neither. The sign of an offset may have become a space, as it does in addresses."""
    try:
        if DAY.fullmatch(given):
            return date.fromisoformat(given)
        if not INSTANT_OF_A_DAY.match(given):
            return None
        at = datetime.fromisoformat(given[:11] + given[11:].replace(" ", "+"))
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        day_in(at, zone)  # out of reach at either end of the calendar
        return at
    except (ValueError, OverflowError):
        return None
