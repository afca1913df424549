"""Meetings, with their agendas."""

from rest_framework import serializers

from obligations.api.serializers.common import Code, Column, Key, PartyName, Row, WordOrNull
from obligations.models import AgendaItem, Meeting
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
