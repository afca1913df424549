"""What stands on a timeline: one thing with its day or days, in words, and where it leads."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from obligations.models import Commitment
from parties.models import Party


class MarkKind(TextChoices):
    TRIGGER = "trigger", _("Trigger")
    EVENT = "event", _("Event")
    DUE = "due", _("Due date")
    PERIOD = "period", _("Review period")
    BREACH = "breach", _("Breach")


# In a row of the table on one day: what starts clocks, what happened, what was due, what became of it.
ORDER = {kind.value: place for place, kind in enumerate(MarkKind)}


@dataclass(frozen=True, slots=True)
class Mark:
    """From `start` to `end`, its last day; `end` is None for what is of one day. `goes_on` is what has no end yet.

    `what` names it and `state` says how it stands, in words; `tone` is its class on the chart. `tier` tells who may see
    it, where that is not everybody. What is of one commitment stands in one lane.
    """

    kind: MarkKind
    start: date
    what: str
    href: str
    end: date | None = None
    goes_on: bool = False
    state: str = ""
    tone: str = ""
    short: str = ""
    commitment: Commitment | None = None
    tier: str = ""

    @property
    def party(self) -> Party | None:
        return self.commitment.party if self.commitment else None

    @property
    def is_late(self) -> bool:
        return bool({"late", "p-late", "p-missed"} & set(self.tone.split()))

    @property
    def place(self) -> tuple[date, int, str, str, date]:
        """Its place in the table."""
        party = self.party.name.casefold() if self.party else ""
        return self.start, ORDER[self.kind.value], self.what, party, self.end or self.start
