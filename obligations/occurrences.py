"""The periods of what lasts, as one viewer knows them at one moment: of single commitments, for pages and breaches.

`Occurrence.objects.as_seen_by` is the same in the database, for lists and counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from obligations.deadlines import Episode, FindingFact, Moment, complete_day, episodes
from obligations.deadlines.explain import DAY
from obligations.deadlines.occurrences import own_spans
from obligations.deadlines.spans import Span
from obligations.models import Commitment, Occurrence, Statement
from obligations.models.occurrence import by_period


@dataclass(frozen=True, slots=True)
class TimeDue:
    """One of the times that a recurring commitment is due. `findings` on it are in order.

    `spans` are those of its own clock, none where nothing was owed on the day; `complete_since` is the day of the
    completion that stands.
    """

    occurrence: Occurrence
    spans: tuple[Span, ...]
    findings: tuple[FindingFact, ...]
    episodes: tuple[Episode, ...]
    complete_since: date | None

    @property
    def is_awaited(self) -> bool:
        return bool(self.spans) and self.complete_since is None


def in_words(period: Occurrence) -> str:
    """A period by its due day, or by its first and last day."""
    if period.due_on:
        return _("Due %(day)s") % {"day": date_format(period.due_on, DAY)}
    days = {"first": date_format(period.starts_on, DAY), "last": date_format(period.ends_on, DAY)}
    return _("%(first)s to %(last)s") % days


def occurrences_of(commitments: Iterable[Commitment], moment: Moment) -> dict[int, list[Occurrence]]:
    """The periods with a due day of each commitment, in their order. One query, or none where nothing is asked."""
    keys = [one.pk for one in commitments]
    found: dict[int, list[Occurrence]] = defaultdict(list)
    if keys:
        due = Occurrence.objects.known(moment).filter(commitment__in=keys, due_on__isnull=False)
        for one in due.order_by("commitment", "due_on"):
            found[one.commitment_id].append(one)
    return found


def times_due(
    occurrences: Iterable[Occurrence], spans: tuple[Span, ...], findings: Iterable[Statement], zone: ZoneInfo
) -> tuple[TimeDue, ...]:
    """By the commitment's own `spans`, and `findings` in order that the viewer may see. No query."""
    occurrences = list(occurrences)
    said = by_period(occurrences, findings)
    return tuple(time_due(one, spans, said[one.pk], zone) for one in occurrences)


def time_due(
    occurrence: Occurrence, spans: tuple[Span, ...], findings: Sequence[Statement], zone: ZoneInfo
) -> TimeDue:
    assert occurrence.due_on is not None
    own = own_spans(spans, occurrence.due_on, zone)
    facts = tuple(one.fact() for one in findings)
    return TimeDue(occurrence, own, facts, episodes(own, zone, facts), complete_day(facts))
