"""What is found by its words, of all kinds together, the best first."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from agreement.models import Agreement
from obligations.api.base.paging import Pages
from obligations.api.base.problems import InvalidQuery
from obligations.api.base.views import Ranked, Recalled, Rows
from obligations.api.filters import SEARCH
from obligations.api.serializers.common import LANGUAGES, ObligationName, PartyName, Shape, WordOrNull
from obligations.deadlines import Timeliness
from obligations.lists.places import NUMBER, RANK
from obligations.models.statement import Conduct
from obligations.search.asking import CannotAsk, SearchLook, SearchText, asked_for, synonyms_of
from obligations.search.hits import MOST as LOOKED_AT
from obligations.search.hits import Hit, SearchKind, ShownHit, all_hits, shown_hits
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


class FoundPages(Pages):
    there_are_more = False

    def head(self, count: int, following: Iterable[Any] | None) -> dict[str, Any]:
        return {"count": count, "there_are_more": self.there_are_more} | super().head(count, following)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        more = {
            "type": "boolean",
            "description": f"Whether more than {LOOKED_AT} of a kind fit; the newest of it are here and counted.",
        }
        first = {"count": page["properties"]["count"], "there_are_more": more}
        return {
            **page,
            "required": ["there_are_more", *page["required"]],
            "properties": first | page["properties"],
        }


class Search(Ranked, Recalled):
    """Obligations, statements, events and evidence by their words, as far as the viewer may see them."""

    is_costly = True
    model = Agreement
    serializer_class = FoundRow
    filters = SEARCH
    parts = (NUMBER, RANK, NUMBER, NUMBER)
    paginator: FoundPages

    def pagination_class(self) -> FoundPages:  # type: ignore[override]
        return FoundPages(self)

    def place(self, row: Hit) -> tuple[Any, ...]:
        return row.place

    def visible(self) -> QuerySet[Any]:
        return Agreement.objects.visible_to(self.viewer)

    @extend_schema(operation_id="search_list", tags=["search"])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The best first: what has the code that was asked for, then what fits best, then the newest.

        Nothing but the row itself decides on its place.
        """
        return super().list(request, *args, **kwargs)

    def found(self) -> Rows:
        kind, look = self.request.query_params.get("kind"), self.look
        every = all_hits([SearchKind(kind)] if kind else list(SearchKind), self.asked, look)
        self.paginator.there_are_more = any(hits.there_are_more for hits in every)
        return sorted((hit for hits in every for hit in hits.rows), key=lambda hit: hit.place)

    def shown(self, page: Rows) -> Rows:
        return shown_hits(page, self.asked, self.look)

    @cached_property
    def look(self) -> SearchLook:
        agreements = tuple(super().found())
        provision = self.request.query_params.get("provision", "")
        return SearchLook(self.viewer, self.moment, agreements, provision)

    @cached_property
    def asked(self) -> SearchText:
        try:
            return asked_for(self.request.query_params["q"], synonyms_of(self.look.agreements))
        except CannotAsk as wrong:
            raise InvalidQuery({"q": [str(wrong)]}) from wrong
