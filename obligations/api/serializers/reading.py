"""Readings of time limits."""

from typing import Any

from rest_framework import serializers

from obligations.api.serializers.common import Code, Column, Key, ObligationName, PartyName, Row, WordOrNull
from obligations.deadlines import CONVENTIONS
from obligations.models import Reading


class ReadingRow(Row):
    """What does not belong to its kind is null or empty."""

    model = Reading
    id = Key()
    agreement = Code("agreement")
    commitment = serializers.IntegerField(source="commitment_id")
    obligation = ObligationName(source="commitment.obligation")
    party = PartyName(source="commitment.party", help_text="Whose commitment it is about.")
    kind = Column()
    convention = WordOrNull(
        [(code, one.name) for code, one in CONVENTIONS.items()], help_text="Of the kind `counting`."
    )
    calendars = serializers.ListField(
        child=serializers.CharField(),
        help_text="Whose days off are counted, of the kind `counting`; none: the party's own.",
    )
    due_on = Column()
    effective_on = Column()
    withdraws = Key("withdraws", help_text="The reading that it takes back.")
    withdrawn_by = serializers.SerializerMethodField(
        help_text="The reading that took it back: from then on it counts no more."
    )
    reason = Column()
    source = Column()
    agreed_on = Column()
    agreed_by = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of the parties that agreed to it."
    )
    recorded_at = Column()

    def get_withdrawn_by(self, reading: Any) -> str | None:
        key: str | None = reading.taken_back_by
        return key
