"""The columns of a sheet of statements, and one that somebody sent, CSV or XLSX, as rows of text."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from obligations.words.numbers import amount
from parties.texts import LIMITS, is_storable, text_error


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the header; `about` says what a cell may hold."""

    name: str
    about: Promise


COLUMNS = (
    Column("agreement", gettext_lazy("Code of the agreement; may be left empty.")),
    Column("obligation", gettext_lazy("Code of the obligation.")),
    Column(
        "party",
        gettext_lazy("Code of the party whose commitment it is; may be left empty where only one owes it."),
    ),
    Column(
        "kind",
        gettext_lazy(
            "“finding” of a mediator, “claim” or “contest” of a party, “observation” of an observer, or of a mediator"
            " in its name; empty: finding, claim, or an observer's observation."
        ),
    ),
    Column(
        "observer",
        gettext_lazy("Code of the observer, for an observation; may be left empty by the observer itself."),
    ),
    Column("level", gettext_lazy("0, 1, 2 or 3, or “not assessable”, of what is done once.")),
    Column(
        "conduct",
        gettext_lazy("“kept”, “kept with incidents”, “not kept” or “contrary”, of a duty over time."),
    ),
    Column(
        "refers_to",
        gettext_lazy(
            "Key of the statement that a contest objects to, or of the claim or observation that a finding judges."
        ),
    ),
    Column(
        "effective_on",
        gettext_lazy("The day since when it is so: a date, or text such as 2023-03-18 or 18.3.2023."),
    ),
    Column("reason", gettext_lazy("Why: nothing is recorded without a reason.")),
    Column(
        "language",
        gettext_lazy(
            "Language of the reason: “en”, “sq”, “sr” (in Cyrillic script) or “sr-latn”; may be left empty."
        ),
    ),
    Column("source", gettext_lazy("An address, or a document and its date; may be left empty.")),
    Column("tier", gettext_lazy("Who may see it; never left empty.")),
    Column("in_confidence_with", gettext_lazy("Code of the party, for the tier “in confidence”.")),
    Column(
        "wider",
        gettext_lazy(
            "“yes” where more people are meant to see it than see the statement in refers_to; else left empty."
        ),
    ),
)
NAMES = tuple(column.name for column in COLUMNS)
# What says which commitment it is: a row that holds nothing else is one of the template that was left alone.
PLACE = frozenset({"agreement", "obligation", "party"})
# Of a workbook: what it may unpack to, in bytes, and by how much more than it weighs.
UNPACKED, RATIO = 64 * 1024 * 1024, 200
WIDEST = 64
STRICT = b"http://purl.oclc.org/ooxml/"  # what the parts of the other form of .xlsx are named by
HEADER = 1
FORMULA = "="


class Unreadable(ValueError):
    """No sheet of statements; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the one that the spreadsheet shows; `errors` are sentences by column."""

    number: int
    cells: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


def read(data: bytes) -> list[Row]:
    """The rows that say something. Raises `Unreadable`."""
    if not data:
        raise Unreadable(_("The file is empty."))
    if len(data) > settings.BULK_BYTES:
        raise Unreadable(
            _("The file is larger than %(limit)s KB: send it in parts.")
            % {"limit": amount(settings.BULK_BYTES // 1024)}
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            _("This is an old or a locked Excel file: save it as .xlsx or as CSV, without a password.")
        )
    return rows_of(of_workbook(data) if data.startswith(b"PK") else of_text(data))


def rows_of(table: Iterator[list[Any]]) -> list[Row]:
    names = headers(next(table, []))
    rows: list[Row] = []
    for number, values in enumerate(table, start=HEADER + 1):
        row = row_of(number, names, values)
        if row.errors or set(row.cells) - PLACE:
            rows.append(row)
        if len(rows) > settings.BULK_ROWS:
            raise Unreadable(
                _("More than %(limit)s rows: send them in parts.") % {"limit": amount(settings.BULK_ROWS)}
            )
    if not rows:
        raise Unreadable(_("No row says anything: fill in the rows below the header."))
    return rows


def headers(values: list[Any]) -> list[str]:
    """The names of columns, in their order. Spaces, case and a missing underscore do not matter."""
    names = [column_name(value) for value in values]
    while names and not names[-1]:
        names.pop()
    unknown = [name or _("(empty)") for name in names if name not in NAMES]
    if unknown:
        raise Unreadable(
            _("The first row holds names that are none of a column: %(unknown)s. Columns are: %(names)s.")
            % {"unknown": ", ".join(unknown)[:300], "names": ", ".join(NAMES)}
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Unreadable(_("The first row names a column twice: %(names)s.") % {"names": ", ".join(twice)})
    if missing := [name for name in ("obligation", "effective_on", "reason", "tier") if name not in names]:
        raise Unreadable(
            _("The first row lacks: %(names)s. The template has all columns.") % {"names": ", ".join(missing)}
        )
    return names


def column_name(value: Any) -> str:
    return str(value or "").strip().lower().replace(" ", "_")


def row_of(number: int, names: list[str], values: list[Any]) -> Row:
    cells: dict[str, str] = {}
    errors: dict[str, str] = {}
    for name, value in zip(names, values, strict=False):
        text = value if isinstance(value, str) else in_text(value)
        if text.startswith(FORMULA):
            errors[name] = _("This is a formula: write its value.")
        elif error := text_error(name if name in LIMITS else "reason", text):
            errors[name] = error
        elif text := unguarded(text).strip():
            cells[name] = text
    if any(str(value or "").strip() for value in values[len(names) :]):
        errors[""] = _("There is more in this row than the header has columns.")
    return Row(number, cells, errors)


def in_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def unguarded(text: str) -> str:
    return text[1:] if text[:1] == "'" and guarded(text[1:]) == text else text


def of_text(data: bytes) -> Iterator[list[Any]]:
    """UTF-8 with or without a mark; commas, semicolons or tabs, whichever splits the first row into known names."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(
            _("Line %(line)s is not in UTF-8: save the sheet as “CSV UTF-8”, or as .xlsx.") % {"line": line}
        ) from error
    if not is_storable(text):
        raise Unreadable(_("This is neither a CSV file nor an .xlsx file."))
    first, _end, rest = text.partition("\n")
    if first.lower().startswith("sep="):
        text, first = rest, rest.partition("\n")[0]
    split = max(",;\t", key=lambda one: sum(part.strip(' "\r').lower() in NAMES for part in first.split(one)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=split, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise Unreadable(
            _("Line %(line)s cannot be read: %(why)s.") % {"line": reader.line_num, "why": error}
        ) from error


def of_workbook(data: bytes) -> Iterator[list[Any]]:
    """The cells of the sheet that has the columns. Formulas stay formulas, so that they can be refused."""
    refuse_bomb(data)
    try:
        refuse_strict(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        yield from cells_in(with_columns(book.worksheets))
    except Unreadable:
        raise
    except Exception as error:  # whatever a broken or hostile workbook brings a parser to
        raise Unreadable(_("The workbook cannot be read: save it again as .xlsx, or as CSV.")) from error


def with_columns(sheets: list[Any]) -> Any:
    """The one visible sheet whose first row names the columns; others may hold notes. Raises `Unreadable`."""
    fit, why = [], {}
    for sheet in (one for one in sheets if one.sheet_state == "visible"):
        first = next(cells_in(sheet), [])
        try:
            headers(first)
            fit.append(sheet)
        except Unreadable as error:
            why[sheet.title] = (sum(column_name(value) in NAMES for value in first), str(error))
    if len(fit) > 1:
        raise Unreadable(
            _("The columns stand in several sheets: %(sheets)s. Keep them in one.")
            % {"sheets": ", ".join(sheet.title for sheet in fit)}
        )
    if not fit:
        nearest = max(why, key=lambda title: why[title][0])
        raise Unreadable(
            _("No visible sheet has the columns. Of the sheet “%(sheet)s”: %(why)s")
            % {"sheet": nearest, "why": why[nearest][1]}
            if len(sheets) > 1
            else why[nearest][1]
        )
    return fit[0]


def cells_in(sheet: Any) -> Iterator[list[Any]]:
    # What the file says of its own size is not to be trusted, so the reading ends by itself.
    sheet.reset_dimensions()
    last = HEADER + 2 * settings.BULK_ROWS + 10_000
    yield from (cells_of(row) for row in sheet.iter_rows(max_row=last, max_col=WIDEST))


def cells_of(row: Iterable[Any]) -> list[Any]:
    values = [f"{FORMULA}…" if cell.data_type == "f" else cell.value for cell in row]
    while values and values[-1] in (None, ""):
        values.pop()
    return values


def refuse_bomb(data: bytes) -> None:
    """What the archive unpacks to is bounded by what it declares: reading stops there."""
    try:
        files = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile as error:
        raise Unreadable(_("The workbook is broken: save it again.")) from error
    unpacked = sum(entry.file_size for entry in files)
    if unpacked > UNPACKED or unpacked > RATIO * len(data) or len(files) > 1000:
        raise Unreadable(_("The workbook unpacks to far more than it weighs; it was not opened."))


def refuse_strict(data: bytes) -> None:
    """The other form of .xlsx has the same ending, and no reader here."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [name for name in ("_rels/.rels", "xl/workbook.xml") if name in archive.namelist()]
        if any(STRICT in archive.read(name) for name in parts):
            raise Unreadable(
                _(
                    "This workbook is a “Strict Open XML Spreadsheet”: save it as “Excel Workbook (.xlsx)”, or as CSV."
                )
            )
