"""Time, as pure functions: recorded terms and facts in; due instants, timeliness and explanations out. No ORM, no clock.

Days are `datetime.date` in the agreement's zone; instants are aware `datetime` in UTC. A new rule joins in `rules.py`,
a new way of counting in `conventions.py`; nothing else here knows them by name.
"""

from obligations.deadlines.conventions import CONVENTIONS, Convention
from obligations.deadlines.episodes import Episode, FindingFact, complete_day, days_late, episodes
from obligations.deadlines.rules import RULES, Deadline, Facts, Step, TermsError, check_terms, compute
from obligations.deadlines.timeliness import Timeliness, timeliness
from obligations.deadlines.zones import day_in, end_of_day, start_of_day

__all__ = [
    "CONVENTIONS",
    "RULES",
    "Convention",
    "Deadline",
    "Episode",
    "Facts",
    "FindingFact",
    "Step",
    "TermsError",
    "Timeliness",
    "check_terms",
    "complete_day",
    "compute",
    "day_in",
    "days_late",
    "end_of_day",
    "episodes",
    "start_of_day",
    "timeliness",
]
