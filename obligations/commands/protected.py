"""What an act does that the policy can want two mediators for: judged here alone, by what it wrote and what came of it.

An act is not asked what it means to do. `watch` stands around what a command writes, compares what counts before and
after, and raises AwaitsSignature where the policy wants two mediators for a difference. So a completion is held by
whatever way it comes: by a finding, by the withdrawal of the lower one after it, or since other people come to see it.
Nothing but what a mediator does is held: a party publishes its own words freely.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext as _

from agreement.commands.powers import Signed, require_signature
from agreement.models import Agreement, Event, SignOff
from obligations.commands.errors import Refused
from obligations.deadlines import complete_day
from obligations.deadlines.moment import STILL
from obligations.models import (
    Commitment,
    Evidence,
    GateOpening,
    PartyRequest,
    Period,
    Reading,
    Release,
    Statement,
)
from obligations.models.commitment import Life
from obligations.models.period import by_period
from obligations.models.statement import Level
from parties.access import Role, Tier, Viewer
from parties.prepared import run

# What shows only beside what was before.
BY_COMPARISON = frozenset({SignOff.COMPLETE_FINDINGS, SignOff.WAIVERS})
WANTED = f"SELECT sign_off FROM {Agreement._meta.db_table} WHERE id = %s"
# An audience, the instant of which is spoken, and the commitment with the period that is complete (None: the whole).
Completion = tuple[str, datetime, int, int | None]


@dataclass(slots=True)
class Watched:
    """What a command wrote."""

    rows: list[Model] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Picture:
    """What counts of some commitments: their findings that are in force, in order, their periods with a due day, and
    those that are waived.
    """

    findings: tuple[Statement, ...] = ()
    periods: tuple[Period, ...] = ()
    waived: frozenset[int] = frozenset()


@contextmanager
def watch(
    agreement_id: int,
    actor: Viewer,
    now: datetime,
    signed: Signed | None,
    commitments: Collection[int] = (),
) -> Iterator[Watched]:
    """Raises AwaitsSignature at its end where what was done inside wants two mediators, and this is not signed.

    The command appends to `rows` what it wrote. It is atomic, so that nothing of it stays then.
    """
    watched = Watched()
    wanted = wanted_of(actor, agreement_id) if signed is None else frozenset()
    compared = commitments if wanted & BY_COMPARISON else ()
    before = picture(compared)
    yield watched
    if wanted:
        effects = protected_effects(actor, agreement_id, now, watched.rows, before, picture(compared))
        for effect in sorted(effects & wanted):
            require_signature(agreement_id, effect, signed)


def refuse_publication(
    row: Evidence | Event | PartyRequest | Statement, actor: Viewer, now: datetime, instead: str
) -> None:
    """Refused, with the sentence that says what to do instead, for what two mediators would have to make public.

    Of evidence, whose bytes no proposal can hold, of requests, which are never published later, and of observations and
    events, whose publication can be proposed once they are there.
    """
    if SignOff.PUBLICATIONS not in wanted_in(row.agreement_id):
        return
    if SignOff.PUBLICATIONS in protected_effects(actor, row.agreement_id, now, [row]):
        sentence = _("What mediators make public wants two of them here.")
        raise Refused({"tier": f"{sentence} {instead}"})


def wanted_of(actor: Viewer, agreement_id: int) -> frozenset[SignOff]:
    """What the policy wants two mediators for, where the actor is one."""
    return wanted_in(agreement_id) if actor.has_role(Role.MEDIATOR, agreement_id) else frozenset()


def refuse_unsigned(statement: Statement, actor: Viewer, wanted: Collection[SignOff]) -> None:
    """Raises AwaitsSignature where recording the statement, which is only tried, would be held.

    It shows in the statement itself: a finding that does not say that all is complete completes nothing.
    """
    for effect in sorted(set(effects_of_row(statement, actor, statement.agreement_id)) & set(wanted)):
        require_signature(statement.agreement_id, effect, None)


def wanted_in(agreement_id: int) -> frozenset[SignOff]:
    """What the policy wants two mediators for; acts of power are administrators'."""
    ((wanted,),) = run(WANTED, [agreement_id])
    return frozenset(SignOff(one) for one in wanted if one != SignOff.POWERS)


def protected_effects(
    actor: Viewer,
    agreement_id: int,
    now: datetime,
    rows: Iterable[Model],
    before: Picture = Picture(),
    after: Picture = Picture(),
) -> set[SignOff]:
    """The effects of an act that wrote `rows` and left `after` of what was `before`."""
    effects = {effect for row in rows for effect in effects_of_row(row, actor, agreement_id)}
    if after.waived - before.waived:
        effects.add(SignOff.WAIVERS)
    if completions(after, before, now) - completions(before, after, now):
        effects.add(SignOff.COMPLETE_FINDINGS)
    return effects


def effects_of_row(row: Model, actor: Viewer, agreement_id: int) -> Iterator[SignOff]:
    if isinstance(row, Statement) and row.kind == Statement.Kind.FINDING and row.level == Level.COMPLETE:
        yield SignOff.COMPLETE_FINDINGS
    if isinstance(row, Reading) and row.kind == Reading.Kind.WAIVER:
        yield SignOff.WAIVERS
    if isinstance(row, GateOpening) and row.withdraws_id is None:
        yield SignOff.GATES
    if publishes(row) and is_mediator(actor, agreement_id):
        yield SignOff.PUBLICATIONS


def publishes(row: Model) -> bool:
    """Whether the row is public, now or later, or makes something so.

    Readings, openings of gates, dates and days off have no tier: they are everybody's by their nature, and no
    publications. That a statement rests on evidence makes neither of them public.
    """
    if isinstance(row, Release):
        return row.to_tier == Tier.PUBLIC
    if isinstance(row, Statement | Evidence | Event | PartyRequest):
        return row.tier == Tier.PUBLIC or row.publish_at is not None
    return False


def is_mediator(actor: Viewer, agreement_id: int) -> bool:
    """Somebody with an account: who loads illustrative statements by a command of the server is none."""
    return actor.user_id is not None and actor.has_role(Role.MEDIATOR, agreement_id)


def picture(commitments: Collection[int]) -> Picture:
    if not commitments:
        return Picture()
    said = Statement.objects.filter(commitment__in=commitments).findings().in_force().in_order()
    waived = Commitment.objects.filter(pk__in=commitments, life=Life.WAIVED).values_list("pk", flat=True)
    due = Period.objects.filter(commitment__in=commitments, known_until=STILL, due_on__isnull=False)
    return Picture(tuple(said), tuple(due.order_by("due_on")), frozenset(waived))


def completions(of: Picture, beside: Picture, now: datetime) -> set[Completion]:
    """What counts as complete, for each audience: now, and from each instant at which a finding of either is public."""
    findings = [*of.findings, *beside.findings]
    later = {one.publish_at for one in findings if one.publish_at is not None and one.publish_at > now}
    parties = {one.confidant_id for one in findings if one.confidant_id is not None}
    found: set[Completion] = set()
    for at in (now, *later):
        public = [one for one in of.findings if one.tier_at(at) == Tier.PUBLIC]
        shared = [one for one in of.findings if one in public or one.tier == Tier.PARTIES]
        audiences = {"everybody": public, "parties": shared, "mediators": list(of.findings)}
        for party in parties:
            audiences[f"party {party}"] = [
                one for one in of.findings if one in shared or one.confidant_id == party
            ]
        for audience, seen in audiences.items():
            found |= {(audience, at, *place) for place in complete_in(seen, of.periods)}
    return found


def complete_in(findings: Sequence[Statement], periods: Sequence[Period]) -> Iterator[tuple[int, int | None]]:
    """The commitments, and of what is due again and again the periods, that these findings complete."""
    for key in {one.commitment_id for one in findings}:
        own = [one for one in findings if one.commitment_id == key]
        due = [one for one in periods if one.commitment_id == key]
        said = by_period(due, own).items() if due else [(None, own)]
        for period, on_it in said:
            if complete_day(one.fact() for one in on_it) is not None:
                yield key, period
