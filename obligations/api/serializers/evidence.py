"""Evidence: what was handed in, and what may be."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.reverse import reverse

from obligations.api.serializers.common import Code, ObligationName, PartyName, Published, Row
from obligations.api.serializers.input import Body
from obligations.api.serializers.tiers import TierField, WiderField
from obligations.commands.evidence import side_of
from obligations.models import Evidence, Statement
from obligations.models.evidence import LANGUAGE
from parties.models import Party
from parties.texts import LIMITS

# Which fields belong to a file, and which to a link.
OF_A_FILE, OF_A_LINK = ("file",), ("url", "quote", "seen_on")


class TextOrNull(serializers.CharField):
    """A text; null where there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        return value or None


class EvidenceRow(Row, Published):
    """Its fields of a file are null for a link, and those of a link for a file."""

    id = serializers.CharField(source="key", read_only=True)
    agreement = Code("agreement")
    obligation = ObligationName(read_only=True)
    by = PartyName(read_only=True, allow_null=True, help_text="Whose it is; null for the mediators'.")
    represents_on = serializers.DateField(read_only=True, help_text="The day whose state it shows.")
    language = serializers.CharField(read_only=True, help_text="BCP 47; `und` where there is none in it.")
    supports = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="The indicators that it speaks to, as they read when it was handed in.",
    )
    replaces = serializers.CharField(
        source="seen_replaces",
        read_only=True,
        allow_null=True,
        help_text="The older version; null where there is none.",
    )
    statements = serializers.SerializerMethodField(help_text="Those that rest on it.")
    sha256 = TextOrNull(help_text="Of the file's bytes, in hexadecimal.")
    size = serializers.IntegerField(read_only=True, allow_null=True, help_text="In bytes.")
    media_type = TextOrNull(help_text="By the content of the file.")
    file_name = TextOrNull()
    file = serializers.SerializerMethodField(help_text="Where the bytes are.")
    url = TextOrNull()
    quote = TextOrNull(help_text="The words that were read there.")
    seen_on = serializers.DateField(read_only=True, allow_null=True)
    confidant = serializers.SlugRelatedField[Any]("code", read_only=True, allow_null=True)

    class Meta:
        model = Evidence
        fields = [
            "id",
            "agreement",
            "obligation",
            "kind",
            "title",
            "by",
            "origin",
            "represents_on",
            "uploaded_at",
            "language",
            "supports",
            "replaces",
            "statements",
            "sha256",
            "size",
            "media_type",
            "file_name",
            "file",
            "url",
            "quote",
            "seen_on",
            "tier",
            "confidant",
            "public_from",
        ]

    def get_statements(self, evidence: Evidence) -> list[str]:
        return [one.statement.key for one in evidence.seen_attachments]  # type: ignore[attr-defined]

    def get_file(self, evidence: Evidence) -> str | None:
        if not evidence.is_file:
            return None
        return str(
            reverse("api:evidence-file", kwargs={"key": evidence.key}, request=self.context["request"])
        )


class EvidenceBody(Body):
    """A `file`, in a body of the type multipart/form-data; or a link: `url`, `quote` and `seen_on`."""

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
    tier = TierField()
    confidant = serializers.CharField(
        required=False, help_text="Code of the party, for the tier `in_confidence`."
    )
    wider = WiderField("the statement that rests on it, or the older version")
    replaces = serializers.CharField(
        required=False, help_text="The own side's evidence of which it is a newer version."
    )
    statement = serializers.CharField(required=False, help_text="The own side's statement that rests on it.")
    file = serializers.FileField(required=False, allow_empty_file=True)
    url = serializers.URLField(required=False)
    quote = serializers.CharField(required=False)
    seen_on = serializers.DateField(required=False)

    def validate_confidant(self, code: str) -> Party:
        return self.party(code)

    def validate_replaces(self, key: str) -> Evidence:
        seen = Evidence.objects.visible_to(self.context["viewer"], self.context["now"])
        own: Evidence = found(seen.filter(by=side_of(self.context["grant"])), self.context, key)
        return own

    def validate_statement(self, key: str) -> Statement:
        return own_statement(self.context, key)

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
    statement = serializers.CharField(help_text="The own side's statement that rests on it.")

    def validate_statement(self, key: str) -> Statement:
        return own_statement(self.context, key)


def own_statement(context: Mapping[str, Any], key: str) -> Statement:
    seen = Statement.objects.visible_to(context["viewer"], context["now"])
    row = context["row"]
    own = seen.filter(by=side_of(context["grant"]), commitment__obligation=getattr(row, "obligation", row))
    statement: Statement = found(own.select_related("commitment"), context, key)
    return statement


def found(rows: Any, context: Mapping[str, Any], key: str) -> Any:
    row = rows.filter(agreement=context["agreement"], key=key).first() if "\x00" not in key else None
    if row is None:
        raise serializers.ValidationError(_("Your side has none with this key."))
    return row
