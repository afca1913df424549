"""Work that waits for a worker."""

from rest_framework import serializers

from obligations.api.serializers.common import Column, Row, Shape
from obligations.api.serializers.input import Body
from obligations.models import Work
from obligations.work.files import LONGEST


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
