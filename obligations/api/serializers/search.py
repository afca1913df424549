"""What search found."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from obligations.api.serializers.common import LANGUAGES, ObligationName, PartyName, Shape, WordOrNull
from obligations.deadlines import Timeliness
from obligations.models.statement import Conduct
from obligations.search.hits import SearchKind, ShownHit
from parties.access import Tier

KEYED = {SearchKind.STATEMENT: "api:statement", SearchKind.EVIDENCE: "api:evidence-item"}
DAYS = {
    SearchKind.STATEMENT: "effective_on",
    SearchKind.EVENT: "happened_on",
    SearchKind.EVIDENCE: "represents_on",
}


class Shown(Shape):
    """A part of a text, and the places in it that were asked for."""

    text = serializers.CharField()
    marked = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(min_value=0), min_length=2, max_length=2),
        source="places",
        help_text="Where in `text` each marked part begins and ends, in characters (Unicode code points).",
    )

    def to_representation(self, instance: Any) -> Any:
        return super().to_representation(instance) if instance.text else None


class FoundTranslation(Shape):
    """What a statement says in another language, as a mediator put it."""

    language = serializers.ChoiceField(choices=LANGUAGES, help_text="Language of the translation.")
    text = Shown(source="excerpt")


class FoundStatus(Shape):
    """How a commitment stands, as you may know, at the moment that is asked about."""

    commitment = serializers.IntegerField()
    party = PartyName()
    level = serializers.IntegerField(allow_null=True)
    not_assessable = serializers.BooleanField(allow_null=True, help_text="Null where nothing is found yet.")
    conduct = WordOrNull(Conduct.choices)
    timeliness = serializers.ChoiceField(choices=Timeliness.choices)
    due_on = serializers.DateField(allow_null=True)


class FoundRow(Shape):
    """A row that fits what was asked for. What it holds in full is at `row`."""

    kind = serializers.ChoiceField(choices=SearchKind.choices)
    agreement = serializers.CharField(source="row.agreement.code")
    id = serializers.SerializerMethodField(
        help_text="Code of an obligation or event, key of a statement or of evidence."
    )
    title = Shown(source="shown.title", allow_null=True, help_text="Null of a statement.")
    text = Shown(source="shown.text", allow_null=True, help_text="Null of an event, and of a file.")
    source = Shown(source="shown.source", allow_null=True)  # type: ignore[assignment]
    translation = FoundTranslation(
        allow_null=True,
        help_text="Of a statement that is found by its translation; the statement itself is in `text`.",
    )
    obligation = serializers.SerializerMethodField(
        help_text="What a statement or evidence is about; null of others."
    )
    party = serializers.SerializerMethodField(help_text="Whose commitment a statement speaks of.")
    statuses = FoundStatus(
        many=True,
        help_text="How the commitments stand that it is about: all of an obligation's, that of a statement, none of an "
        "event.",
    )
    on = serializers.SerializerMethodField(help_text="The day that it speaks of, happened on or represents.")
    withdrawn = serializers.BooleanField(
        source="is_withdrawn", help_text="Whether a statement was taken back."
    )
    tier = serializers.SerializerMethodField(help_text="Who may see it; null for what all readers may.")
    row = serializers.SerializerMethodField(help_text="The row itself in this API.")
    url = serializers.SerializerMethodField(help_text="Where it stands on the pages.")

    def get_id(self, found: ShownHit) -> str:
        return str(found.row.key if found.kind in KEYED else found.row.code)

    @extend_schema_field(ObligationName(allow_null=True))
    def get_obligation(self, found: ShownHit) -> Any:
        if found.kind not in KEYED:
            return None
        about = found.row.commitment if found.kind == SearchKind.STATEMENT else found.row
        return ObligationName(about.obligation).data

    @extend_schema_field(PartyName(allow_null=True))
    def get_party(self, found: ShownHit) -> Any:
        return PartyName(found.row.commitment.party).data if found.kind == SearchKind.STATEMENT else None

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_on(self, found: ShownHit) -> Any:
        return getattr(found.row, DAYS[found.kind]).isoformat() if found.kind in DAYS else None

    @extend_schema_field(serializers.ChoiceField(choices=Tier.choices, allow_null=True))
    def get_tier(self, found: ShownHit) -> Any:
        return getattr(found.row, "tier", None)

    @extend_schema_field(serializers.URLField())
    def get_row(self, found: ShownHit) -> str:
        row = found.row
        if found.kind in KEYED:
            path = reverse(KEYED[found.kind], args=[row.key])
        else:
            path = reverse(f"api:{found.kind.value}", args=[row.agreement.code, row.code])
        return str(self.context["request"].build_absolute_uri(path))

    @extend_schema_field(serializers.URLField())
    def get_url(self, found: ShownHit) -> str:
        return str(self.context["request"].build_absolute_uri(found.url))
