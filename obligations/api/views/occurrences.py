"""Periods of what lasts, as the viewer may know them."""

from typing import Any

from django.db.models import QuerySet

from obligations.api import listings
from obligations.api.lists import Listed
from obligations.api.serializers.occurrence import OccurrenceRow
from obligations.models import Occurrence


class Occurrences(Listed):
    """Periods: each time that something is due again and again, and each period in which a duty is reviewed."""

    model = Occurrence
    serializer_class = OccurrenceRow
    listing = listings.PERIODS
    key = "q.key"

    def agreement_of(self, pk: str) -> QuerySet[Any]:
        return Occurrence.objects.visible_to(self.viewer).filter(key=pk).values("commitment__agreement")
