"""What is wrong with a pack and only shows once deadlines are counted, or calendars are worked out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from agreement.calendars import days_of, library_problem, parts_of
from agreement.packs.model import Calendar, Obligation, Pack
from agreement.packs.source import Problem
from obligations.deadlines import (
    CONVENTIONS,
    NO_HOLIDAYS,
    Facts,
    Holidays,
    TermsError,
    check_terms,
    compute,
)

# What each obligor counts by.
DaysOff = Mapping[str, Holidays]


def pack_problems(pack: Pack) -> list[Problem]:
    wrong_calendars = [problem for calendar in pack.calendars for problem in calendar_problems(calendar)]
    days_off = {} if wrong_calendars else days_off_of(pack)
    return [*wrong_calendars, *deadline_problems(pack, days_off)]


def calendar_problems(calendar: Calendar) -> Iterator[Problem]:
    """A library that is not there, years that it does not know, and exceptions to nothing."""
    if not calendar.library:
        return
    if wrong := library_problem(calendar.library, calendar.first_year, calendar.last_year):
        yield calendar.at.problem(wrong)
        return
    if not (calendar.exceptions or calendar.names):
        return
    days = days_of(calendar.model_copy(update={"days": (), "exceptions": (), "names": {}}))
    known = {base for name in days.values() for base, _remark in parts_of(name)}
    for name in calendar.names:
        if name not in known:
            yield calendar.at.problem(
                f"names: the library {calendar.library} has no day {name!r}; it has {', '.join(sorted(known))}"
            )
    for day in calendar.exceptions:
        if day not in days:
            yield calendar.at.problem(
                f"except: {day} is no day off in the library {calendar.library}; remove it"
            )


def days_off_of(pack: Pack) -> DaysOff:
    """By party. A calendar is worked out only where a day that the pack expects may hang on it."""
    if not any(owed.deadline.expected_due for owed in pack.obligations):
        return {}
    return {
        party: days_off
        for calendar in pack.calendars
        if calendar.parties
        for days_off in [Holidays(days_of(calendar), calendar.known_until)]
        for party in calendar.parties
    }


def deadline_problems(pack: Pack, days_off: DaysOff) -> Iterator[Problem]:
    """Terms that no rule reads, and due days that the pack expects and that the rule does not give."""
    if pack.agreement.counting not in CONVENTIONS:
        known = ", ".join(sorted(CONVENTIONS))
        yield pack.agreement.at.problem(
            f"counting: unknown convention {pack.agreement.counting!r}; known are {known}"
        )
        return
    dates = {trigger.code: trigger.date for trigger in pack.triggers}
    facts = Facts(ZoneInfo(pack.agreement.time_zone), pack.agreement.counting)
    for owed in pack.obligations:
        try:
            check_terms(owed.deadline.rule, owed.deadline.terms())
            start = dates.get(owed.deadline.trigger or "")
            yield from expected_due_problems(owed, replace(facts, trigger_on=start), days_off)
        except (TermsError, OverflowError) as error:
            yield owed.deadline.at.problem(str(error))


def expected_due_problems(owed: Obligation, facts: Facts, days_off: DaysOff) -> Iterator[Problem]:
    """The expected day must be the one that the rule gives for each obligor; one line where it is not."""
    limit = owed.deadline
    if limit.expected_due is None:
        compute(limit.rule, limit.terms(), facts)  # which tells whether there is such a day at all
        return
    given: dict[date | None, str] = {}
    for commitment in owed.commitments:
        by_calendar = replace(facts, holidays=days_off.get(commitment.obligor, NO_HOLIDAYS))
        due_on = compute(limit.rule, limit.terms(), by_calendar).due_on
        given.setdefault(due_on, commitment.obligor)
    for due_on, obligor in given.items():
        if due_on != limit.expected_due:
            whose = f" for {obligor}" if len(given) > 1 else ""
            yield owed.deadline.at.problem(
                f"expected_due is {limit.expected_due}, but the rule gives {due_on or 'no day'}{whose}; "
                "correct the terms, the trigger's date or the expected day"
            )
            return
