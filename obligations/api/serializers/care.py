"""Who looks after what, as mediators read it."""

from typing import Any

from rest_framework import serializers

from obligations.api.serializers.common import Shape


class AcknowledgementRow(Shape):
    breach = serializers.CharField(help_text="Id of the breach.")
    note = serializers.CharField()
    acknowledged_at = serializers.DateTimeField(source="recorded_at")


class CareRow(Shape):
    """Who owns an obligation, and whether you follow it."""

    owner = serializers.SerializerMethodField(
        help_text="E-mail address of its mediator; null: nobody owns it."
    )
    follows = serializers.BooleanField()

    def get_owner(self, care: Any) -> str | None:
        return care.owner.email if care.owner else None
