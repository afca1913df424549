"""Any list or figure taken away in a file: CSV, a workbook, JSON or lines of JSON, in as little memory as a page of it.

A view that shows a list or a figure gives it away by these few lines:

    COLUMNS = (
        Column("party", _("Party")),
        Column("overdue", _("Overdue"), Kind.NUMBER),
        Column("since", _("Overdue since"), Kind.DAY),
    )

    if form := form_asked(request):  # `?format=`; empty where the page itself is asked for
        rows = ((line.party.name, line.overdue.n, line.since) for line in lines)
        return taken_away(form, COLUMNS, rows, about)

`rows` is any iterable, also one that never ends up in memory; each row has a value for each column, in their order:
texts, numbers, days, instants, booleans or None. `about` says what the rows are (`about.about_of`): its title, filters,
days, tiers, address. The links are `{% include "components/take_away.html" with to=address_with_its_query %}`, and
`{% include "components/cite.html" with about=about %}` stands beside them. `format` has to be known to
`web/base/parameters.py`.

The rows go into a file without a name, and the answer is read from there: who reads slowly holds nothing but the file.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from xlsxwriter import Workbook

from obligations.lists.about import About
from parties import progress
from parties.texts import StrOrPromise

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

# Bytes that are written and sent at once: handing a part on takes as long however large it is.
PART = 1024 * 1024
ROWS_OF_A_SHEET = 1_048_575  # beside the names of the columns
LONGEST_CELL = 32_767
# With a mark, so that spreadsheets take it for what it is.
MARK = b"\xef\xbb\xbf"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Not the JSON of a page of the API, which is of another shape.
DOCUMENT = "application/vnd.normalization-tracker.list+json"
# What a spreadsheet takes for a formula begins with one of these.
FORMULA = ("-", "=", "+", "@", "\t", "\r")


class Kind(StrEnum):
    """Of what type the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    INSTANT = "instant"
    FLAG = "true or false"


KIND_WORDS: dict[Kind, StrOrPromise] = {
    Kind.TEXT: pgettext_lazy("kind of a column", "text"),
    Kind.NUMBER: pgettext_lazy("kind of a column", "number"),
    Kind.DAY: pgettext_lazy("kind of a column", "day"),
    Kind.INSTANT: pgettext_lazy("kind of a column", "instant"),
    Kind.FLAG: pgettext_lazy("kind of a column", "true or false"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is its name for programs, `label` the one for people."""

    key: str
    label: StrOrPromise
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Format:
    label: str
    media_type: str
    name: str


FORMATS = {
    "csv": Format("comma-separated values", "text/csv; charset=utf-8", "CSV"),
    "xlsx": Format("a workbook, with a sheet on method, filters, days and tiers", SHEET, "Excel"),
    "json": Format("one JSON document, with what it is about", DOCUMENT, "JSON"),
    "ndjson": Format("a JSON object a line", "application/x-ndjson", "NDJSON"),
}
Columns = Sequence[Column]
Rows = Iterable[Sequence[Any]]


def form_asked(request: HttpRequest) -> str:
    """The format that an address asks for; empty where it asks for the page."""
    form = request.GET.get("format", "")
    return form if form in FORMATS else ""


def taken_away(form: str, columns: Columns, rows: Rows, about: About) -> FileResponse:
    """The answer: a file of rows that are values of Python."""
    return answer_of(form, columns, PREPARED[form](columns, rows), about)


def answer_of(form: str, columns: Columns, rows: Iterable[Any], about: About) -> FileResponse:
    """The answer: a file of rows that are written already, as texts of JSON or lines of CSV; of a workbook, cells."""
    file = tempfile.TemporaryFile(buffering=PART)  # noqa: SIM115  the answer closes it
    WRITERS[form](file, columns, progress.each(rows), about)
    file.seek(0)
    name, kind = f"{about.name}.{form}", FORMATS[form].media_type
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=kind)
    answer.block_size = PART
    answer["Link"] = f'<{about.address}>; rel="canonical"'
    return answer


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def cell(value: Any) -> str:
    """As a cell of text has it: nothing that a spreadsheet would take for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(plain(value))
    is_formula = isinstance(value, str) and text.startswith(FORMULA)
    return f"'{text}" if is_formula else text


def as_objects(columns: Columns, rows: Rows) -> Iterator[str]:
    names = [column.key for column in columns]
    for row in rows:
        values = (plain(value) for value in row)
        yield json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False, separators=(",", ":"))


def as_lines(columns: Columns, rows: Rows) -> Iterator[str]:
    line = io.StringIO()
    write = csv.writer(line, lineterminator="").writerow
    for row in rows:
        write([cell(value) for value in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def as_cells(columns: Columns, rows: Rows) -> Iterator[Sequence[Any]]:
    return ([cell(value) if isinstance(value, str) else value for value in row] for row in rows)


PREPARED: dict[str, Callable[[Columns, Rows], Iterable[Any]]] = {
    "csv": as_lines,
    "xlsx": as_cells,
    "json": as_objects,
    "ndjson": as_objects,
}


def write_lines(file: IO[bytes], columns: Columns, rows: Iterable[str], about: About) -> None:
    file.writelines(f"{text}\n".encode() for text in rows)


def write_document(file: IO[bytes], columns: Columns, rows: Iterable[str], about: About) -> None:
    """What the rows are about, and the rows: an object with a member for each."""
    head = {
        "about": {fact.key: fact.value for fact in about.facts},
        "columns": [{"key": one.key, "label": str(one.label), "kind": one.kind.value} for one in columns],
    }
    file.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "rows": [')
    between = b"\n"
    for text in rows:
        file.write(between + text.encode())
        between = b",\n"
    file.write(b"\n]}\n")


def write_csv(file: IO[bytes], columns: Columns, rows: Iterable[str], about: About) -> None:
    """The last column says of the whole file what its address and its footnote are; it is filled in the first row."""
    names = [*(column.key for column in columns), "about"]
    file.write(MARK + f"{','.join(names)}\n".encode())
    note = ",".join(as_lines((), [[" ".join(filter(None, (about.citation, about.footnote)))]]))
    for text in rows:
        file.write(f"{text},{note}\n".encode())
        note = ""


def write_workbook(file: IO[bytes], columns: Columns, rows: Iterable[Sequence[Any]], about: About) -> None:
    """The rows on as many sheets as it takes, and a sheet on what they are about."""
    book = Workbook(file, {"constant_memory": True, "default_date_format": "d mmm yyyy"})
    book.set_properties({"title": about.title, "comments": about.citation, "created": about.moment.now})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    writers, at, rows = cell_writers(book, columns), ROWS_OF_A_SHEET, iter(rows)
    while at == ROWS_OF_A_SHEET:
        sheet, at = book.add_worksheet(pgettext("a sheet of a workbook", "Rows")), 0
        for place, column in enumerate(columns):
            sheet.set_column(place, place, WIDTHS[column.kind])
            sheet.write_string(0, place, str(column.label), head)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, 0, max(len(columns) - 1, 0))
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.set_footer(f"&L{footer(about)}&R&P / &N")
        for at, row in enumerate(islice(rows, ROWS_OF_A_SHEET), start=1):
            for place, value in enumerate(row):
                if value is not None and value != "":
                    writers[place](sheet, at, place, value)
    told = book.add_worksheet(pgettext("a sheet of a workbook", "About"))
    told.set_column(0, 0, 24)
    told.set_column(1, 1, 110)
    lines = [(str(fact.label), fact.value) for fact in about.facts]
    for one in columns:
        label = _("Column: %(label)s") % {"label": one.label}
        lines.append((label, f"{one.key} ({KIND_WORDS[one.kind]})"))
    for at, (label, text) in enumerate(lines):
        told.write_string(at, 0, label, head)
        told.write_string(at, 1, shortened(cell(text)), wrapped)
    book.close()


WIDTHS = {Kind.TEXT: 28, Kind.NUMBER: 10, Kind.DAY: 13, Kind.INSTANT: 20, Kind.FLAG: 10}
CellWriter = Callable[["Worksheet", int, int, Any], object]


def cell_writers(book: Workbook, columns: Columns) -> list[CellWriter]:
    """How each column's values are written: typed. An instant is in UTC, since a sheet knows no zones."""
    day = book.add_format({"num_format": "d mmm yyyy", "align": "left"})
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"})

    def write_text(sheet: "Worksheet", at: int, place: int, value: Any) -> object:
        return sheet.write_string(at, place, shortened(str(value)))

    def write_number(sheet: "Worksheet", at: int, place: int, value: Any) -> object:
        return sheet.write_number(at, place, int(value) if isinstance(value, str) else value)

    def write_day(sheet: "Worksheet", at: int, place: int, value: Any) -> object:
        found = date.fromisoformat(value) if isinstance(value, str) else value
        return (
            sheet.write_datetime(at, place, found, day)
            if found.year >= FIRST
            else write_text(sheet, at, place, value)
        )

    def write_instant(sheet: "Worksheet", at: int, place: int, value: Any) -> object:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        return sheet.write_datetime(at, place, found.astimezone(UTC).replace(tzinfo=None), instant)

    def write_flag(sheet: "Worksheet", at: int, place: int, value: Any) -> object:
        return sheet.write_boolean(at, place, value in (True, "true"))

    writers: dict[Kind, CellWriter] = {
        Kind.TEXT: write_text,
        Kind.NUMBER: write_number,
        Kind.DAY: write_day,
        Kind.INSTANT: write_instant,
        Kind.FLAG: write_flag,
    }
    return [writers[column.kind] for column in columns]


FIRST = 1900  # no sheet has an earlier day


def shortened(text: str) -> str:
    """A text that a cell takes: what is longer would be left out whole."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def footer(about: About) -> str:
    """What stands at the foot of each printed sheet, in the 255 characters that there are."""
    return about.title.replace("&", "&&")[:200]


WRITERS: dict[str, Callable[[IO[bytes], Columns, Iterable[Any], About], None]] = {
    "csv": write_csv,
    "xlsx": write_workbook,
    "json": write_document,
    "ndjson": write_lines,
}
