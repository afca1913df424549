"""Bringing a pack into the database: everything or nothing, and nothing where nothing changed.

A plan writes the very same rows and takes them back, so that what it tells is what loading does; it leaves out what
follows from them, such as the clocks. A date that a mediator gave to a trigger stays; the pack's applies until then.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Model

from agreement.calendars import days_of, library_problem, parts_of
from agreement.commands.powers import tell
from agreement.ledger import enter
from agreement.models import Agreement, Translation
from agreement.packs.model import Calendar, Obligation, Pack
from agreement.packs.read import missing
from agreement.packs.source import PackError, Problem
from obligations.commands.periods import make_periods
from obligations.deadlines import (
    CONVENTIONS,
    NO_HOLIDAYS,
    Facts,
    Holidays,
    TermsError,
    check_terms,
    compute,
)
from obligations.packs.calendars import load_calendars
from obligations.packs.clocks import follow
from obligations.packs.difference import Change, Difference, kind_of
from obligations.packs.removal import Withdrawal
from obligations.packs.rows import PackRows
from parties.access import Viewer
from parties.models import Party

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


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did, or would do: every change, and their numbers by what was done and the name of the model."""

    code: str
    changes: list[Change]
    counts: dict[str, Counter[str]]

    def __bool__(self) -> bool:
        return bool(self.counts)


@transaction.atomic
def load_pack(*, pack: Pack, actor: Viewer, now: datetime, plan: bool = False, reason: str = "") -> Loaded:
    """Write a checked pack; with `plan`, find out what that would change, and write nothing.

    The `reason` is what the ledger tells of who brought it in.

    Raises PackError, with the place of each mistake, for what only shows once deadlines are counted.
    """
    if problems := pack_problems(pack):
        raise PackError(problems)
    rows = PackRows(pack, plan)
    days_off = Difference(rows.difference.names)
    days = load_calendars(rows.agreement, pack.calendars, rows.parties, actor, now, rows.is_new, days_off)
    withdrawal = Withdrawal(rows)
    withdrawal.run()
    rows.difference.take_in(days_off)
    say_who_is_called_otherwise(rows)
    say_what_is_not_translated(rows)
    sign(rows)
    if plan:
        transaction.set_rollback(True)
    else:
        written = follow(rows, withdrawal, bool(days_off), actor, now)
        enter_load(rows, [*days, *written], withdrawal.gone, actor, now, reason)
        make_periods(rows.agreement.pk, now)
    return Loaded(pack.agreement.code, rows.difference.changes, rows.difference.counts)


def say_who_is_called_otherwise(rows: PackRows) -> None:
    """Beside each new name of an actor: the agreements that go on calling who has its code by another one."""
    touched = rows.difference.touched
    new = {code: party for code, party in rows.parties.items() if (Party, party.pk) in touched}
    for other in Party.objects.filter(code__in=new).exclude(of=rows.agreement.code).order_by("code", "of"):
        if other.name != new[other.code].name:
            note = f"{other.of or 'another agreement'} goes on calling it {other.name!r}"
            rows.difference.changes.append(Change(kind_of(Party), "kept", other.code, note=note))


def say_what_is_not_translated(rows: PackRows) -> None:
    """Of each language that the pack has its texts in, how many it does not have, and the first of them."""
    for one in rows.pack.translations:
        if left := missing(rows.pack, one):
            note = f"{len(left):,} texts, the first: {short_value(left[0])}"
            rows.difference.changes.append(Change(kind_of(Translation), "missing", one.language, note=note))


def sign(rows: PackRows) -> None:
    """Where something changed: keep whose pack it was."""
    if rows.difference:
        signed = [{"code": rows.pack.agreement.code, "pack_digest": rows.pack.digest}]
        rows.put(Agreement.objects.filter(pk=rows.agreement.pk), ("code",), signed)


def enter_load(
    rows: PackRows, written: list[Model], gone: list[Model], actor: Viewer, now: datetime, reason: str
) -> None:
    """Where something changed: what, and each append-only row that was written or taken away."""
    difference, pack = rows.difference, rows.pack
    if not (difference or written or gone):
        return
    common: dict[str, Any] = {
        "actor": actor,
        "now": now,
        "command": "load_pack",
        "subject": pack.agreement.code,
        "reason": reason,
    }
    of_all = [row for row in difference.touched.values() if isinstance(row, Party)]
    entry = enter(
        agreement_id=rows.agreement.pk,
        after={"digest": pack.digest, **counts_by_verb(difference)},
        rows=written,
        gone=gone,
        states=[row for row in difference.touched.values() if not isinstance(row, Party)],
        **common,
    )
    if of_all:
        enter(agreement_id=None, after={"parties": sorted({p.code for p in of_all})}, states=of_all, **common)
    if rows.changes_policy:
        tell(entry, [rows.agreement.pk], actor)


def counts_by_verb(difference: Difference) -> dict[str, dict[str, int]]:
    return {verb: dict(counter) for verb, counter in difference.counts.items()}


# In the order of telling: what is done, and what is to be done.
VERBS = {
    "added": "to add",
    "changed": "to change",
    "ordered": "to put in another order",
    "resumed": "to resume",
    "superseded": "to supersede",
    "removed": "to remove",
    "kept": "to keep, though named no more",
    "missing": "not complete",
}
LONGEST = 200


def lines(loaded: Loaded) -> Iterator[str]:
    """One line a change, under the kind of thing that it changes, and a last line with numbers."""
    order = {
        kind: place for place, kind in reversed(list(enumerate(change.kind for change in loaded.changes)))
    }
    for kind, changes in groupby(
        sorted(loaded.changes, key=lambda change: order[change.kind]), lambda change: change.kind
    ):
        yield kind
        yield from (f"  {line(change)}" for change in changes)
    yield summary(loaded, VERBS)


def line(change: Change) -> str:
    """Such as ``changed     R-1  title: 'Report' -> 'Yearly report'``."""
    text = f"{change.verb:<10}  {change.row}"
    if change.field:
        text += f"  {change.field}: {short_value(change.old)} -> {short_value(change.new)}"
    return f"{text}  ({change.note})" if change.note else text


def short_value(value: Any) -> str:
    """A value on one line, short enough to read."""
    if value is None:
        return "nothing"
    text = value.isoformat() if isinstance(value, date | datetime) else repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def summary(loaded: Loaded, verbs: dict[str, str] | None = None) -> str:
    """What was done as one line; with `verbs` in other words."""
    if not loaded:
        return f"{loaded.code}: nothing changed" if verbs is None else f"{loaded.code}: nothing to change"
    parts = []
    for verb, words in VERBS.items():
        if counter := loaded.counts.get(verb):
            numbers = ", ".join(f"{number:,} {kind}" for kind, number in sorted(counter.items()))
            parts.append(f"{verb} {numbers}" if verbs is None else f"{words}: {numbers}")
    return f"{loaded.code}: {'; '.join(parts)}"
