"""Periods on the desk: which of them wait for a finding, and which one a finding can be about."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.deadlines import present
from obligations.models import Commitment, Period
from obligations.status.periods import SeenPeriod, in_words, periods_seen
from parties.access import Viewer

# The form offers no more than these, the newest.
MOST = 60


@dataclass(frozen=True, slots=True)
class Review:
    """The last period that has ended, of a commitment whose review waits; and how many earlier ones have no finding."""

    period: SeenPeriod
    earlier: int = 0


def reviews(commitments: Iterable[Commitment], viewer: Viewer, now: datetime) -> dict[int, Review]:
    """Of each commitment, by its key. One query."""
    found: dict[int, Review] = {}
    there = periods_seen([one.pk for one in commitments], viewer, present(now))
    for period in (one for one in reversed(there) if one.wants_a_review):
        known = found.get(period.commitment_id)
        found[period.commitment_id] = replace(known, earlier=known.earlier + 1) if known else Review(period)
    return found


def unreviewed(review: Review) -> str:
    """Which periods have no finding."""
    why = _("No finding on %(period)s") % {"period": in_words(review.period)}
    if not review.earlier:
        return why
    also = ngettext(
        "%(why)s, nor on %(n)s earlier period", "%(why)s, nor on %(n)s earlier periods", review.earlier
    )
    return also % {"why": why, "n": number_format(review.earlier, force_grouping=True)}


def periods_begun(commitment: Commitment, now: datetime) -> list[Period]:
    """What a finding can be about, the newest first. One query, or none where nothing lasts."""
    if not commitment.obligation.lasts:
        return []
    moment = present(now)
    begun = Period.objects.known(moment).started(moment).filter(commitment=commitment)
    return list(begun.order_by("-starts_on")[:MOST])
