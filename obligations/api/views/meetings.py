"""Sittings of the bodies of agreements."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from obligations.api.base.views import Resource
from obligations.api.filters import MEETINGS, sorted_by
from obligations.api.serializers.meeting import MeetingRow
from obligations.models import Meeting, PartyRequest, Statement


class Meetings(Resource):
    """Meetings of the bodies of agreements: agenda, conclusions, minutes, and what was recorded in them."""

    model = Meeting
    serializer_class = MeetingRow
    filters = MEETINGS
    keys = {"key": "key"}
    order = ("held_on", "key")
    files = {**Resource.files, **sorted_by("held_on")}

    def visible(self) -> QuerySet[Any]:
        findings: QuerySet[Any] = Statement.objects.visible_to(self.viewer, self.now).order_by("key")
        requests: QuerySet[Any] = PartyRequest.objects.visible_to(self.viewer, self.now).order_by("key")
        rows: QuerySet[Any] = Meeting.objects.visible_to(self.viewer, self.now)
        return rows.select_related("agreement", "body", "confidant").prefetch_related(
            "agenda",
            Prefetch("findings", findings.only("key"), to_attr="seen_findings"),
            Prefetch("requests", requests.only("key"), to_attr="seen_requests"),
        )

    def load(self, queryset: QuerySet[Any]) -> list[Any]:
        rows = list(queryset)
        for row in rows:
            row.shown_findings = [one.key for one in row.seen_findings]
            row.shown_requests = [one.key for one in row.seen_requests]
        return rows
