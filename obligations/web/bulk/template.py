"""The template of a sheet: its columns, and a row for each commitment to be filled in or left alone."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from obligations.models.statement import Conduct, Level
from obligations.web.bulk.columns import COLUMNS, NAMES
from obligations.web.bulk.rows import NOT_ASSESSABLE, Book
from obligations.web.bulk.sheet import guarded
from parties.access import Audience

WIDTHS = {"obligation": 16, "reason": 60, "source": 40, "effective_on": 14}


def places(book: Book) -> Iterator[list[str]]:
    """A row for each commitment, with nothing said."""
    for shares in book.shares.values():
        for commitment in shares.values():
            known = {
                "agreement": book.agreement.code,
                "obligation": commitment.obligation.code,
                "party": commitment.party.code,
            }
            yield [known.get(name, "") for name in NAMES]


def as_csv(book: Book) -> bytes:
    """UTF-8 with a mark, so that spreadsheets take it for what it is."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([NAMES, *(map(guarded, row) for row in places(book))])
    return text.getvalue().encode("utf-8-sig")


def as_workbook(book: Book) -> bytes:
    made = Workbook(write_only=True)
    fill(made.create_sheet(_("Statements")), [list(NAMES), *places(book)], WIDTHS)
    fill(
        made.create_sheet(_("Allowed values")),
        [*columns_told(), [], *values(book)],
        {"A": 24, "B": 30, "C": 70},
    )
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def fill(sheet: WriteOnlyWorksheet, rows: list[list[str]], widths: dict[str, int]) -> None:
    letters = dict(zip(NAMES, "ABCDEFGHIJKLMNOP", strict=False))
    for name, width in widths.items():
        sheet.column_dimensions[letters.get(name, name)].width = width  # type: ignore[attr-defined]
    sheet.freeze_panes = "A2"
    for place, row in enumerate(rows):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, guarded(text))
            if place == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)


def columns_told() -> list[list[str]]:
    return [[_("Column"), _("May hold")], *([column.name, str(column.about)] for column in COLUMNS)]


def values(book: Book) -> Iterator[list[str]]:
    """Every value that a cell may hold: column, value, and what it means."""
    yield [_("Column"), _("Value"), _("Meaning")]
    yield from (["kind", kind, str(kind.label)] for kind in book.kinds)
    yield from (["level", str(level.value), str(level.label)] for level in Level)
    yield ["level", NOT_ASSESSABLE, _("Not assessable")]
    yield from (["conduct", one.value, str(one.label)] for one in Conduct)
    yield from (["tier", tier.value, book.readers.option(Audience(tier))] for tier in book.tiers)
    for code, party in sorted(book.parties.items()):
        yield ["in_confidence_with", code, party.name]
    yield ["wider", "yes", _("Meant for more people than see what it refers to")]
    for code, shares in book.shares.items():
        obligation = next(iter(shares.values())).obligation
        measure = _("conduct") if obligation.has_conduct else _("level")
        yield ["obligation", code, f"{obligation.title} ({measure}; {', '.join(shares)})"]
