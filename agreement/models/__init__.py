from agreement.models.agreement import Agreement, AudienceBit, Mandate, Participation, SignOff
from agreement.models.calendar import Calendar, CalendarParty, Holiday
from agreement.models.instrument import Instrument, InterpretiveRule, Position, Provision
from agreement.models.ledger import (
    Acknowledgement,
    ChainHead,
    ChainLink,
    LedgerCheck,
    LedgerEntry,
    LedgerSeal,
    Notice,
    SealProof,
    TouchedRows,
    Witness,
    WitnessedHead,
)
from agreement.models.reads import ConfidenceRead
from agreement.models.translation import Translation
from agreement.models.trigger import Event, Trigger, TriggerDate
