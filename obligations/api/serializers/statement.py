"""What was said, how time limits are read, and what a party is asked for."""

from rest_framework import serializers

from obligations.api.serializers.common import (
    LANGUAGES,
    Code,
    Column,
    Key,
    ObligationName,
    PartyName,
    Row,
    Shape,
    WordOrNull,
)
from obligations.deadlines import CONVENTIONS
from obligations.models import Reading, Statement
from obligations.models.statement import Conduct
from obligations.status.requests import STATES
from parties.access import Tier

SAID_LANGUAGE = "Language of the words, as their author said; null: nobody said."


class TranslationRow(Shape):
    """What a statement says in another language; the newest of a language stands."""

    id = serializers.CharField(source="key")
    of_language = serializers.ChoiceField(choices=LANGUAGES, help_text="Language of the statement.")
    language = serializers.ChoiceField(choices=LANGUAGES, help_text="Language of the translation.")
    text = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class StatementRow(Row):
    model = Statement
    id = Key()
    agreement = Code("agreement")
    commitment = serializers.IntegerField(source="commitment_id")
    obligation = ObligationName(source="commitment.obligation")
    party = PartyName(source="commitment.party", help_text="Whose commitment it speaks of.")
    kind = Column()
    by = PartyName(allow_null=True, help_text="Who says it; null for the mediator.")
    level = Column()
    not_assessable = Column()
    conduct = WordOrNull(Conduct.choices)
    effective_on = Column()
    recorded_at = Column()
    reason = Column()
    language = WordOrNull(LANGUAGES, help_text=SAID_LANGUAGE)
    source = Column()
    event = serializers.CharField(source="seen_event", allow_null=True, help_text="Code of an event.")
    period = Key(
        "period", help_text="The period that it was put to; null: the one that its day lies in, if any."
    )
    refers_to = serializers.CharField(
        source="seen_refers_to",
        allow_null=True,
        help_text="What a contest objects to, an answer answers, a withdrawal takes back, a finding cites.",
    )
    withdrawn_at = serializers.DateTimeField(
        source="withdrawn_then",
        allow_null=True,
        help_text="When it was taken back; it counts no more since then.",
    )
    tier = serializers.ChoiceField(choices=Tier.choices)
    confidant = Code("confidant", allow_null=True)
    public_from = serializers.DateTimeField(source="publish_at", allow_null=True)
    translations = TranslationRow(
        many=True, help_text="What it says in other languages, as mediators put it, the oldest first."
    )


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
    withdrawn_by = serializers.CharField(
        source="taken_back_by",
        allow_null=True,
        help_text="The reading that took it back: from then on it counts no more.",
    )
    reason = Column()
    source = Column()
    agreed_on = Column()
    agreed_by = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of the parties that agreed to it."
    )
    recorded_at = Column()


class RequestRow(Shape):
    """`state` and `reply` are told to mediators and to the asked party, who see every reply; others read null."""

    id = serializers.CharField(source="request.key")
    agreement = Code("request.agreement")
    commitment = serializers.IntegerField(source="request.commitment_id")
    obligation = ObligationName(source="request.commitment.obligation")
    party = PartyName(source="request.party", help_text="Who is asked.")
    statement = Key(
        "request.statement",
        help_text="The statement to which a reply is asked for; null: a claim is asked for.",
    )
    reply_by = serializers.DateField(source="request.reply_by")
    words = serializers.CharField(source="request.words")
    language = WordOrNull(LANGUAGES, source="request.language", help_text=SAID_LANGUAGE)
    asked_at = serializers.DateTimeField(source="request.asked_at")
    state = WordOrNull(list(STATES.items()))
    reply = Key("reply", help_text="The first reply.")
    replied_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField(help_text="Whether the reply came after the day.")
    taken_back_at = serializers.DateTimeField(source="taken_back.recorded_at", allow_null=True)
    taken_back_because = serializers.CharField(source="taken_back.reason", allow_null=True)
    tier = serializers.ChoiceField(source="request.tier", choices=Tier.choices)
