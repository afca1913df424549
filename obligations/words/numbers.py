"""Numbers, times and several names, as people read them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.deadlines.moment import day_in


def amount(n: int | Decimal) -> str:
    """With the separators of the language."""
    return number_format(n, force_grouping=True)


def obligations_and_commitments(obligations: int, commitments: int) -> str:
    """What several owe is one obligation and several commitments: "2 obligations, 7 commitments"."""
    owed = ngettext("%(n)s obligation", "%(n)s obligations", obligations) % {"n": amount(obligations)}
    shares = ngettext("%(n)s commitment", "%(n)s commitments", commitments) % {"n": amount(commitments)}
    return f"{owed}, {shares}"


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


def called(codes: Collection[str], names: Mapping[str, str]) -> list[str]:
    """What has these codes by its name, in the order of `names`; then the codes that have none."""
    return [
        *(name for code, name in names.items() if code in codes),
        *sorted(code for code in codes if code not in names),
    ]


def all_of(names: Sequence[str]) -> str:
    """ "Alpha", "Alpha and Beta", "Alpha, Beta and Gamma"; empty of none."""
    # Translators: both hold names, "some" all but the last of them with commas between.
    return joined(names, _("%(some)s and %(last)s"))


def any_of(names: Sequence[str]) -> str:
    """The same with "or"."""
    # Translators: both hold names, "some" all but the last of them with commas between.
    return joined(names, _("%(some)s or %(last)s"))


def joined(names: Sequence[str], ends: str) -> str:
    names = [str(name) for name in names]  # as they are read here
    if len(names) < 2:
        return "".join(names)
    return ends % {"some": ", ".join(names[:-1]), "last": names[-1]}
