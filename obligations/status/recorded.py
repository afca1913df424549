"""What is recorded of one commitment, as far as statuses go, and which audiences see the same of it. No query."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from obligations.deadlines import Deadline, FindingFact
from obligations.deadlines.moment import INSTANT, OUTSET, STILL
from obligations.deadlines.spans import EVER, LifeState, Span
from obligations.deadlines.steps import ClockState
from obligations.models import Statement
from obligations.models.obligation import KINDS_WITH_PERIODS
from obligations.status.assessed import is_on
from parties.access import COMMON, EVERY_BIT, Audience, Tier, audience_of, sees
from parties.known import is_known
from parties.prepared import run


@dataclass(frozen=True, slots=True)
class RecordedStatement:
    """A statement as far as statuses go."""

    pk: int
    kind: str
    by_id: int | None
    level: int | None
    not_assessable: bool
    conduct: str
    effective_on: date
    recorded_at: datetime
    withdrawn_at: datetime | None
    refers_to_id: int | None
    period_id: int | None
    tier: str
    confidant_id: int | None
    publish_at: datetime | None

    @property
    def is_reply(self) -> bool:
        return self.kind in Statement.REPLIES

    def audience(self, now: datetime) -> Audience:
        return audience_of(self.tier, self.confidant_id, self.publish_at, now)

    def fact(self) -> FindingFact:
        return FindingFact(self.pk, self.effective_on, self.level)

    def is_known(self, at: datetime) -> bool:
        """Whether it was on record from an instant on, and not withdrawn."""
        return is_known(at + INSTANT, self.recorded_at, self.withdrawn_at)

    def is_on(self, period: "Period") -> bool:
        return is_on(self, period)


@dataclass(frozen=True, slots=True)
class Period:
    """A period as far as statuses go."""

    pk: int
    starts_on: date
    ends_on: date
    due_on: date | None
    due_at: datetime | None
    known_from: datetime
    known_until: datetime

    def is_known(self, at: datetime) -> bool:
        return is_known(at + INSTANT, self.known_from, self.known_until)

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class ClockLayer:
    """The spans of a clock as known from one instant until another."""

    known_from: datetime
    known_until: datetime
    spans: list[Span]


@dataclass(slots=True)
class Owed:
    """All that is recorded of one commitment. `statements` are in order, `clocks` in that of knowledge.

    `begins` is the day on which its text was adopted: before it, nothing was owed. `acts` says when each reading that
    began a span was recorded, `anchored` the same of the findings on another obligation that did. `secret` is what keys
    of breaches are made with.
    """

    pk: int
    party_id: int
    kind: str
    zone: ZoneInfo
    secret: str
    begins: date = EVER
    clocks: list[ClockLayer] = field(default_factory=list)
    statements: list[RecordedStatement] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    acts: dict[int, datetime] = field(default_factory=dict)
    anchored: dict[int, datetime] = field(default_factory=dict)

    @property
    def lasts(self) -> bool:
        """Whether it has periods: it is a duty over time, or was due again and again."""
        return self.kind in KINDS_WITH_PERIODS or self.recurs

    @property
    def recurs(self) -> bool:
        return any(span.deadline.clock == "recurring" for layer in self.clocks for span in layer.spans)

    def starts_anew_since(self, day: date, at: datetime) -> datetime:
        """Since when it has been known, at an instant, that the clock starts anew on a day: by the day of its trigger,
        which is no row of a commitment.
        """
        since = at
        for layer in reversed([one for one in self.clocks if one.known_from <= at]):
            if not any(span.from_day == day and span.act is None for span in layer.spans):
                break
            since = layer.known_from
        return since

    def is_known_after(self, at: datetime) -> bool:
        """Whether something became known only later."""
        later = any(layer.known_from > at for layer in self.clocks)
        later |= any(said.recorded_at > at or (said.withdrawn_at or at) > at for said in self.statements)
        return later or any(
            at < period.known_from or at < period.known_until < STILL for period in self.periods
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Those who see the same between two instants, with the statements that they see, in order."""

    mask: int
    shown_from: datetime
    shown_until: datetime
    said: tuple[RecordedStatement, ...]

    def of(self, *kinds: str) -> list[RecordedStatement]:
        return [said for said in self.said if said.kind in kinds]


# The bit of a party with its confidences, by the party's key.
BitOf = Callable[[int], int]


def groups_of(statements: Sequence[RecordedStatement], bit_of: BitOf) -> Iterator[Group]:
    """For each stretch between publications, those who see the same; together they are every bit."""
    hidden = [said for said in statements if said.tier != Tier.PUBLIC]
    if not hidden:
        yield Group(EVERY_BIT, OUTSET, STILL, tuple(statements))
        return
    instants = sorted({OUTSET} | {said.publish_at for said in hidden if said.publish_at})
    by_key = {said.pk: said for said in statements}
    parties = {said.confidant_id for said in hidden if said.confidant_id}
    parties |= {said.by_id for said in statements if said.is_reply and said.by_id}
    readers = [*COMMON, *(Audience(Tier.IN_CONFIDENCE, key) for key in sorted(parties))]
    for now, until in zip(instants, [*instants[1:], STILL], strict=True):
        seen = {
            reader: tuple(said for said in statements if sees(reader, said, by_key, now))
            for reader in readers
        }
        for said, mask in masks_of(seen, bit_of).items():
            yield Group(mask, now, until, said)


def masks_of(
    seen: dict[Audience, tuple[RecordedStatement, ...]], bit_of: BitOf
) -> dict[tuple[RecordedStatement, ...], int]:
    """By what is seen, the bits of those who see it. Bits that nobody has yet are set as those of the parties are."""
    _everybody, parties, _mediators = COMMON
    found: dict[tuple[RecordedStatement, ...], int] = defaultdict(int)
    taken = 0
    for place, reader in enumerate(COMMON):
        if reader != parties:
            found[seen[reader]] |= 1 << place
            taken |= 1 << place
    for reader, said in seen.items():
        if reader.confidant_id is not None and said != seen[parties]:
            bit = 1 << bit_of(reader.confidant_id)
            found[said] |= bit
            taken |= bit
    found[seen[parties]] |= EVERY_BIT & ~taken
    return found


OF_ITS_OBLIGATION = ("obligation_id", "provision_id", "party_id", "kind")


@dataclass(slots=True)
class Loaded:
    """A commitment with its agreement, and what is of its obligation: the columns of `OF_ITS_OBLIGATION`."""

    owed: Owed
    agreement_id: int
    of_its_obligation: tuple[int, int, int, str]


CLOCKS = """
SELECT c.id, c.agreement_id, c.secret, a.time_zone, i.adopted_on, o.id, o.provision_id, c.party_id, o.kind,
    s.known_from, s.known_until, s.from_day, s.until_day, s.life, s.clock, s.due_on, s.due_at, s.clock_from,
    s.in_time_until, s.act_id, s.anchored_by_id, r.recorded_at, f.recorded_at
FROM obligations_commitment c
JOIN obligations_obligation o ON o.id = c.obligation_id
JOIN agreement_agreement a ON a.id = c.agreement_id
JOIN agreement_provision p ON p.id = o.provision_id
JOIN agreement_instrument i ON i.id = p.instrument_id
JOIN obligations_clockspan s ON s.commitment_id = c.id
LEFT JOIN obligations_reading r ON r.id = s.act_id
LEFT JOIN obligations_statement f ON f.id = s.anchored_by_id
WHERE c.id = ANY(%s) ORDER BY c.id, s.known_from, s.from_day
"""
STATEMENTS = """
SELECT commitment_id, id, kind, by_id, level, not_assessable, conduct, effective_on, recorded_at, withdrawn_at,
    refers_to_id, period_id, tier, confidant_id, publish_at
FROM obligations_statement
WHERE commitment_id = ANY(%s) AND kind <> 'withdrawal' ORDER BY effective_on, recorded_at, id
"""
PERIODS = """
SELECT commitment_id, id, starts_on, ends_on, due_on, due_at, known_from, known_until
FROM obligations_period WHERE commitment_id = ANY(%s) ORDER BY commitment_id, starts_on, id
"""


def owed_of(keys: list[int]) -> dict[int, Loaded]:
    """What is recorded of commitments, by key: three queries whatever their number."""
    found: dict[int, Loaded] = {}
    for pk, agreement_id, secret, time_zone, adopted_on, *rest in run(CLOCKS, [keys]):
        of_its_obligation, (known_from, known_until, *span, act_at, anchored_at) = (
            tuple(rest[:4]),
            rest[4:],
        )
        if pk not in found:
            *_rest, party_id, kind = of_its_obligation
            owed = Owed(pk, party_id, kind, ZoneInfo(time_zone), secret, adopted_on or EVER)
            found[pk] = Loaded(owed, agreement_id, of_its_obligation)
        owed = found[pk].owed
        if not owed.clocks or owed.clocks[-1].known_from != known_from:
            owed.clocks.append(ClockLayer(known_from, known_until, []))
        owed.clocks[-1].spans.append(span_of(*span))
        if act_at is not None:
            owed.acts[span[-2]] = act_at
        if anchored_at is not None:
            owed.anchored[span[-1]] = anchored_at
    for pk, *said in run(STATEMENTS, [keys]):
        found[pk].owed.statements.append(RecordedStatement(*said))
    if lasting := [pk for pk, one in found.items() if one.owed.lasts]:
        for pk, *period in run(PERIODS, [lasting]):
            found[pk].owed.periods.append(Period(*period))
    return found


def span_of(
    from_day: date,
    until_day: date,
    life: LifeState,
    clock: ClockState,
    due_on: date | None,
    due_at: datetime | None,
    clock_from: date | None,
    in_time_until: date | None,
    act: int | None,
    anchored_by: int | None,
) -> Span:
    deadline = Deadline(clock, due_on, due_at, clock_from)
    return Span(from_day, until_day, life, deadline, in_time_until, act, anchored_by)
