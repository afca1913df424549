"""Whether the clock of this process is that of the database. Confidences end at instants, and so do deadlines."""

import time
from datetime import timedelta

from django.db import connection

MOST = timedelta(minutes=5)
FRESH = 60.0  # seconds for which a difference is believed

_difference = timedelta()
_looked_at = float("-inf")


class ClockDiffers(Exception):
    """The clocks differ by more than MOST: what is to be public later could be shown, or a deadline pass, too early."""

    def __init__(self, difference: timedelta) -> None:
        super().__init__(in_words(difference))


def ours() -> float:
    """This process's clock, in seconds."""
    return time.time()


def note(before: float, theirs: float, after: float) -> None:
    """Remember the difference, from the database's time and this process's before and after it was asked."""
    global _difference, _looked_at
    _difference = timedelta(seconds=min(max(theirs, before), after) - theirs)
    _looked_at = time.monotonic()


def difference() -> timedelta:
    """This process's clock minus the database's, asked now. Raises DatabaseError."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        before = ours()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        note(before, float(cursor.fetchone()[0]), ours())
    return _difference


def recent_difference() -> timedelta:
    """The same, asked at most once a minute."""
    return _difference if time.monotonic() - _looked_at < FRESH else difference()


def differs(by: timedelta) -> bool:
    return abs(by) > MOST


def in_words(by: timedelta) -> str:
    off = abs(by)
    how_far = f"{off.days} days" if off.days > 1 else f"{off.total_seconds():.0f} s"
    return f"its clock is {how_far} {'ahead of' if by > timedelta() else 'behind'} the database's"
