"""Evidence: the list, and the files."""

from typing import Any

from django.db.models import Case, F, Prefetch, QuerySet, When
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from obligations.api.base.filtering import refuse_what_is_not_known
from obligations.api.base.views import Recalled, ViewerMixin, first_or_404, rows_at
from obligations.api.filters import EVIDENCE, sorted_by
from obligations.api.serializers.evidence import EvidenceRow
from obligations.api.views.standing import until
from obligations.deadlines import Moment
from obligations.files.allowed import ALLOWED
from obligations.files.download import answer_with
from obligations.models import Attachment, Evidence, Statement
from parties.access import Viewer, visible


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
