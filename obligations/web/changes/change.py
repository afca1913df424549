"""One thing that changed: what it is, when, whose it is, and the order in which such things stand."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from agreement.models import Holiday, TriggerDate
from obligations.models import Breach, Commitment, Reading, Statement
from obligations.status.breaches import SeenBreach


class ChangeKind(TextChoices):
    CLAIM = "claim", _("claims")
    FINDING = "finding", _("findings")
    CONTEST = "contest", _("contests")
    ANSWER = "answer", _("answers")
    WITHDRAWAL = "withdrawal", _("withdrawals")
    READING = "reading", _("readings")
    TRIGGER_DATE = "trigger_date", _("dates of triggers")
    HOLIDAY = "holiday", _("days off that moved a due date")
    DUE_DATE = "due_date", _("due dates moved")
    BREACH_VOIDED = "breach_voided", _("breaches that count no more")
    BREACH_OPENED = "breach_opened", _("breaches opened")
    BREACH_CLOSED = "breach_closed", _("breaches closed")


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


class Cause(TextChoices):
    """What moved a due date."""

    READING = "reading", _("a reading")
    TRIGGER_DATE = "trigger_date", _("the date of a trigger")
    HOLIDAY = "holiday", _("a day off")
    TERMS = "terms", _("the terms of the pack")
    FULFILMENT = "fulfilment", _("what was found of another obligation")


class Why(TextChoices):
    """Why a breach counts no more."""

    RESCHEDULED = "rescheduled", _("the due date moved")
    STOPPED = "stopped", _("the clock had been stopped before it ran out")
    CORRECTED = "corrected", _("a finding tells otherwise")


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
    None for what concerns the whole agreement. `was_on` is the day that a trigger had before. `ended` is why a breach
    counts no more.
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
    due: Move | None = None
    dated: TriggerDate | None = None
    was_on: date | None = None
    holiday: Holiday | None = None

    @property
    def id(self) -> str:
        return f"{self.kind.value}-{self.key}"

    @property
    def is_told_later(self) -> bool:
        """Of a breach that opened: whether only what was recorded later tells that the clock had run out."""
        return self.breach is not None and self.breach.overdue_since != self.at

    @property
    def outcome(self) -> str:
        """How a breach closed, in words."""
        return str(Breach.Outcome(self.breach.outcome).label) if self.breach and self.breach.outcome else ""

    @property
    def place(self) -> tuple[datetime, int, str]:
        """Its place among all changes, oldest first; no two have the same. Numbers stand in their order."""
        return self.at, ORDER[self.kind.value], str(self.key).zfill(18)
