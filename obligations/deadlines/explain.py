"""A deadline's sum as a sentence, and step by step."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import groupby

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from obligations.deadlines.conventions import CONVENTIONS
from obligations.deadlines.recurrence import NAMED
from obligations.deadlines.steps import Deadline, Step, StepKind, Unit
from parties.texts import StrOrPromise

STOP_OF_A_DAY = re.compile(r"(?<=\d)\.$")


def day(on: date | None, style: str = "DATE_FORMAT") -> str:
    return date_format(on, style) if on else ""


def listed(parts: Iterable[object], between: str = ", ") -> str:
    """Those parts that say something, in one line: the full stop with which a day ends goes before a comma."""
    *before, last = [str(part) for part in parts if part] or [""]
    return between.join([*(STOP_OF_A_DAY.sub("", part) for part in before), last])


# Cities that name a time zone of the region; others are called as the zone is.
PLACES = {
    "Europe/Belgrade": gettext_lazy("Belgrade"),
    "Europe/Brussels": gettext_lazy("Brussels"),
}


def place(zone: str) -> str:
    return str(PLACES.get(zone) or zone.rpartition("/")[2].replace("_", " "))


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
    return in_words_of(name, PERIODS)


def end_of_period(name: str) -> str:
    """ "end of the second half of 2024" for 2024-H2."""
    return in_words_of(name, ENDS)


PERIODS: dict[str, StrOrPromise] = {
    "H1": gettext_lazy("the first half of %(year)s"),
    "H2": gettext_lazy("the second half of %(year)s"),
    "Q": gettext_lazy("quarter %(number)d of %(year)s"),
    "W": gettext_lazy("week %(number)d of %(year)s"),
}
ENDS: dict[str, StrOrPromise] = {
    "H1": gettext_lazy("end of the first half of %(year)s"),
    "H2": gettext_lazy("end of the second half of %(year)s"),
    "Q": gettext_lazy("end of quarter %(number)d of %(year)s"),
    "W": gettext_lazy("end of week %(number)d of %(year)s"),
    # Translators: a month with its year, or a year.
    "": gettext_lazy("end of %(period)s"),
}


def in_words_of(name: str, words: Mapping[str, StrOrPromise]) -> str:
    """A period by its name in packs, in the words for its part of a year."""
    found = NAMED.fullmatch(name)
    year, part = (found["year"], found["part"]) if found else (name, None)
    number = int(found["number"]) if found and part is not None else 0
    if found and part:
        form = words[f"H{number}" if part == "H" else part]
        return form % {"year": year, "number": number}
    period = date_format(date(int(year), number, 1), "YEAR_MONTH_FORMAT") if number else name
    return words.get("", "%(period)s") % {"period": period}


def why_not(step: Step, style: str = "DATE_FORMAT") -> str:
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
    if names := ", ".join(dict.fromkeys(str(step.name) for step in steps if step.name)):
        words[-1] += f" ({names})"
    return ", ".join(text for text, count in zip(words, counts.values(), strict=True) if count)


def recurrence(step: Step) -> str:
    """ "Every 6 months from 1 Jan 2024"; with the rule itself where that does not say all of it."""
    words = {
        "every": interval(step.length or 1, step.unit or "days"),
        "first": day(step.on),
        "last": day(step.to),
    }
    # Translators: “every” is such as “Every 6 months”, the others are days.
    said = (_("%(every)s from %(first)s to %(last)s") if step.to else _("%(every)s from %(first)s")) % words
    return f"{said} ({step.name})" if "BY" in step.name or "COUNT" in step.name else said


def interval(n: int, unit: Unit) -> str:
    """ "Every week", "Every 6 months"."""
    single = {
        "days": _("Every day"),
        "working_days": _("Every working day"),
        "weeks": _("Every week"),
        "months": _("Every month"),
        "years": _("Every year"),
    }
    several = {
        "days": ngettext("Every %(n)d day", "Every %(n)d days", n),
        "working_days": ngettext("Every %(n)d working day", "Every %(n)d working days", n),
        "weeks": ngettext("Every %(n)d week", "Every %(n)d weeks", n),
        "months": ngettext("Every %(n)d month", "Every %(n)d months", n),
        "years": ngettext("Every %(n)d year", "Every %(n)d years", n),
    }
    return single[unit] if n == 1 else several[unit] % {"n": n}


def sum_of(deadline: Deadline) -> str:
    """What was added to what: "18 Mar 2023 + 150 days, calendar". Empty where there is no sum."""
    words = ""
    for step in deadline.steps:
        if step.kind in ("trigger", "fixed"):
            words = day(step.on)
        elif step.kind == "period" and words:
            words = f"{words} {'-' if step.direction == 'before' else '+'} {period(step)}"
        elif step.kind == "period_end":
            words = end_of_period(step.name)
        elif step.kind == "date":
            words = _("by a reading of the text")
    return words


CHANGES: dict[StepKind, Callable[[Step], str]] = {
    "moved": lambda step: (
        _("moved to %(to)s: %(why)s") % {"to": day(step.to), "why": why_not(step, "MONTH_DAY_FORMAT")}
    ),
    "minimum": lambda step: _("moved to %(to)s: two working days at least") % {"to": day(step.to)},
    "extension": lambda step: _("extended to %(to)s") % {"to": day(step.to)},
    "resumption": lambda step: (
        ngettext(
            "%(n)d day later, for which the clock stood still",
            "%(n)d days later, for which the clock stood still",
            step.length or 0,
        )
        % {"n": step.length or 0}
    ),
}


def changes(deadline: Deadline) -> str:
    """What became of the last day that the sum gave: "17 Apr 2023, moved to 18 Apr 2023: ...". Empty where nothing."""
    changed = [step for step in deadline.steps if step.kind in CHANGES and moves(step)]
    if not changed:
        return ""
    said = [CHANGES[step.kind](step) for step in changed]
    # The first day that a step names as the last: one that is moved away from, or one that a reading changed later.
    first = next(step for step in deadline.steps if step.kind == "last_day" or step in changed)
    before = day(first.on) if first.kind in ("last_day", "moved", "minimum") else ""
    return listed((before, listed(said, "; ")))


def moves(step: Step) -> bool:
    """A clock that went on on the day on which it was stopped moved nothing."""
    return step.kind != "resumption" or bool(step.length)


def sentence(deadline: Deadline, time_zone: str) -> str:
    """The whole sum with its result, or why there is none; and since when the clock stands still, where it does."""
    stop = next((step for step in reversed(deadline.steps) if step.kind in (*STOPPED, "resumption")), None)
    words = summed_up(deadline, time_zone)
    return f"{words} {STOPPED[stop.kind](stop)}" if stop and stop.kind in STOPPED else words


STOPPED: dict[StepKind, Callable[[Step], str]] = {
    "suspension": lambda step: _("(the clock stands still since %(day)s)") % {"day": day(step.on)},
    "waiver": lambda step: _("(waived on %(day)s)") % {"day": day(step.on)},
    "supersession": lambda step: _("(superseded on %(day)s)") % {"day": day(step.on)},
}


def summed_up(deadline: Deadline, time_zone: str) -> str:
    if deadline.clock == "pending":
        if any(step.direction == "before" for step in deadline.steps):
            return _("The limit is counted back from an event that has no date yet.")
        return _("The clock starts with an event that has no date yet.")
    if deadline.clock == "immediate":
        return _("At once after %(day)s; the text names no day.") % {"day": day(deadline.runs_from)}
    if deadline.clock == "recurring":
        return again_and_again(deadline, time_zone)
    if deadline.due_on is None:
        return _("The text sets no time limit.")
    result = result_in_words(deadline.due_on, time_zone)
    return capfirst(" = ".join(filter(None, (counted(deadline), changes(deadline), result)))) + unknown(
        deadline
    )


def again_and_again(deadline: Deadline, time_zone: str) -> str:
    """With the time that is awaited, where there is one."""
    every = recurrence(next(step for step in deadline.steps if step.kind == "recurrence"))
    if deadline.due_on is None:
        return _("%(every)s; each time has a last day of its own.") % {"every": every}
    words = _("%(every)s. The earliest without a completion: %(result)s.")
    return words % {"every": every, "result": result_in_words(deadline.due_on, time_zone)}


def result_in_words(due_on: date, time_zone: str) -> str:
    # Translators: “place” is a city that names a time zone.
    return _("%(weekday)s %(day)s, until midnight in %(place)s") % {
        "weekday": date_format(due_on, "l"),
        "day": day(due_on),
        "place": place(time_zone),
    }


def counted(deadline: Deadline) -> str:
    """The sum with the days jumped over; empty where nothing was counted."""
    if not any(step.kind in ("period", "period_end", "date") for step in deadline.steps):
        return ""
    return listed((sum_of(deadline), skipped_in_words(deadline)))


def skipped_in_words(deadline: Deadline) -> str:
    """ "not counted: 2 Saturdays, 2 Sundays". Empty where no day was jumped over."""
    skipped = gathered(step for step in deadline.steps if step.kind == "skipped")
    # Translators: “days” are such as “2 Saturdays, 2 Sundays, 1 holiday”.
    return _("not counted: %(days)s") % {"days": skipped} if skipped else ""


def unknown(deadline: Deadline) -> str:
    known_until = next((step.on for step in deadline.steps if step.kind == "beyond_calendar"), None)
    if known_until is None:
        return ""
    return " " + _("(holidays after %(day)s are not known yet)") % {"day": day(known_until)}


IN_WORDS: dict[StepKind, Callable[[Step], str]] = {
    "trigger": lambda step: (
        _("Counted from %(day)s; that day itself does not count.") % {"day": day(step.on)}
    ),
    "period": lambda step: (
        (_("Go back %(period)s.") if step.direction == "before" else _("Add %(period)s."))
        % {"period": period(step)}
    ),
    "moved": lambda step: (
        _("%(why)s, so the last day moves to %(to)s.") % {"why": why_not(step), "to": day(step.to)}
    ),
    "minimum": lambda step: (
        _("A period of two days or more holds two working days at least, so the last day moves to %(to)s.")
        % {"to": day(step.to)}
    ),
    "beyond_calendar": lambda step: (
        _("Holidays after %(day)s are not known yet; later days count as working days but for weekends.")
        % {"day": day(step.on)}
    ),
    "fixed": lambda step: _("The text names the day: %(day)s.") % {"day": day(step.on)},
    "period_end": lambda step: (
        _("The period is %(period)s; it ends on %(day)s.")
        % {"period": named_period(step.name), "day": day(step.on)}
    ),
    "recurrence": lambda step: (
        _("%(every)s; each time has a last day of its own.") % {"every": recurrence(step)}
    ),
    "counting": lambda step: (
        _("A reading says how to count: by %(convention)s.")
        % {"convention": CONVENTIONS[step.convention].name}
    ),
    "date": lambda step: _("A reading gives the day: %(day)s.") % {"day": day(step.on)},
    "extension": lambda step: (
        _("On %(day)s it was extended to %(to)s.") % {"day": day(step.on), "to": day(step.to)}
    ),
    "suspension": lambda step: _("On %(day)s the clock was stopped.") % {"day": day(step.on)},
    "resumption": lambda step: (
        ngettext(
            "On %(day)s the clock went on; it had stood still for %(n)d day, which is added.",
            "On %(day)s the clock went on; it had stood still for %(n)d days, which are added.",
            step.length,
        )
        % {"day": day(step.on), "n": step.length}
        if step.length
        else _("On %(day)s the clock went on.") % {"day": day(step.on)}
    ),
    "waiver": lambda step: _("On %(day)s it was waived.") % {"day": day(step.on)},
    "supersession": lambda step: _("On %(day)s another text took its place.") % {"day": day(step.on)},
    "last_day": lambda step: (
        _("The last day is %(weekday)s %(day)s.") % {"weekday": day(step.on, "l"), "day": day(step.on)}
    ),
    "instant": lambda step: (
        _("It ends at midnight in %(place)s, which is %(at)s UTC.")
        % {"place": place(step.zone), "at": day(step.at, "DATETIME_FORMAT")}
    ),
}


def steps_in_words(deadline: Deadline) -> list[str]:
    """One plain sentence a step; days jumped over in a row are one."""
    words = []
    for kind, group in groupby(deadline.steps, key=lambda step: step.kind):
        if kind == "skipped":
            steps = list(group)
            form = ngettext(
                "%(n)d day does not count: %(days)s.", "%(n)d days do not count: %(days)s.", len(steps)
            )
            words.append(form % {"n": len(steps), "days": gathered(steps)})
        else:
            words += [IN_WORDS[kind](step) for step in group]
    return words
