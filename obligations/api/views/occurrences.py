"""Periods of what lasts, as the viewer may know them."""

from typing import Any

from django.db.models import QuerySet

from obligations.api.base.paging import InOrder
from obligations.api.base.views import Recalled
from obligations.api.filters import OccurrenceFilter
from obligations.api.serializers.occurrence import OccurrenceRow
from obligations.models import Occurrence


class Occurrences(Recalled):
    """Periods: each time that something is due again and again, and each period in which a duty is reviewed."""

    model = Occurrence
    serializer_class = OccurrenceRow
    filterset_class = OccurrenceFilter
    pagination_class = InOrder
    keys = {"key": "key"}
    order = ("commitment_id", "starts_on", "key")

    def visible(self) -> QuerySet[Any]:
        seen = Occurrence.objects.as_seen_by(self.viewer, self.moment)
        return seen.select_related("commitment__agreement", "commitment__obligation", "commitment__party")

    def agreement_of(self, pk: str) -> QuerySet[Any]:
        return Occurrence.objects.visible_to(self.viewer).filter(key=pk).values("commitment__agreement")
