"""Sign-off: what waits for a second signature, and that signature. For anybody else there is nothing here."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from obligations.api.base.views import Resource, Writing, refusals
from obligations.api.filters import PROPOSALS
from obligations.api.serializers.input import NoBody
from obligations.api.serializers.proposal import (
    OpeningBody,
    OpeningRow,
    ProposalRow,
    SignatureBody,
)
from obligations.commands.frozen import thaw
from obligations.commands.proposals import (
    Command,
    carry_out,
    propose_anew,
    require_to_sign,
    sign,
    states_of,
    withdraw_proposal,
)
from obligations.models import Gate, Obligation, Proposal, Signature, SignedRow
from parties.access import Viewer
from parties.links import mail_password_link
from parties.once import was_sent_before
from parties.rights import Right, require


def proposals_seen_by(viewer: Viewer) -> QuerySet[Any]:
    seen = Proposal.objects.visible_to(viewer).select_related(
        "agreement", "proposed_by", "renews", "signature__by"
    )
    return seen.prefetch_related(*(f"signature__results__{name}" for name in SignedRow.RESULTS))


def with_states(proposals: Sequence[Proposal]) -> list[Proposal]:
    states = states_of(proposals)
    for one in proposals:
        one.state = states[one.pk]  # type: ignore[attr-defined]
    return list(proposals)


def row_of(viewer: Viewer, key: str) -> Any:
    return ProposalRow(with_states(list(proposals_seen_by(viewer).filter(key=key)))[0]).data


def proposed(request: Request, viewer: Viewer, proposal: Proposal, status: int = 202) -> Response:
    """What is answered where a second mediator is to sign: nothing is recorded but the proposal."""
    address = reverse("api:proposal", kwargs={"key": proposal.key}, request=request)
    return Response(row_of(viewer, proposal.key), status=status, headers={"Location": address})


class Proposals(Resource):
    """Acts that wait for a second signature, and what became of them; told to mediators of the agreement alone.

    Acts of power (mandates, policies, accounts) are told to its administrators, and those of the server, instead.
    """

    model = Proposal
    serializer_class = ProposalRow
    filters = PROPOSALS
    order = ("proposed_at", "key")
    keys = {"key": "key"}

    def visible(self) -> QuerySet[Any]:
        return proposals_seen_by(self.viewer)

    def load(self, queryset: QuerySet[Any]) -> list[Any]:
        return with_states(list(queryset))


class OfProposal(Writing):
    def proposal(self, key: str) -> Proposal:
        found: Proposal = self.find(proposals_seen_by(self.viewer), key=key)
        require_to_sign(self.viewer, found.command, found.agreement_id)
        return found


class Signatures(OfProposal):
    @extend_schema(
        operation_id="signatures_create",
        tags=["proposals"],
        request=SignatureBody,
        responses={201: ProposalRow},
    )
    def post(self, request: Request, key: str) -> Response:
        """Approve what somebody else proposed, which carries it out; refuse it; or take an own proposal back.

        A link to set a password that is to be shown is approved on its page alone, where it is shown.
        """
        proposal = self.proposal(key)
        said = self.body(SignatureBody, proposal.agreement)
        link = proposal.command == Command.SEND_LINK and said["verdict"] == Signature.Verdict.APPROVE
        if link and proposal.arguments["shown"]:
            raise ValidationError({"verdict": [_("Approve it on its page: the link is shown there.")]})
        digest = said.pop("digest", "")
        with refusals():
            if said["verdict"] == Signature.Verdict.WITHDRAW:
                reason = said["reason"]
                withdraw_proposal(proposal=proposal, actor=self.viewer, now=self.now, reason=reason)
            else:
                signed = sign(proposal=proposal, actor=self.viewer, now=self.now, digest=digest, **said)
                link = link and not was_sent_before(signed)
        if link:
            mail_password_link(request._request, thaw(proposal.arguments)["account"])
        return Response(row_of(self.viewer, key), status=201)


class Renewals(OfProposal):
    @extend_schema(
        operation_id="renewals_create", tags=["proposals"], request=None, responses={201: ProposalRow}
    )
    def post(self, request: Request, key: str) -> Response:
        """Propose the same on what is known now, where what it rests on has changed."""
        proposal = self.proposal(key)
        self.body(NoBody, proposal.agreement)
        with refusals():
            anew = propose_anew(proposal=proposal, actor=self.viewer, now=self.now)
        return proposed(request, self.viewer, anew, status=201)


class Openings(Writing):
    @extend_schema(
        operation_id="gate_openings_create",
        tags=["obligations"],
        request=OpeningBody,
        responses={201: OpeningRow, 202: ProposalRow},
    )
    def post(self, request: Request, agreement: str, code: str, place: int) -> Response:
        """Declare a gate open, as a mediator. `place` is the gate's own, as the obligation has it."""
        seen = Obligation.objects.visible_to(self.viewer)
        owed: Obligation = self.find(seen, agreement__code=agreement, code=code)
        require(self.viewer, Right.OPEN_GATE, owed.agreement_id)
        gates = Gate.objects.filter(obligation=owed).select_related(
            "obligation__agreement", "after_obligation", "after_trigger"
        )
        gate: Gate = self.find(gates, place=place)
        body = self.body(OpeningBody, owed.agreement)
        with refusals():
            done = carry_out(Command.OPEN_GATE, gate=gate, actor=self.viewer, now=self.now, **body)
        if isinstance(done, Proposal):
            return proposed(request, self.viewer, done)
        return Response(OpeningRow(done).data, status=201)
