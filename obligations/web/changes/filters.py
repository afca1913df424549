"""The parameters of what changed, as the API takes them."""

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from obligations.models import Commitment
from obligations.web.changes.window import ChangeKind

WHEN = _(
    "A day (2024-01-31, in the agreement's time zone) or an instant (2024-01-31T12:00:00Z). By when it was recorded; "
    "a breach opens when its clock runs out."
)


def moment(label: Promise) -> filters.CharFilter:
    """A day or an instant; `obligations.web.changes.window` reads it."""
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
