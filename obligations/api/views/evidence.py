"""Evidence: the list, and the files."""

from typing import Any

from django.db.models import Case, F, Prefetch, QuerySet, When
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from agreement.models import Agreement
from obligations.api.base.filtering import refuse_what_is_not_known
from obligations.api.base.views import Recalled, ViewerMixin, first_or_404, rows_at
from obligations.api.filters import EVIDENCE, sorted_by
from obligations.api.serializers.common import Code, Column, Key, ObligationName, PartyName, Row
from obligations.api.serializers.input import Body, Named, TieredBody, WiderField
from obligations.api.views.standing import until
from obligations.commands.evidence import side_of
from obligations.deadlines import Moment
from obligations.files.allowed import ALLOWED
from obligations.files.download import answer_with
from obligations.models import Attachment, Evidence, Statement
from obligations.models.evidence import LANGUAGE
from parties.access import Tier, Viewer, visible
from parties.texts import LIMITS

# Which fields belong to a file, and which to a link.
OF_A_FILE, OF_A_LINK = ("file",), ("url", "quote", "seen_on")
NOT_OWN = gettext_lazy("Your side has none with this key.")


class TextOrNull(serializers.CharField):
    """A text; null where there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        return value or None


class EvidenceRow(Row):
    """Its fields of a file are null for a link, and those of a link for a file."""

    model = Evidence
    id = Key()
    agreement = Code("agreement")
    obligation = ObligationName()
    kind = Column()
    title = Column()
    by = PartyName(allow_null=True, help_text="Whose it is; null for the mediators'.")
    origin = Column()
    represents_on = serializers.DateField(help_text="The day whose state it shows.")
    uploaded_at = Column()
    language = serializers.CharField(help_text="BCP 47; `und` where there is none in it.")
    supports = serializers.ListField(
        child=serializers.CharField(),
        help_text="The indicators that it speaks to, as they read when it was handed in.",
    )
    replaces = serializers.CharField(
        source="seen_replaces", allow_null=True, help_text="The older version; null where there is none."
    )
    statements = serializers.SerializerMethodField(help_text="Those that rest on it.")
    sha256 = TextOrNull(help_text="Of the file's bytes, in hexadecimal.")
    size = serializers.IntegerField(allow_null=True, help_text="In bytes.")
    media_type = TextOrNull(
        help_text="By the content of the file. A text that is not in Unicode has its `charset`, by its letters."
    )
    file_name = TextOrNull()
    file = serializers.SerializerMethodField(help_text="Where the bytes are.")
    url = TextOrNull()
    quote = TextOrNull(help_text="The words that were read there.")
    seen_on = serializers.DateField(allow_null=True)
    tier = serializers.ChoiceField(choices=Tier.choices)
    confidant = Code("confidant", allow_null=True)
    public_from = serializers.DateTimeField(source="publish_at", allow_null=True)

    def get_statements(self, evidence: Evidence) -> list[str]:
        return [one.statement.key for one in evidence.seen_attachments]  # type: ignore[attr-defined]

    def get_file(self, evidence: Evidence) -> str | None:
        if not evidence.is_file:
            return None
        return str(
            reverse("api:evidence-file", kwargs={"key": evidence.key}, request=self.context["request"])
        )


class OwnStatement(Named):
    """Of the own side, about the same obligation."""

    missing = NOT_OWN

    def rows(self, agreement: Agreement) -> QuerySet[Any]:
        row, side = self.context["row"], side_of(self.context["grant"])
        seen = Statement.objects.visible_to(self.context["viewer"], self.context["now"])
        own = seen.filter(
            agreement=agreement, by=side, commitment__obligation=getattr(row, "obligation", row)
        )
        return own.select_related("commitment")


class OwnEvidence(Named):
    """Of the own side."""

    missing = NOT_OWN

    def rows(self, agreement: Agreement) -> QuerySet[Any]:
        seen = Evidence.objects.visible_to(self.context["viewer"], self.context["now"])
        return seen.filter(agreement=agreement, by=side_of(self.context["grant"]))


@extend_schema_field({"type": "string", "format": "binary"})
class Upload(serializers.FileField):
    pass


class AboutEvidence(TieredBody):
    title = serializers.CharField()
    represents_on = serializers.DateField(help_text="The day whose state it shows.")
    language = serializers.RegexField(
        LANGUAGE, help_text="BCP 47, such as en, sq or sr-Latn; `und` where there is none in it."
    )
    origin = serializers.CharField(required=False, allow_blank=True)
    supports = serializers.ListField(
        child=serializers.CharField(max_length=LIMITS["text"]),
        required=False,
        help_text="Indicators of the obligation, word for word.",
    )
    wider = WiderField("the statement that rests on it, or the older version")
    replaces = OwnEvidence(
        required=False, help_text="The own side's evidence of which it is a newer version."
    )
    statement = OwnStatement(required=False, help_text="The own side's statement that rests on it.")


class EvidenceFileBody(AboutEvidence):
    """A file, in a body of the type multipart/form-data."""

    file = Upload(allow_empty_file=True)


class EvidenceLinkBody(AboutEvidence):
    """A link, in JSON."""

    url = serializers.URLField()
    quote = serializers.CharField(help_text="The words that were read there.")
    seen_on = serializers.DateField()


class EvidenceBody(AboutEvidence):
    file = Upload(required=False, allow_empty_file=True)
    url = serializers.URLField(required=False)
    quote = serializers.CharField(required=False)
    seen_on = serializers.DateField(required=False)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        wanted, strange = (OF_A_FILE, OF_A_LINK) if "file" in said else (OF_A_LINK, OF_A_FILE)
        errors = {name: [_("A file has none.")] for name in strange if name in said}
        missing = [name for name in wanted if name not in said]
        if missing == list(OF_A_LINK):
            errors["file"] = [_("Send a file, or the url of a link with quote and seen_on.")]
        else:
            errors |= {name: [_("A link has one.")] for name in missing}
        if errors:
            raise serializers.ValidationError(errors)
        return said


class AttachmentBody(Body):
    statement = OwnStatement(help_text="The own side's statement that rests on it.")


def evidence_seen_by(viewer: Viewer, moment: Moment) -> QuerySet[Any]:
    """Evidence with what a row shows of it: its older version and its statements where these can be seen as well."""
    older = visible(viewer, moment.now, "replaces__") & until(moment, "replaces__represents_on")
    links = Attachment.objects.filter(statement__in=Statement.objects.seen_by(viewer, moment).values("pk"))
    if moment.known_at:
        links = links.filter(attached_at__lt=moment.known_at)
    links = links.select_related("statement").order_by("attached_at", "statement__key")
    return (
        Evidence.objects.seen_by(viewer, moment)
        .select_related("agreement", "obligation", "by", "confidant")
        .annotate(seen_replaces=Case(When(older, then=F("replaces__key")), default=None))
        .prefetch_related(Prefetch("attachments", queryset=links, to_attr="seen_attachments"))
    )


class EvidenceList(Recalled):
    """Files and links that statements rest on, as they were handed in. A newer version stands beside the older one."""

    model = Evidence
    serializer_class = EvidenceRow
    filters = EVIDENCE
    single = "evidence-item"
    keys = {"key": "key"}
    order = ("uploaded_at", "key")
    files = {**Recalled.files, **sorted_by("uploaded_at", "represents_on")}

    def visible(self) -> QuerySet[Any]:
        return evidence_seen_by(self.viewer, self.moment)


class AsItIs(BaseContentNegotiation):
    """A file is what it is, whatever the client would rather have."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class EvidenceFile(ViewerMixin, APIView):
    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="evidence_file",
        tags=["evidence"],
        responses={
            (200, media_type): OpenApiTypes.BINARY for media_type in ("application/octet-stream", *ALLOWED)
        },
    )
    def get(self, request: Request, key: str) -> FileResponse:
        """The bytes of a file, to be saved. A link has none: 404."""
        refuse_what_is_not_known(request, set(), set())
        seen = Evidence.objects.visible_to(self.viewer, self.now).filter(kind=Evidence.Kind.FILE)
        return answer_with(first_or_404(rows_at(seen, {"key": "key"}, {"key": key})))
