"""What may be written: bodies of requests. The commands judge the rest."""

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.core.validators import MaxLengthValidator
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from agreement.models import Agreement, Event
from agreement.viewers import readers_in
from obligations.api.serializers.common import LANGUAGES
from obligations.commands.requests import TIERS_OF_A_REQUEST
from obligations.deadlines import CONVENTIONS
from obligations.models import Period, Reading, Statement
from obligations.models.statement import Conduct, Level
from parties.access import Tier
from parties.languages import code_of
from parties.models import Party, User
from parties.texts import LIMITS
from parties.tier_words import IN_ANY_AGREEMENT


class TierField(serializers.ChoiceField):
    """A tier, without a default. Where it is missing or none of them, the error says what each of them means."""

    def __init__(self, tiers: Iterable[Tier] = Tier, about: str = "", **options: Any) -> None:
        self.tiers = tuple(tiers)
        explained = f"Who can read it; there is no default. {IN_ANY_AGREEMENT.explained(self.tiers)}. {about}"
        super().__init__(
            choices=[(tier.value, tier.label) for tier in self.tiers], help_text=explained.strip(), **options
        )

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        readers = readers_in(self.context["agreement"])
        sentence = gettext("Say who may see it: there is no default. Choose one of these. %(tiers)s.")
        words = {"tiers": readers.explained(self.tiers)}
        raise serializers.ValidationError(sentence % words, code=key)


class WiderField(serializers.BooleanField):
    """The deliberate second act: that more people may see it than see what it refers to."""

    def __init__(self, refers_to: str, **options: Any) -> None:
        super().__init__(
            required=False,
            help_text=f"True where more people are meant to see it than see {refers_to}. Left out, that is 400, and "
            "the answer says who would learn of what.",
            **options,
        )


# The kinds of readings that people record, with the fields that belong to each.
OF_PEOPLE: dict[Reading.Kind, tuple[str, ...]] = {
    Reading.Kind.COUNTING: ("convention", "calendars"),
    Reading.Kind.DATE: ("due_on",),
    Reading.Kind.EXTENSION: ("due_on", "effective_on"),
    Reading.Kind.SUSPENSION: ("effective_on",),
    Reading.Kind.RESUMPTION: ("effective_on",),
    Reading.Kind.WAIVER: ("effective_on",),
    Reading.Kind.WITHDRAWAL: ("withdraws",),
}


TIERS = [(tier.value, tier.label) for tier in TIERS_OF_A_REQUEST]


class Body(serializers.Serializer[Any]):
    # A field that is not known is refused. The document describes it by the docstring of its class.
    # The context holds `agreement`, `viewer`, `now`, the `row` that an act is about, and the `grant` that lets one act.

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            known = gettext("Unknown field. Known here: %(names)s.") % {"names": ", ".join(self.fields)}
            if not self.fields:
                known = gettext("Unknown field. There is none here.")
            raise serializers.ValidationError({str(name): [known] for name in unknown})
        if isinstance(data, MultiValueDict) and (twice := self.given_twice(data)):
            once = gettext("Given more than once; this one takes a single value.")
            raise serializers.ValidationError({name: [once] for name in twice})
        return super().to_internal_value(data)

    def given_twice(self, data: MultiValueDict[str, Any]) -> list[str]:
        """Fields of a form, as files are sent in, that hold more values than they take."""
        single = (name for name, one in self.fields.items() if not isinstance(one, serializers.ListField))
        return [name for name in single if len(data.getlist(name)) > 1]

    def get_fields(self) -> dict[str, Any]:
        """A text is as long as `parties.texts` says; what is no text there names a row by its code or key."""
        fields = self.fields_of_body()
        for name, field in fields.items():
            text = field.child if isinstance(field, serializers.ListField) else field
            if isinstance(text, serializers.CharField) and text.max_length is None and not text.read_only:
                text.max_length = LIMITS.get(name, LIMITS["code"])
                text.validators.append(MaxLengthValidator(text.max_length))
        return fields

    def fields_of_body(self) -> dict[str, Any]:
        return super().get_fields()


class NoBody(Body):
    """Of an act that its address says all of."""


class NoteBody(Body):
    note = serializers.CharField(
        required=False, allow_blank=True, help_text="What the mediators want to remember."
    )


class LanguageField(serializers.ChoiceField):
    """A language of those that pages come in. Where it may be left out, null is the same."""

    def __init__(self, about: str, required: bool = True) -> None:
        super().__init__(choices=LANGUAGES, help_text=about, required=required, allow_null=not required)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return super().validate_empty_values(serializers.empty if data is None and self.allow_null else data)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(code_of(data) if isinstance(data, str) else data)


class TranslationBody(Body):
    of_language = LanguageField(
        "Language of the statement, as who translates it says, where its own row has null. Where it has one: that,"
        " null, or left out.",
        required=False,
    )
    language = LanguageField("Language of the translation, another one.")
    # As long as what it puts into another language.
    text = serializers.CharField(
        max_length=LIMITS["reason"], help_text="What the statement says, in that language."
    )


class OwnerBody(Body):
    owner = serializers.EmailField(
        allow_null=True, help_text="E-mail address of a mediator of the agreement; null: nobody owns it."
    )

    def validate_owner(self, email: str | None) -> User | None:
        return User.objects.at(email) or no_mediator() if email else None


def no_mediator() -> NoReturn:
    raise serializers.ValidationError(gettext("Choose a mediator of this agreement, or nobody."))


class Named(serializers.CharField):
    """Names a row of the agreement that the act is about, by its key; gives the row."""

    by: ClassVar[str] = "key"
    missing: ClassVar[Promise]

    def rows(self, agreement: Agreement) -> QuerySet[Any]:
        """Those that can be named."""
        raise NotImplementedError

    def run_validation(self, data: Any = serializers.empty) -> Any:
        row = self.rows(self.context["agreement"]).filter(**{self.by: super().run_validation(data)}).first()
        if row is None:
            raise serializers.ValidationError(str(self.missing))
        return row


class PartyCode(Named):
    by = "code"
    missing = _("No party of this agreement has this code.")

    def rows(self, agreement: Agreement) -> QuerySet[Any]:
        return Party.objects.filter(participations__agreement=agreement)


class EventCode(Named):
    by = "code"
    missing = _("No event of this agreement has this code.")

    def rows(self, agreement: Agreement) -> QuerySet[Any]:
        return Event.objects.visible_to(self.context["viewer"], self.context["now"]).filter(
            agreement=agreement
        )


class StatementKey(Named):
    missing = _("No statement of this agreement has this key.")

    def rows(self, agreement: Agreement) -> QuerySet[Any]:
        return Statement.objects.visible_to(self.context["viewer"], self.context["now"]).filter(
            agreement=agreement
        )


class PeriodKey(Named):
    missing = _("No period of this agreement has this key.")

    def rows(self, agreement: Agreement) -> QuerySet[Any]:
        return Period.objects.filter(commitment__agreement=agreement)


class ReadingKey(Named):
    missing = _("Name a reading of this commitment.")

    def rows(self, agreement: Agreement) -> QuerySet[Any]:
        return Reading.objects.filter(agreement=agreement)


class ReasonBody(Body):
    reason = serializers.CharField()


class WordedBody(Body):
    language = LanguageField(
        "Language of the words, as their author says; left out or null: nobody said.", required=False
    )


class WithdrawalBody(ReasonBody, WordedBody):
    """Why it is taken back."""


class SourcedBody(ReasonBody):
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_blank=True, help_text="Its address or title."
    )


class TieredBody(Body):
    tier = TierField()
    confidant = PartyCode(required=False, help_text="Code of the party, for the tier `in_confidence`.")


class StatementBody(SourcedBody, WordedBody, TieredBody):
    wider = WiderField(
        "the statement that it is about, the event that it rests on, or the request it replies to"
    )


class VerdictBody(StatementBody):
    """Exactly one of `level`, `not_assessable` and `conduct`."""

    effective_on = serializers.DateField(help_text="The day since when it is so, in the agreement's zone.")
    level = serializers.ChoiceField(choices=Level.choices, required=False, help_text="Of what is done once.")
    not_assessable = serializers.BooleanField(default=False)
    conduct = serializers.ChoiceField(
        choices=Conduct.choices, required=False, help_text="Of standing and recurring duties."
    )
    event = EventCode(required=False, help_text="Code of an event that it rests on.")


class FindingBody(VerdictBody):
    """Exactly one of `level`, `not_assessable` and `conduct`."""

    period = PeriodKey(
        required=False,
        help_text="The period that it is about, where that is an earlier one than its day lies in.",
    )

    cites = StatementKey(
        required=False,
        help_text="The claim or observation that it judges; needed where a claim is contested and no finding came "
        "after.",
    )

    seen = serializers.CharField(
        required=False,
        help_text="Id of the newest statement on the commitment that you had seen, `none` for none: where a finding "
        "was recorded after it, the answer is 409 with both, and nothing is written. Left out, nothing is asked.",
    )


class ClaimBody(VerdictBody):
    """Exactly one of `level`, `not_assessable` and `conduct`."""

    by = PartyCode(required=False, help_text="Code of the own party; left out, it is that.")


class ObservationBody(VerdictBody):
    """Exactly one of `level`, `not_assessable` and `conduct`."""

    by = PartyCode(
        required=False, help_text="Code of the observer; left out, it is the own one. A mediator names one."
    )


class ContestBody(StatementBody):
    effective_on = serializers.DateField(required=False, help_text="Today, where it is left out.")
    by = PartyCode(required=False, help_text="Code of the own party; left out, it is that.")


class ReleaseBody(ReasonBody, TieredBody):
    """Who may see it from now on; with `publish_at`, that it becomes public then."""

    wider = WiderField("the statement that it refers to, or that rests on it")
    publish_at = serializers.DateTimeField(required=False, help_text="A later instant of publication.")


class ReadingBody(SourcedBody):
    """Its kind says which fields it has, beside reason, source and who agreed.

    `counting`: `convention`, `calendars`; `date`: `due_on`; `extension`: `due_on`, `effective_on`; `suspension`,
    `resumption`, `waiver`: `effective_on`; `withdrawal`: `withdraws`. `agreed_on` and `agreed_by` go together.
    """

    kind = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in OF_PEOPLE])
    convention = serializers.ChoiceField(
        choices=[(code, one.name) for code, one in CONVENTIONS.items()], required=False
    )
    calendars = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Codes of calendars whose days off are counted; left out, the party's own.",
    )
    due_on = serializers.DateField(required=False)
    effective_on = serializers.DateField(
        required=False, help_text="The day from which it holds; today, where it is left out."
    )
    withdraws = ReadingKey(required=False, help_text="Id of the reading to take back.")
    agreed_on = serializers.DateField(required=False)
    agreed_by = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Codes of the parties that agreed."
    )

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        """No field that belongs to another kind."""
        own = OF_PEOPLE[Reading.Kind(said["kind"])]
        strange = sorted(set(said) & {name for names in OF_PEOPLE.values() for name in names} - set(own))
        if strange:
            words = gettext("A reading of the kind %(kind)s has none.") % {"kind": said["kind"]}
            raise serializers.ValidationError({name: [words] for name in strange})
        return said


class RequestBody(WordedBody):
    party = PartyCode(help_text="Code of the party that is asked.")
    reply_by = serializers.DateField(
        help_text="The day by whose end it is asked for, in the agreement's zone."
    )
    words = serializers.CharField()
    statement = StatementKey(
        required=False, help_text="Id of the statement to which a reply is asked for; left out, a claim is."
    )
    tier = TierField(TIERS_OF_A_REQUEST, "The asked party has to see it; in confidence is with that party.")
    wider = WiderField("the statement that a reply is asked for")


class TriggerDateBody(SourcedBody):
    occurred_on = serializers.DateField(allow_null=True, help_text="Null takes the date back.")


class EventBody(Body):
    happened_on = serializers.DateField()
    precision = serializers.ChoiceField(
        choices=Event.Precision.choices,
        default=Event.Precision.DAY,
        help_text="`reported`: the day of the report. `scheduled`: announced beforehand, and may lie ahead.",
    )
    title = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="An address, or a document and its date."
    )
    touches_all = serializers.BooleanField(
        required=False,
        help_text="True where it touches the agreement as a whole, and not this obligation alone.",
    )
    tier = TierField()
    confidant = PartyCode(required=False, help_text="The party of a confidence, by its code.")
