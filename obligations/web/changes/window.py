"""The two moments between which one asks what changed."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from obligations.deadlines import Moment, day_in, end_of_day, present, start_of_day
from obligations.deadlines.moment import INSTANT
from parties.texts import day_error

DEFAULT_DAYS = 7
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT_OF_A_DAY = re.compile(DAY.pattern + "[T ]")


class WindowError(ValueError):
    """Moments that nothing can be told between: sentences by the name of the parameter."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {said}" for name, said in errors.items()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` on, and before `until`. Where it reaches to the present, everything on record is in it."""

    since: datetime
    until: datetime
    now: datetime
    to_the_present: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "to_the_present", self.until >= self.now)
        object.__setattr__(self, "until", min(self.until, self.now))

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (at < self.until or (self.to_the_present and at <= self.now))

    def on(self, field: str) -> Q:
        """Rows whose instant `field` lies in it."""
        rule = Q(**{f"{field}__gte": self.since})
        return rule & Q(**{f"{field}__{'lte' if self.to_the_present else 'lt'}": self.until})

    def before(self, zone: ZoneInfo) -> Moment:
        """The moment at which it begins: what was recorded before it, and what had come to pass by then."""
        return known_at(self.since, self.now, zone)

    def after(self, zone: ZoneInfo) -> Moment:
        return present(self.now) if self.to_the_present else known_at(self.until, self.now, zone)


def known_at(at: datetime, now: datetime, zone: ZoneInfo) -> Moment:
    """The present of an instant that is past, with what was on record before it."""
    last = at - INSTANT
    return Moment(now, at=last, known_on=day_in(last, zone), known_at=at)


def window_of(since: str, until: str, now: datetime, zone: ZoneInfo) -> Window:
    """Each is a day (`since` from its first instant, `until` to its last) or an instant in ISO 8601.

    An instant without a zone is one of the agreement's clock. Empty: until now, from seven days
    before the end. Raises WindowError
    for what is neither, for what has not come yet, and where `since` is not before `until`.
    """
    errors: dict[str, str] = {}
    today = day_in(now, zone)
    ends = bound(until, "until", zone, today, errors) or now
    week_before = day_in(min(ends - INSTANT, now), zone) - timedelta(days=DEFAULT_DAYS)
    starts = bound(since, "since", zone, today, errors) or start_of_day(week_before, zone)
    if not errors and starts >= min(ends, now):
        errors["since"] = _("This is not before the end (until).")
    if errors:
        raise WindowError(errors)
    return Window(starts, ends, now)


def bound(given: str, name: str, zone: ZoneInfo, today: date, errors: dict[str, str]) -> datetime | None:
    """The instant that is meant, None where nothing is given; what is wrong with it goes to `errors`."""
    if not given:
        return None
    said = day_or_instant(given, zone)
    if said is None:
        errors[name] = _("Give a day as 2024-01-31, or an instant as 2024-01-31T12:00:00Z.")
        return None
    day = said if not isinstance(said, datetime) else day_in(said, zone)
    if error := day_error(day):
        errors[name] = error
    elif day > today:
        errors[name] = _("This day has not come yet.")
    elif isinstance(said, datetime):
        return said
    else:
        return end_of_day(day, zone) if name == "until" else start_of_day(day, zone)
    return None


def day_or_instant(given: str, zone: ZoneInfo) -> date | datetime | None:
    """None for what is neither. The sign of an offset may have become a space, as it does in addresses."""
    try:
        if DAY.fullmatch(given):
            return date.fromisoformat(given)
        if not INSTANT_OF_A_DAY.match(given):
            return None
        at = datetime.fromisoformat(given[:11] + given[11:].replace(" ", "+"))
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        day_in(at, zone)  # out of reach at either end of the calendar
        return at
    except (ValueError, OverflowError):
        return None
