"""What is recorded of commitments, as far as statuses go: read by three queries, whatever their number."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from obligations.deadlines import Deadline
from obligations.deadlines.spans import EVER, LifeState, Span
from obligations.deadlines.steps import ClockState
from obligations.status.recorded import ClockLayer, Owed, Period, RecordedStatement
from parties.prepared import run

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
