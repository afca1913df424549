"""What the dashboard shows of what an address asks for: each part worked out once, and only where it is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from agreement.models import Agreement
from obligations.deadlines import Timeliness, day_in, moment_of
from obligations.status.over_time import Due, Ending
from obligations.status.reading import Listed
from obligations.web.base.register import is_earlier
from obligations.web.base.scope import Scope
from obligations.web.compliance import marks
from obligations.web.compliance.counts import Group, PictureRows, groups, overdue_obligations, period_groups
from obligations.web.compliance.figures import (
    Figures,
    Number,
    PartyDates,
    PartyLevels,
    PeriodFigures,
    Section,
    figures,
    number,
    period_figures,
)
from obligations.web.compliance.marks import (
    ONE_BY_ONE,
    Duties,
    Gap,
    Late,
    MarkedCommitment,
    Pair,
    Sides,
    Strip,
)
from obligations.web.compliance.series import Series, series_of
from obligations.words.method import DELIVERABLES, Selection
from parties.models import Party

# With more, their levels over time are drawn at an address of their own, and not on the page.
DRAWN_AT_ONCE = 50_000
# Of what is to come, so many days and so many lines.
AHEAD_DAYS, AHEAD = 200, 6


@dataclass(frozen=True, slots=True)
class PeriodsAhead:
    """The periods that end on a day to come, of each party in turn."""

    ends_on: date
    is_due: bool
    total: int
    of: list[tuple[Party, int]]


@dataclass(frozen=True, slots=True)
class DueAhead:
    """An obligation that falls due on a day, and the parties that owe it."""

    due: Due
    parties: list[Party]


@dataclass(frozen=True)
class Board:
    scope: Scope

    @cached_property
    def parties(self) -> list[Party]:
        return self.scope.register.asked(self.scope.active.get("party", ()))

    @cached_property
    def _split(self) -> tuple[Sides, list[Party]]:
        return marks.sides_of(self.scope.register, self.parties)

    @property
    def sides(self) -> Sides:
        return self._split[0]

    @cached_property
    def today(self) -> date:
        """The last day of which something can be told."""
        return min(self.scope.moment.spoken_on or self.real_day, self.real_day)

    @cached_property
    def real_day(self) -> date:
        return day_in(self.scope.now, self.scope.agreement.zone)

    @cached_property
    def shown(self) -> PictureRows:
        return PictureRows(self.scope.listed, self.scope.fresh, self.today)

    @cached_property
    def groups(self) -> list[Group]:
        scope = self.scope
        if scope.problems:
            return []
        return groups(scope.listed, scope.register, scope.rows, scope.agreement, scope.fresh)

    @cached_property
    def figures(self) -> Figures:
        scope, places, overdue = self.scope, [], 0
        if not scope.problems:
            places = scope.register.places(scope.rows)
            late = sum(group.n for group in self.groups if group.timeliness == Timeliness.OVERDUE)
            overdue = overdue_obligations(scope.listed, scope.fresh, late).get(scope.agreement.pk, 0)
        return figures(
            self.groups,
            self.parties,
            places,
            scope.selection,
            scope.register.above,
            overdue,
            self.sides.parties,
        )

    @cached_property
    def total(self) -> int:
        return sum(group.n for group in self.groups)

    @property
    def is_named(self) -> bool:
        """Whether commitments are few enough to be shown one by one."""
        return 0 < self.total <= ONE_BY_ONE

    @property
    def is_drawn_at_once(self) -> bool:
        return 0 < self.total <= DRAWN_AT_ONCE

    @cached_property
    def periods(self) -> PeriodFigures:
        scope = self.scope
        # Whether a period that ends later will be assessed cannot be told.
        asks = not scope.problems and not scope.then.is_ahead
        ended = period_groups(scope.listed, scope.register, scope.fresh) if asks else []
        return period_figures(ended, self.parties, scope.register.above)

    @cached_property
    def series(self) -> Series | None:
        if not self.total:
            return None
        return series_of(self.shown.changes(), self.sides, self.today, self.begun)

    @property
    def begun(self) -> date | None:
        """When the first of the agreement's own texts was adopted; None where only some texts were asked for."""
        if {"instrument", "provision", "obligation"} & self.scope.active.keys():
            return None
        texts = [one for one in self.scope.register.instruments if not is_earlier(one)]
        return min((one.adopted_on for one in texts if one.adopted_on), default=None)

    @cached_property
    def ones(self) -> list[MarkedCommitment]:
        rows = self.shown.rows(ONE_BY_ONE) if self.is_named else []
        return marks.ones(rows, self.scope.agreement, self.scope.then.only)

    @cached_property
    def strips(self) -> list[Strip]:
        return marks.strips(self.ones, self.scope.rows, self.sides, self.scope.selection)

    @cached_property
    def sections(self) -> tuple[list[Section], list[Section]]:
        """The numbers by article: of the agreement's own texts, and of the earlier agreements that stay binding."""
        own: list[Section] = []
        earlier: list[Section] = []
        for section in self.figures.sections:
            (own if section.rows[0].place.provision else earlier).append(section)
        return own, earlier

    @cached_property
    def duties(self) -> Duties:
        rows = [one.row for one in self.ones]
        return marks.duties(self.ones, self.shown.periods(rows) if rows else [], self.sides)

    @cached_property
    def gaps(self) -> list[Pair[Gap]]:
        return marks.gaps(self.ones, self.sides)

    @cached_property
    def late(self) -> list[Pair[Late]]:
        if self.is_named:
            return marks.late(self.ones, self.sides)
        return marks.late_by(self.shown.late(), self.sides) if self.total else []

    @cached_property
    def due_ahead(self) -> list[DueAhead]:
        """The next of what falls due, each obligation once a day."""
        by_name = {party.pk: party for party in self.scope.register.parties}
        found: dict[tuple[str, date], DueAhead] = {}
        for due in self.shown.due(AHEAD * 3) if self.total else []:
            one = found.setdefault((due.code, due.due_on), DueAhead(due, []))
            one.parties.append(by_name[due.party_id])
        return list(found.values())[:AHEAD]

    @cached_property
    def periods_ahead(self) -> list[PeriodsAhead]:
        if not self.total or not self.scope.moment.is_present:
            return []
        found: dict[tuple[date, bool], list[Ending]] = {}
        for one in self.shown.ending(AHEAD_DAYS):
            found.setdefault((one.ends_on, one.is_due), []).append(one)
        return [self.ending_together(*key, rows) for key, rows in list(found.items())[:AHEAD]]

    def ending_together(self, ends_on: date, is_due: bool, rows: Sequence[Ending]) -> PeriodsAhead:
        shown_with = self.sides.shown_with
        of = [
            (party, sum(one.n for one in rows if shown_with.get(one.party_id) == party.code))
            for party in self.sides.parties
        ]
        return PeriodsAhead(ends_on, is_due, sum(one.n for one in rows), of)

    def picked(self, **where: tuple[str, ...]) -> Number:
        return number(self.groups, self.scope.selection, where)

    @cached_property
    def undated(self) -> Number:
        return self.picked(timeliness=(Timeliness.NO_DATE.value,), kind=DELIVERABLES)

    @cached_property
    def pending(self) -> Number:
        return self.picked(timeliness=(Timeliness.TRIGGER_PENDING.value,))

    @cached_property
    def others(self) -> list[tuple[PartyDates, PartyLevels]]:
        """The actors that are no party of the agreement, each with its numbers; none where only they were asked for."""
        codes = {party.code for party in self._split[1]}
        both = zip(self.figures.dates, self.figures.levels, strict=True)
        return [
            (dates, levels) for dates, levels in both if dates.party.code in codes and dates.commitments.n
        ]


@dataclass(frozen=True, slots=True)
class Moved:
    """A commitment of which something else was found on the other day."""

    then: MarkedCommitment
    now: MarkedCommitment
    party: Party


@dataclass(frozen=True, slots=True)
class Compared:
    """A number of a party on two days."""

    value: str
    label: str
    of: list[tuple[Number, Number]]

    @property
    def in_all(self) -> list[tuple[Number, Number]]:
        return [(Number(sum(then.n for then, _now in self.of)), Number(sum(now.n for _then, now in self.of)))]


@dataclass(frozen=True)
class Comparison:
    """The dashboard's numbers on another day beside those of its own."""

    board: Board
    day: date

    @cached_property
    def listed(self) -> Listed:
        scope = self.board.scope
        moment = moment_of(self.day, scope.moment.known_on, scope.now, scope.agreement.zone)
        return Listed(scope.viewer, moment, scope.selection)

    @property
    def agreement(self) -> Agreement:
        return self.board.scope.agreement

    @cached_property
    def selection(self) -> Selection:
        chosen = {name: values for name, values in self.board.scope.selection.items() if name != "as_of"}
        is_today = self.day == self.board.real_day
        return chosen if is_today else {**chosen, "as_of": (self.day.isoformat(),)}

    @cached_property
    def figures(self) -> Figures:
        scope, board = self.board.scope, self.board
        counted = groups(self.listed, scope.register, scope.rows, scope.agreement, scope.fresh)
        above = scope.register.above
        return figures(counted, board.parties, [], self.selection, above, 0, board.sides.parties)

    @cached_property
    def lines(self) -> list[Compared]:
        """Each party's numbers then and now: deliverables at each level, and what was overdue."""
        codes = [party.code for party in self.board.sides.parties]
        then, now = self.figures, self.board.figures
        levels = [
            ({ln.party.code: ln.levels for ln in one.levels}, {ln.party.code: ln.overdue for ln in one.dates})
            for one in (then, now)
        ]
        (levels_then, late_then), (levels_now, late_now) = levels
        names = levels_now[codes[0]] if codes else ()
        lines = [
            Compared(
                mark.value,
                mark.label,
                [(levels_then[code][at].number, levels_now[code][at].number) for code in codes],
            )
            for at, mark in enumerate(names)
        ]
        overdue = [(late_then[code], late_now[code]) for code in codes]
        return [*lines, Compared("overdue", str(Timeliness.OVERDUE.label), overdue)]

    @cached_property
    def moved(self) -> list[Moved]:
        """The commitments of which another level or conduct was found, in the order of the text, where they are shown
        one by one.
        """
        board = self.board
        if not board.is_named:
            return []
        rows = PictureRows(self.listed, board.scope.fresh, self.day).rows(ONE_BY_ONE)
        only = f"?as_of={self.day.isoformat()}"
        then = {one.row.commitment_id: one for one in marks.ones(rows, self.agreement, only)}
        by_name = {party.pk: party for party in board.parties}
        return [
            Moved(was, now, by_name[now.row.party_id])
            for now in board.ones
            if (was := then.get(now.row.commitment_id)) and was.mark.value != now.mark.value
        ]
