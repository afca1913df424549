"""The periods of what lasts, as one viewer knows them at one moment: of single commitments, for pages and clocks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from obligations.deadlines import Episode, FindingFact, Moment, complete_day, day_in, days_after, episodes
from obligations.deadlines.periods import own_spans
from obligations.deadlines.spans import Span
from obligations.models import Commitment, Period
from obligations.models.period import PeriodState, by_period
from obligations.status import reading
from parties.access import Viewer

# Of the periods that have begun, as many as a page shows at once.
SHOWN = 7


@dataclass(frozen=True, slots=True)
class PeriodDue:
    """One of the times that a recurring commitment is due. `findings` on it are in order.

    `spans` are those of its own clock, none where nothing was owed on the day; `complete_since` is the day of the
    completion that stands.
    """

    period: Period
    spans: tuple[Span, ...]
    findings: tuple[FindingFact, ...]
    episodes: tuple[Episode, ...]
    complete_since: date | None

    @property
    def is_awaited(self) -> bool:
        return bool(self.spans) and self.complete_since is None


class SeenPeriod(NamedTuple):
    """A period with what a viewer can know of it: its `state`, and of the findings on it the last one's day, the last
    conduct, the day of the completion that stands, and the last day in time. `owed`: whether anything was.
    """

    commitment_id: int
    pk: int
    key: str
    starts_on: date
    ends_on: date
    due_on: date | None
    state: str
    elapsed: bool
    found_on: date | None
    conduct: str | None
    complete_since: date | None
    in_time_until: date | None
    owed: bool

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    @property
    def wants_a_review(self) -> bool:
        """Of what is under review: it has ended, something was owed, and the viewer knows of no finding on it."""
        return self.elapsed and self.due_on is None and self.owed and self.conduct is None


def periods_seen(commitments: Iterable[int], viewer: Viewer, moment: Moment) -> list[SeenPeriod]:
    """The periods of commitments in the order of their days. One query."""
    state, of_state = reading.state_of_period(moment)
    elapsed, of_elapsed = reading.has_elapsed(moment)
    own = ("s.commitment_id = ANY(%s)", [list(commitments)])
    where, given = reading.joined([*reading.periods_seen(viewer, moment), own])
    rows = reading.rows_of(
        f"""SELECT s.commitment_id, q.id, q.key, q.starts_on, q.ends_on, q.due_on, {state}, {elapsed}, s.found_on,
            s.conduct, s.complete_since, s.in_time_until, s.owed
        FROM {reading.PERIODS} WHERE {where} ORDER BY s.commitment_id, q.starts_on, q.key""",
        [*of_state, *of_elapsed, *given],
    )
    return [SeenPeriod(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class PeriodStanding:
    """One period as a viewer sees it. `days_late` until it was met, or until the day spoken of; None in time."""

    period: SeenPeriod
    state: PeriodState
    found_on: date | None
    complete_since: date | None
    days_late: int | None


@dataclass(frozen=True, slots=True)
class PartyPeriods:
    """The periods of a commitment, newest first: the `newest` that have begun, `older` ones, and how many are to come.

    `is_due` tells whether something is due in each of them; otherwise they are reviewed. `ahead_until` is the last day
    of those to come. Before any has begun, the first is shown.
    """

    commitment: Commitment
    newest: tuple[PeriodStanding, ...]
    older: tuple[PeriodStanding, ...]
    is_due: bool
    ahead: int
    ahead_until: date | None


def periods_of(commitments: Sequence[Commitment], viewer: Viewer, moment: Moment) -> list[PartyPeriods]:
    """The periods of commitments that have any, in the order of these. One query, or none where nothing lasts."""
    lasting = [one for one in commitments if one.obligation.lasts]
    found: dict[int, list[SeenPeriod]] = defaultdict(list)
    if lasting:
        for period in reversed(periods_seen([one.pk for one in lasting], viewer, moment)):
            found[period.commitment_id].append(period)
    return [of_party(one, found[one.pk], moment) for one in lasting if found[one.pk]]


def of_party(commitment: Commitment, rows: list[SeenPeriod], moment: Moment) -> PartyPeriods:
    """`rows` are the periods as the viewer sees them, newest first."""
    today = day_spoken_of(commitment, moment)
    ahead = [row for row in rows if row.starts_on > today]
    begun = rows[len(ahead) :] or [ahead.pop()]
    shown = [
        PeriodStanding(row, PeriodState(row.state), row.found_on, row.complete_since, days_late(row, today))
        for row in begun
    ]
    return PartyPeriods(
        commitment,
        tuple(shown[:SHOWN]),
        tuple(shown[SHOWN:]),
        is_due=rows[0].due_on is not None,
        ahead=len(ahead),
        ahead_until=ahead[0].ends_on if ahead else None,
    )


def days_late(period: SeenPeriod, today: date) -> int | None:
    """Days from its last day in time until it was met, or to the day spoken of; None in time."""
    until = {PeriodState.LATE: period.complete_since, PeriodState.MISSED: today}.get(
        PeriodState(period.state)
    )
    return days_after(period.in_time_until, until) if until and period.in_time_until else None


def day_spoken_of(commitment: Commitment, moment: Moment) -> date:
    return moment.spoken_on or day_in(moment.now, commitment.agreement.zone)


def in_words(period: Period | SeenPeriod) -> str:
    """A period by its due day, or by its first and last day."""
    if period.due_on:
        return _("Due %(day)s") % {"day": date_format(period.due_on)}
    days = {"first": date_format(period.starts_on), "last": date_format(period.ends_on)}
    # Translators: the first and the last day of a period.
    return _("%(first)s to %(last)s") % days


def known_periods_of(commitments: Iterable[Commitment], moment: Moment) -> dict[int, list[Period]]:
    """The periods of each commitment, in their order. One query, or none where nothing is asked."""
    keys = [one.pk for one in commitments]
    found: dict[int, list[Period]] = defaultdict(list)
    if keys:
        periods = Period.objects.known(moment).filter(commitment__in=keys)
        for one in periods.order_by("commitment", "starts_on"):
            found[one.commitment_id].append(one)
    return found


def clocks_of(
    periods: Iterable[Period], spans: tuple[Span, ...], findings: Iterable[Any], zone: ZoneInfo
) -> tuple[PeriodDue, ...]:
    """By the commitment's own `spans`, and `findings` in order that the viewer may see. No query."""
    periods = list(periods)
    said = by_period(periods, findings)
    return tuple(clock_of(one, spans, said[one.pk], zone) for one in periods)


def clock_of(period: Period, spans: tuple[Span, ...], findings: Sequence[Any], zone: ZoneInfo) -> PeriodDue:
    assert period.due_on is not None
    own = own_spans(spans, period.due_on, zone)
    facts = tuple(one.fact() for one in findings)
    return PeriodDue(period, own, facts, episodes(own, zone, facts), complete_day(facts))
