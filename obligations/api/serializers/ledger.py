"""An entry of the ledger, with its place in the chain."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agreement.models import ChainLink
from obligations.api.serializers.common import Code, Row

OBJECT = {"type": "object", "additionalProperties": {}}


@extend_schema_field(OBJECT)
class Facts(serializers.JSONField):
    """Names and values; which ones, follows from the command."""


class LedgerRow(Row):
    position = serializers.IntegerField(read_only=True, min_value=1)
    at = serializers.DateTimeField(source="entry.at", read_only=True)
    actor = serializers.EmailField(
        source="entry.actor.email",
        default=None,
        allow_null=True,
        read_only=True,
        help_text="Null for the system.",
    )
    on_behalf_of = Code("entry.on_behalf_of", allow_null=True, help_text="The party of a representative.")
    command = serializers.CharField(source="entry.command", read_only=True)
    subject = serializers.CharField(source="entry.subject", read_only=True)
    before = Facts(source="entry.before", read_only=True)
    after = Facts(source="entry.after", read_only=True)
    reason = serializers.CharField(source="entry.reason", read_only=True)
    request_id = serializers.CharField(source="entry.request_id", read_only=True)
    content = serializers.CharField(
        source="entry.content",
        read_only=True,
        help_text="All of it as canonical JSON (RFC 8785): the text that the hash is taken over.",
    )

    class Meta:
        model = ChainLink
        fields = [
            "position",
            "at",
            "actor",
            "on_behalf_of",
            "command",
            "subject",
            "before",
            "after",
            "reason",
            "request_id",
            "content",
            "previous",
            "hash",
        ]
