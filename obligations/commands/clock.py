"""A commitment's clock, worked out anew from what is recorded: its terms, its anchor's dates, readings, all findings.

Called by every command that changes one of these, with the commitment locked. It sets the derived columns, the spans
of its clock, and brings the breach rows into line with the episodes; the sweep alone opens a breach whose clock runs.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from obligations.commands import periods, spans, statuses
from obligations.commands.breaches import Cause, run_clock
from obligations.commands.bulk import save_columns
from obligations.commands.errors import Refused
from obligations.deadlines import FindingFact, episodes
from obligations.deadlines.spans import Span
from obligations.models import Breach, Commitment, Obligation, Statement
from obligations.status.recorded import owed_of
from obligations.status.records import records_of
from parties.prepared import objects, run

COLUMNS = [
    "life",
    "clock",
    "clock_from",
    "due_on",
    "due_at",
    "in_time_until",
    "flag_at",
    "overdue_since",
    "cycle",
    "opening_statement_id",
    "undone_statement_id",
    "opening_reading_id",
]

FINDINGS = f"""
SELECT commitment_id, id, effective_on, level FROM {Statement._meta.db_table}
WHERE commitment_id = ANY(%s) AND kind = 'finding' AND withdrawn_at IS NULL ORDER BY effective_on, recorded_at, id
"""
DEPENDANTS = f"""
SELECT c.id FROM {Commitment._meta.db_table} c JOIN {Obligation._meta.db_table} o ON o.id = c.obligation_id
WHERE o.after_obligation_id = %s
"""
WITH_ITS_TEXT = ("agreement", "obligation__provision__instrument", "party")


def lock_all(commitments: Iterable[int]) -> list[Commitment]:
    """Commitments, locked in the order of their keys, with all that their clocks ask for."""
    rows = Commitment.objects.filter(pk__in=list(commitments)).order_by("pk")
    return list(rows.select_for_update(of=("self",)).select_related(*WITH_ITS_TEXT))


def lock_alone(commitments: list[int]) -> list[Commitment]:
    """The same without what they belong to: to make the rows of a text for each of many takes longer than the lock."""
    return objects(Commitment, "id = ANY(%s) ORDER BY id FOR UPDATE", [commitments])


def lock(commitment: Commitment) -> Commitment:
    """One commitment, locked, as it is now. What it belongs to is that of the given one, where that has it loaded:
    joins whose columns nobody needs take longer than the lock.
    """
    known = commitment._state.fields_cache
    if not {"agreement", "obligation", "party"} <= known.keys():
        return lock_all([commitment.pk])[0]
    rows = lock_alone([commitment.pk])
    if not rows:
        raise Refused({"commitment": _("This commitment is there no more: a newer pack leaves it out.")})
    found = rows[0]
    found.agreement, found.obligation, found.party = (
        commitment.agreement,
        commitment.obligation,
        commitment.party,
    )
    return found


def start(commitments: Sequence[Commitment]) -> None:
    """Set the clocks of new commitments, of which nobody has said anything yet: a few queries for all."""
    records = records_of(commitments)
    for commitment in commitments:
        in_force = records[commitment.pk].spans()[-1]
        set_deadline(commitment, in_force)
        commitment.flag_at = commitment.due_at if in_force.is_running else None
    save_columns(commitments, COLUMNS)
    spans.write(records)
    statuses.follow(one.pk for one in commitments)


def set_deadline(commitment: Commitment, in_force: Span) -> None:
    """The columns that the span in force gives; the clock itself stands still."""
    deadline = in_force.deadline
    commitment.life = in_force.life
    commitment.clock, commitment.clock_from = deadline.clock, deadline.runs_from
    commitment.due_on, commitment.due_at = deadline.due_on, deadline.due_at
    commitment.in_time_until = in_force.in_time_until
    commitment.flag_at = commitment.overdue_since = commitment.opening_reading_id = None
    commitment.opening_statement_id = commitment.undone_statement_id = None


def follow_finding(commitment: Commitment, now: datetime, cause: Cause) -> None:
    """After a finding on a locked commitment came, or was withdrawn: what it makes of the clock, and of what is seen.

    No finding moves the commitment's own days: the spans of its clock, as they are on record, are what it is set by.
    """
    owed = owed_of([commitment.pk])
    recorded = owed[commitment.pk].owed
    own, breaches = tuple(recorded.clocks[-1].spans), breaches_of([commitment.pk])[commitment.pk]
    facts = [said.fact() for said in recorded.statements if said.kind == "finding" and not said.withdrawn_at]
    if is_set_anew(commitment, own, facts, breaches, now, cause):
        save_columns([commitment], COLUMNS)
    if recorded.recurs:
        periods.reset_clocks({commitment: own}, now, cause)
    statuses.follow_loaded(owed, now, since=now)


def reset(commitment: Commitment, now: datetime, cause: Cause = None) -> None:
    """Set the derived columns of a locked commitment and its breaches, and save what changed."""
    reset_all([commitment], now, cause, since=now)


def reset_all(
    commitments: Sequence[Commitment], now: datetime, cause: Cause = None, since: datetime | None = None
) -> None:
    """The same for several, whose `agreement` and `obligation` are loaded.

    `cause` is what asks for it: who may not see a statement is not to see what it ended either. `since` is the instant
    before which nothing changes of what was known; None where that is not sure.
    """
    records, keys = records_of(commitments), [one.pk for one in commitments]
    findings, breaches = findings_of(keys), breaches_of(keys)
    changed = [
        one
        for one in commitments
        if is_set_anew(one, records[one.pk].spans(), findings[one.pk], breaches[one.pk], now, cause)
    ]
    save_columns(changed, COLUMNS)
    spans.write(records, since)
    new_periods = periods.follow(commitments, records, now, cause)
    # A new period is known since its commitment was.
    statuses.follow(keys, now, None if new_periods else since)


def is_set_anew(
    commitment: Commitment,
    own: tuple[Span, ...],
    findings: Sequence[FindingFact],
    breaches: list[Breach],
    now: datetime,
    cause: Cause,
) -> bool:
    """Set the clock by its spans and the findings, and its breaches; whether a column of the commitment changed."""
    before = derived(commitment)
    set_deadline(commitment, own[-1])
    run_clock(commitment, breaches, episodes(own, commitment.agreement.zone, findings), now, cause)
    return derived(commitment) != before


def derived(commitment: Commitment) -> list[object]:
    return [getattr(commitment, name) for name in COLUMNS]


def findings_of(commitments: Iterable[int]) -> dict[int, list[FindingFact]]:
    """The findings on commitments, in order: one query for all."""
    found: dict[int, list[FindingFact]] = defaultdict(list)
    keys = list(commitments)
    for commitment_id, *fact in run(FINDINGS, [keys]) if keys else []:
        found[commitment_id].append(FindingFact(*fact))
    return found


def breaches_of(commitments: Iterable[int]) -> dict[int, list[Breach]]:
    """The breaches of the commitments' own clocks, in the order of cycles: one query for all."""
    found: dict[int, list[Breach]] = defaultdict(list)
    own = "commitment_id = ANY(%s) AND period_id IS NULL ORDER BY cycle"
    for breach in objects(Breach, own, [list(commitments)]):
        found[breach.commitment_id].append(breach)
    return found


def recount(agreement_id: int, now: datetime) -> None:
    """After a day was added to a calendar, or struck: every clock of the agreement that counts days off."""
    everything = Commitment.objects.filter(agreement=agreement_id).order_by("pk")
    rows = everything.select_related("agreement", "obligation")
    records = records_of(rows)
    reset_all(lock_all(pk for pk, known in records.items() if known.counts_days_off), now)


def restart_dependants(commitment: Commitment, now: datetime) -> None:
    """After a public finding, or what became of one: the clocks that start with the obligation's fulfilment."""
    if keys := [pk for (pk,) in run(DEPENDANTS, [commitment.obligation_id])]:
        reset_all(lock_all(keys), now)
