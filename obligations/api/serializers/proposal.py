"""Acts that wait for a second signature."""

from typing import Any

from rest_framework import serializers

from obligations.api.serializers.common import Code, Row
from obligations.api.serializers.input import Body
from obligations.commands.proposals import ProposalState
from obligations.models import Proposal, Signature

STATES = [(one.value, one.value) for one in ProposalState]


class SignatureRow(Row):
    by = serializers.CharField(read_only=True, help_text="Who signed, refused or took it back.")

    class Meta:
        model = Signature
        fields = ["by", "at", "verdict", "reason", "digest"]


class ProposalRow(Row):
    """`arguments` are what the command runs with; `digest` is the SHA-256 of both in canonical JSON (RFC 8785)."""

    id = serializers.CharField(source="key", read_only=True)
    agreement = Code("agreement")
    commitment = serializers.IntegerField(source="commitment_id", read_only=True, allow_null=True)
    arguments = serializers.DictField(read_only=True, help_text="Days, instants and rows as objects.")
    state = serializers.ChoiceField(choices=STATES, read_only=True)
    proposed_by = serializers.CharField(read_only=True)
    renews = serializers.CharField(
        source="renews.key", read_only=True, allow_null=True, default=None, help_text="The one it replaces."
    )
    signature = SignatureRow(read_only=True, allow_null=True, default=None)
    results = serializers.SerializerMethodField(help_text="What was recorded by it.")

    class Meta:
        model = Proposal
        fields = [
            "id",
            "agreement",
            "commitment",
            "command",
            "arguments",
            "digest",
            "state",
            "proposed_by",
            "proposed_at",
            "renews",
            "signature",
            "results",
        ]

    def get_results(self, proposal: Proposal) -> list[str]:
        signature = getattr(proposal, "signature", None)
        return [named(one) for one in signature.results.all()] if signature else []


def named(signed: Any) -> str:
    """Such as ``statement 3kf9...``, by the name under which it is found elsewhere."""
    kind = next(name for name in signed.RESULTS if getattr(signed, f"{name}_id"))
    return f"{kind} {getattr(signed, kind).key}"


class SignatureBody(Body):
    """`digest` is that of the proposal that was read; a withdrawal needs none."""

    verdict = serializers.ChoiceField(choices=Signature.Verdict.choices)
    reason = serializers.CharField()
    digest = serializers.CharField(max_length=64, required=False)


class OpeningBody(Body):
    opened_on = serializers.DateField()
    despite = serializers.BooleanField(
        required=False, help_text="That it is opened though its condition is not seen to be met."
    )
    reason = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_blank=True, help_text="Its address or title."
    )


class OpeningRow(serializers.Serializer[Any]):
    id = serializers.CharField(source="key", read_only=True)
    obligation = Code("obligation")
    opened_on = serializers.DateField(read_only=True)
    despite = serializers.BooleanField(read_only=True)
    reason = serializers.CharField(read_only=True)
    source = serializers.CharField(read_only=True)  # type: ignore[assignment]
    recorded_at = serializers.DateTimeField(read_only=True)
