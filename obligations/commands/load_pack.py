"""Bringing a pack into the database: everything or nothing, and nothing where nothing changed.

What the pack no longer names stays as it is: rows may have a history. A date that a mediator gave to a trigger stays
as well; the pack's own applies until then.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from agreement.ledger import enter
from agreement.models import Agreement, TriggerDate
from agreement.packs.model import Pack
from agreement.packs.problems import PackError, Problem
from obligations.commands import clock
from obligations.commands.pack_rows import PackRows, terms_of
from obligations.commands.triggers import date_trigger
from obligations.deadlines import CONVENTIONS, Deadline, Facts, TermsError, check_terms, compute
from obligations.models import Commitment
from parties.access import Viewer
from parties.models import Party


@dataclass(slots=True)
class Loaded:
    """What loading did: rows added and changed, by the name of their model."""

    agreement: Agreement
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    # Commitments that the pack no longer names; they stay active, since something may have been said about them.
    left: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed)


@transaction.atomic
def load_pack(*, pack: Pack, actor: Viewer, now: datetime) -> Loaded:
    """Write a checked pack.

    Raises PackError, with the place of each mistake, for what only shows once deadlines are counted or other agreements
    are known.
    """
    if problems := [*deadline_problems(pack), *name_problems(pack)]:
        raise PackError(problems)
    rows = PackRows(pack)
    loaded = Loaded(rows.agreement, rows.difference.added, rows.difference.changed, rows.left)
    date_triggers(pack, rows, loaded, actor, now)
    start_clocks(rows, now)
    if loaded:
        enter(
            agreement_id=rows.agreement.pk,
            actor=actor,
            now=now,
            command="load_pack",
            subject=pack.agreement.code,
            after={"digest": pack.digest, "added": dict(loaded.added), "changed": dict(loaded.changed)},
        )
    return loaded


def deadline_problems(pack: Pack) -> Iterator[Problem]:
    """Terms that no rule reads, and due days that the pack expects and that the rule does not give."""
    if pack.agreement.counting not in CONVENTIONS:
        known = ", ".join(sorted(CONVENTIONS))
        yield pack.agreement.at.problem(
            f"counting: unknown convention {pack.agreement.counting!r}; known are {known}"
        )
        return
    dates = {trigger.code: trigger.date for trigger in pack.triggers}
    zone = ZoneInfo(pack.agreement.time_zone)
    for owed in pack.obligations:
        limit, terms = owed.deadline, terms_of(owed.deadline)
        try:
            check_terms(limit.rule, terms)
            facts = Facts(zone, pack.agreement.counting, dates.get(limit.trigger or ""))
            given: Deadline = compute(limit.rule, terms, facts)
        except (TermsError, OverflowError) as error:
            yield owed.deadline_at.problem(str(error))
            continue
        if limit.expected_due and given.due_on != limit.expected_due:
            yield owed.deadline_at.problem(
                f"expected_due is {limit.expected_due}, but the rule gives {given.due_on or 'no day'}; "
                "correct the terms, the trigger's date or the expected day"
            )


def name_problems(pack: Pack) -> Iterator[Problem]:
    """A code means one party, with one name, in all agreements."""
    wanted = {actor.code: actor for actor in pack.actors}
    elsewhere = Party.objects.filter(code__in=wanted, participations__agreement__isnull=False)
    for party in elsewhere.exclude(participations__agreement__code=pack.agreement.code).distinct():
        if party.name != wanted[party.code].name:
            message = f"{party.code!r} is {party.name!r} in another agreement: use that name, or another code"
            yield wanted[party.code].at.problem(message)


def date_triggers(pack: Pack, rows: PackRows, loaded: Loaded, actor: Viewer, now: datetime) -> None:
    """Give triggers the pack's dates, except where a person has given one."""
    by_people = set(
        TriggerDate.objects.filter(trigger__agreement=rows.agreement, recorded_by__isnull=False).values_list(
            "trigger_id", flat=True
        )
    )
    for given in pack.triggers:
        trigger = rows.triggers[given.code]
        if trigger.pk in by_people or trigger.occurred_on == given.date:
            continue
        date_trigger(
            trigger,
            given.date,
            actor,
            now,
            reason=given.note or given.label,
            source=f"pack {pack.agreement.code}",
        )
        loaded.changed["trigger date"] += 1


def start_clocks(rows: PackRows, now: datetime) -> None:
    """Set the clocks of commitments whose deadline is not the one on record."""
    every = Commitment.objects.filter(agreement=rows.agreement).select_for_update(of=("self",)).order_by("pk")
    fresh: list[Commitment] = []
    known: list[Commitment] = []
    for commitment in every.select_related("agreement", "obligation__trigger"):
        deadline = commitment.deadline()
        on_record = (commitment.clock, commitment.due_at, commitment.clock_from)
        if on_record != (deadline.clock, deadline.due_at, deadline.runs_from):
            (fresh if commitment.pk in rows.new_commitments else known).append(commitment)
    clock.start(fresh)
    for commitment in known:
        clock.reset(commitment, now)


def summary(loaded: Loaded) -> str:
    """One line a person can read."""
    if not loaded:
        return f"{loaded.agreement.code}: nothing changed"
    left = f"no longer in the pack, and left as they are: {', '.join(loaded.left)}" if loaded.left else ""
    parts = (told("added", loaded.added), told("changed", loaded.changed), left)
    return f"{loaded.agreement.code}: {'; '.join(part for part in parts if part)}"


def told(verb: str, counts: dict[str, int]) -> str:
    parts: Iterable[str] = (f"{number:,} {name}" for name, number in sorted(counts.items()))
    return f"{verb} {', '.join(parts)}" if counts else ""
