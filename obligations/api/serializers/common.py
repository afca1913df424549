"""What rows of several resources share."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from obligations.deadlines import Moment
from obligations.models.obligation import ObligationKind
from obligations.status.moments import query_of
from parties.access import Tier


class Row(serializers.ModelSerializer[Any]):
    """A row to read: everything in it is always there."""

    def get_extra_kwargs(self) -> dict[str, dict[str, Any]]:
        return {name: {"read_only": True} for name in self.Meta.fields}


class WordOrNull(serializers.ChoiceField):
    """One of fixed words; null where there is none."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, read_only=True, allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        return str(value) if value else None


class Code(serializers.CharField):
    """The code of what `source` leads to; null where it leads to nothing."""

    def __init__(self, source: str, **options: Any) -> None:
        super().__init__(source=f"{source}.code", read_only=True, **options)


class PartyName(serializers.Serializer[Any]):
    code = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)


class ProvisionName(serializers.Serializer[Any]):
    instrument = Code("instrument")
    anchor = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]


class ObligationName(serializers.Serializer[Any]):
    code = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    kind = serializers.ChoiceField(choices=ObligationKind.choices, read_only=True)


class Published(serializers.Serializer[Any]):
    """Who may see the row, and since when everybody may."""

    tier = serializers.ChoiceField(choices=Tier.choices, read_only=True)
    public_from = serializers.DateTimeField(source="publish_at", read_only=True, allow_null=True)


def page_of_obligation(request: Any, agreement: str, code: str, moment: Moment | None = None) -> str:
    """The absolute address of the obligation's page, as of the same days."""
    address: str = request.build_absolute_uri(reverse("obligation", args=[agreement, code]))
    return address + query_of(moment) if moment else address
