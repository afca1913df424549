"""Between days in a zone and instants in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The midnight that begins `day` in `zone`, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The midnight that ends `day` in `zone`, in UTC: the first instant that is too late."""
    return start_of_day(day + timedelta(days=1), zone)


def day_in(instant: datetime, zone: ZoneInfo) -> date:
    """The day that the instant falls on in `zone`."""
    return instant.astimezone(zone).date()
