"""Time, as pure functions: terms and facts in; due instants, timeliness and explanations out. No ORM, no clock.

Days are `datetime.date` in the agreement's zone; instants are aware `datetime` in UTC. A new rule joins in `rules.py`,
a new way of counting in `conventions.py`; nothing else here knows them by name.
"""

from obligations.deadlines.ages import ago, days_until, older_than
from obligations.deadlines.conventions import CONVENTIONS, Convention, Counted
from obligations.deadlines.episodes import Episode, FindingFact, complete_day, days_late, episodes
from obligations.deadlines.holidays import NO_HOLIDAYS, Holidays
from obligations.deadlines.moment import Moment, MomentError, moment_of, present
from obligations.deadlines.prospect import PROSPECTIVE, Prospect, prospect
from obligations.deadlines.recurrence import due_days, review_periods
from obligations.deadlines.rules import RULES, Facts, Rule, alternatives, check_terms, compute
from obligations.deadlines.spans import EVER, NEVER, Act, Grounds, Span, spans
from obligations.deadlines.steps import Deadline, Direction, Step, Unit
from obligations.deadlines.terms import TermsError
from obligations.deadlines.timeliness import Phase, Timeliness, phase, timeliness
from obligations.deadlines.zones import day_in, end_of_day, start_of_day

__all__ = [
    "CONVENTIONS",
    "EVER",
    "NEVER",
    "NO_HOLIDAYS",
    "PROSPECTIVE",
    "RULES",
    "Act",
    "Convention",
    "Counted",
    "Deadline",
    "Direction",
    "Episode",
    "Facts",
    "FindingFact",
    "Grounds",
    "Holidays",
    "Moment",
    "MomentError",
    "Phase",
    "Prospect",
    "Rule",
    "Span",
    "Step",
    "TermsError",
    "Timeliness",
    "Unit",
    "ago",
    "alternatives",
    "check_terms",
    "complete_day",
    "compute",
    "day_in",
    "days_late",
    "days_until",
    "due_days",
    "end_of_day",
    "episodes",
    "moment_of",
    "older_than",
    "phase",
    "present",
    "prospect",
    "review_periods",
    "spans",
    "start_of_day",
    "timeliness",
]
