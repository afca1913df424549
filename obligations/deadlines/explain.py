"""A deadline's sum as a sentence."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.deadlines.conventions import CONVENTIONS
from obligations.deadlines.rules import Deadline, Step

DAY = "j M Y"


def day(on: date | None) -> str:
    return date_format(on, DAY) if on else ""


def sum_of(deadline: Deadline) -> str:
    """What was added to what: "18 Mar 2023 + 150 days, calendar". Empty where there is no sum."""
    return " + ".join(part for step in deadline.steps if (part := term(step)))


def term(step: Step) -> str:
    if step.kind in ("trigger", "fixed"):
        return day(step.on)
    if step.kind == "period" and step.days is not None:
        period = ngettext("%(days)d day", "%(days)d days", step.days) % {"days": step.days}
        return f"{period}, {CONVENTIONS[step.convention].name}"
    return ""


def sentence(deadline: Deadline, time_zone: str) -> str:
    """The whole sum with its result, or why there is none."""
    if deadline.clock == "pending":
        return _("The clock starts with an event that has no date yet.")
    if deadline.clock == "immediate":
        return _("At once after %(day)s; the text names no day.") % {"day": day(deadline.runs_from)}
    if deadline.due_on is None:
        return _("The text sets no time limit.")
    result = _("%(weekday)s %(day)s, until midnight in %(place)s") % {
        "weekday": date_format(deadline.due_on, "l"),
        "day": day(deadline.due_on),
        "place": time_zone.rpartition("/")[2].replace("_", " "),
    }
    if deadline.runs_from is None:
        return result
    return f"{sum_of(deadline)} = {result}"
