"""What the steps of a sum share in words: days, periods, and why a day does not count."""

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.deadlines.conventions import CONVENTIONS
from obligations.deadlines.periods import NAMED
from obligations.deadlines.steps import Step, Unit

DAY = "j M Y"
SHORT_DAY = "j M"


def day(on: date | None, style: str = DAY) -> str:
    return date_format(on, style) if on else ""


def place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def amount(length: int, unit: Unit) -> str:
    """ "30 days", "1 month"."""
    words = {
        "days": ngettext("%(n)d day", "%(n)d days", length),
        "working_days": ngettext("%(n)d working day", "%(n)d working days", length),
        "weeks": ngettext("%(n)d week", "%(n)d weeks", length),
        "months": ngettext("%(n)d month", "%(n)d months", length),
        "years": ngettext("%(n)d year", "%(n)d years", length),
    }
    return words[unit] % {"n": length}


def period(step: Step) -> str:
    """What is added, and by which convention: "30 days, calendar". All conventions count working days alike."""
    words = amount(step.length or 0, step.unit or "days")
    if step.unit == "working_days":
        return words
    return str(CONVENTIONS[step.convention].counted) % {"period": words}


def named_period(name: str) -> str:
    """ "the second half of 2024" for 2024-H2."""
    found = NAMED.fullmatch(name)
    if not found or found["part"] is None:
        return name
    year, number = found["year"], int(found["number"])
    if found["part"] == "H":
        half = _("the first half of %(year)s") if number == 1 else _("the second half of %(year)s")
        return half % {"year": year}
    if found["part"] == "Q":
        return _("quarter %(number)d of %(year)s") % {"number": number, "year": year}
    if found["part"] == "W":
        return _("week %(number)d of %(year)s") % {"number": number, "year": year}
    return date_format(date(int(year), number, 1), "F Y")


def why_not(step: Step, style: str = DAY) -> str:
    """Why the day of `step` is no working day."""
    words = {
        "saturday": _("%(day)s is a Saturday"),
        "sunday": _("%(day)s is a Sunday"),
        "holiday": _("%(day)s is a holiday (%(name)s)") if step.name else _("%(day)s is a holiday"),
    }
    return words[step.why or "holiday"] % {"day": day(step.on, style), "name": step.name}


def gathered(skipped: Iterable[Step]) -> str:
    """The days jumped over, counted, and the holidays by name: "2 Saturdays, 2 Sundays, 1 holiday (Easter Monday)"."""
    steps = list(skipped)
    counts = {why: sum(step.why == why for step in steps) for why in ("saturday", "sunday", "holiday")}
    words = [
        ngettext("%(n)d Saturday", "%(n)d Saturdays", counts["saturday"]) % {"n": counts["saturday"]},
        ngettext("%(n)d Sunday", "%(n)d Sundays", counts["sunday"]) % {"n": counts["sunday"]},
        ngettext("%(n)d holiday", "%(n)d holidays", counts["holiday"]) % {"n": counts["holiday"]},
    ]
    if names := ", ".join(dict.fromkeys(step.name for step in steps if step.name)):
        words[-1] += f" ({names})"
    return ", ".join(text for text, count in zip(words, counts.values(), strict=True) if count)


def recurrence(step: Step) -> str:
    """ "Every 6 months from 1 Jan 2024"; with the rule itself where that does not say all of it."""
    length, unit = step.length or 1, step.unit or "days"
    said = _("Every %(interval)s from %(first)s") % {
        "interval": single(unit) if length == 1 else amount(length, unit),
        "first": day(step.on),
    }
    if step.to:
        said = _("%(every)s to %(last)s") % {"every": said, "last": day(step.to)}
    return f"{said} ({step.name})" if "BY" in step.name or "COUNT" in step.name else said


def single(unit: Unit) -> str:
    return {"weeks": _("week"), "months": _("month"), "years": _("year")}.get(unit, _("day"))
