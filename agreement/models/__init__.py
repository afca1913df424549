from agreement.models.agreement import Agreement, Participation
from agreement.models.calendar import Calendar, CalendarParty, Holiday
from agreement.models.clock import Event, Trigger, TriggerDate
from agreement.models.instrument import Instrument, InterpretiveRule, Position, Provision
from agreement.models.ledger import LedgerEntry
from agreement.models.mandate import Mandate

__all__ = [
    "Agreement",
    "Calendar",
    "CalendarParty",
    "Event",
    "Holiday",
    "Instrument",
    "InterpretiveRule",
    "LedgerEntry",
    "Mandate",
    "Participation",
    "Position",
    "Provision",
    "Trigger",
    "TriggerDate",
]
