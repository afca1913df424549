"""By which finding a commitment stands, and how a party's claim compares with what was found. Pure: no query, no clock.

A standing duty is assessed period by period: it stands by the newest period that has ended, and a finding on any other
period is an older assessment, or a first look at the one under way. All else stands by its last finding.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, Protocol, TypeVar

from obligations.models import CommitmentStatus
from obligations.models.statement import Conduct

Claim = CommitmentStatus.Claim
ONE_DAY = timedelta(days=1)
# From the least to the most, as the levels are.
CONDUCTS = tuple(reversed(Conduct.values))


class Verdict(Protocol):
    """A claim or a finding, as a row or as what was read of it."""

    @property
    def level(self) -> int | None: ...
    @property
    def not_assessable(self) -> bool: ...
    @property
    def conduct(self) -> str: ...
    @property
    def effective_on(self) -> date: ...
    @property
    def period_id(self) -> int | None: ...


class Days(Protocol):
    """A period; `due_on` where something is due at its end, and then nothing is reviewed."""

    @property
    def pk(self) -> int: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def due_on(self) -> date | None: ...


class Stated(Verdict, Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def by_id(self) -> int | None: ...


class Recorded(Protocol):
    """What was said of a day, and when it was recorded."""

    @property
    def effective_on(self) -> date: ...
    @property
    def recorded_at(self) -> datetime: ...


V = TypeVar("V", bound=Verdict)
S = TypeVar("S", bound=Stated)
P = TypeVar("P", bound=Days)
# Of what answers hold.
SaidT = TypeVar("SaidT")
DaysT = TypeVar("DaysT")


def answers(finding: Recorded, claim: Recorded) -> bool:
    """Whether the finding was made since the claim and speaks of its day or a later one.

    `Statement.objects.awaiting_a_finding` asks the database the same.
    """
    return finding.effective_on >= claim.effective_on and finding.recorded_at >= claim.recorded_at


def contest_waits(contest: Recorded, found: Iterable[Recorded], is_answered: bool) -> bool:
    """Whether no finding was made since the contest, and no mediator answered it."""
    return not is_answered and not any(finding.recorded_at > contest.recorded_at for finding in found)


def is_on(said: Verdict, period: Days) -> bool:
    """Whether it is about the period: named to it, or about one of its days."""
    if said.period_id is not None:
        return said.period_id == period.pk
    return period.starts_on <= said.effective_on <= period.ends_on


@dataclass(frozen=True, slots=True)
class Assessment(Generic[SaidT, DaysT]):
    """`finding` is the one by which a commitment stands; None where it has none.

    Of a standing duty, `last` is the newest period with a finding on it, `last_finding` that finding, and `ago` how
    many periods have begun since: 0 of the period under way, 1 of the newest that has ended.
    """

    finding: SaidT | None
    last: DaysT | None = None
    last_finding: SaidT | None = None
    ago: int = 0

    @property
    def is_older(self) -> bool:
        """Whether something was found, and not on the period by which it stands."""
        return self.last_finding is not None and self.last_finding != self.finding


def assessment(found: Sequence[V], periods: Iterable[P], day: date) -> Assessment[V, P]:
    """On a day, of the findings in order that speak of it or an earlier one; `periods` as they are known."""
    reviewed = sorted(
        (one for one in periods if one.due_on is None and one.starts_on <= day), key=lambda one: one.starts_on
    )
    if not reviewed:
        return Assessment(found[-1] if found else None)
    on = [last_on(found, period) for period in reviewed]
    ended = [said for said, period in zip(on, reviewed, strict=True) if period.ends_on < day]
    place = next((at for at in reversed(range(len(on))) if on[at] is not None), None)
    stands = ended[-1] if ended else None
    if place is None:
        return Assessment(stands)
    return Assessment(stands, reviewed[place], on[place], len(reviewed) - 1 - place)


def last_on(said: Sequence[V], period: Days) -> V | None:
    return next((one for one in reversed(said) if is_on(one, period)), None)


def days_of_change(found: Iterable[Verdict], periods: Iterable[Days]) -> set[date]:
    """The days on which another finding may stand though nothing new is said, for as long as none is.

    What was found on a period stands from the day after it, until the next has ended.
    """
    reviewed = sorted((one for one in periods if one.due_on is None), key=lambda one: one.starts_on)
    found = list(found)
    days = {reviewed[0].starts_on} if reviewed else set()
    for place, period in enumerate(reviewed):
        if any(is_on(said, period) for said in found):
            days |= {period.starts_on, *(one.ends_on + ONE_DAY for one in reviewed[place : place + 2])}
    return days


# Claims


def answer_to(claim: Verdict, found: Sequence[V], periods: Iterable[Days]) -> V | None:
    """Of findings in order, the last on the period that the claim is about, or else the last."""
    own = next((one for one in periods if is_on(claim, one)), None)
    return (last_on(found, own) if own else None) or (found[-1] if found else None)


def compared(claim: Verdict | None, found: Sequence[Verdict], periods: Iterable[Days]) -> Claim | None:
    """A claim against the last finding that speaks of its day or a later one; of its own period, where one does.

    None without a claim.
    """
    if claim is None:
        return None
    finding = answer_to(claim, [said for said in found if said.effective_on >= claim.effective_on], periods)
    if finding is None:
        return Claim.NO_FINDING
    steps = step_of(claim), step_of(finding)
    if None in steps:
        return Claim.AGREES if steps == (None, None) else Claim.NOT_COMPARABLE
    return BY_LEVELS[steps[0] - steps[1]]  # type: ignore[operator]  # neither is None


@dataclass(frozen=True, slots=True)
class Against(Generic[SaidT]):
    """A party's newest claim and how it compares with what was found; `is_own` where it is about the party itself."""

    said: SaidT
    outcome: Claim
    is_own: bool


def against(
    said: Sequence[S], found: Sequence[S], periods: Sequence[Days], party_id: int
) -> tuple[Against[S], ...]:
    """Of `said`, newest first: the newest claim of the party about itself, then that of another party about it."""
    claims = [one for one in said if one.kind == "claim"]
    newest = (
        (is_own, next((one for one in claims if (one.by_id == party_id) is is_own), None))
        for is_own in (True, False)
    )
    return tuple(
        Against(one, outcome, is_own)
        for is_own, one in newest
        if one and (outcome := compared(one, found, periods))
    )


def step_of(said: Verdict) -> int | None:
    """The place on its scale, of levels or of conduct; None where it could not be assessed."""
    return CONDUCTS.index(said.conduct) if said.conduct else said.level


# By how many levels a claim lies above the finding.
BY_LEVELS = {
    0: Claim.AGREES,
    1: Claim.ABOVE_1,
    2: Claim.ABOVE_2,
    3: Claim.ABOVE_3,
    -1: Claim.BELOW_1,
    -2: Claim.BELOW_2,
    -3: Claim.BELOW_3,
}
