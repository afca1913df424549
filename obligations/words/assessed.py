"""When a standing duty was assessed, in words."""

from datetime import date, timedelta

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from obligations.models import Period, Statement
from obligations.status.assessed import Assessment
from obligations.status.periods import in_words
from obligations.words.numbers import amount

ONE_DAY = timedelta(days=1)


def whole_months(first: date, last: date) -> str:
    """ "July to December 2023"; empty where the days are no whole months."""
    if first.day != 1 or (last + ONE_DAY).day != 1:
        return ""
    words = {
        "first": MONTHS[first.month],
        "last": MONTHS[last.month],
        "year": last.year,
        "before": first.year,
    }
    if first.year != last.year:
        # Translators: two months, each with its year.
        return _("%(first)s %(before)s to %(last)s %(year)s") % words
    if first.month == last.month:
        return date_format(last, "YEAR_MONTH_FORMAT")
    # Translators: two months of one year.
    return _("%(first)s to %(last)s %(year)s") % words


def assessed(of: Assessment[Statement, Period]) -> str:
    """The period that the last finding is on, and how long ago that was; empty where nothing is reviewed or found."""
    if of.last is None or of.last_finding is None:
        return ""
    words = {
        "period": whole_months(of.last.starts_on, of.last.ends_on) or in_words(of.last),
        "n": amount(of.ago),
    }
    if not of.is_older:
        return pgettext("the period that a finding is on, after it", "for %(period)s") % words
    words["verdict"] = of.last_finding.verdict().lower()
    if of.ago == 0:
        # Translators: “period” is two days or two months, “verdict” a level or a conduct in small letters.
        return _("under way, %(period)s: %(verdict)s so far") % words
    return (
        ngettext(
            # Translators: “verdict” is a level or a conduct in small letters.
            "last assessed: %(period)s, %(n)s period ago (%(verdict)s)",
            "last assessed: %(period)s, %(n)s periods ago (%(verdict)s)",
            of.ago,
        )
        % words
    )
