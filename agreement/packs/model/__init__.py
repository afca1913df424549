"""What a pack says: every key of its files, spelled here and explained in FORMAT.md.

The files are checked by these models and written out by them, and the JSON Schemas are made from them. Everything is
frozen, lists are tuples, a day is a ``datetime.date``, text that may be left out is ``""`` and anything else that may
be left out is ``None``. Codes refer to each other by value; the reader has checked that they exist. ``at`` is where an
entry stands in its file. It takes no part in comparisons, so packs that say the same are equal.
"""

from agreement.packs.model.files import FORMAT, MAX_PARTS, SECTIONS, MainFile, Pack, PartFile, Sections
from agreement.packs.model.head import Actor, Agreement, Group, Naming, ReviewPeriod
from agreement.packs.model.obligations import Commitment, Deadline, Gate, Obligation
from agreement.packs.model.statements import Statement, Statements
from agreement.packs.model.texts import (
    ALL,
    Calendar,
    CalendarDay,
    Event,
    Instrument,
    Position,
    Provision,
    Rule,
    Trigger,
)

__all__ = [
    "ALL",
    "FORMAT",
    "MAX_PARTS",
    "SECTIONS",
    "Actor",
    "Agreement",
    "Calendar",
    "CalendarDay",
    "Commitment",
    "Deadline",
    "Event",
    "Gate",
    "Group",
    "Instrument",
    "MainFile",
    "Naming",
    "Obligation",
    "Pack",
    "PartFile",
    "Position",
    "Provision",
    "ReviewPeriod",
    "Rule",
    "Sections",
    "Statement",
    "Statements",
    "Trigger",
]
