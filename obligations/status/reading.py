"""Reading statuses by SQL: which rows are for a viewer at a moment, in pages, counts and groups.

Lists run the same few statements over and over, and making them from models takes longer than running them. Tables are
called by one letter each: `s` the statuses, `a` their agreements.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models.expressions import RawSQL

from obligations.deadlines import Moment
from obligations.deadlines.spans import NEVER
from obligations.models import Breach, CommitmentTally, PeriodTally, Tally
from obligations.models.period import PeriodState
from obligations.status.filters import FILTERS, TALLIED, Chosen, Condition, conditions
from obligations.status.filters import instant as instant
from parties import replica
from parties.access import COMMON, EVERYBODY, Audience, Role, Tier, Viewer, agreements_of
from parties.known import known_sql

# What a statement needs nothing of is joined by LEFT JOIN, so that it is not read: of each row there is exactly one.
COMMITMENTS = "obligations_commitmentstatus s LEFT JOIN agreement_agreement a ON a.id = s.agreement_id"
PUBLIC_BIT = 1 << COMMON.index(EVERYBODY)
MEDIATORS_BIT = 1 << COMMON.index(Audience(Tier.MEDIATORS))
PARTIES_BIT = 1 << COMMON.index(Audience(Tier.PARTIES))
BIT_OF_A_PARTY = (
    "coalesce((SELECT 1::bigint << bit FROM agreement_audiencebit WHERE agreement_id = %s AND party_id = %s), "
    f"{PARTIES_BIT})"
)


def bits_of(viewer: Viewer, table: str) -> Condition:
    """The bit that the viewer reads by: of each agreement another, where there are grants."""
    cases, params = [], []
    for grant in viewer.grants:
        reader = grant.reader
        if reader.confidant_id is not None:
            cases.append(f"WHEN %s THEN {BIT_OF_A_PARTY}")
            params += [grant.agreement_id, grant.agreement_id, reader.confidant_id]
        elif reader != EVERYBODY:
            cases.append("WHEN %s THEN %s::bigint")
            params += [grant.agreement_id, 1 << COMMON.index(reader)]
    if not cases:
        return str(PUBLIC_BIT), []
    return f"CASE {table}.agreement_id {' '.join(cases)} ELSE {PUBLIC_BIT} END", params


def commitments_seen(viewer: Viewer, moment: Moment) -> list[Condition]:
    seen = allowed(viewer, moment.now)
    if moment.is_present:
        return [("s.is_present", []), *seen, holds(moment)]
    if moment.spoken_on is None:
        return [*seen, known_sql("s", moment.known_at), holds(moment)]
    return [*seen, *known_at(moment)]


def holds(moment: Moment) -> Condition:
    """The condition of rows of commitments, and of tallies, that hold now."""
    return "s.holds_from <= %s AND s.holds_until > %s", [moment.now, moment.now]


def allowed(viewer: Viewer, now: datetime) -> list[Condition]:
    """Rows of `s`, a table of statuses, that the viewer may see."""
    bits, params = bits_of(viewer, "s")
    rules: list[Condition] = [
        (f"(s.mask & {bits}) <> 0", params),
        ("s.shown_from <= %s AND s.shown_until > %s", [now, now]),
    ]
    if not settings.PUBLIC_READING:
        rules.append(("s.agreement_id = ANY(%s)", [agreements_of(viewer.grants)]))
    return rules


def known_at(moment: Moment, has_days: bool = True) -> list[Condition]:
    """Rows as they were known: of each thing that was known at the moment exactly one.

    `has_days` says whether rows of the table are of some days alone.
    """
    rules: list[Condition] = [known_sql("s", moment.known_at)]
    if has_days and moment.spoken_on:
        rules.append(("s.from_day <= %s AND s.until_day > %s", [moment.spoken_on] * 2))
    elif has_days:
        rules.append((f"s.until_day = {ENDLESS}", []))
    return rules


# Written out, as the instants of knowledge are.
ENDLESS = f"'{NEVER}'::date"


def today(moment: Moment) -> Condition:
    """The day spoken of, as SQL; at present the one that it is in the agreement's zone."""
    if moment.spoken_on:
        return "%s::date", [moment.spoken_on]
    return "(%s::timestamptz AT TIME ZONE a.time_zone)::date", [moment.now]


# A number is a sum over `n`: of rows that are alike, or of rows that are one each.
ONE_EACH = "CROSS JOIN (SELECT 1 AS n) AS one_each"
COMMITMENTS_ALIKE = "obligations_commitmenttally s LEFT JOIN agreement_agreement a ON a.id = s.agreement_id"


def number(where: str = "true") -> str:
    """How many there are of which a condition holds, for `counted` and `periods_counted`."""
    return f"coalesce(sum(n) FILTER (WHERE {where}), 0)::bigint"


def is_tallied(tally: type[Tally], moment: Moment, chosen: Mapping[str, Chosen]) -> bool:
    """Whether the database keeps the numbers of what is chosen."""
    return moment.is_present and names_of(chosen) <= TALLIED[tally]


def names_of(chosen: Mapping[str, Chosen]) -> set[str]:
    """The names of the filters that are set; days are none."""
    return {name for name, values in chosen.items() if values and name in FILTERS}


@dataclass(frozen=True, slots=True)
class Listed:
    """The statuses of commitments that filters leave, for one viewer at one moment. `more` are conditions on what a
    tally has too.
    """

    viewer: Viewer
    moment: Moment
    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    more: tuple[Condition, ...] = ()

    @property
    def where(self) -> Condition:
        return joined([*commitments_seen(self.viewer, self.moment), *self.rules])

    @property
    def rules(self) -> list[Condition]:
        return [*conditions(self.chosen, self.moment), *self.more]

    def select(self, columns: Condition, then: str = "", joins: str = "") -> list[tuple[Any, ...]]:
        """Columns of the rows; `then` is what follows the conditions, and `joins` what follows the tables."""
        return selected(columns, f"{COMMITMENTS} {joins}", self.where, then)

    def counted(self, columns: Condition, then: str = "") -> list[tuple[Any, ...]]:
        """Columns of what a tally has, with a `number` among them; of the rows only where no tally says it."""
        if not is_tallied(CommitmentTally, self.moment, self.chosen):
            return self.select(columns, then, ONE_EACH)
        where = joined([*allowed(self.viewer, self.moment.now), holds(self.moment), *self.rules])
        return selected(columns, COMMITMENTS_ALIKE, where, then)

    def count(self) -> int:
        return int(self.counted((number(), []))[0][0])

    def in_text(self, most: int) -> list[int]:
        """The keys of the first `most` commitments, in the order of the text."""
        found = self.select(("s.commitment_id", []), f"ORDER BY {BY_TEXT} LIMIT {most}", IN_TEXT)
        return [key for (key,) in found]

    def keys(self) -> RawSQL:
        """A query of the keys of the commitments, for a condition."""
        where, params = self.where
        return RawSQL(f"SELECT s.commitment_id FROM {COMMITMENTS} WHERE {where}", params)


def selected(columns: Condition, tables: str, where: Condition, then: str = "") -> list[tuple[Any, ...]]:
    (shown, given), (rules, params) = columns, where
    return rows_of(f"SELECT {shown} FROM {tables} WHERE {rules} {then}", [*given, *params])


def rows_of(sql: str, params: Iterable[Any]) -> list[tuple[Any, ...]]:
    with replica.connection().cursor() as cursor:
        cursor.execute(sql, list(params))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


# The order of the text, for rows joined to their obligation and party.
IN_TEXT = "JOIN obligations_obligation o ON o.id = s.obligation_id JOIN parties_party y ON y.id = s.party_id"
BY_TEXT = "o.place, y.name, s.commitment_id"


def joined(rules: Iterable[Condition]) -> Condition:
    rules = list(rules)
    return " AND ".join(sql for sql, _params in rules), [one for _sql, params in rules for one in params]


def timeliness(moment: Moment) -> Condition:
    """A value of Timeliness, over `s` and `a`."""
    at, given = instant(moment)
    sql = (
        f"CASE WHEN s.phase <> 'running' THEN s.phase WHEN s.due_at <= {at} THEN 'overdue' "
        f"WHEN s.due_at <= {at} + a.due_soon_days * interval '1 day' THEN 'due_soon' ELSE 'upcoming' END"
    )
    return sql, [*given, *given]


# Periods: `s` their statuses, `q` the periods, `c` the commitments.

PERIODS = """
obligations_periodstatus s LEFT JOIN obligations_period q ON q.id = s.period_id
LEFT JOIN obligations_commitment c ON c.id = s.commitment_id
LEFT JOIN agreement_agreement a ON a.id = s.agreement_id
"""


def periods_seen(viewer: Viewer, moment: Moment) -> list[Condition]:
    """The periods that were known, each with what the viewer can know of it: no longer than the period is."""
    return [*allowed(viewer, moment.now), *known_at(moment)]


PERIODS_ALIKE = "obligations_periodtally s LEFT JOIN agreement_agreement a ON a.id = s.agreement_id"


def periods_counted(
    listed: Listed, columns: Condition, rule: Condition, then: str = ""
) -> list[tuple[Any, ...]]:
    """Columns of what a tally of periods has, with a `number`: of the periods of commitments for which a rule holds."""
    viewer, moment = listed.viewer, listed.moment
    if is_tallied(PeriodTally, moment, listed.chosen):
        where = joined([*allowed(viewer, moment.now), *listed.rules, rule])
        return selected(columns, PERIODS_ALIKE, where, then)
    own = listed.rules
    if not names_of(listed.chosen) <= TALLIED[PeriodTally]:
        commitments, given = listed.where
        own = [(f"s.commitment_id IN (SELECT s.commitment_id FROM {COMMITMENTS} WHERE {commitments})", given)]
    where = joined([*periods_seen(viewer, moment), *own, rule])
    return selected(columns, f"{PERIODS} {ONE_EACH}", where, then)


def has_elapsed(moment: Moment) -> Condition:
    day, given = today(moment)
    return f"s.ends_on < {day}", given


def awaits_review(moment: Moment, s: str = "s") -> Condition:
    """At present: the last period under review that has ended, where something was owed and nothing is found."""
    day, given = today(moment)
    sql = (
        f"NOT {s}.is_due AND {s}.state_ended = '{PeriodState.NO_FINDING}' AND {s}.ends_on < {day} "
        f"AND ({s}.next_ends_on IS NULL OR {s}.next_ends_on >= {day})"
    )
    return sql, given * 2


def state_of_period(moment: Moment) -> Condition:
    """A value of `PeriodState`."""
    elapsed, given = has_elapsed(moment)
    day, of_day = today(moment)
    sql = f"""CASE
        WHEN s.state_ended NOT IN ('{PeriodState.MISSED}', '{PeriodState.NO_FINDING}') OR {elapsed} THEN s.state_ended
        WHEN NOT s.is_due AND q.starts_on <= {day} THEN '{PeriodState.RUNNING}' ELSE '{PeriodState.UPCOMING}' END"""
    return sql, [*given, *of_day]


def days_after(last: str, day: str) -> str:
    """How many days after the last day in time a day is, 0 for none: `obligations.deadlines.days_after` in SQL."""
    return f"greatest({day} - {last}, 0)"


# Breaches: `s` their statuses.

BREACHES = """
obligations_breachstatus s LEFT JOIN obligations_commitment c ON c.id = s.commitment_id
LEFT JOIN agreement_agreement a ON a.id = s.agreement_id
"""


# A breach has no days of its own, and a date may lie before the text that it is owed under. Where no text is adopted
# after the day, which is asked first and once, no breach is asked for its own.
BEGUN = """NOT (EXISTS (SELECT FROM agreement_instrument WHERE adopted_on > %s) AND EXISTS (
    SELECT FROM obligations_obligation o JOIN agreement_provision p ON p.id = o.provision_id
    JOIN agreement_instrument i ON i.id = p.instrument_id WHERE o.id = c.obligation_id AND i.adopted_on > %s))"""


def breaches_seen(viewer: Viewer, moment: Moment) -> list[Condition]:
    """The runs of clocks that the viewer can know as breaches: they ran out, and nothing had ended them before."""
    at, given = instant(moment)
    open_, of_open = is_open(moment)
    return [
        *allowed(viewer, moment.now),
        *known_at(moment, has_days=False),
        *([(BEGUN, [moment.spoken_on] * 2)] if moment.spoken_on else []),
        (f"s.overdue_since <= {at}", given),
        (f"({open_} OR s.counts)", of_open),
    ]


def is_open(moment: Moment) -> Condition:
    """Whether nothing had ended it by the day spoken of."""
    if moment.spoken_on:
        return "(s.closed_at IS NULL OR s.ended_on > %s)", [moment.spoken_on]
    return "s.closed_at IS NULL", []


def days_of_breach(moment: Moment) -> Condition:
    """How many days late a breach is, or was when it ended."""
    open_, given = is_open(moment)
    day, of_day = today(moment)
    return f"CASE WHEN {open_} THEN {days_after('s.in_time_until', day)} ELSE s.days_late END", [
        *given,
        *of_day,
    ]


def days_of_period(moment: Moment) -> Condition:
    """How many days late what was due in a period was met, or is; null for none."""
    day, given = today(moment)
    sql = f"""CASE WHEN q.due_on IS NULL THEN NULL
        WHEN s.complete_since IS NOT NULL THEN nullif({days_after("s.in_time_until", "s.complete_since")}, 0)
        WHEN s.owed AND q.ends_on < {day} THEN {days_after("s.in_time_until", day)} END"""
    return sql, given * 2


OUTCOME = """CASE s.ending WHEN 'moved' THEN 'extended' WHEN 'met' THEN
    CASE WHEN s.days_late > 0 THEN 'met_late' ELSE 'met_on_time' END ELSE s.ending END"""


def flagged_at(viewer: Viewer, moment: Moment) -> Condition:
    """When a sweep flagged it, for mediators alone: the rows of the sweep know all findings.

    Of an earlier day of knowledge, what had been flagged by then, also where that turned out later not to have been.
    """
    mediated = viewer.agreements_as(Role.MEDIATOR)
    if not mediated:
        return "NULL::timestamptz", []
    given: list[Any] = [[outcome.value for outcome in Breach.VOID]]
    counts = "b.outcome <> ALL(%s)"
    if moment.known_at:
        counts = f"({counts} OR b.closed_at >= %s) AND b.opened_at < %s"
        given += [moment.known_at, moment.known_at]
    sql = f"""CASE WHEN s.agreement_id = ANY(%s) THEN (
        SELECT b.opened_at FROM obligations_breach b
        WHERE b.commitment_id = s.commitment_id AND b.overdue_since = s.overdue_since
            AND b.period_id IS NOT DISTINCT FROM s.period_id
            AND b.opening_statement_id IS NOT DISTINCT FROM s.opened_by
            AND b.opening_reading_id IS NOT DISTINCT FROM s.opened_act AND {counts}
        ORDER BY b.opened_at DESC, b.id DESC LIMIT 1) END"""
    return sql, [mediated, *given]
