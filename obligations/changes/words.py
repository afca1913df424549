"""What a reading says, as one sentence."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from obligations.deadlines import CONVENTIONS
from obligations.deadlines.wording import day
from obligations.models import Reading

Kind = Reading.Kind


def counting(reading: Reading) -> str:
    by = CONVENTIONS[reading.convention].name if reading.convention in CONVENTIONS else reading.convention
    if not reading.calendars:
        return _("Counted by: %(convention)s.") % {"convention": by}
    words = {"convention": by, "calendars": ", ".join(reading.calendars)}
    return _("Counted by: %(convention)s, with the days off of: %(calendars)s.") % words


def withdrawal(reading: Reading) -> str:
    earlier = reading.withdraws
    if earlier is None:
        return ""
    words = {"reading": reading_in_words(earlier), "kind": earlier.get_kind_display()}
    return _("Takes back: %(kind)s. It had said: %(reading)s") % words


WORDS: dict[str, Callable[[Reading], str]] = {
    Kind.COUNTING: counting,
    Kind.DATE: lambda one: _("The last day is %(day)s.") % {"day": day(one.due_on)},
    Kind.EXTENSION: lambda one: _("Extended to %(day)s.") % {"day": day(one.due_on)},
    Kind.SUSPENSION: lambda one: _("The clock stops on %(day)s.") % {"day": day(one.effective_on)},
    Kind.RESUMPTION: lambda one: _("The clock goes on from %(day)s.") % {"day": day(one.effective_on)},
    Kind.WAIVER: lambda one: _("Waived from %(day)s.") % {"day": day(one.effective_on)},
    Kind.SUPERSESSION: lambda one: _("Superseded from %(day)s.") % {"day": day(one.effective_on)},
    Kind.WITHDRAWAL: withdrawal,
}


def reading_in_words(reading: Reading) -> str:
    return WORDS[reading.kind](reading)
