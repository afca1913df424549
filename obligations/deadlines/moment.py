"""The moment that a page or an answer speaks of: a day spoken of, and a day of knowledge."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from parties.known import OUTSET as OUTSET
from parties.known import STILL as STILL


@lru_cache(maxsize=4096)  # thousands of clocks hang on a few days
def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The midnight that begins `day` in `zone`, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The midnight that ends `day` in `zone`, in UTC: the first instant that is too late."""
    return start_of_day(day + timedelta(days=1), zone)


def day_in(instant: datetime, zone: ZoneInfo) -> date:
    """The day that the instant falls on in `zone`."""
    return instant.astimezone(zone).date()


# The last instant of a day: what falls due at midnight is not overdue yet.
INSTANT = timedelta(microseconds=1)


class MomentError(ValueError):
    """A day that nothing can be said of; `field` is the parameter, the message says what to do."""

    def __init__(self, field: str, day: date) -> None:
        super().__init__(f"{field}: {day} has not come yet")
        self.field = field
        self.day = day


@dataclass(frozen=True, slots=True)
class Moment:
    """`now` is real, and what a viewer may see is judged by it. `at` is the instant spoken of.

    `spoken_on` is the day spoken of, None for today; `known_on` the day of knowledge with the instant `known_at` that
    ends it, None where all that is on record counts. Where an instant was named in place of that day, it is `known_by`,
    and `known_at` the first instant after it.
    """

    now: datetime
    at: datetime
    spoken_on: date | None = None
    known_on: date | None = None
    known_at: datetime | None = None
    known_by: datetime | None = None

    @property
    def is_present(self) -> bool:
        return self.spoken_on is None and self.known_on is None

    def at_in(self, zone: ZoneInfo) -> datetime:
        """The instant spoken of where days are those of `zone`: of agreements in several zones, each has its own."""
        return end_of_day(self.spoken_on, zone) - INSTANT if self.spoken_on else self.now


def present(now: datetime) -> Moment:
    return Moment(now, now)


def moment_of(as_of: date | None, known: date | datetime | None, now: datetime, zone: ZoneInfo) -> Moment:
    """The end of the day `as_of`, with what was recorded by the end of the day `known` (both in `zone`), or by that
    instant.

    None, or today, stands for the present; beside an instant, today stays the day that it is, so that the same is
    meant tomorrow. A day to come, `as_of`, is a look ahead at what falls due by then. Raises MomentError for a day of
    knowledge that has not come.
    """
    today, known_by = day_in(now, zone), known if isinstance(known, datetime) else None
    known_on = day_in(known_by, zone) if known_by else known
    if known_on is not None and (known_by > now if known_by else known_on > today):
        raise MomentError("known_at", known_on)
    spoken = as_of if known_by or as_of != today else None
    at = end_of_day(spoken, zone) - INSTANT if spoken else now
    if known_by:
        return Moment(now, at, spoken, known_on, known_by + INSTANT, known_by)
    if known_on is None or known_on == today:
        return Moment(now, at, spoken)
    return Moment(now, at, spoken, known_on, end_of_day(known_on, zone))


def pinned(moment: Moment, zone: ZoneInfo) -> Moment:
    """The same moment, named by what will mean the same later: a day spoken of, and what was recorded until now."""
    spoken = moment.spoken_on or day_in(moment.now, zone)
    known = moment.known_by or moment.known_on or moment.now
    return moment_of(spoken, known, moment.now, zone)


def moment_at(moment: "Moment | datetime") -> Moment:
    return present(moment) if isinstance(moment, datetime) else moment


def next_hour(now: datetime, zone: ZoneInfo, hour: int, weekday: int | None = None) -> datetime:
    """The next instant after `now` at which it is that full hour in the zone; on that day of the week (0: Monday)."""
    day = day_in(now, zone)
    while True:
        at = datetime.combine(day, time(hour), zone).astimezone(UTC)
        if at > now and weekday in (None, day.weekday()):
            return at
        day += timedelta(days=1)
