"""The numbers of each picture as a table: what its CSV has."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from obligations.lists.takeaway import Column, Kind
from obligations.web.compliance.board import Board
from obligations.web.compliance.marks import LATE_BY, MarkedCommitment
from obligations.words.method import LEVELS_SHOWN

# The columns that tables are made of.
NAMED: Final = {
    one.key: one
    for one in (
        Column("from_day", pgettext_lazy("a day", "From"), Kind.DAY),
        Column("party", _("Party")),
        Column("level", _("Level")),
        Column("deliverables", _("Deliverables"), Kind.NUMBER),
        Column("of", pgettext_lazy("column: of how many", "Of"), Kind.NUMBER),
        Column("text", _("Text")),
        Column("provision", _("Provision")),
        Column("found", _("Found")),
        Column("commitments", _("Commitments"), Kind.NUMBER),
        Column("obligation", _("Obligation")),
        Column("title", _("Title")),
        Column("found_on", _("Found on"), Kind.DAY),
        Column("is_old", _("Of an earlier period"), Kind.FLAG),
        Column("is_due", _("Due again and again"), Kind.FLAG),
        Column("state", _("State")),
        Column("periods", _("Periods"), Kind.NUMBER),
        Column("first_day", _("First day"), Kind.DAY),
        Column("last_day", _("Last day"), Kind.DAY),
        Column("has_ended", _("Has ended"), Kind.FLAG),
        Column("said_by", _("Said by")),
        Column("above", _("Above the finding"), Kind.NUMBER),
        Column("agree", pgettext_lazy("column: claims that agree", "Agree"), Kind.NUMBER),
        Column("below", _("Below the finding"), Kind.NUMBER),
        Column("not_assessable", _("Not assessable"), Kind.NUMBER),
        Column("no_finding", _("No finding yet"), Kind.NUMBER),
        Column("claims", _("Claims"), Kind.NUMBER),
        Column("days_late", _("Days late"), Kind.NUMBER),
        Column("due_on", _("Due on"), Kind.DAY),
        Column("days_since_it_was_to_begin", _("Days since it was to begin"), Kind.NUMBER),
        Column("late_by", _("Late by")),
    )
}


@dataclass
class Table:
    """`names` are those of its columns; each row has a value for each."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def columns(self) -> list[Column]:
        return [NAMED[name] for name in self.names]


def levels(board: Board) -> Table:
    table = Table(("from_day", "party", "level", "deliverables", "of"))
    for own in board.series.parties if board.series else ():
        for step in own.steps:
            for value, label in LEVELS_SHOWN:
                table.rows.append(
                    (step.day, own.party.name, str(label), step.levels.get(value, 0), step.total)
                )
    return table


def named(board: Board) -> Iterator[tuple[MarkedCommitment, str]]:
    """The commitments of the parties that a picture shows, each with its party's name."""
    names = {party.code: party.name for party in board.sides.parties}
    for one in board.ones:
        if code := board.sides.shown_with.get(one.row.party_id):
            yield one, names[code]


def articles(board: Board) -> Table:
    if not board.is_named:
        table = Table(("text", "provision", "party", "found", "commitments", "of"))
        for section in board.figures.sections:
            for row in section.rows:
                for cell in row.cells:
                    for mark in cell.marks:
                        said = (section.title, row.place.label, cell.party.name, mark.label)
                        table.rows.append((*said, mark.number.n, cell.total.n))
        return table
    table = Table(("text", "provision", "obligation", "title", "party", "found", "found_on", "is_old"))
    for one, party in named(board):
        place = board.scope.rows[one.row.provision_id]
        found = (one.mark.word, one.mark.found_on, bool(one.mark.year))
        table.rows.append((place.section, place.label, one.row.code, one.row.title, party, *found))
    return table


def periods(board: Board) -> Table:
    if not board.is_named:
        table = Table(("party", "is_due", "state", "periods", "of"))
        for is_due, lines in ((True, board.periods.due), (False, board.periods.reviews)):
            for line in lines:
                for mark in line.marks:
                    table.rows.append((line.party.name, is_due, mark.label, mark.number.n, line.total))
        return table
    table = Table(("obligation", "title", "party", "first_day", "last_day", "has_ended", "found", "found_on"))
    for duty in board.duties.lines:
        for party, slots in zip(board.sides.parties, duty.of, strict=True):
            for slot in slots:
                if slot.period:
                    days = (slot.period.starts_on, slot.period.ends_on, slot.period.elapsed)
                    found = (slot.mark.word, slot.mark.found_on)
                    table.rows.append((duty.code, duty.title, party.name, *days, *found))
    return table


def claims(board: Board) -> Table:
    """Counts for every actor: each adds up to the claims."""
    table = Table(("party", "said_by", "above", "agree", "below", "not_assessable", "no_finding", "claims"))
    both = (("itself", board.figures.own_claims), ("another", board.figures.other_claims))
    for who, lines in both:
        for line in lines:
            numbers = (line.above, line.agree, line.below, line.not_comparable, line.waiting, line.claimed)
            table.rows.append((line.party.name, who, *(number.n for number in numbers)))
    return table


def late(board: Board) -> Table:
    if not board.is_named:
        table = Table(("late_by", "party", "commitments"))
        for label, pair in zip(LATE_BY, board.late, strict=False):
            for party, late_ones in zip(board.sides.parties, pair.of, strict=True):
                table.rows.append((str(label), party.name, late_ones.days if late_ones else 0))
        return table
    table = Table(("obligation", "title", "party", "due_on", "days_late", "days_since_it_was_to_begin"))
    for one, name in named(board):
        row = one.row
        if row.days_late or row.days_running is not None:
            days = (row.due_on, row.days_late, row.days_running)
            table.rows.append((row.code, row.title, name, *days))
    return table
