"""How long the tests that search go on: as long as a change can wait for, or at length with THOROUGH=1."""

import os
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

T = TypeVar("T")
THOROUGH = os.environ.get("THOROUGH", "") not in ("", "0")


def effort(usual: T, thorough: T) -> T:
    """One of the two, such as a number of examples."""
    return thorough if THOROUGH else usual


def every(rows: Sequence[T], number: int, of: int) -> list[T]:
    """One part of so many equal ones, counted from 0, as they are shared among tests. All, where they are thorough."""
    return list(rows if THOROUGH else rows[number::of])


def in_turn(cases: Sequence[T], parts: int = 0) -> list[T]:
    """Another one each day, or another of so many equal parts. All, where the tests are thorough."""
    of = parts or len(cases)
    return every(cases, date.today().toordinal() % of, of)
