"""Periods of what lasts, as the viewer may know them."""

from typing import Any

from django.db.models import QuerySet

from obligations.api.base.paging import InOrder
from obligations.api.base.views import Recalled
from obligations.api.filters import PeriodFilter
from obligations.api.serializers.period import PeriodRow
from obligations.models import Period


class Periods(Recalled):
    """Periods: each time that something is due again and again, and each period in which a duty is reviewed."""

    model = Period
    serializer_class = PeriodRow
    filterset_class = PeriodFilter
    pagination_class = InOrder
    keys = {"key": "key"}
    order = ("commitment_id", "starts_on", "key")

    def visible(self) -> QuerySet[Any]:
        seen = Period.objects.as_seen_by(self.viewer, self.moment)
        return seen.select_related("commitment__agreement", "commitment__obligation", "commitment__party")

    def agreement_of(self, pk: str) -> QuerySet[Any]:
        return Period.objects.visible_to(self.viewer).filter(key=pk).values("commitment__agreement")
