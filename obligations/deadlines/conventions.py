"""Ways of counting a period. Each turns a first day and a number of days into the last day of the period."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Convention:
    """`last_day(start, days)` is the last day of a period that `start` sets running. OverflowError past year 9999."""

    code: str
    name: Promise
    last_day: Callable[[date, int], date]


def calendar_days(start: date, days: int) -> date:
    """Every day counts; the day of the trigger itself does not."""
    return start + timedelta(days=days)


CONVENTIONS: dict[str, Convention] = {
    convention.code: convention for convention in (Convention("calendar", _("calendar"), calendar_days),)
}
