"""What lists of commitments can be picked by: one table for pages, forms and the API.

The same address picks the same rows everywhere. Conditions are SQL over the rows that statuses are read from
(`obligations_commitmentstatus`) and their agreement's, so that what the viewer may not see is counted nowhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from obligations.deadlines import Moment, Phase, Timeliness
from obligations.models import CommitmentStatus, CommitmentTally, PeriodTally, Tally
from obligations.models.commitment import ClockState, Life
from obligations.models.obligation import ObligationKind
from obligations.models.statement import Conduct, Level
from obligations.status.provisions import HOW_NAMED, PROVISION, WITH_PARTS, under
from parties.texts import is_storable

NO_FINDING = "none"
NOT_ASSESSABLE = "not_assessable"
LEVELS = [
    *((str(level.value), level.label) for level in Level),
    (NOT_ASSESSABLE, _("Not assessable")),
    (NO_FINDING, _("No finding")),
]

YES_NO = [("true", _("yes")), ("false", _("no"))]

LARGEST_KEY = 2**63 - 1
Chosen = tuple[str, ...]
# SQL with placeholders, and what stands in these.
Condition = tuple[str, list[Any]]


class ParameterType(NamedTuple):
    """What a parameter takes: its JSON Schema, and a function that says what is wrong with a text."""

    schema: Mapping[str, Any]
    problem: Callable[[str], str]


def whole_number(least: int, most: int) -> ParameterType:
    def problem(value: str) -> str:
        if value.isascii() and value.isdigit() and len(value) < 20 and least <= int(value) <= most:
            return ""
        return gettext("Give a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}

    return ParameterType({"type": "integer", "minimum": least, "maximum": most}, problem)


def not_storable(value: str) -> str:
    return "" if is_storable(value) else gettext("Null characters are not allowed.")


def not_a_day(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        return gettext("Give a day as 2026-01-31.")
    return "" if len(value) == len("2026-01-31") else gettext("Give a day as 2026-01-31.")


DAY = ParameterType({"type": "string", "format": "date"}, not_a_day)
TEXT = ParameterType({"type": "string", "minLength": 1}, not_storable)
NUMBER_OF_A_ROW = whole_number(1, LARGEST_KEY)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an address. `choices` are its only values, where there are any; else it takes what `of` says.

    `more` is what the document says of it beside its label.
    """

    label: Promise
    more: Promise | str = field(default="", kw_only=True)
    choices: Sequence[tuple[str, Any]] | None = field(default=None, kw_only=True)
    several: bool = field(default=False, kw_only=True)
    of: ParameterType = field(default=TEXT, kw_only=True)

    def can_be(self, value: str) -> bool:
        return bool(value) and not self.problem(value)

    def problem(self, value: str) -> str:
        """What is wrong with a value, as a sentence; empty where it can be asked for."""
        if self.choices is None:
            return self.of.problem(value)
        there = [str(known) for known, _label in self.choices]
        words = {"value": value, "choices": ", ".join(there)}
        return "" if value in there else gettext("There is no “%(value)s”. There are: %(choices)s.") % words


@dataclass(frozen=True, slots=True)
class Filter(Parameter):
    """One that picks rows by SQL: a condition over its one value, or over the array of its values where it takes
    `several`; or a function of the values and the moment that gives one.
    """

    sql: str | Callable[[Chosen, Moment], Condition]

    def condition(self, values: Chosen, moment: Moment) -> Condition:
        if callable(self.sql):
            return self.sql(values, moment)
        return self.sql, [list(values)] if self.several else [values[0]]


def at_levels(values: Chosen, moment: Moment) -> Condition:
    known = [int(value) for value in values if value not in (NO_FINDING, NOT_ASSESSABLE)]
    any_of, given = ["s.level = ANY(%s::int[])"], [known]
    if NO_FINDING in values:
        any_of.append("s.not_assessable IS NULL")
    if NOT_ASSESSABLE in values:
        any_of.append("s.not_assessable")
    return f"({' OR '.join(any_of)})", given


def in_life(values: Chosen, moment: Moment) -> Condition:
    """What is not active is rare, and has an index of its own, for which the condition has to say so."""
    rare = "" if values[0] == Life.ACTIVE else f"NOT s.life = '{Life.ACTIVE}' AND "
    return f"{rare}s.life = %s", [values[0]]


def instant(moment: Moment) -> Condition:
    """The instant spoken of, as SQL. A day ends in the agreement's own zone."""
    if moment.spoken_on is None:
        return "%s::timestamptz", [moment.at]
    return "(timezone(a.time_zone, (%s::date + 1)::timestamp) - interval '1 microsecond')", [moment.spoken_on]


SOON = "a.due_soon_days * interval '1 day'"
RUNS = f"s.phase = '{Phase.RUNNING.value}'"
# What runs, by how its due instant lies to the one spoken of.
AHEAD: dict[str, tuple[str, int]] = {
    Timeliness.OVERDUE: (f"{RUNS} AND s.due_at <= {{at}}", 1),
    Timeliness.DUE_SOON: (f"{RUNS} AND s.due_at > {{at}} AND s.due_at <= {{at}} + {SOON}", 2),
    Timeliness.UPCOMING: (f"{RUNS} AND s.due_at > {{at}} + {SOON}", 1),
}


def in_time(values: Chosen, moment: Moment) -> Condition:
    at, given = instant(moment)
    any_of, params = [], []
    if settled := [value for value in values if value not in AHEAD]:
        any_of.append("s.phase = ANY(%s)")
        params.append(settled)
    for value in values:
        if value in AHEAD:
            sql, times = AHEAD[value]
            any_of.append(f"({sql.format(at=at)})")
            params += given * times
    return f"({' OR '.join(any_of)})", params


Claim = CommitmentStatus.Claim
ALONE = (Claim.AGREES, Claim.NOT_COMPARABLE, Claim.NO_FINDING)
DIFFERS = "differs"
# How a claim compares with what was found: what can be asked for, its words, and the values of a status that it picks.
Picks = Mapping[str, tuple[Any, tuple[str, ...]]]
CLAIMS: Picks = {one.value: (one.label, (one.value,)) for one in ALONE} | {
    DIFFERS: (
        _("differs from the finding"),
        tuple(one.value for one in Claim if one not in ALONE),
    )
}
GAPS: Picks = {
    gap: (one.label, (one.value,))
    for gap, one in {
        "0": Claim.AGREES,
        "1": Claim.ABOVE_1,
        "2": Claim.ABOVE_2,
        "3": Claim.ABOVE_3,
        "-1": Claim.BELOW_1,
        "-2": Claim.BELOW_2,
        "-3": Claim.BELOW_3,
    }.items()
}


def asked_by(picks: Picks, status: str) -> str:
    """What a value of a status is asked for by; empty where by nothing."""
    return next((value for value, (_words, those) in picks.items() if status in those), "")


def against(column: str, picks: Picks) -> Callable[[Chosen, Moment], Condition]:
    def sql(values: Chosen, moment: Moment) -> Condition:
        return f"{column} = ANY(%s)", [[status for value in values for status in picks[value][1]]]

    return sql


OF_OBLIGATIONS = "obligation_id IN (SELECT id FROM obligations_obligation WHERE {})"
OF_INSTRUMENT = (
    "s.provision_id IN (SELECT p.id FROM agreement_provision p JOIN agreement_instrument i ON i.id = p.instrument_id "
    "WHERE i.code = %s)"
)


def in_provision(sql: str) -> Callable[[Chosen, Moment], Condition]:
    """Rows whose provision is that of the name, or below it; `sql` has braces where the keys of these stand."""

    def condition(values: Chosen, moment: Moment) -> Condition:
        provisions, given = under(values[0])
        return sql.format(provisions), [*given]

    return condition


PARTS = "By its code; with all that are part of it."

# By the name of the parameter. Kinds, levels, conduct, timeliness and clocks may be several, as the denominator of a
# figure is made of several. A code that nothing has gives no rows; a value outside of fixed choices is an error.
FILTERS: dict[str, Filter] = {
    "agreement": Filter(
        _("Agreement"), "s.agreement_id = (SELECT id FROM agreement_agreement WHERE code = %s)"
    ),
    "instrument": Filter(_("Instrument"), OF_INSTRUMENT),
    "provision": Filter(PROVISION, more=HOW_NAMED, sql=in_provision("s.provision_id IN ({})")),
    "obligation": Filter(_("Obligation"), f"s.{OF_OBLIGATIONS}".format("code = %s")),
    "party": Filter(_("Party"), more=PARTS, sql=f"s.party_id = ANY(ARRAY({WITH_PARTS}))"),
    "kind": Filter(_("Kind"), "s.kind = ANY(%s)", choices=ObligationKind.choices, several=True),
    "level": Filter(_("Level found"), at_levels, choices=LEVELS, several=True),
    "conduct": Filter(_("Conduct found"), "s.conduct = ANY(%s)", choices=Conduct.choices, several=True),
    "timeliness": Filter(_("Timeliness"), in_time, choices=Timeliness.choices, several=True),
    "clock": Filter(_("Clock"), "s.clock = ANY(%s)", choices=ClockState.choices, several=True),
    "due_from": Filter(_("Due on this day or later"), "s.due_on >= %s::date", of=DAY),
    "due_until": Filter(_("Due on this day or earlier"), "s.due_on <= %s::date", of=DAY),
    "tag": Filter(_("Topic"), f"s.{OF_OBLIGATIONS}".format("tags @> ARRAY[%s]::varchar[]")),
    "life": Filter(
        pgettext_lazy("column: whether a commitment is active", "Life"), in_life, choices=Life.choices
    ),
    "own_claim": Filter(
        _("Newest claim of the party about itself"),
        against("s.own_claim", CLAIMS),
        choices=[(value, words) for value, (words, _those) in CLAIMS.items()],
        several=True,
    ),
    "own_gap": Filter(
        _("Levels from the finding up to the party's claim about itself"),
        against("s.own_claim", GAPS),
        choices=[(value, words) for value, (words, _those) in GAPS.items()],
        several=True,
    ),
    "other_claim": Filter(
        _("Newest claim of another party about it"),
        against("s.other_claim", CLAIMS),
        choices=[(value, words) for value, (words, _those) in CLAIMS.items()],
        several=True,
    ),
    "other_gap": Filter(
        _("Levels from the finding up to another party's claim about it"),
        against("s.other_claim", GAPS),
        choices=[(value, words) for value, (words, _those) in GAPS.items()],
        several=True,
    ),
}


# By what is counted, the filters that leave a number that is kept (`obligations.models.tally`).
TALLIED: dict[type[Tally], frozenset[str]] = {
    CommitmentTally: frozenset(FILTERS) - {"obligation", "tag", "due_from", "due_until"},
    PeriodTally: frozenset({"agreement", "instrument", "provision", "party", "kind"}),
}


def conditions(
    chosen: Mapping[str, Chosen], moment: Moment, filters: Mapping[str, Filter] = FILTERS
) -> list[Condition]:
    """For each filter that is set; what is no filter is passed over."""
    return [
        filters[name].condition(values, moment)
        for name, values in chosen.items()
        if name in filters and values
    ]


def chosen_in(query: QueryDict) -> dict[str, Chosen]:
    """The filters that an address sets; of what takes one value the last. What cannot be is left out."""
    chosen = {}
    for name, filter_ in FILTERS.items():
        if given := tuple(value for value in query.getlist(name) if filter_.can_be(value)):
            chosen[name] = given if filter_.several else given[-1:]
    return chosen


def unknown_beside(known: set[str]) -> str:
    if not known:
        return gettext("Unknown parameter. There is none here.")
    return gettext("Unknown parameter. Known here: %(names)s.") % {"names": ", ".join(sorted(known))}


def wrong_parameters(query: QueryDict, known: set[str], several: set[str]) -> dict[str, str]:
    """A sentence for each parameter of an address that is not known there, or given twice where it takes one value."""
    wrong = {name: unknown_beside(known) for name in query if name not in known}
    for name, values in query.lists():
        if name in known and len(values) > 1 and name not in several:
            wrong[name] = gettext("Given more than once; this one takes a single value.")
    return wrong
