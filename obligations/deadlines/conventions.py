"""Ways of counting a period: from the day that it runs from to its last day.

The day it runs from is never counted. What differs is which days count, and what becomes of a last day on which
nobody works.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from obligations.deadlines.steps import Direction, Step, Unit, WhyNot

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
        return day.weekday() not in WEEKEND and day not in self.days


NO_HOLIDAYS = Holidays()


# A last day needs a day after it, at whose beginning it ends.
EARLIEST, LATEST = date(1900, 1, 1), date(9999, 12, 30)
# Article 3(5) of the Regulation.
MINIMUM = 2
ONWARD, BACK = timedelta(days=1), timedelta(days=-1)


@dataclass(frozen=True, slots=True)
class Counted:
    """The last day of a period, and the steps that led to it."""

    last_day: date
    steps: tuple[Step, ...] = ()


class Look:
    """Looks days up in `holidays`; remembers the latest working day, to tell whether the calendars reach that far."""

    def __init__(self, holidays: Holidays) -> None:
        self.holidays = holidays
        self.latest = date.min

    def works(self, day: date) -> bool:
        if not self.holidays.is_working(day):
            return False
        if day > self.latest:
            self.latest = day
        return True

    def first_working(self, day: date, step: timedelta) -> date:
        """`day` itself where it is a working day, else the next one in the direction of `step`."""
        while not self.works(day):
            day += step
        return day

    def beyond(self) -> Iterator[Step]:
        known_until = self.holidays.known_until
        if known_until and self.latest > known_until:
            yield Step("beyond_calendar", on=known_until)


@dataclass(frozen=True, slots=True)
class Convention:
    """A way of counting.

    - `skips`: a period in days counts working days alone;
    - `moves`: a last day that is no working day goes to the next one, unless it was counted back from an event;
    - `minimum`: a period of two days or more holds two working days.

    Working days as a unit skip weekends and holidays under every convention. `counted` puts a period and the
    convention's name into words; `meaning` is the whole of it as a sentence.
    """

    code: str
    name: Promise
    counted: Promise
    meaning: Promise
    skips: bool = False
    moves: bool = False
    minimum: bool = False

    def count(
        self,
        start: date,
        length: int,
        unit: Unit,
        direction: Direction = "after",
        holidays: Holidays = NO_HOLIDAYS,
    ) -> Counted:
        """The last day of a period of `length` units that runs from `start`. OverflowError outside 1900 to 9999."""
        look = Look(holidays)
        sum_ = [Step("period", length=length, unit=unit, direction=direction, convention=self.code)]
        try:
            if unit == "working_days" or (unit == "days" and self.skips):
                last_day, more = working_days(start, length, direction, look)
                sum_ += more
            else:
                last_day = shifted(start, length, unit, direction)
                if self.moves and direction == "after":
                    last_day, more = moved(last_day, look)
                    sum_ += more
                if self.minimum and (unit != "days" or length >= MINIMUM):
                    last_day, more = widened(start, last_day, direction, look)
                    sum_ += more
        except OverflowError:
            last_day = date.max
        return Counted(within_reach(last_day), (*sum_, *look.beyond()))

    def roll(self, day: date, holidays: Holidays = NO_HOLIDAYS) -> Counted:
        """What becomes of a last day that was found by other means. OverflowError outside 1900 to 9999."""
        if not self.moves:
            return Counted(day)
        look = Look(holidays)
        try:
            last_day, sum_ = moved(day, look)
        except OverflowError:
            last_day, sum_ = date.max, []
        return Counted(within_reach(last_day), (*sum_, *look.beyond()))


def within_reach(last_day: date) -> date:
    if not EARLIEST <= last_day <= LATEST:
        raise OverflowError("the last day of the period lies outside the years 1900 to 9999")
    return last_day


def shifted(start: date, length: int, unit: Unit, direction: Direction) -> date:
    """By the calendar: the same weekday or date, or the last day of a month that lacks the date."""
    try:
        by = relativedelta(**{unit: length})  # type: ignore[arg-type]
        return start + by if direction == "after" else start - by
    except ValueError as error:  # what relativedelta raises for a year past 9999
        raise OverflowError(str(error)) from None


def working_days(start: date, length: int, direction: Direction, look: Look) -> tuple[date, list[Step]]:
    """The `length`-th working day after or before `start`, and the days jumped over."""
    step = ONWARD if direction == "after" else BACK
    day, skipped = start, []
    while length:
        day += step
        if look.works(day):
            length -= 1
        else:
            skipped.append(
                Step("skipped", on=day, why=look.holidays.why_not(day), name=look.holidays.name(day))
            )
    return day, skipped


def moved(last_day: date, look: Look) -> tuple[date, list[Step]]:
    """Article 3(4): to the next working day."""
    to = look.first_working(last_day, ONWARD)
    if to == last_day:
        return last_day, []
    why, name = look.holidays.why_not(last_day), look.holidays.name(last_day)
    return to, [Step("moved", on=last_day, to=to, why=why, name=name)]


def widened(start: date, last_day: date, direction: Direction, look: Look) -> tuple[date, list[Step]]:
    """Article 3(5): further from `start`, until the period holds two working days."""
    step = ONWARD if direction == "after" else BACK
    missing, day = MINIMUM, last_day
    while missing and day != start:
        missing -= look.works(day)
        day -= step
    to = last_day
    while missing:
        to += step
        missing -= look.works(to)
    return to, [Step("minimum", on=last_day, to=to)] if to != last_day else []


CONVENTIONS: dict[str, Convention] = {
    convention.code: convention
    for convention in (
        Convention(
            "calendar",
            pgettext_lazy("a way of counting days", "calendar"),
            _("%(period)s, calendar"),
            _("Every day counts, and the last one stays where it falls."),
        ),
        Convention(
            "eu-1182-71",
            _("EU Regulation 1182/71"),
            _("%(period)s (EU Regulation 1182/71)"),
            _(
                "Every day counts. A last day on a Saturday, a Sunday or a holiday becomes the next working day, and a "
                "period of two days or more holds two working days. It governs acts of the EU's institutions; here it "
                "applies by analogy."
            ),
            moves=True,
            minimum=True,
        ),
        Convention(
            "working-days",
            _("working days"),
            _("%(period)s (by working days)"),
            _(
                "Of a period in days, working days alone count. A last day on a Saturday, a Sunday or a holiday "
                "becomes the next working day."
            ),
            skips=True,
            moves=True,
        ),
    )
}
