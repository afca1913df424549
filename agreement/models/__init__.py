from agreement.models.agreement import Agreement, AudienceBit, Mandate, Participation, SignOff
from agreement.models.calendar import Calendar, CalendarParty, Holiday
from agreement.models.instrument import Instrument, InterpretiveRule, Position, Provision
from agreement.models.ledger import (
    ChainHead,
    ChainLink,
    LedgerCheck,
    LedgerEntry,
    LedgerSeal,
    SealProof,
    TouchedRows,
    Witness,
    WitnessedHead,
)
from agreement.models.notice import Acknowledgement, Notice
from agreement.models.trigger import Event, Trigger, TriggerDate
