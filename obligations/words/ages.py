"""How long ago, and how far ahead, in words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.deadlines.moment import day_in
from obligations.words.numbers import amount


def days_until(day: date, now: datetime, zone: ZoneInfo) -> int:
    """Whole days from today in `zone` to `day`; negative where it has passed."""
    return (day - day_in(now, zone)).days


def ago(then: datetime, now: datetime) -> str:
    """The time since an instant in its largest unit: "40 s ago", "3 min ago", "5 h ago", "2 days ago"."""
    seconds = max(int((now - then).total_seconds()), 0)
    if seconds < 60:
        return _("%(n)d s ago") % {"n": seconds}
    if seconds < 3600:
        return _("%(n)d min ago") % {"n": seconds // 60}
    if seconds < 2 * 86400:
        return _("%(n)d h ago") % {"n": seconds // 3600}
    days = seconds // 86400
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


def until(n: int) -> str:
    """How far a day is from today, by the days until it: "in 7 days", "today", "7 days ago"."""
    if n == 0:
        return _("today")
    said = (
        # Translators: how far a day is away; stands by itself, or in brackets after the day.
        ngettext("in %(days)s day", "in %(days)s days", n)
        if n > 0
        # Translators: how long ago a day was; stands by itself, or in brackets after the day.
        else ngettext("%(days)s day ago", "%(days)s days ago", -n)
    )
    return said % {"days": amount(abs(n))}


def older_than(then: datetime, now: datetime, seconds: int) -> bool:
    return (now - then).total_seconds() > seconds
