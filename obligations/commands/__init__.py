"""The only writers. Each is atomic, takes the acting viewer and `now`, checks, writes the change with its ledger entry,
and leaves nothing half-done. `Refused` says what cannot be; PermissionDenied says who may not.
"""

from obligations.commands.errors import Refused
from obligations.commands.events import record_event
from obligations.commands.observations import record_observation
from obligations.commands.releases import release
from obligations.commands.replies import record_answer, withdraw_statement
from obligations.commands.requests import make_request, take_back_request
from obligations.commands.statements import record_claim, record_contest, record_finding
from obligations.commands.triggers import set_trigger_date
