"""Acts that hang on signatures: signing what was proposed, proposing it anew, and opening a gate."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from agreement.models import Agreement
from obligations.api.serializers.input import NoBody
from obligations.api.views.acts import Act
from obligations.api.views.proposals import (
    OpeningBody,
    OpeningRow,
    Proposals,
    SignatureBody,
    proposals_seen_by,
)
from obligations.commands.frozen import thaw
from obligations.commands.proposals import Command, propose_anew, require_to_sign, sign, withdraw_proposal
from obligations.models import Gate, Obligation, Proposal, Signature
from parties.links import mail_password_link
from parties.once import was_sent_before
from parties.rights import Right


class OnProposal(Act):
    about = "proposal"
    shows = Proposals

    def rows(self) -> QuerySet[Any]:
        return proposals_seen_by(self.viewer)

    def require(self, row: Proposal) -> None:
        require_to_sign(self.viewer, row.command, row.agreement_id)


class Signatures(OnProposal):
    """Approve what somebody else proposed, which carries it out; refuse it; or take an own proposal back.

    A link to set a password that is to be shown is approved on its page alone, where it is shown.
    """

    operation = "signatures_create"
    takes = SignatureBody
    shows_itself = True

    def run(self, row: Proposal, said: dict[str, Any]) -> None:
        given: dict[str, Any] = {"proposal": row, "actor": self.viewer, "now": self.now}
        if said["verdict"] == Signature.Verdict.WITHDRAW:
            withdraw_proposal(**given, reason=said["reason"])
            return
        is_link = row.command == Command.SEND_LINK and said["verdict"] == Signature.Verdict.APPROVE
        if is_link and row.arguments["shown"]:
            raise ValidationError({"verdict": [_("Approve it on its page: the link is shown there.")]})
        signed = sign(**given, **{"digest": "", **said})
        if is_link and not was_sent_before(signed):
            mail_password_link(self.request._request, thaw(row.arguments)["account"])


class Renewals(OnProposal):
    """Propose the same on what is known now, where what it rests on has changed."""

    operation = "renewals_create"
    takes = NoBody
    command = staticmethod(propose_anew)


class Openings(Act):
    """Declare a gate open, as a mediator. `place` is the gate's own, as the obligation has it."""

    operation = "gate_openings_create"
    keys = {"agreement": "obligation__agreement__code", "code": "obligation__code"}
    right = Right.OPEN_GATE
    about = "gate"
    takes = OpeningBody
    shows = OpeningRow
    command = Command.OPEN_GATE
    can_wait = True

    def rows(self) -> QuerySet[Any]:
        gates = Gate.objects.filter(obligation__in=Obligation.objects.visible_to(self.viewer))
        return gates.select_related("obligation__agreement", "after_obligation", "after_trigger")

    def agreement(self, row: Gate) -> Agreement:
        return row.obligation.agreement
