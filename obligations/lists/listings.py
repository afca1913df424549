"""The lists that the database writes as JSON: commitments, periods and breaches, as each audience sees them."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from obligations.deadlines import Moment
from obligations.lists.listing import Key, Listing
from obligations.lists.places import AN_INSTANT, DAY, NUMBER, TEXT
from obligations.lists.sorts import ALSO, BREACH_SORTS, PARTY_NAME, PERIOD_SORTS, SORTS, TEXT_PLACE
from obligations.lists.values import (
    Members,
    Row,
    address,
    as_json,
    flag,
    in_utc,
    instant,
    on,
    plain,
    text,
    utc,
    word,
)
from obligations.models.period import PeriodState
from obligations.status import reading
from obligations.status.breaches import OUTCOMES
from obligations.status.filters import DAY as DAY_OF_A_FILTER
from obligations.status.filters import (
    FILTERS,
    NUMBER_OF_A_ROW,
    OF_OBLIGATIONS,
    YES_NO,
    Chosen,
    Condition,
    Filter,
    in_provision,
)
from obligations.status.moments import query_of
from obligations.status.provisions import HOW_NAMED, PROVISION, WITH_PARTS
from parties.access import Viewer
from parties.known import known_sql

OF_COMMITMENT = """
JOIN agreement_agreement a ON a.id = c.agreement_id
JOIN obligations_obligation o ON o.id = c.obligation_id
JOIN parties_party y ON y.id = c.party_id
"""
OBLIGATION = {"code": text("o.code"), "title": text("o.title"), "kind": word("o.kind")}
PARTY = {"code": text("y.code"), "name": text("y.name")}


@cache
def around_the_codes() -> tuple[str, str, str]:
    """What the path of an obligation's page has before, between and after the codes that it names."""
    path = reverse("obligation", args=["-agreement-", "-code-"])
    before, between, after = path.replace("-code-", "-agreement-").split("-agreement-")
    return before, between, after


def page_of_obligation(moment: Moment | None, root: str) -> Condition:
    """The absolute address of the obligation's page, as of the same days where there are any."""
    before, between, after = around_the_codes()
    given = [root.rstrip("/") + before, between, after + (query_of(moment) if moment else "")]
    return "%s::text || a.code || %s::text || o.code || %s::text", given


# Commitments


def clock_known(viewer: Viewer, moment: Moment) -> Condition:
    """The clock `k` of each, as known at the moment on the day."""
    known, of_known = known_sql("k", moment.known_at)
    sql = f"""
        JOIN obligations_commitmentstatus s ON s.id = shown.row
        JOIN obligations_commitment c ON c.id = s.commitment_id {OF_COMMITMENT}
        JOIN agreement_provision p ON p.id = s.provision_id
        JOIN agreement_instrument i ON i.id = p.instrument_id
        LEFT JOIN obligations_period lp ON lp.id = s.last_period_id
        LEFT JOIN obligations_statement lf ON lf.id = s.last_finding_id
        JOIN obligations_clockspan k ON k.commitment_id = s.commitment_id AND {known}"""
    if moment.spoken_on:
        return f"{sql} AND k.from_day <= %s AND k.until_day > %s", [*of_known, *[moment.spoken_on] * 2]
    return f"{sql} AND k.until_day = {reading.ENDLESS}", of_known


# Of what is due again and again: the sum ends with the day that is awaited.
STEPS = """CASE WHEN s.clock = 'recurring' AND s.due_on IS NOT NULL THEN
    CASE k.steps WHEN '[]' THEN '[' ELSE left(k.steps, -1) || ',' END || {last_day} || ',' || {instant} || ']'
    ELSE k.steps END"""
A_STEP: dict[str, Any] = dict.fromkeys(
    ("kind", "on", "at", "to", "length", "unit", "direction"), "'null'"
) | {
    "convention": "'\"\"'",
    "zone": "'\"\"'",
    "why": "'null'",
    "name": "'\"\"'",
}
LAST_DAY = A_STEP | {"kind": "'\"last_day\"'", "on": on("s.due_on").json}
LAST_INSTANT = A_STEP | {"kind": "'\"instant\"'", "at": in_utc("s.due_at"), "zone": text("a.time_zone")}


def compared(whose: str) -> Members:
    """How a claim compares with what was found, and by how many levels: in the words of the filters."""
    column = f"s.{whose}_claim"
    differs = f"{column} LIKE 'above%%' OR {column} LIKE 'below%%'"
    claim = f"CASE WHEN {differs} THEN 'differs' ELSE nullif({column}, '') END"
    gap = f"""CASE WHEN {column} = 'agrees' THEN '0' WHEN {column} LIKE 'above%%' THEN right({column}, 1)
        WHEN {column} LIKE 'below%%' THEN '-' || right({column}, 1) END"""
    return {f"{whose}_claim": word(claim), f"{whose}_gap": plain(gap)}


def periods_begun_since(moment: Moment) -> Condition:
    """How many periods under review have begun since the last one with a finding."""
    known, of_known = known_sql("x", moment.known_at)
    day, of_day = reading.today(moment)
    sql = f"""CASE WHEN lp.id IS NOT NULL THEN (SELECT count(*) FROM obligations_period x
        WHERE x.commitment_id = s.commitment_id AND x.due_on IS NULL AND {known}
            AND x.starts_on > lp.starts_on AND x.starts_on <= {day}) END"""
    return sql, [*of_known, *of_day]


def days_counted(day: str) -> Members:
    """Days late, and of what is due at once: days that it runs, or took. With the SQL of the day spoken of, twice."""
    at_once = "CASE WHEN s.clock = 'immediate'"
    return {
        "days_late": plain(
            f"""nullif(CASE WHEN s.complete_since IS NOT NULL
                THEN {reading.days_after("s.in_time_until", "s.complete_since")}
                ELSE {reading.days_after("s.run_until", day)} END, 0)"""
        ),
        "days_running": plain(
            f"{at_once} AND s.complete_since IS NULL AND s.life = 'active' THEN {day} - s.runs_from END"
        ),
        "days_taken": plain(
            f"""{at_once} AND s.complete_since IS NOT NULL AND s.runs_from IS NOT NULL
                THEN {reading.days_after("s.runs_from", "s.complete_since")} END"""
        ),
    }


def commitment_row(viewer: Viewer, moment: Moment, root: str) -> tuple[Members, list[Any]]:
    day, of_day = reading.today(moment)
    state, of_state = reading.timeliness(moment)
    url, of_url = page_of_obligation(moment, root)
    at, of_at = reading.instant(moment)
    since, of_since = periods_begun_since(moment)
    row = members_of_commitment(day, state, url, at, since)
    return row, [*of_state, *of_at, *of_day * 2, *of_since, *of_url]


@cache
def members_of_commitment(day: str, state: str, url: str, at: str, since: str) -> Row:
    """By the SQL of what hangs on the days asked about: texts with parameters, and so few."""
    steps = STEPS.format(last_day=as_json(LAST_DAY), instant=as_json(LAST_INSTANT))
    members = {
        "id": plain("s.commitment_id"),
        "agreement": text("a.code"),
        "obligation": OBLIGATION,
        "provision": {"instrument": text("i.code"), "anchor": text("p.anchor"), "label": text("p.label")},
        "party": PARTY,
        "share": text("c.share"),
        "life": word("s.life"),
        "rule": word("k.rule"),
        "clock": word("s.clock"),
        "due_on": on("s.due_on"),
        "due_at": in_utc("s.due_at"),
        "timeliness": word(state),
        "overdue_since": instant(
            f"CASE WHEN s.phase = 'running' AND s.due_at <= {at} THEN {utc('s.flag_at')} END"
        ),
        **days_counted(day),
        "cycle": plain("s.cycle"),
        "level": plain("s.level"),
        "not_assessable": flag("s.not_assessable"),
        "conduct": word("nullif(s.conduct, '')"),
        "found_on": on("s.found_on"),
        "complete_since": on("s.complete_since"),
        "last_assessed": {
            "starts_on": on("lp.starts_on"),
            "ends_on": on("lp.ends_on"),
            "found_on": on("lf.effective_on"),
            "conduct": word("nullif(lf.conduct, '')"),
            "periods_ago": plain(since),
        },
        **compared("own"),
        **compared("other"),
        "explanation": {
            "convention": word("k.convention"),
            "calendars": "array_to_json(k.calendars)::text",
            "steps": steps,
        },
        "url": address(url),
    }
    return Row(members)


COMMITMENTS = Listing(
    is_of_commitments=True,
    sorts=SORTS,
    alike=(TEXT_PLACE, PARTY_NAME),
    also=ALSO.format("s"),
    not_in_sheets=frozenset({"rule", "due_at", "cycle", "explanation"}),
    keys=(Key("s.commitment_id", "bigint", NUMBER),),
    tables=reading.COMMITMENTS,
    seen=reading.commitments_seen,
    details=clock_known,
    row=commitment_row,
    filters=FILTERS,
)


# Periods and breaches are picked by their commitment.

BY_OBLIGATION = f"c.{OF_OBLIGATIONS}"
BY_COMMITMENT: dict[str, Filter] = {
    "agreement": FILTERS["agreement"],
    "obligation": Filter(_("Obligation"), BY_OBLIGATION.format("code = %s")),
    "provision": Filter(
        PROVISION, more=HOW_NAMED, sql=in_provision(f"c.{OF_OBLIGATIONS}".format("provision_id IN ({})"))
    ),
    "commitment": Filter(_("Commitment"), "s.commitment_id = %s::bigint", of=NUMBER_OF_A_ROW),
    "party": Filter(_("Party"), f"c.party_id = ANY(ARRAY({WITH_PARTS}))"),
}


def yes_or_no(condition: Callable[[Moment], Condition]) -> Callable[[Chosen, Moment], Condition]:
    def sql(values: Chosen, moment: Moment) -> Condition:
        text, given = condition(moment)
        return (text if values[0] == "true" else f"NOT ({text})"), given

    return sql


def in_states(values: Chosen, moment: Moment) -> Condition:
    state, given = reading.state_of_period(moment)
    return f"({state}) = ANY(%s)", [*given, list(values)]


def ended_so(values: Chosen, moment: Moment) -> Condition:
    open_, given = reading.is_open(moment)
    return f"NOT ({open_}) AND {reading.OUTCOME} = %s", [*given, values[0]]


# Periods


def period_details(viewer: Viewer, moment: Moment) -> Condition:
    sql = f"""
        JOIN obligations_periodstatus s ON s.id = shown.row
        JOIN obligations_period q ON q.id = s.period_id
        JOIN obligations_commitment c ON c.id = s.commitment_id {OF_COMMITMENT}
        LEFT JOIN obligations_statement f ON f.id = s.finding_id"""
    return sql, []


def period_row(viewer: Viewer, moment: Moment, root: str) -> tuple[Members, list[Any]]:
    state, of_state = reading.state_of_period(moment)
    elapsed, of_elapsed = reading.has_elapsed(moment)
    late, of_late = reading.days_of_period(moment)
    url, of_url = page_of_obligation(None, root)
    row = {
        "id": word("q.key"),
        "agreement": text("a.code"),
        "commitment": plain("s.commitment_id"),
        "obligation": OBLIGATION,
        "party": PARTY,
        "starts_on": on("q.starts_on"),
        "ends_on": on("q.ends_on"),
        "due_on": on("q.due_on"),
        "due_at": in_utc("q.due_at"),
        "elapsed": flag(elapsed),
        "state": word(state),
        "days_late": plain(late),
        "finding": word("f.key"),
        "found_on": on("s.found_on"),
        "level": plain("s.level"),
        "conduct": word("nullif(s.conduct, '')"),
        "complete_since": on("CASE WHEN q.due_on IS NOT NULL THEN s.complete_since END"),
        "url": address(url),
    }
    return row, [*of_elapsed, *of_state, *of_late, *of_url]


PERIODS = Listing(
    keys=(
        Key("s.commitment_id", "bigint", NUMBER),
        Key("q.starts_on", "date", DAY),
        Key("q.key", "text", TEXT),
    ),
    tables=reading.PERIODS,
    seen=reading.periods_seen,
    sorts=PERIOD_SORTS,
    alike=(TEXT_PLACE, PARTY_NAME),
    also=ALSO.format("c"),
    details=period_details,
    row=period_row,
    filters={
        **BY_COMMITMENT,
        "due_from": Filter(FILTERS["due_from"].label, "q.due_on >= %s::date", of=DAY_OF_A_FILTER),
        "due_until": Filter(FILTERS["due_until"].label, "q.due_on <= %s::date", of=DAY_OF_A_FILTER),
        "elapsed": Filter(_("Its last day has passed"), yes_or_no(reading.has_elapsed), choices=YES_NO),
        "state": Filter(_("How it stands"), in_states, choices=PeriodState.choices, several=True),
    },
)


# Breaches


def breach_details(viewer: Viewer, moment: Moment) -> Condition:
    sql = f"""
        JOIN obligations_breachstatus s ON s.id = shown.row
        JOIN obligations_commitment c ON c.id = s.commitment_id {OF_COMMITMENT}
        LEFT JOIN obligations_period q ON q.id = s.period_id"""
    return sql, []


def breach_row(viewer: Viewer, moment: Moment, root: str) -> tuple[Members, list[Any]]:
    open_, of_open = reading.is_open(moment)
    flagged, of_flagged = reading.flagged_at(viewer, moment)
    late, of_late = reading.days_of_breach(moment)
    row = {
        "id": word("s.key"),
        "agreement": text("a.code"),
        "commitment": plain("s.commitment_id"),
        "obligation": OBLIGATION,
        "party": PARTY,
        "period": on("q.due_on"),
        "cycle": plain("s.cycle"),
        "overdue_since": in_utc("s.overdue_since"),
        "opened_at": in_utc(f"({flagged})"),
        "open": flag(open_),
        "closed_at": instant(f"CASE WHEN NOT {open_} THEN {utc('s.closed_at')} END"),
        "outcome": word(f"CASE WHEN NOT {open_} THEN {reading.OUTCOME} END"),
        "days_late": plain(late),
    }
    return row, [*of_flagged, *of_open * 3, *of_late]


BREACHES = Listing(
    keys=(
        Key("s.commitment_id", "bigint", NUMBER),
        Key("s.overdue_since", "timestamptz", AN_INSTANT),
        Key("s.key", "text", TEXT),
    ),
    tables=reading.BREACHES,
    seen=reading.breaches_seen,
    sorts=BREACH_SORTS,
    alike=(TEXT_PLACE, PARTY_NAME),
    also=ALSO.format("c"),
    details=breach_details,
    row=breach_row,
    filters={
        **BY_COMMITMENT,
        "open": Filter(_("Still open"), yes_or_no(reading.is_open), choices=YES_NO),
        "outcome": Filter(_("Outcome"), ended_so, choices=OUTCOMES),
    },
)
