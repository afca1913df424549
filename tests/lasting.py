"""What lasts, for tests: due again each month, or under review."""

from datetime import datetime
from typing import Any

from obligations.commands.periods import make_periods
from obligations.deadlines.moment import STILL
from obligations.models import Commitment, Period
from tests import make
from tests.make import NOW

MONTHLY = {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "first": "2025-01-31"}


def monthly(code: str = "REPORT", now: datetime = NOW, **fields: Any) -> Commitment:
    """Due on the last day of each month from January 2025, its periods made."""
    terms = fields.pop("terms", MONTHLY)
    owed = make.commitment(code, kind="recurring", rule="recurring", terms=terms, **fields)
    make_periods(owed.agreement_id, now)
    return owed


def standing(code: str = "KEEP", now: datetime = NOW, **fields: Any) -> Commitment:
    """Under review each half-year since 27 February 2023, the day of its text; its periods made."""
    owed = make.commitment(code, kind="standing", **fields)
    make_periods(owed.agreement_id, now)
    return owed


def periods(of: Commitment) -> list[Period]:
    """Those that count."""
    return list(of.periods.filter(known_until=STILL).order_by("starts_on"))


def days(of: Commitment) -> list[str]:
    return [f"{one.starts_on} {one.ends_on}" for one in periods(of)]


def due(of: Commitment, day: str) -> Period:
    return of.periods.get(due_on=day, known_until=STILL)
