"""One set of filters for the rows of commitments, on pages and in the API: the same address gives the same rows."""

from typing import TYPE_CHECKING

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from obligations.deadlines import Timeliness
from obligations.models import Commitment
from obligations.models.commitment import ClockState, Life
from obligations.models.obligation import ObligationKind
from obligations.models.statement import Conduct, Level

if TYPE_CHECKING:
    from obligations.models.standing import StandingQuerySet

NO_FINDING = "none"
NOT_ASSESSABLE = "not_assessable"
LEVELS = [
    *((str(level.value), level.label) for level in Level),
    (NOT_ASSESSABLE, _("Not assessable")),
    (NO_FINDING, _("No finding")),
]


class CommitmentFilter(filters.FilterSet):
    """Over `Commitment.objects.as_seen_by(viewer, moment)`: what the viewer may not see is counted nowhere.

    Kinds, levels, conduct, timeliness and clocks may be several, as the denominator of a figure is made of several. A
    code that nothing has gives no rows; a value outside a fixed list is an error of its field.
    """

    agreement = filters.CharFilter("agreement__code", label=_("Agreement"))
    instrument = filters.CharFilter("obligation__provision__instrument__code", label=_("Instrument"))
    provision = filters.CharFilter(method="in_provision", label=_("Provision or article"))
    obligation = filters.CharFilter("obligation__code", label=_("Obligation"))
    party = filters.CharFilter("party__code", label=_("Party"))
    kind = filters.MultipleChoiceFilter(
        field_name="obligation__kind", choices=ObligationKind.choices, label=_("Kind")
    )
    level = filters.MultipleChoiceFilter(method="at_levels", choices=LEVELS, label=_("Level found"))
    conduct = filters.MultipleChoiceFilter(choices=Conduct.choices, label=_("Conduct found"))
    timeliness = filters.MultipleChoiceFilter(choices=Timeliness.choices, label=_("Timeliness"))
    clock = filters.MultipleChoiceFilter(
        field_name="clock_then", choices=ClockState.choices, label=_("Clock")
    )
    tag = filters.CharFilter(method="with_tag", label=_("Topic"))
    life = filters.ChoiceFilter(field_name="life_then", choices=Life.choices, label=_("Life"))

    class Meta:
        model = Commitment
        fields: list[str] = []

    def in_provision(self, queryset: "StandingQuerySet", name: str, anchor: str) -> "StandingQuerySet":
        """Of the provision with that anchor, or of one directly below it."""
        own = Q(obligation__provision__anchor=anchor)
        return queryset.filter(own | Q(obligation__provision__parent__anchor=anchor))

    def at_levels(self, queryset: "StandingQuerySet", name: str, levels: list[str]) -> "StandingQuerySet":
        chosen = Q(level__in=[int(level) for level in levels if level.isdigit()])
        if NO_FINDING in levels:
            chosen |= Q(finding_id__isnull=True)
        if NOT_ASSESSABLE in levels:
            chosen |= Q(not_assessable=True)
        return queryset.filter(chosen) if levels else queryset

    def with_tag(self, queryset: "StandingQuerySet", name: str, tag: str) -> "StandingQuerySet":
        return queryset.filter(obligation__tags__contains=[tag])
