from obligations.models.breach import Breach
from obligations.models.care import Assignment, BreachAcknowledgement, Draft, Following, SavedView, Visit
from obligations.models.commitment import ClockSpan, Commitment
from obligations.models.evidence import Attachment, Evidence
from obligations.models.gate_opening import GateOpening
from obligations.models.meeting import AgendaItem, Meeting
from obligations.models.obligation import Gate, Indicator, Obligation
from obligations.models.operation import Deployment, DriftCheck, Forgotten, Heartbeat, Orphan, SweepRun
from obligations.models.party_request import PartyRequest, RequestTakenBack
from obligations.models.period import Period
from obligations.models.proposal import Proposal, Signature, SignedRow
from obligations.models.reading import Reading, Terms
from obligations.models.release import Release
from obligations.models.statement import Statement
from obligations.models.statement_translation import StatementTranslation
from obligations.models.status import BreachStatus, CommitmentStatus, PeriodStatus, ToldBreach
from obligations.models.subscription import Delivery, How, Message, Reminded, Sort, Subscription, Webhook
from obligations.models.tally import TALLIES, CommitmentTally, PeriodTally, Revision, Tally
from obligations.models.work import WaitingDate, Work, WorkPart
