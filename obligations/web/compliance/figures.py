"""The figures of the dashboard, from counted groups. No query, no clock, and the same words and order for each party.

Every number is a count that stands with its denominator and knows the filters that list its rows. There is no score and
no ranking: parties stand in alphabetical order.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from obligations.deadlines import Timeliness
from obligations.models.period import PeriodState
from obligations.models.statement import Conduct
from obligations.status.filters import CLAIMS, NO_FINDING, Claim
from obligations.web.base.register import Place
from obligations.web.base.selection import address, narrowed
from obligations.web.compliance.counts import Group, PeriodGroup
from obligations.words.method import (
    DATED,
    DELIVERABLES,
    HEADLINES,
    LEVELS_SHOWN,
    OVERDUE,
    Headline,
    Selection,
    values,
)
from obligations.words.numbers import obligations_and_commitments
from parties.models import Party

# By the code of a party, those of all that it is part of.
Above = Mapping[str, Sequence[str]]
AHEAD = values(Timeliness.UPCOMING, Timeliness.DUE_SOON)
TIMES = (PeriodState.ON_TIME, PeriodState.LATE, PeriodState.MISSED)
REVIEWS = (*map(PeriodState, Conduct.values), PeriodState.NO_FINDING)
# What a finding can say: the filter, its value and the words.
ANSWERS = [
    *(("level", value, label) for value, label in LEVELS_SHOWN if value != NO_FINDING),
    *(("conduct", value, label) for value, label in Conduct.choices),
]


@dataclass(frozen=True, slots=True)
class Number:
    """A count, and the query string that lists just these rows; empty where there are none."""

    n: int
    query: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """`number` of `total`, and for duties also of `all`: assessed or not. `in_words` says of how many obligations.

    `parts` are those of each party of the agreement.
    """

    of: Headline
    number: Number
    total: Number
    all: Number | None = None
    in_words: str = ""
    parts: tuple["PartyShare", ...] = ()


@dataclass(frozen=True, slots=True)
class PartyShare:
    party: Party
    number: Number
    total: Number


@dataclass(frozen=True, slots=True)
class Mark:
    """How many are at one level, or of one conduct."""

    value: str
    label: str
    number: Number


@dataclass(frozen=True, slots=True)
class PartyLevels:
    party: Party
    deliverables: Number
    levels: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class PartyDates:
    party: Party
    commitments: Number
    dated: Number
    ahead: Number
    overdue: Number
    on_time: Number
    late: Number
    stopped: Number


@dataclass(frozen=True, slots=True)
class PartyClaims:
    """How the newest claims about a party's commitments compare with what was found: its own, or those of others.

    `above` and `below` the finding is by any number of levels.
    """

    party: Party
    claimed: Number
    above: Number
    agree: Number
    below: Number
    not_comparable: Number
    waiting: Number


@dataclass(frozen=True, slots=True)
class Cell:
    """What one party owes under one provision: what was found of how many; `found` is zero where nothing was."""

    party: Party
    total: Number
    found: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """`whole` is of all its parties together, under the name of the first."""

    place: Place
    cells: tuple[Cell, ...]
    whole: Cell


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    total: Number
    deliverables: Number
    shares: tuple[Share, ...]
    levels: tuple[PartyLevels, ...]
    wholes: tuple[Party, ...]
    sections: tuple[Section, ...]
    dates: tuple[PartyDates, ...]
    own_claims: tuple[PartyClaims, ...]
    other_claims: tuple[PartyClaims, ...]


@dataclass(frozen=True, slots=True)
class PartyPeriods:
    """A party's periods that have ended, `total` of them, by how they stand. No list of them is there to lead to."""

    party: Party
    total: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """`due` is of what is due again and again, `reviews` of standing duties. Neither is part of completion."""

    due: tuple[PartyPeriods, ...]
    reviews: tuple[PartyPeriods, ...]


def figures(
    groups: Sequence[Group],
    parties: Sequence[Party],
    places: Iterable[Place],
    active: Selection,
    above: Above,
    overdue: int = 0,
    ours: Sequence[Party] | None = None,
) -> Figures:
    """All figures of what the `active` filters leave; `parties` in the order in which they are shown.

    What a party is part of, `above` it, has the party's numbers among its own. The table by article and the parts of
    each share are those of the parties of the agreement, `ours`, or else of all that are no part of another.
    `overdue` is of how many obligations the overdue commitments are, 0 where that is not told.
    """
    own: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        for code in (group.party, *above.get(group.party, ())):
            own[code].append(replace(group, party=code))
    shown = {party.code for party in parties}
    wholes = ours or [party for party in parties if shown.isdisjoint(above.get(party.code, ()))]
    return Figures(
        total=number(groups, active, {}),
        deliverables=number(groups, active, {"kind": DELIVERABLES}),
        shares=tuple(
            share(groups, active, headline, overdue, [(party, own[party.code]) for party in wholes])
            for headline in HEADLINES
        ),
        levels=tuple(party_levels(own[party.code], active, party) for party in parties),
        wholes=tuple(wholes),
        sections=sections([one for party in wholes for one in own[party.code]], wholes, places, active),
        dates=tuple(party_dates(own[party.code], active, party) for party in parties),
        own_claims=tuple(party_claims("own", own[party.code], active, party) for party in parties),
        other_claims=tuple(party_claims("other", own[party.code], active, party) for party in parties),
    )


def number(groups: Iterable[Group], active: Selection, where: Selection) -> Number:
    """How many of the groups' commitments `where` picks, with the filters that pick them."""
    n = sum(
        group.n for group in groups if all(getattr(group, name) in allowed for name, allowed in where.items())
    )
    chosen = narrowed(active, where) if n else None
    return Number(n, address(chosen)) if chosen is not None else Number(n)


def share(
    groups: Sequence[Group],
    active: Selection,
    of: Headline,
    overdue: int,
    parties: Sequence[tuple[Party, Sequence[Group]]],
) -> Share:
    number_of, total = number(groups, active, of.picked), number(groups, active, of.among)
    in_all = number(groups, active, of.in_all) if of.in_all else None
    told = of.name == OVERDUE and overdue
    parts = []
    for party, own in parties:
        whose = {"party": (party.code,)}
        parts.append(
            PartyShare(
                party, number(own, active, {**of.picked, **whose}), number(own, active, {**of.among, **whose})
            )
        )
    in_words = obligations_and_commitments(overdue, number_of.n) if told else ""
    return Share(of, number_of, total, in_all, in_words, tuple(parts))


def party_levels(groups: Sequence[Group], active: Selection, party: Party) -> PartyLevels:
    whose: Selection = {"party": (party.code,), "kind": DELIVERABLES}
    levels = (
        Mark(value, str(label), number(groups, active, {**whose, "level": (value,)}))
        for value, label in LEVELS_SHOWN
    )
    return PartyLevels(party, number(groups, active, whose), tuple(levels))


def party_dates(groups: Sequence[Group], active: Selection, party: Party) -> PartyDates:
    def of(*states: str) -> Number:
        return number(groups, active, {"party": (party.code,), "timeliness": states})

    return PartyDates(
        party=party,
        commitments=number(groups, active, {"party": (party.code,)}),
        dated=of(*DATED),
        ahead=of(*AHEAD),
        overdue=of(Timeliness.OVERDUE.value),
        on_time=of(Timeliness.MET_ON_TIME.value),
        late=of(Timeliness.MET_LATE.value),
        stopped=of(Timeliness.STOPPED.value),
    )


def party_claims(whose: str, groups: Sequence[Group], active: Selection, party: Party) -> PartyClaims:
    def of(what: str, *asked: str) -> Number:
        return number(groups, active, {"party": (party.code,), f"{whose}_{what}": asked})

    return PartyClaims(
        party=party,
        claimed=of("claim", *CLAIMS),
        above=of("gap", "1", "2", "3"),
        agree=of("claim", Claim.AGREES.value),
        below=of("gap", "-1", "-2", "-3"),
        not_comparable=of("claim", Claim.NOT_COMPARABLE.value),
        waiting=of("claim", Claim.NO_FINDING.value),
    )


def period_figures(groups: Iterable[PeriodGroup], parties: Sequence[Party], above: Above) -> PeriodFigures:
    """Periods that have ended, of each party; a table is empty where no party has any.

    What nothing was owed in, since the clock stood, counts nowhere.
    """
    counted: Counter[tuple[str, bool, str]] = Counter()
    for group in groups:
        for code in (group.party, *above.get(group.party, ())):
            counted[code, group.is_due, group.state] += group.n

    def table(is_due: bool, states: Sequence[PeriodState]) -> tuple[PartyPeriods, ...]:
        lines = tuple(
            party_periods(party, [(state, counted[party.code, is_due, state]) for state in states])
            for party in parties
        )
        return lines if any(line.total for line in lines) else ()

    return PeriodFigures(table(True, TIMES), table(False, REVIEWS))


def party_periods(party: Party, states: Sequence[tuple[PeriodState, int]]) -> PartyPeriods:
    marks = tuple(Mark(state.value, str(state.label), Number(n)) for state, n in states)
    return PartyPeriods(party, sum(n for _state, n in states), marks)


def sections(
    groups: Iterable[Group], parties: Sequence[Party], places: Iterable[Place], active: Selection
) -> tuple[Section, ...]:
    """The table by article: only rows in which something is counted, under the instrument that they stand in."""
    there: dict[tuple[str, str], dict[str, list[Group]]] = defaultdict(lambda: defaultdict(list))
    for group in groups:
        there[group.instrument, group.provision][group.party].append(group)
    rows = [
        row(place, own, parties, active)
        for place in places
        if (own := there.get((place.instrument, place.provision)))
    ]
    return tuple(
        Section(title, tuple(own)) for title, own in groupby(rows, key=lambda one: one.place.section)
    )


def row(place: Place, own: Mapping[str, Sequence[Group]], parties: Sequence[Party], active: Selection) -> Row:
    cells = tuple(cell(own.get(party.code, ()), active, place, [party]) for party in parties)
    bound = [party for party in parties if own.get(party.code)]
    together = [group for party in bound for group in own[party.code]]
    return Row(place, cells, cell(together, active, place, bound))


def cell(groups: Sequence[Group], active: Selection, place: Place, parties: Sequence[Party]) -> Cell:
    if not groups:
        return Cell(parties[0], Number(0), 0, ())
    named = {"provision": place.provision} if place.provision else {"instrument": place.instrument}
    where = {"party": tuple(one.code for one in parties)} | {name: (value,) for name, value in named.items()}
    counted = [
        Mark(value, str(label), number(groups, active, {**where, name: (value,)}))
        for name, value, label in ANSWERS
    ]
    marks = tuple(mark for mark in counted if mark.number.n)
    return Cell(parties[0], number(groups, active, where), sum(mark.number.n for mark in marks), marks)
