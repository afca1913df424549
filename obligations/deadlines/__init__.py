"""Time, as pure functions: terms and facts in; due instants, timeliness and explanations out. No ORM, no clock.

Days are `datetime.date` in the agreement's zone; instants are aware `datetime` in UTC. A new rule joins in `rules.py`,
a new way of counting in `conventions.py`; nothing else here knows them by name.
"""

from obligations.deadlines.ages import ago, days_until, older_than
from obligations.deadlines.conventions import CONVENTIONS, Convention
from obligations.deadlines.episodes import Episode, FindingFact, complete_day, days_late, episodes
from obligations.deadlines.prospect import PROSPECTIVE, Prospect, prospect
from obligations.deadlines.rules import RULES, Deadline, Facts, Step, TermsError, check_terms, compute
from obligations.deadlines.timeliness import Timeliness, timeliness
from obligations.deadlines.zones import day_in, end_of_day, start_of_day

__all__ = [
    "CONVENTIONS",
    "PROSPECTIVE",
    "RULES",
    "Convention",
    "Deadline",
    "Episode",
    "Facts",
    "FindingFact",
    "Prospect",
    "Step",
    "TermsError",
    "Timeliness",
    "ago",
    "check_terms",
    "complete_day",
    "compute",
    "day_in",
    "days_late",
    "days_until",
    "end_of_day",
    "episodes",
    "older_than",
    "prospect",
    "start_of_day",
    "timeliness",
]
