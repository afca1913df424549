"""A deadline and the steps of its sum, as data."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal

from parties.texts import FIRST_YEAR, LAST_YEAR, day_error

Unit = Literal["days", "working_days", "weeks", "months", "years"]
Direction = Literal["after", "before"]
WhyNot = Literal["saturday", "sunday", "holiday"]
ClockState = Literal["none", "immediate", "pending", "dated", "recurring"]
StepKind = Literal[
    "trigger",
    "period",
    "skipped",
    "moved",
    "minimum",
    "beyond_calendar",
    "fixed",
    "period_end",
    "recurrence",
    "counting",
    "date",
    "extension",
    "suspension",
    "resumption",
    "waiver",
    "supersession",
    "last_day",
    "instant",
]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the sum. Which of the other fields it has, its `kind` says:

    - ``trigger``: `on`, the day that the period is counted from;
    - ``period``: `length` of `unit`, counted in `direction` by `convention`;
    - ``skipped``: the day `on` was jumped over, `why`, and for a holiday its `name`;
    - ``moved``: the last day went from `on` to `to`, since `on` is a Saturday, Sunday or holiday (`why`, `name`);
    - ``minimum``: it went from `on` to `to`, so that the period holds two working days;
    - ``beyond_calendar``: days after `on` were taken for working days, since nobody knows their holidays yet;
    - ``fixed``: the day `on` that the text names; ``period_end``: the end `on` of the period `name`;
    - ``recurrence``: every `length` of `unit` from `on`, until `to` where it ends; `name` is the RRULE;
    - ``counting``: a reading says to count by `convention`; ``date``: a reading gives the day `on`;
    - ``extension``, ``suspension``, ``resumption``, ``waiver``, ``supersession``: a reading that holds from the day
      `on`. An extension gives the day `to`; a resumption adds the `length` days that the clock stood still;
    - ``last_day``: `on`; ``instant``: `at`, the midnight in `zone` that ends it.
    """

    kind: StepKind
    on: date | None = None
    at: datetime | None = None
    to: date | None = None
    length: int | None = None
    unit: Unit | None = None
    direction: Direction | None = None
    convention: str = ""
    zone: str = ""
    why: WhyNot | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a rule gives.

    `due_on` and `due_at` are set where `clock` is ``dated``: the last day, and the midnight in UTC that ends it.
    `runs_from` is the day it is counted from where there is one. `steps` is the sum, in order.
    """

    clock: ClockState
    due_on: date | None = None
    due_at: datetime | None = None
    runs_from: date | None = None
    steps: tuple[Step, ...] = ()


Terms = Mapping[str, Any]


class TermsError(ValueError):
    """Terms that a rule cannot read; the message says which and what it wants."""


def only(terms: Terms, *known: str) -> None:
    """TermsError where `terms` has others than the `known` ones. A qualifier is words for the reader, in any."""
    if unknown := set(terms) - {"qualifier", *known}:
        raise TermsError(f"unknown terms: {', '.join(sorted(unknown))}")


def whole(terms: Terms, name: str, most: int) -> int:
    """The whole number `name`, from 1 to `most`."""
    number = terms.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise TermsError(f"{name} must be a whole number from 1 to {most}, not {number!r}")
    return number


def day(terms: Terms, name: str) -> date:
    """The day `name`, a date or its text, between 1900 and 2999."""
    given = terms.get(name)
    if isinstance(given, str):
        try:
            given = date.fromisoformat(given)
        except ValueError:
            raise TermsError(f"{name} must be a day such as 2023-04-17, not {given!r}") from None
    if not isinstance(given, date) or isinstance(given, datetime) or day_error(given):
        raise TermsError(f"{name} must be a day between {FIRST_YEAR} and {LAST_YEAR}, not {given!r}")
    return given


FIELDS = tuple(one.name for one in fields(Step))


def written(steps: Iterable[Step]) -> str:
    """The steps as JSON: days and instants as ISO 8601 writes them, those in UTC with a Z."""
    return f"[{','.join(map(step_written, steps))}]"


@lru_cache(maxsize=4096)
def step_written(step: Step) -> str:
    """Many clocks have the same steps: those that hang on one day jump over the same days off."""
    values = {name: getattr(step, name) for name in FIELDS}
    return json.dumps(values, default=in_iso, separators=(",", ":"), ensure_ascii=False)


def in_iso(value: Any) -> str:
    return str(value.isoformat()).replace("+00:00", "Z")
