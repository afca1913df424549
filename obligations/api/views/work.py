"""Work of one's own account that a worker does: asked for, looked at, cancelled; and the file that it made."""

from typing import Any, ClassVar

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from obligations.api.serializers.common import Column, Row, Shape
from obligations.api.serializers.input import Body, NoBody
from obligations.api.views.acts import Act, Answered, Writing, refusals
from obligations.api.views.evidence import AsItIs
from obligations.commands.work import cancel_work
from obligations.models import Work
from obligations.models.work import WorkQuerySet
from obligations.work.files import LONGEST, answer_with, ask_for_file


class FileBody(Body):
    address = serializers.CharField(
        max_length=LONGEST,
        help_text="Where the file is: a list of this API with `format`, or the PDF of a page; with its whole query.",
    )


class WorkRow(Row):
    """Work of yours that is done in the background. Nothing of it is recorded before it is `done`."""

    model = Work
    key = Column()
    kind = Column()
    about = Column(help_text="What it is about, in words.")
    state = Column(
        help_text="`waiting` and `running` pass; what is `done`, `failed` or `cancelled` stays so."
    )
    asked_at = Column()
    begun_at = Column(help_text="When a worker began it last; null: it waits.")
    ended_at = Column()
    cancel_asked_at = Column(help_text="Since when it is being cancelled.")
    done = Column(help_text="Steps that are done, as the worker counts them.")
    total = Column(help_text="Steps in all; null where they cannot be counted beforehand.")
    failure = Column(help_text="Why it failed. Nothing of it was recorded then.")
    recorded = serializers.IntegerField(
        allow_null=True, source="result.recorded", default=None, help_text="Of a sheet: statements recorded."
    )
    file = serializers.SerializerMethodField(
        help_text="The address of the file that was made, for a week; null where there is none, or no more."
    )

    def get_file(self, work: Work) -> str | None:
        return self.context["file_of"](work) if work.has_file else None


class WorkRows(Shape):
    results = WorkRow(many=True)


# Of one's own that are listed.
SHOWN = 50
MADE = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
)


def row_of(request: Request, work: Any, many: bool = False) -> Any:
    def file_of(one: Work) -> str:
        return reverse("api:work-file", kwargs={"key": one.key}, request=request)

    return WorkRow(work, many=many, context={"file_of": file_of}).data


def accepted(request: Request, work: Work) -> Response:
    """202, with the address that says how far it is."""
    address = reverse("api:work", kwargs={"key": work.key}, request=request)
    return Response(row_of(request, work), status=202, headers={"Location": address})


class OfWork(Writing):
    """On one's own: others' is found by nobody."""

    tag = "work"
    operation: ClassVar[str] = ""

    def rows(self) -> WorkQuerySet:
        return Work.objects.of(self.viewer)


class AllWork(OfWork):
    """Have a file made in the background that would take long: a workbook of many rows, the PDF of a page.

    The answer is 202; `Location` says how far it is, and then where the file is. The same that you asked for and that
    is not done yet is that. It is made as you may see it then, and given out while your mandates are the same.
    """

    operation = "work_create"
    takes = FileBody
    is_costly = True

    @property
    def answers(self) -> dict[int, Answered]:
        return {202: WorkRow}

    @extend_schema(operation_id="work_list", tags=["work"], responses={200: WorkRows})
    def get(self, request: Request) -> Response:
        """Work of yours, the newest first."""
        return Response({"results": row_of(request, self.rows().with_files()[:SHOWN], many=True)})

    def post(self, request: Request) -> Response:
        said = self.body()
        root = request.build_absolute_uri("/")
        with refusals():
            work = ask_for_file(address=said["address"], root=root, actor=self.viewer, now=self.now)
        return accepted(request, work)


class OneWork(OfWork):
    @extend_schema(operation_id="work_retrieve", tags=["work"], responses={200: WorkRow})
    def get(self, request: Request, key: str) -> Response:
        """How far a piece of work of yours is, and what came of it."""
        return Response(row_of(request, self.find(self.rows(), key=key)))


class WorkCancellations(OfWork, Act):
    """Cancel work of yours: at once where it waits, else at its next step. Nothing of it is recorded then.

    What has ended already stays as it is.
    """

    operation = "work_cancellation_create"
    about = "work"
    takes: ClassVar[type[Body]] = NoBody
    shows = WorkRow
    status = 200
    command = staticmethod(cancel_work)

    def require(self, row: Any) -> None:
        """Its owner may, and nobody else finds it."""

    def answer(self, shows: Answered, done: Any, status: int) -> Response:
        return Response(row_of(self.request, done), status=status)


class WorkFile(OfWork):
    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="work_file",
        tags=["work"],
        responses={(200, media_type): OpenApiTypes.BINARY for media_type in MADE},
    )
    def get(self, request: Request, key: str) -> HttpResponseBase:
        """The file that was made; 403 where your mandates are others by now, 404 where there is no file any more."""
        return answer_with(self.find(self.rows(), key=key), self.viewer)
