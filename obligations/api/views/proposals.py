"""Sign-off: what waits for a second signature. For anybody else there is nothing here."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from obligations.api.base.views import Resource
from obligations.api.filters import PROPOSALS
from obligations.api.serializers.common import Code, Column, Key, Row, Shape
from obligations.api.serializers.input import ReasonBody, SourcedBody
from obligations.commands.proposals import (
    ProposalState,
    states_of,
)
from obligations.models import Proposal, Signature, SignedRow
from parties.access import Viewer

STATES = [(one.value, one.value) for one in ProposalState]


class SignatureRow(Row):
    model = Signature
    by = serializers.CharField(help_text="Who signed, refused or took it back.")
    at = Column()
    verdict = Column()
    reason = Column()
    digest = Column()


class ProposalRow(Row):
    """`arguments` are what the command runs with; `digest` is the SHA-256 of both in canonical JSON (RFC 8785)."""

    model = Proposal
    id = Key()
    agreement = Code("agreement")
    commitment = serializers.IntegerField(source="commitment_id", allow_null=True)
    command = Column()
    arguments = serializers.DictField(help_text="Days, instants and rows as objects.")
    digest = Column()
    state = serializers.ChoiceField(choices=STATES)
    proposed_by = serializers.CharField()
    proposed_at = Column()
    renews = Key("renews", help_text="The one it replaces.")
    signature = SignatureRow(allow_null=True)
    results = serializers.SerializerMethodField(help_text="What was recorded by it.")

    def get_results(self, proposal: Proposal) -> list[str]:
        signature = getattr(proposal, "signature", None)
        return [named(one) for one in signature.results.all()] if signature else []


def named(signed: Any) -> str:
    """Such as ``statement 3kf9...``, by the name under which it is found elsewhere."""
    kind = next(name for name in signed.RESULTS if getattr(signed, f"{name}_id"))
    return f"{kind} {getattr(signed, kind).key}"


class SignatureBody(ReasonBody):
    """`digest` is that of the proposal that was read; a withdrawal needs none."""

    verdict = serializers.ChoiceField(choices=Signature.Verdict.choices)
    digest = serializers.CharField(max_length=64, required=False)


class OpeningBody(SourcedBody):
    opened_on = serializers.DateField()
    despite = serializers.BooleanField(
        required=False, help_text="That it is opened though its condition is not seen to be met."
    )


class OpeningRow(Shape):
    id = Key()
    obligation = Code("obligation")
    opened_on = serializers.DateField()
    despite = serializers.BooleanField()
    reason = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    recorded_at = serializers.DateTimeField()


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
