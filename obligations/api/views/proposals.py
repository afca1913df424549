"""Sign-off: what waits for a second signature. For anybody else there is nothing here."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from obligations.api.base.views import Resource
from obligations.api.filters import PROPOSALS
from obligations.api.serializers.proposal import (
    ProposalRow,
)
from obligations.commands.proposals import (
    states_of,
)
from obligations.models import Proposal, SignedRow
from parties.access import Viewer


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


class Proposals(Resource):
    """Acts that wait for a second signature, and what became of them; told to mediators of the agreement alone.

    Acts of power (mandates, policies, accounts) are told to its administrators, and those of the server, instead.
    """

    model = Proposal
    serializer_class = ProposalRow
    filters = PROPOSALS
    order = ("proposed_at", "key")
    single = "proposal"
    keys = {"key": "key"}

    def visible(self) -> QuerySet[Any]:
        return proposals_seen_by(self.viewer)

    def load(self, queryset: QuerySet[Any]) -> list[Any]:
        return with_states(list(queryset))
