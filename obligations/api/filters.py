"""Filters of the resources other than commitments, whose filters the pages share."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from agreement.models import Agreement, Calendar, Event, Instrument, Participation, Provision, Trigger
from agreement.viewers import viewer_of
from obligations.api.base.problems import InvalidQuery
from obligations.changes.window import ChangeKind
from obligations.models import (
    Attachment,
    Commitment,
    Evidence,
    Obligation,
    PartyRequest,
    Proposal,
    Reading,
    Statement,
)
from obligations.models.obligation import ObligationKind
from obligations.status.codes import not_there
from obligations.words import languages
from parties.access import Tier, readable
from parties.models import Party
from parties.texts import FIRST_YEAR, LAST_YEAR_OF_CALENDARS

YES_NO = [("true", _("yes")), ("false", _("no"))]
LARGEST_KEY = 2**63 - 1
YEAR: dict[str, Any] = {
    "type": "integer",
    "minimum": FIRST_YEAR,
    "maximum": LAST_YEAR_OF_CALENDARS,
    "description": _("Show the days of this year only"),
}


def key_of(field: str, label: Promise) -> filters.NumberFilter:
    """A whole number that can be the key of a row."""
    given = filters.NumberFilter(field, label=label, decimal_places=0, min_value=1, max_value=LARGEST_KEY)
    schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY, "description": label}
    key: filters.NumberFilter = extend_schema_field(schema)(given)
    return key


class AgreementFilter(filters.FilterSet):
    party = filters.CharFilter("parties__code", label=_("Party"))

    class Meta:
        model = Agreement
        fields: list[str] = []


class PartyFilter(filters.FilterSet):
    agreement = filters.CharFilter(method="in_agreement", label=_("Agreement"))
    kind = filters.ChoiceFilter(method="of_kind", choices=Participation.Kind.choices, label=_("Kind"))

    class Meta:
        model = Party
        fields: list[str] = []

    @property
    def places(self) -> QuerySet[Participation]:
        """Places in agreements that the viewer may read."""
        return Participation.objects.filter(readable(viewer_of(self.request)))

    def in_agreement(self, queryset: QuerySet[Party], name: str, code: str) -> QuerySet[Party]:
        return queryset.filter(pk__in=self.places.filter(agreement__code=code).values("party"))

    def of_kind(self, queryset: QuerySet[Party], name: str, kind: str) -> QuerySet[Party]:
        return queryset.filter(pk__in=self.places.filter(kind=kind).values("party"))


class InstrumentFilter(filters.FilterSet):
    agreement = filters.CharFilter("agreement__code", label=_("Agreement"))
    kind = filters.ChoiceFilter(choices=Instrument.Kind.choices, label=_("Kind"))

    class Meta:
        model = Instrument
        fields: list[str] = []


class ProvisionFilter(filters.FilterSet):
    agreement = filters.CharFilter("instrument__agreement__code", label=_("Agreement"))
    instrument = filters.CharFilter("instrument__code", label=_("Instrument"))
    parent = filters.CharFilter("parent__anchor", label=_("Anchor of the provision above"))

    class Meta:
        model = Provision
        fields: list[str] = []


class CalendarFilter(filters.FilterSet):
    agreement = filters.CharFilter("agreement__code", label=_("Agreement"))
    party = filters.CharFilter("served__party__code", label=_("Party whose it is"))
    year = extend_schema_field(YEAR)(
        filters.NumberFilter(
            method="all_of_them",
            label=YEAR["description"],
            decimal_places=0,
            min_value=FIRST_YEAR,
            max_value=LAST_YEAR_OF_CALENDARS,
        )
    )

    class Meta:
        model = Calendar
        fields: list[str] = []

    def all_of_them(self, queryset: QuerySet[Calendar], name: str, year: int) -> QuerySet[Calendar]:
        """Which days a calendar shows, the view decides; no calendar is left out."""
        return queryset


class TriggerFilter(filters.FilterSet):
    agreement = filters.CharFilter("agreement__code", label=_("Agreement"))
    dated = filters.ChoiceFilter(method="with_date", choices=YES_NO, label=_("Has a date"))

    class Meta:
        model = Trigger
        fields: list[str] = []

    @extend_schema_field(OpenApiTypes.BOOL)
    def with_date(self, queryset: QuerySet[Trigger], name: str, dated: str) -> QuerySet[Trigger]:
        return queryset.filter(Q(occurred_then__isnull=dated == "false"))


class EventFilter(filters.FilterSet):
    agreement = filters.CharFilter("agreement__code", label=_("Agreement"))
    obligation = filters.CharFilter(method="touching", label=_("Obligation that it touches"))
    trigger = filters.CharFilter("trigger__code", label=_("Trigger"))
    happened_from = filters.DateFilter(
        "happened_on", lookup_expr="gte", label=_("Happened on this day or later")
    )
    happened_until = filters.DateFilter(
        "happened_on", lookup_expr="lte", label=_("Happened on this day or earlier")
    )

    class Meta:
        model = Event
        fields: list[str] = []

    def touching(self, queryset: QuerySet[Event], name: str, code: str) -> QuerySet[Event]:
        """Its own events, and those that touch the whole of its agreement."""
        touched = Obligation.objects.filter(code=code, touched_by=OuterRef("pk"))
        of_the_whole = Obligation.objects.filter(code=code, agreement=OuterRef("agreement"))
        return queryset.filter(Exists(touched) | Q(Exists(of_the_whole), touches_all=True))


class ObligationFilter(filters.FilterSet):
    agreement = filters.CharFilter("agreement__code", label=_("Agreement"))
    instrument = filters.CharFilter("provision__instrument__code", label=_("Instrument"))
    provision = filters.CharFilter(method="in_provision", label=_("Provision or article"))
    party = filters.CharFilter("commitments__party__code", label=_("Party that owes it"))
    kind = filters.ChoiceFilter(choices=ObligationKind.choices, label=_("Kind"))
    tag = filters.CharFilter(method="with_tag", label=_("Topic"))

    class Meta:
        model = Obligation
        fields: list[str] = []

    def in_provision(self, queryset: QuerySet[Obligation], name: str, anchor: str) -> QuerySet[Obligation]:
        return queryset.filter(Q(provision__anchor=anchor) | Q(provision__parent__anchor=anchor))

    def with_tag(self, queryset: QuerySet[Obligation], name: str, tag: str) -> QuerySet[Obligation]:
        return queryset.filter(tags__contains=[tag])


class StatementFilter(filters.FilterSet):
    agreement = filters.CharFilter("agreement__code", label=_("Agreement"))
    obligation = filters.CharFilter("commitment__obligation__code", label=_("Obligation"))
    commitment = key_of("commitment_id", label=_("Commitment"))
    party = filters.CharFilter("commitment__party__code", label=_("Party whose commitment it is about"))
    by = filters.CharFilter("by__code", label=_("Party that says it"))
    kind = filters.ChoiceFilter(choices=Statement.Kind.choices, label=_("Kind"))
    tier = filters.ChoiceFilter(choices=Tier.choices, label=_("Tier"))

    class Meta:
        model = Statement
        fields: list[str] = []


class EvidenceFilter(filters.FilterSet):
    agreement = filters.CharFilter("agreement__code", label=_("Agreement"))
    obligation = filters.CharFilter("obligation__code", label=_("Obligation"))
    statement = filters.CharFilter(method="of_statement", label=_("Statement that rests on it"))
    by = filters.CharFilter("by__code", label=_("Party whose it is"))
    kind = filters.ChoiceFilter(choices=Evidence.Kind.choices, label=_("Kind"))
    language = filters.CharFilter(method="in_language", label=_("Language"))
    tier = filters.ChoiceFilter(choices=Tier.choices, label=_("Tier"))

    class Meta:
        model = Evidence
        fields: list[str] = []

    def of_statement(self, queryset: QuerySet[Evidence], name: str, key: str) -> QuerySet[Evidence]:
        """Of a statement that the viewer may see; a hidden one is refused as one that never was."""
        seen = Statement.objects.visible_to(viewer_of(self.request), timezone.now()).filter(key=key)
        if not seen.exists():
            raise InvalidQuery({"statement": [not_there(key, [])]})
        links = Attachment.objects.filter(evidence=OuterRef("pk"), statement__in=seen)
        return queryset.filter(Exists(links))

    def in_language(self, queryset: QuerySet[Evidence], name: str, code: str) -> QuerySet[Evidence]:
        """A language that has a name may have no evidence; another code is one of those that evidence has."""
        there = set(queryset.order_by().values_list("language", flat=True))
        if code not in there and code not in languages.ALL:
            raise InvalidQuery({"language": [not_there(code, sorted(there))]})
        return queryset.filter(language=code)


class RequestFilter(filters.FilterSet):
    agreement = filters.CharFilter("agreement__code", label=_("Agreement"))
    obligation = filters.CharFilter("commitment__obligation__code", label=_("Obligation"))
    commitment = key_of("commitment_id", label=_("Commitment"))
    party = filters.CharFilter("party__code", label=_("Party that is asked"))

    class Meta:
        model = PartyRequest
        fields: list[str] = []


class ReadingFilter(filters.FilterSet):
    agreement = filters.CharFilter("agreement__code", label=_("Agreement"))
    obligation = filters.CharFilter("commitment__obligation__code", label=_("Obligation"))
    commitment = key_of("commitment_id", label=_("Commitment"))
    party = filters.CharFilter("commitment__party__code", label=_("Party whose commitment it is about"))
    kind = filters.ChoiceFilter(choices=Reading.Kind.choices, label=_("Kind"))

    class Meta:
        model = Reading
        fields: list[str] = []


class ProposalFilter(filters.FilterSet):
    agreement = filters.CharFilter("agreement__code", label=_("Agreement"))
    commitment = key_of("commitment_id", label=_("Commitment"))
    command = filters.ChoiceFilter(choices=Proposal.Command.choices, label=_("What is proposed"))

    class Meta:
        model = Proposal
        fields: list[str] = []


WHEN = _(
    "A day (2024-01-31, in the agreement's time zone) or an instant (2024-01-31T12:00:00Z). By when it was recorded; "
    "a breach opens when its clock runs out."
)


def moment(label: Promise) -> filters.CharFilter:
    """A day or an instant; `obligations.changes.window` reads it."""
    given = filters.CharFilter(method="as_it_is", label=label)
    either = [{"format": "date"}, {"format": "date-time"}]
    said = format_lazy("{} {}", label, WHEN)
    made: filters.CharFilter = extend_schema_field({"type": "string", "anyOf": either, "description": said})(
        given
    )
    return made


class ChangeFilter(filters.FilterSet):
    """Picks the commitments that are told of; the days and the kinds are asked of what is found about them."""

    agreement = filters.CharFilter(
        method="as_it_is", label=_("Agreement; the first that you may read, if left out.")
    )
    since = moment(_("From this on; seven days before the end, if left out."))
    until = moment(_("Until this, a day with its end; now, if left out."))
    party = filters.CharFilter("party__code", label=_("Party whose commitment it is"))
    provision = filters.CharFilter(method="in_provision", label=_("Provision or article"))
    kind = filters.MultipleChoiceFilter(
        method="as_it_is", choices=ChangeKind.choices, label=_("Kind of change")
    )

    class Meta:
        model = Commitment
        fields: list[str] = []

    def in_provision(self, queryset: QuerySet[Commitment], name: str, anchor: str) -> QuerySet[Commitment]:
        """Of the provision with that anchor, or of one directly below it."""
        own = Q(obligation__provision__anchor=anchor)
        return queryset.filter(own | Q(obligation__provision__parent__anchor=anchor))

    def as_it_is(self, queryset: QuerySet[Commitment], name: str, value: object) -> QuerySet[Commitment]:
        return queryset
