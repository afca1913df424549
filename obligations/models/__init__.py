from obligations.models.breach import Breach
from obligations.models.commitment import Commitment
from obligations.models.obligation import Gate, Indicator, Obligation
from obligations.models.outbox import Outbox
from obligations.models.statement import Statement
from obligations.models.sweep import SweepRun

__all__ = [
    "Breach",
    "Commitment",
    "Gate",
    "Indicator",
    "Obligation",
    "Outbox",
    "Statement",
    "SweepRun",
]
