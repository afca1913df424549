"""Breaches that opened, closed or turned out not to have been: what the viewer knew of them before, and knows after.

They are the viewer's own episodes, worked out twice from the same visible statements: once from what was on record when
the window began, once from what was on record when it ended. So nothing here tells of a hidden finding.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from obligations.deadlines import Episode, Moment, day_in
from obligations.deadlines.moment import INSTANT
from obligations.models import Commitment, Period, Statement
from obligations.models.terms import recurs
from obligations.status.breaches import SeenBreach, breaches_of
from obligations.status.records import Records
from obligations.status.status import Standing, standing_of
from obligations.web.changes.change import Change, ChangeKind, Why
from obligations.web.changes.window import Window, known_at
from parties.access import PUBLIC_VIEWER

# A breach is the same one as long as it is of the same period in which something is due, the same thing began it, and
# it ran out at the same instant.
Identity = tuple[datetime, int | None, int | None, int | None]
Breaches = dict[Identity, SeenBreach]


@dataclass(frozen=True, slots=True)
class Known:
    """What the viewer knew of one commitment at a moment."""

    breaches: Breaches
    runs: tuple[Episode, ...] = ()
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one breach, and when."""

    kind: ChangeKind
    breach: SeenBreach
    at: datetime


# When that was recorded after which it was so.
Find = Callable[[Callable[[Breaches], bool]], datetime]


def breach_changes(commitments: Iterable[Commitment], window: Window) -> Iterator[Change]:
    """Of commitments that `with_standing` loaded for the viewer, at the present. One query, for what recurs."""
    commitments = list(commitments)
    all_periods = periods_due_of(commitments)
    for commitment in commitments:
        zone, periods = commitment.agreement.zone, all_periods[commitment.pk]
        was, is_now = (
            known(commitment, moment, periods) for moment in (window.before(zone), window.after(zone))
        )
        find = partial(first_known, commitment, window, periods)
        for turn in turns(was.breaches, is_now.breaches, window, find):
            yield Change(
                turn.kind,
                turn.at,
                turn.breach.pk,
                on=day_of(turn),
                commitment=commitment,
                breach=turn.breach,
                ended=why(turn.breach, was, is_now) if turn.kind == ChangeKind.BREACH_VOIDED else None,
            )


def periods_due_of(commitments: Iterable[Commitment]) -> dict[int, list[Period]]:
    """The periods in which each of what recurs is or was due, whenever they were known, in their order."""
    recurring = [one.pk for one in commitments if recurs(one.records.terms)]  # type: ignore[attr-defined]
    found: dict[int, list[Period]] = defaultdict(list)
    if recurring:
        due = Period.objects.filter(commitment__in=recurring, due_on__isnull=False)
        for one in due.order_by("commitment", "due_on", "pk"):
            found[one.commitment_id].append(one)
    return found


def known(commitment: Commitment, moment: Moment, periods: Iterable[Period] = ()) -> Known:
    """What the viewer knew at a moment. The flags of the sweep are left aside: they know more."""
    present: Standing = commitment.standing  # type: ignore[attr-defined]
    if moment.known_at is None:
        return seen_in(present, commitment, moment)
    records: Records = commitment.records  # type: ignore[attr-defined]
    if not records.spans(moment.known_at):
        return Known({})
    seen = [said for said in commitment.seen_statements if said.recorded_at < moment.known_at]  # type: ignore[attr-defined]
    # As `Period.objects.known` has it.
    due = [period for period in periods if period.known_from < moment.known_at <= period.known_until]
    then = standing_of(commitment, seen, records, moment, due)
    try:
        commitment.standing = then  # type: ignore[attr-defined]
        return seen_in(then, commitment, moment)
    finally:
        commitment.standing = present  # type: ignore[attr-defined]


def seen_in(standing: Standing, commitment: Commitment, moment: Moment) -> Known:
    """By the standing that the commitment has."""
    breaches = {identity(one): one for one in breaches_of([commitment], PUBLIC_VIEWER, moment.at)}
    return Known(breaches, standing.episodes, standing.deadline.due_on)


def identity(breach: SeenBreach) -> Identity:
    run, period = breach.episode, breach.period
    return run.flag_at, run.opened_by, run.opened_act, period.pk if period else None


def turns(was: Breaches, is_now: Breaches, window: Window, find: Find) -> Iterator[Turn]:
    """A breach that opens does so when the clock runs out, or when it came to be known; it closes no earlier."""
    for key, breach in is_now.items():
        before = was.get(key)
        opened_at = window.since
        if before is None:
            ran_out = breach.episode.flag_at
            opened_at = ran_out if window.holds(ran_out) else find(partial(is_there, key))
            yield Turn(ChangeKind.BREACH_OPENED, breach, opened_at)
        elif breach.is_open and not before.is_open:
            yield Turn(ChangeKind.BREACH_OPENED, breach, find(partial(is_ended_by, key, ended_by(breach))))
        if not breach.is_open and (before is None or ended_by(before) != ended_by(breach)):
            closed_at = breach.closed_at
            if closed_at is None or not window.holds(closed_at):
                closed_at = find(partial(is_ended_by, key, ended_by(breach)))
            yield Turn(ChangeKind.BREACH_CLOSED, breach, max(closed_at, opened_at))
    for key, breach in was.items():
        if key not in is_now:
            yield Turn(ChangeKind.BREACH_VOIDED, breach, find(partial(is_gone, key)))


Ended = tuple[int | None, int | None]


def ended_by(breach: SeenBreach) -> Ended:
    """The finding or the reading that ended it; neither while it is open."""
    return breach.episode.closed_by, breach.episode.closed_act


def is_there(key: Identity, seen: Breaches) -> bool:
    return key in seen


def is_gone(key: Identity, seen: Breaches) -> bool:
    return key not in seen


def is_ended_by(key: Identity, ended: Ended, seen: Breaches) -> bool:
    return key in seen and ended_by(seen[key]) == ended


def first_known(
    commitment: Commitment, window: Window, periods: list[Period], is_done: Callable[[Breaches], bool]
) -> datetime:
    """When that was recorded in the window after which it was so."""
    zone = commitment.agreement.zone
    records: Records = commitment.records  # type: ignore[attr-defined]
    seen: list[Statement] = commitment.seen_statements  # type: ignore[attr-defined]
    instants = {at for said in seen for at in (said.recorded_at, said.withdrawn_at) if at}
    instants.update(records.turns())
    instants.update(one.known_from for one in periods)
    instants.update(one.known_until for one in periods)
    recorded = sorted(at for at in instants if window.holds(at))
    for at in recorded:
        if is_done(known(commitment, known_at(at + INSTANT, window.now, zone), periods).breaches):
            return at
    return recorded[-1] if recorded else window.since


def day_of(turn: Turn) -> date:
    """The first day that was too late; of a breach that closed, the day on which it ended."""
    run, zone = turn.breach.episode, turn.breach.commitment.agreement.zone
    ended = run.met_on or run.ended_on
    return ended if turn.kind == ChangeKind.BREACH_CLOSED and ended else day_in(run.flag_at, zone)


def why(breach: SeenBreach, was: Known, is_now: Known) -> Why:
    """Why a breach that was known is none by what is known now."""
    if was.due_on != is_now.due_on:
        return Why.RESCHEDULED
    stopped = any(
        run.closed_act is not None and run.in_time_until == breach.episode.in_time_until
        for run in is_now.runs
    )
    return Why.STOPPED if stopped else Why.CORRECTED
