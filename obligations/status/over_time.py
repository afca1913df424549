"""What a picture of an agreement is drawn from: how many stood at which level since when, and its rows one by one.

Like all that lists and figures read, these are rows of statuses: of one viewer, at one moment, by the same filters.
"""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from obligations.deadlines import Phase, Timeliness
from obligations.status import reading
from obligations.status.filters import FILTERS, Condition, conditions
from obligations.status.reading import Listed
from parties.content import PackText

# Of an obligation and of who owes it: what these pick is the same on every day.
LASTING = frozenset({"agreement", "instrument", "provision", "obligation", "party", "kind", "tag"})


class Change(NamedTuple):
    """On that day there were `n` more at a level, or fewer. Without a finding both columns are None."""

    party_id: int
    level: int | None
    not_assessable: bool | None
    day: date
    n: int


def level_changes(listed: Listed, until: date) -> list[Change]:
    """How the numbers at each level came about, of what the filters leave, in the order of the days up to `until`.

    What a filter picks by how it stands is what stands so at the moment: on earlier days the same commitments are
    counted. One statement, grouped by days.
    """
    moment = listed.moment
    own = list(conditions({name: listed.chosen[name] for name in LASTING & listed.chosen.keys()}, moment))
    own += listed.more
    if not reading.names_of(listed.chosen) <= LASTING:
        where, given = listed.where
        own.append(
            (f"s.commitment_id IN (SELECT s.commitment_id FROM {reading.COMMITMENTS} WHERE {where})", given)
        )
    rules = [*reading.allowed(listed.viewer, moment.now), *reading.known_at(moment, has_days=False), *own]
    where, given = reading.joined(rules)
    alike = "s.party_id, s.level, s.not_assessable"
    sql = f"""
        SELECT party_id, level, not_assessable, day, sum(n)::bigint FROM (
            SELECT {alike}, s.from_day AS day, count(*) AS n FROM {reading.COMMITMENTS} WHERE {where}
                AND s.from_day <= %s GROUP BY 1, 2, 3, 4
            UNION ALL
            SELECT {alike}, s.until_day, -count(*) FROM {reading.COMMITMENTS} WHERE {where}
                AND s.until_day <= %s GROUP BY 1, 2, 3, 4
        ) AS changed GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0 ORDER BY day"""
    return [Change(*row) for row in reading.rows_of(sql, [*given, until, *given, until])]


class Row(NamedTuple):
    """One commitment as it stands. `last_on` and `last_conduct` are those of the newest finding on a standing duty.

    `days_late` are None where it is not overdue, `days_running` where it is not due at once, or complete.
    """

    commitment_id: int
    code: str
    title: str
    party_id: int
    provision_id: int
    kind: str
    timeliness: str
    level: int | None
    not_assessable: bool | None
    conduct: str | None
    found_on: date | None
    last_conduct: str | None
    last_on: date | None
    own_claim: str
    other_claim: str
    due_on: date | None
    days_late: int | None
    days_running: int | None


def rows_in_text(listed: Listed, most: int) -> list[Row]:
    """The commitments that the filters leave, in the order of the text; none where there are more than `most`."""
    state, of_state = reading.timeliness(listed.moment)
    day, of_day = reading.today(listed.moment)
    columns = f"""s.agreement_id, s.commitment_id, o.code, o.title, s.party_id, s.provision_id, s.kind, {state},
        s.level, s.not_assessable, s.conduct, s.found_on, f.conduct, f.effective_on, s.own_claim, s.other_claim,
        s.due_on, nullif({reading.days_after("s.run_until", day)}, 0),
        CASE WHEN s.clock = 'immediate' AND s.complete_since IS NULL AND s.life = 'active'
            THEN {day} - s.runs_from END"""
    joins = f"{reading.IN_TEXT} LEFT JOIN obligations_statement f ON f.id = s.last_finding_id"
    then = f"ORDER BY {reading.BY_TEXT} LIMIT {most + 1}"
    found = listed.select((columns, [*of_state, *of_day, *of_day]), then, joins)
    if len(found) > most:
        return []
    return [Row(pk, code, PackText(title, of), *rest) for of, pk, code, title, *rest in found]


class Due(NamedTuple):
    """What falls due next."""

    code: str
    title: str
    party_id: int
    due_on: date


def due_next(listed: Listed, most: int) -> list[Due]:
    """What is not due yet, the earliest first: picked by the index of what runs, and named after that."""
    at, given = reading.instant(listed.moment)
    ahead: Condition = (f"s.phase = '{Phase.RUNNING}' AND s.due_at > {at}", given)
    where, params = replace(listed, more=(*listed.more, ahead)).where
    sql = f"""
        SELECT s.agreement_id, o.code, o.title, s.party_id, s.due_on FROM (
            SELECT s.agreement_id, s.obligation_id, s.party_id, s.commitment_id, s.due_on, s.due_at
            FROM {reading.COMMITMENTS} WHERE {where} ORDER BY s.due_at, s.commitment_id LIMIT {most}
        ) AS s {reading.IN_TEXT} ORDER BY s.due_at, {reading.BY_TEXT}"""
    found = reading.rows_of(sql, params)
    return [Due(code, PackText(title, of), *rest) for of, code, title, *rest in found]


class Ending(NamedTuple):
    """So many periods of a party that end on a day to come; `is_due` where something is due by then."""

    ends_on: date
    is_due: bool
    party_id: int
    n: int


def periods_ending(listed: Listed, days: int) -> list[Ending]:
    """The periods that end within so many days, by day and party."""
    day, given = reading.today(listed.moment)
    within: Condition = (f"s.ends_on >= {day} AND s.ends_on < {day} + {days}", given * 2)
    columns: Condition = (f"s.ends_on, s.is_due, s.party_id, {reading.number()}", [])
    found = reading.periods_counted(listed, columns, within, "GROUP BY 1, 2, 3 ORDER BY 1, 2")
    return [Ending(*row) for row in found]


class LateCount(NamedTuple):
    """So many of a party's overdue commitments whose lateness begins at that place of `LATE_FROM`."""

    party_id: int
    bin: int
    n: int


# Days late from which each bin but the first goes on.
LATE_FROM = (31, 91, 181, 366, 731)


def late_counts(listed: Listed) -> list[LateCount]:
    """How many are overdue by how much. Of a tally, which has instants alone, days are whole ones since the due one."""
    at, given = reading.instant(listed.moment)
    overdue = FILTERS["timeliness"].condition((Timeliness.OVERDUE.value,), listed.moment)
    days = f"1 + floor(extract(epoch FROM {at} - s.due_at) / 86400)"
    columns = f"s.party_id, width_bucket({days}::int, ARRAY{list(LATE_FROM)}), {reading.number()}"
    found = replace(listed, more=(*listed.more, overdue)).counted((columns, given), "GROUP BY 1, 2")
    return [LateCount(*row) for row in found]
