"""Time, as pure functions: terms and facts in; due instants, timeliness and explanations out. No ORM, no clock.

Days are `datetime.date` in the agreement's zone; instants are aware `datetime` in UTC. A new rule joins in `rules.py`,
a new way of counting in `conventions.py`; nothing else here knows them by name.
"""

from obligations.deadlines.conventions import CONVENTIONS, NO_HOLIDAYS, Convention, Counted, Holidays
from obligations.deadlines.episodes import (
    Episode,
    FindingFact,
    Phase,
    Timeliness,
    complete_day,
    days_after,
    days_late,
    days_taken,
    episodes,
    phase,
    timeliness,
)
from obligations.deadlines.moment import (
    Moment,
    MomentError,
    day_in,
    end_of_day,
    moment_of,
    present,
    start_of_day,
)
from obligations.deadlines.outlook import PROSPECTIVE, Prospect, prospect
from obligations.deadlines.recurrence import due_days, review_periods
from obligations.deadlines.rules import RULES, Facts, Rule, alternatives, check_terms, compute
from obligations.deadlines.spans import EVER, NEVER, Grounds, ReadingAct, Span, spans
from obligations.deadlines.steps import Deadline, Direction, Step, TermsError, Unit
