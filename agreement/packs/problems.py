"""What is wrong with a pack, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in one file.

    ``line`` counts from 1; 0 stands for the file as a whole. ``path`` leads to the value inside the file, such as
    ``obligations[3].deadline.days`` (places in a list count from 0), and is empty for the file as a whole.
    """

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands, so that a later check (a date that does not add up) can still name file and line."""

    file: str
    line: int
    path: str

    def problem(self, message: str) -> Problem:
        return Problem(self.file, self.line, self.path, message)


class PackError(Exception):
    """Raised with everything that is wrong, never with only the first thing. One line a problem when printed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))
