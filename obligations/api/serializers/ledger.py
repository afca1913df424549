"""An entry of the ledger, with its place in the chain."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agreement.models import ChainLink
from obligations.api.serializers.common import Code, Column, Row

OBJECT = {"type": "object", "additionalProperties": {}}


@extend_schema_field(OBJECT)
class Facts(serializers.JSONField):
    """Names and values; which ones, follows from the command."""


class LedgerRow(Row):
    model = ChainLink
    position = serializers.IntegerField(min_value=1)
    at = serializers.DateTimeField(source="entry.at")
    actor = serializers.EmailField(
        source="entry.actor.email", allow_null=True, help_text="Null for the system."
    )
    on_behalf_of = Code("entry.on_behalf_of", allow_null=True, help_text="The party of a representative.")
    command = serializers.CharField(source="entry.command")
    subject = serializers.CharField(source="entry.subject")
    before = Facts(source="entry.before")
    after = Facts(source="entry.after")
    reason = serializers.CharField(source="entry.reason")
    request_id = serializers.CharField(source="entry.request_id")
    content = serializers.CharField(
        source="entry.content",
        help_text="All of it as canonical JSON (RFC 8785): the text that the hash is taken over.",
    )
    previous = Column()
    hash = Column()
