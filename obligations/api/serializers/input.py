"""What may be written: bodies of requests. The commands judge the rest."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from agreement.models import Event
from obligations.models.statement import Conduct, Level
from parties.access import Tier
from parties.models import Party


class Body(serializers.Serializer[Any]):
    """A body with nothing in it that nobody reads. The context holds `agreement`, `viewer` and `now`."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            known = _("Unknown field. Known here: %(names)s.") % {"names": ", ".join(self.fields)}
            raise serializers.ValidationError({str(name): [known] for name in unknown})
        return super().to_internal_value(data)

    def party(self, code: str) -> Party:
        party = Party.objects.filter(participations__agreement=self.context["agreement"], code=code).first()
        if party is None:
            raise serializers.ValidationError(_("No party of this agreement has this code."))
        return party


class StatementBody(Body):
    reason = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=500, required=False, allow_blank=True, help_text="Its address or title."
    )
    tier = serializers.ChoiceField(choices=Tier.choices, default=Tier.PUBLIC)
    confidant = serializers.CharField(
        required=False, help_text="Code of the party, for the tier `in_confidence`."
    )

    def validate_confidant(self, code: str) -> Party:
        return self.party(code)


class FindingBody(StatementBody):
    """Exactly one of `level`, `not_assessable` and `conduct`."""

    effective_on = serializers.DateField(help_text="The day since when it is so, in the agreement's zone.")
    level = serializers.ChoiceField(choices=Level.choices, required=False, help_text="Of what is done once.")
    not_assessable = serializers.BooleanField(default=False)
    conduct = serializers.ChoiceField(
        choices=Conduct.choices, required=False, help_text="Of standing and recurring duties."
    )
    event = serializers.CharField(required=False, help_text="Code of an event that it rests on.")

    def validate_event(self, code: str) -> Event:
        seen = Event.objects.visible_to(self.context["viewer"], self.context["now"])
        event = seen.filter(agreement=self.context["agreement"], code=code).first()
        if event is None:
            raise serializers.ValidationError(_("No event of this agreement has this code."))
        return event


class ClaimBody(FindingBody):
    """Exactly one of `level`, `not_assessable` and `conduct`."""

    by = serializers.CharField(required=False, help_text="Code of the own party; left out, it is that.")

    def validate_by(self, code: str) -> Party:
        return self.party(code)


class ContestBody(StatementBody):
    effective_on = serializers.DateField(required=False, help_text="Today, where it is left out.")
    by = serializers.CharField(required=False, help_text="Code of the own party; left out, it is that.")

    def validate_by(self, code: str) -> Party:
        return self.party(code)


class TriggerDateBody(Body):
    occurred_on = serializers.DateField(allow_null=True, help_text="Null takes the date back.")
    reason = serializers.CharField()
    source = serializers.CharField(max_length=500, required=False, allow_blank=True)  # type: ignore[assignment]


class CredentialsBody(Body):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)


class TokenRow(serializers.Serializer[Any]):
    token = serializers.CharField(
        read_only=True, help_text="Shown this once: the server keeps only a hash of it."
    )
    expiry = serializers.DateTimeField(read_only=True)
