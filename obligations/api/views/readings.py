"""Readings of time limits, as they were recorded."""

from typing import Any

from django.db.models import F, QuerySet

from obligations.api import filters
from obligations.api.serializers.reading import ReadingRow
from obligations.api.views.base import Resource
from obligations.models import Reading
from parties.access import Viewer, readable


def readings_seen_by(viewer: Viewer) -> QuerySet[Any]:
    """Readings with what a row shows of them. Who may read an agreement may read how its time limits are read."""
    seen = Reading.objects.filter(readable(viewer))
    seen = seen.select_related("agreement", "commitment__obligation", "commitment__party")
    return seen.annotate(taken_back_by=F("withdrawn_by__pk"))


class Readings(Resource):
    """Recorded acts on clocks: how a limit is counted, its date, extensions, suspensions and what takes them back."""

    model = Reading
    serializer_class = ReadingRow
    filterset_class = filters.ReadingFilter
    keys = {"pk": "pk"}

    def visible(self) -> QuerySet[Any]:
        return readings_seen_by(self.viewer)
