"""The effect of a finding, as the sentence that the form and the confirmation show."""

from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.deadlines import PROSPECTIVE, FindingFact, prospect
from obligations.deadlines.explain import DAY
from obligations.deadlines.prospect import Prospect
from obligations.models import Commitment, Statement
from obligations.standing import Standing


def effect_of(commitment: Commitment, effective_on: date, level: int | None) -> str:
    """What recording this would do to the clock. `commitment` has its standing and what that needs."""
    standing: Standing = commitment.standing  # type: ignore[attr-defined]
    known = [s.fact() for s in reversed(standing.findings)]
    new = FindingFact(PROSPECTIVE, effective_on, level)
    return sentence(
        prospect(standing.spans, commitment.agreement.zone, known, new), commitment, standing, new
    )


def rule_of(commitment: Commitment) -> str:
    """What findings on it do, before one is chosen."""
    standing: Standing = commitment.standing  # type: ignore[attr-defined]
    if standing.deadline.due_on is None:
        return _("No date is set, so no clock changes.")
    return _("Give the day since when it is so: “complete” stops the clock as of that day.")


def sentence(of: Prospect, commitment: Commitment, standing: Standing, new: FindingFact) -> str:
    if of.effect == "met_late":
        text = ngettext(
            "%(n)s day after the due date: the breach closes as met late.",
            "%(n)s days after the due date: the breach closes as met late.",
            of.days_late,
        )
        return text % {"n": number_format(of.days_late, force_grouping=True)}
    if of.effect == "met_on_time":
        return _("Met on time: the clock stops, and a breach that is open closes as met on time.")
    if of.effect == "reopened":
        text = _(
            "This takes the completion of %(undone)s back: the clock runs again from %(day)s, cycle %(cycle)s."
        )
        undone = date_format(of.undone_on, DAY) if of.undone_on else ""
        return text % {"undone": undone, "day": date_format(new.effective_on, DAY), "cycle": of.cycle}
    if of.effect == "history":
        return _("A later finding stands: this changes what is known of the time before it.")
    if of.effect == "stays_met":
        return _("It stays complete: the clock does not run.")
    return no_change(of, standing)


def no_change(of: Prospect, standing: Standing) -> str:
    if standing.deadline.due_on is None:
        return _("No date is set, so no clock changes.")
    if standing.complete_since:
        return _("It stays complete: the clock does not run.")
    return _("The clock runs on: only “complete” stops it.")


def recorded(statement: Statement, effect: str) -> str:
    """The confirmation."""
    commitment = statement.commitment
    return _("Finding recorded on %(code)s, %(party)s: %(verdict)s since %(day)s. %(effect)s") % {
        "code": commitment.obligation.code,
        "party": commitment.party.name,
        "verdict": statement.verdict(),
        "day": date_format(statement.effective_on, DAY),
        "effect": effect,
    }
