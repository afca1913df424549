"""Periods of what lasts, as the viewer may know them."""

from typing import Any

from django.db.models import QuerySet

from obligations.api import listings
from obligations.api.lists import Listed
from obligations.api.serializers.period import PeriodRow
from obligations.models import Period


class Periods(Listed):
    """Periods: each time that something is due again and again, and each period in which a duty is reviewed."""

    model = Period
    serializer_class = PeriodRow
    listing = listings.PERIODS
    key = "q.key"

    def agreement_of(self, pk: str) -> QuerySet[Any]:
        return Period.objects.visible_to(self.viewer).filter(key=pk).values("commitment__agreement")
