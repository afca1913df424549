"""The numbers of each picture as a table: what its CSV has."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from obligations.web.compliance.board import Board
from obligations.web.compliance.marks import LATE_BY, One
from obligations.words.method import LEVELS_SHOWN

Cell = Any


@dataclass
class Table:
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)


def levels(board: Board) -> Table:
    table = Table(("from_day", "party", "level", "deliverables", "of"))
    for own in board.series.parties if board.series else ():
        for step in own.steps:
            for value, label in LEVELS_SHOWN:
                table.rows.append(
                    (step.day, own.party.name, str(label), step.levels.get(value, 0), step.total)
                )
    return table


def named(board: Board) -> Iterator[tuple[One, str]]:
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
        table = Table(("days_late", "party", "commitments"))
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
