"""Sittings of the bodies of agreements."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from obligations.api.base.views import Resource
from obligations.api.filters import MEETINGS, sorted_by
from obligations.api.serializers.common import Code, Column, Key, PartyName, Row, WordOrNull
from obligations.models import AgendaItem, Meeting, PartyRequest, Statement
from parties.access import Tier


class AgendaRow(Row):
    model = AgendaItem
    place = Column()
    title = Column(help_text="As it was typed; of a standard point in English.")
    standard = WordOrNull(
        AgendaItem.Standard.choices,
        help_text="Which standard point it is, whose title each reads in their language; null: its title was typed.",
    )
    filters = serializers.CharField(
        source="query",
        help_text="Of the list of commitments, as in its address: those that the point is about.",
    )
    obligations = serializers.ListField(
        source="picked",
        child=serializers.CharField(),
        help_text="Codes of obligations that the point is about as well.",
    )
    conclusion = Column(help_text="What the meeting concluded on it; empty until then.")


class MeetingRow(Row):
    """Of what was recorded in it, each reader sees the keys of what they may see."""

    model = Meeting
    id = Key()
    agreement = Code("agreement")
    body = PartyName(help_text="Who meets.")
    held_on = Column()
    venue = Column()
    members = Column(help_text="One on each line; once it is closed, who was there.")
    agenda = AgendaRow(many=True)
    findings = serializers.ListField(
        source="shown_findings",
        child=serializers.CharField(),
        help_text="Keys of the findings recorded in it.",
    )
    requests = serializers.ListField(
        source="shown_requests",
        child=serializers.CharField(),
        help_text="Keys of the requests made in it.",
    )
    minutes = Column(help_text="Empty until it is closed.")
    closed_at = Column()
    tier = serializers.ChoiceField(choices=Tier.choices)
    confidant = Code("confidant", allow_null=True)


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
