"""Readings in words: what one says, how a clock stands, and what a reading does to it."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from obligations.deadlines import CONVENTIONS, Episode, Timeliness
from obligations.deadlines.explain import day
from obligations.deadlines.outlook import Outlook, ReadingProspect
from obligations.models import Reading
from obligations.words.numbers import amount

Kind = Reading.Kind

# What each kind does, for who is about to choose one.
WHAT_IT_DOES = {
    Kind.COUNTING: gettext_lazy(
        "Say by which convention the time limit is counted, and whose holidays. The due date is worked out anew."
    ),
    Kind.DATE: gettext_lazy(
        "Give a day where the text has none, such as “immediately”, or the day that it is read to mean."
    ),
    Kind.EXTENSION: gettext_lazy(
        "Move the due date to a later day. A breach that is open closes as extended."
    ),
    Kind.SUSPENSION: gettext_lazy("Stop the clock. A breach that is open closes as suspended."),
    Kind.RESUMPTION: gettext_lazy(
        "Let a stopped clock go on. The due date moves by the days for which it stood still."
    ),
    Kind.WAIVER: gettext_lazy("Nothing is owed any more. What was late before stays on record."),
    Kind.WITHDRAWAL: gettext_lazy("The reading counts no more, as if it had not been. It stays to be seen."),
}
NAMES = {
    Kind.COUNTING: gettext_lazy("How it is counted"),
    Kind.DATE: gettext_lazy("A date"),
    Kind.EXTENSION: gettext_lazy("Extension"),
    Kind.SUSPENSION: gettext_lazy("Suspension"),
    Kind.RESUMPTION: gettext_lazy("Resumption"),
    Kind.WAIVER: gettext_lazy("Waiver"),
}


def counted_by(convention: str, calendars: str) -> str:
    """ "Counted by EU Regulation 1182/71, with these holidays: ...". `calendars` may be empty."""
    name = CONVENTIONS[convention].name if convention in CONVENTIONS else convention
    if not calendars:
        return _("Counted by: %(convention)s") % {"convention": name}
    return _("Counted by: %(convention)s; days off: %(calendars)s") % {
        "convention": name,
        "calendars": calendars,
    }


def counting(reading: Reading, calendars: Mapping[str, str]) -> str:
    named = ", ".join(sorted(str(calendars.get(code, code)) for code in reading.calendars))
    return counted_by(reading.convention, named)


SAID: dict[str, Callable[[Reading], str]] = {
    Kind.DATE: lambda one: _("Due on %(day)s") % {"day": day(one.due_on)},
    Kind.EXTENSION: lambda one: _("Extended to %(day)s") % {"day": day(one.due_on)},
    Kind.SUSPENSION: lambda one: _("Clock stopped from %(day)s on") % {"day": day(one.effective_on)},
    Kind.RESUMPTION: lambda one: _("Clock goes on from %(day)s on") % {"day": day(one.effective_on)},
    Kind.WAIVER: lambda one: _("Waived from %(day)s on") % {"day": day(one.effective_on)},
    Kind.SUPERSESSION: lambda one: _("Superseded from %(day)s on") % {"day": day(one.effective_on)},
}


def reading_in_words(reading: Reading, calendars: Mapping[str, str]) -> str:
    """What it says, without a full stop. `calendars` are names by code; `withdraws` is loaded where it has one."""
    if reading.kind == Kind.COUNTING:
        return counting(reading, calendars)
    if reading.kind == Kind.WITHDRAWAL and reading.withdraws:
        return _("Taken back: %(reading)s") % {"reading": reading_in_words(reading.withdraws, calendars)}
    return SAID[reading.kind](reading)


def state(of: Outlook) -> str:
    """How it stands, within a sentence: "met late by 1 day"."""
    n = of.days_late or 0
    late = {"days": amount(n)}
    if of.timeliness == Timeliness.OVERDUE and not n:
        return _("overdue")
    if of.timeliness == Timeliness.OVERDUE:
        return ngettext("overdue by %(days)s day", "overdue by %(days)s days", n) % late
    if of.timeliness == Timeliness.MET_LATE:
        return ngettext("met late by %(days)s day", "met late by %(days)s days", n) % late
    if of.timeliness == Timeliness.NO_DATE and recurs(of):
        return _("due again and again")
    return str(STATES[of.timeliness])


STATES = {
    Timeliness.NO_DATE: gettext_lazy("without a date"),
    Timeliness.TRIGGER_PENDING: gettext_lazy("waiting for its trigger"),
    Timeliness.UPCOMING: gettext_lazy("not due yet"),
    Timeliness.DUE_SOON: gettext_lazy("due soon"),
    Timeliness.MET_ON_TIME: gettext_lazy("met on time"),
    Timeliness.STOPPED: gettext_lazy("the clock stands still"),
}


def effect_in_words(of: ReadingProspect) -> str:
    """What a reading does: the due date, how it stands before and after, and the breach."""
    return " ".join(filter(None, (due_date(of), before_and_after(of), breach(of))))


def recurs(of: Outlook) -> bool:
    return of.span.deadline.clock == "recurring"


def due_date(of: ReadingProspect) -> str:
    """Empty for what recurs: each time has a day of its own, and no reading moves it."""
    if recurs(of.before) or recurs(of.after):
        return ""
    before, after = of.before.due_on, of.after.due_on
    words = {"before": day(before), "after": day(after)}
    if before == after:
        return _("The due date stays %(after)s.") % words if after else _("No due date, as before.")
    if before is None:
        return _("Due %(after)s; it had no due date before.") % words
    if after is None:
        return _("No due date any more; it was %(before)s.") % words
    return _("Due %(after)s instead of %(before)s.") % words


def before_and_after(of: ReadingProspect) -> str:
    before, after = state(of.before), state(of.after)
    if before == after:
        # Translators: “state” is such as “overdue by 3 days” or “not due yet”.
        return _("As before: %(state)s.") % {"state": before}
    # Translators: both are such as “overdue by 3 days” or “not due yet”.
    return _("Before: %(before)s. After: %(after)s.") % {"before": before, "after": after}


def ended(run: Episode) -> str:
    """How a late run ended: "extended after 10 days late"."""
    n = run.days_late
    words = {
        # Translators: how a breach ended; these stand after a colon or “closed as”.
        "met": ngettext("met late, by %(days)s day", "met late, by %(days)s days", n),
        "moved": ngettext("extended after %(days)s day late", "extended after %(days)s days late", n),
        "suspended": ngettext("suspended after %(days)s day late", "suspended after %(days)s days late", n),
        "waived": ngettext("waived after %(days)s day late", "waived after %(days)s days late", n),
        "superseded": ngettext(
            "superseded after %(days)s day late", "superseded after %(days)s days late", n
        ),
        "start_changed": ngettext(
            "its clock started anew after %(days)s day late",
            "its clock started anew after %(days)s days late",
            n,
        ),
    }
    return words[run.ending] % {"days": amount(n)}


def breach(of: ReadingProspect) -> str:
    change, run = of.breach
    closing = of.closing
    if change == "ended" and closing:
        return _("The breach closes: %(ended)s.") % {"ended": ended(closing)}
    if change == "replaced" and closing:
        return _("The breach closes: %(ended)s. Another opens.") % {"ended": ended(closing)}
    if change == "late_anew" and run:
        words = (
            _("The breach is then: %(ended)s.")
            if of.before.late
            else _("A breach comes to stand: %(ended)s.")
        )
        return words % {"ended": ended(run)}
    return str(BREACHES.get(change, ""))


BREACHES = {
    "void": gettext_lazy("The breach that is open stands no more."),
    "replaced": gettext_lazy("The breach that is open stands no more; another takes its place."),
    "opened": gettext_lazy("A breach opens."),
    "reopened": gettext_lazy("The breach opens again, in a new cycle."),
    "late_no_more": gettext_lazy("The breach stands no more."),
}
