"""The filters of the compliance pages: those of every list of commitments, and what a number on them is made of."""

from datetime import datetime
from typing import TYPE_CHECKING

import django_filters as filters
from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from obligations.deadlines.moment import Moment, moment_at
from obligations.models import Statement
from obligations.models.obligation import KINDS_WITH_PERIODS
from obligations.status.filters import CommitmentFilter
from parties.access import Viewer

if TYPE_CHECKING:
    from obligations.models.standing import StandingQuerySet

DIFFERS, AGREES = "differs", "agrees"
CLAIMS = [(DIFFERS, _("differs from the finding")), (AGREES, _("agrees with the finding"))]


class RowFilter(CommitmentFilter):
    """Over `with_claims`: the filters of every list, and how the newest claim compares with the finding."""

    claim = filters.MultipleChoiceFilter(choices=CLAIMS, label=_("Newest claim"))


def with_claims(
    queryset: "StandingQuerySet", viewer: Viewer, moment: Moment | datetime
) -> "StandingQuerySet":
    """Adds `claim` to what `as_seen_by` gives: how the newest claim, whoever made it, compares with the finding.

    `differs` or `agrees`; empty where one of the two is missing, or where conduct is found and not a level. Only claims
    and findings that the viewer may see are compared, as of the moment.
    """
    seen = Statement.objects.seen_by(viewer, moment).in_force(moment_at(moment))
    seen = seen.filter(commitment=OuterRef("pk")).newest_first()
    verdict = Coalesce("level", Value(-1))  # not assessable is an answer of its own
    claimed = Subquery(seen.filter(kind=Statement.Kind.CLAIM).values(said=verdict)[:1])
    found = Subquery(seen.filter(kind=Statement.Kind.FINDING).values(said=verdict)[:1])
    return queryset.annotate(claimed=claimed, found=found).annotate(
        claim=Case(
            When(Q(claimed__isnull=True) | Q(found__isnull=True), then=Value("")),
            When(obligation__kind__in=KINDS_WITH_PERIODS, then=Value("")),
            When(claimed=F("found"), then=Value(AGREES)),
            default=Value(DIFFERS),
            output_field=CharField(),
        )
    )
