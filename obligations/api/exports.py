"""A list taken away whole: as lines of JSON, as CSV or as a workbook, in as little memory as a page of it.

The rows go into a file without a name, all of them as they are at one instant, and the answer is read from there: who
reads slowly holds nothing but the file. They come by a cursor of the database, since COPY does not work where a process
gives up waiting for the database in time (`running/database.py`).
"""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from django.db import connection, transaction
from django.http import FileResponse
from xlsxwriter import Workbook

from obligations.api.values import Members, Value, as_json, cells
from obligations.status.filters import Condition

# The plan is for all rows, and not for the first ones soon.
ALL_ROWS = "SET LOCAL cursor_tuple_fraction = 1"
ROWS_OF_A_SHEET = 1_048_575  # beside the names of the columns
# With a mark, so that spreadsheets take it for what it is.
MARK = b"\xef\xbb\xbf"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Format:
    label: str
    media_type: str


FORMATS = {
    "ndjson": Format("a JSON object a line", "application/x-ndjson"),
    "csv": Format("comma-separated values", "text/csv; charset=utf-8"),
    "xlsx": Format("a workbook", SHEET),
}


SEPARATOR = ", ',', "


def columns(form: str, members: Members) -> str:
    """The SQL of what a row of that format has."""
    if form == "ndjson":
        return as_json(members)
    if form == "csv":
        return f"concat({SEPARATOR.join(quoted(value) for _name, value in cells(members))})"
    return ", ".join(f"{value.cell} AS {name}" for name, value in cells(members))


def quoted(value: Value) -> str:
    """The SQL of a cell of CSV, in quotes where it can hold anything."""
    if not value.is_text:
        return value.cell
    return f"chr(34) || replace({value.cell}, chr(34), chr(34) || chr(34)) || chr(34)"


def taken_away(form: str, members: Members, statement: Condition, name: str) -> FileResponse:
    """The answer: a file of that name."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    with transaction.atomic(), connection.cursor() as cursor, connection.chunked_cursor() as rows:
        cursor.execute(ALL_ROWS)
        rows.execute(*statement)
        WRITERS[form](file, rows, list(cells(members)))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=FORMATS[form].media_type)


Rows = Iterable[Sequence[Any]]
Columns = Sequence[tuple[str, Value]]


def lines(file: IO[bytes], rows: Rows, columns: Columns) -> None:
    file.writelines(f"{text}\n".encode() for (text,) in rows)


def comma_separated(file: IO[bytes], rows: Rows, columns: Columns) -> None:
    file.write(MARK + f"{','.join(name for name, _value in columns)}\n".encode())
    lines(file, rows, columns)


def workbook(file: IO[bytes], rows: Rows, columns: Columns) -> None:
    """On as many sheets as it takes."""
    book, at = Workbook(file, {"constant_memory": True}), ROWS_OF_A_SHEET
    names = [name for name, _value in columns]
    numbers = [value.is_number for _name, value in columns]
    rows = iter(rows)
    while at == ROWS_OF_A_SHEET:
        sheet, at = book.add_worksheet(), 0
        sheet.write_row(0, 0, names)
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(islice(rows, ROWS_OF_A_SHEET), start=1):
            for column, (cell, is_number) in enumerate(zip(row, numbers, strict=True)):
                if is_number and cell is not None:
                    sheet.write_number(at, column, int(cell))
                elif cell:
                    sheet.write_string(at, column, cell)
    book.close()


WRITERS = {"ndjson": lines, "csv": comma_separated, "xlsx": workbook}
