"""How long the tests that search go on: as long as a change can wait for, or at length with THOROUGH=1."""

import os
from typing import TypeVar

T = TypeVar("T")
THOROUGH = os.environ.get("THOROUGH", "") not in ("", "0")


def effort(usual: T, thorough: T) -> T:
    """One of the two, such as a number of examples."""
    return thorough if THOROUGH else usual
