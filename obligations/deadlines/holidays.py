"""Which days are no working days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from obligations.deadlines.steps import WhyNot

WEEKEND: dict[int, WhyNot] = {5: "saturday", 6: "sunday"}


@dataclass(frozen=True, slots=True)
class Holidays:
    """The holidays that count for somebody, each with its name.

    `known_until` is the last day that the calendars reach to; None where they have no end. A day after it that is not
    in `days` is taken for no holiday.
    """

    days: Mapping[date, str] = field(default_factory=dict)
    known_until: date | None = None

    def name(self, day: date) -> str:
        """What the holiday is called; empty where it is none."""
        return self.days.get(day, "")

    def why_not(self, day: date) -> WhyNot | None:
        """Why `day` is no working day, None where it is one. A holiday on a weekend is a holiday."""
        return "holiday" if day in self.days else WEEKEND.get(day.weekday())

    def is_working(self, day: date) -> bool:
        return self.why_not(day) is None


NO_HOLIDAYS = Holidays()
