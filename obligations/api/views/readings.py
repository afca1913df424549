"""Readings of time limits, as they were recorded."""

from typing import Any

from django.db.models import Case, F, Q, QuerySet, When

from obligations.api.base.views import Recalled
from obligations.api.filters import READINGS
from obligations.api.serializers.reading import ReadingRow
from obligations.deadlines import Moment
from obligations.models import Reading
from parties.access import Viewer, readable
from parties.known import known


def readings_seen_by(viewer: Viewer, moment: Moment) -> QuerySet[Any]:
    """Readings with what a row shows of them. Who may read an agreement may read how its time limits are read.

    Those that hold from a day on are there from that day on; how the text is understood holds for every day.
    """
    seen = Reading.objects.filter(readable(viewer))
    seen = seen.select_related("agreement", "commitment__obligation", "commitment__party", "withdraws")
    seen = seen.filter(known(moment.known_at, "recorded_at"))
    in_force = known(moment.known_at, until="withdrawn_by__recorded_at")
    if moment.spoken_on:
        seen = seen.filter(Q(effective_on=None) | Q(effective_on__lte=moment.spoken_on))
    return seen.annotate(taken_back_by=Case(When(in_force, then=None), default=F("withdrawn_by__key")))


class Readings(Recalled):
    """Recorded acts on clocks: how a limit is counted, its date, extensions, suspensions and what takes them back."""

    model = Reading
    serializer_class = ReadingRow
    filters = READINGS
    keys = {"key": "key"}
    order = ("recorded_at", "key")

    def visible(self) -> QuerySet[Any]:
        return readings_seen_by(self.viewer, self.moment)

    def agreement_of(self, pk: str) -> QuerySet[Any]:
        return Reading.objects.filter(readable(self.viewer), key=pk).values("agreement")
