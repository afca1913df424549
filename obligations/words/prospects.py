"""The effect of a finding, as the sentence that the form and the confirmation show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.deadlines import PROSPECTIVE, FindingFact, prospect
from obligations.deadlines.outlook import Prospect
from obligations.deadlines.spans import Span
from obligations.models import Period, Statement
from obligations.status.periods import PeriodDue, in_words
from obligations.status.status import Standing
from obligations.words.numbers import amount


@dataclass(frozen=True, slots=True)
class MovedClock:
    """What a finding may move: the commitment's own clock, or that of one of the periods in which it is due."""

    spans: tuple[Span, ...]
    findings: Iterable[FindingFact]
    due_on: date | None
    complete_since: date | None


def effect_of(standing: Standing, effective_on: date, level: int | None, period: Period | None = None) -> str:
    """What recording this would do to the clock.

    `period` is the one that it is about, None for the one that the day lies in.
    """
    clock = clock_of(standing, effective_on, period)
    if clock is None:
        return _("Nothing is due in the period that this day lies in, so no clock changes.")
    new = FindingFact(PROSPECTIVE, effective_on, level)
    return sentence(
        prospect(clock.spans, standing.commitment.agreement.zone, clock.findings, new), clock, new
    )


def clock_of(standing: Standing, on: date, period: Period | None) -> MovedClock | None:
    """The clock that a finding on this day, or on this period, speaks of; None where none is."""
    if not standing.periods_due:
        known = [said.fact() for said in reversed(standing.findings)]
        return MovedClock(standing.spans, known, standing.deadline.due_on, standing.complete_since)
    due = next((one for one in standing.periods_due if is_about(one, on, period)), None)
    if due is None or not due.spans:
        return None
    return MovedClock(due.spans, due.findings, due.period.due_on, due.complete_since)


def is_about(due: PeriodDue, on: date, period: Period | None) -> bool:
    return due.period == period if period else due.period.holds(on)


def rule_of(standing: Standing) -> str:
    """What findings on it do, before one is chosen."""
    if standing.periods_due:
        return _("“Complete” stops the clock of its period as of the day that you give.")
    if standing.deadline.due_on is None:
        return _("No date is set, so no clock changes.")
    return _("Give the day since when it is so: “complete” stops the clock as of that day.")


def sentence(of: Prospect, clock: MovedClock, new: FindingFact) -> str:
    if of.effect == "met_late":
        text = ngettext(
            "%(n)s day after the due date: the breach closes as met late.",
            "%(n)s days after the due date: the breach closes as met late.",
            of.days_late,
        )
        return text % {"n": amount(of.days_late)}
    if of.effect == "met_on_time":
        return _("Met on time: the clock stops, and a breach that is open closes as met on time.")
    if of.effect == "reopened":
        text = _(
            "This takes the completion of %(undone)s back: the clock runs again from %(day)s, cycle %(cycle)s."
        )
        undone = date_format(of.undone_on) if of.undone_on else ""
        return text % {"undone": undone, "day": date_format(new.effective_on), "cycle": of.cycle}
    if of.effect == "history":
        return _("A later finding stands: this changes what is known of the time before it.")
    if of.effect == "stays_met":
        return _("It stays complete: the clock does not run.")
    return no_change(clock)


def no_change(clock: MovedClock) -> str:
    if clock.due_on is None:
        return _("No date is set, so no clock changes.")
    if clock.complete_since:
        return _("It stays complete: the clock does not run.")
    return _("The clock runs on: only “complete” stops it.")


def recorded(statement: Statement, effect: str) -> str:
    """The confirmation."""
    commitment = statement.commitment
    words = {
        "code": commitment.obligation.code,
        "party": commitment.party.name,
        "period": in_words(statement.period) if statement.period else "",
        "verdict": statement.verdict(),
        "day": date_format(statement.effective_on),
        "effect": effect,
    }
    # Translators: “verdict” is a level or a conduct, “effect” a sentence on what it does to the clock.
    told = _("Finding recorded on %(code)s, %(party)s: %(verdict)s since %(day)s. %(effect)s")
    if statement.period:
        # Translators: “period” is two days, or “Due” with a day.
        told = _(
            "Finding recorded on %(code)s, %(party)s (%(period)s): %(verdict)s since %(day)s. %(effect)s"
        )
    return told % words
