"""A list taken away whole: as lines of JSON, as CSV or as a workbook, in as little memory as a page of it.

The database copies the rows into a file without a name, all of them as they are at one instant, and the answer is read
from there: who reads slowly holds nothing but the file.
"""

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO

from django.db import connection
from django.http import FileResponse
from xlsxwriter import Workbook

from obligations.api.values import Members, Value, as_json, cells
from obligations.status.filters import Condition

ROWS_OF_A_SHEET = 1_048_575  # beside the names of the columns
# With a mark, so that spreadsheets take it for what it is.
MARK = b"\xef\xbb\xbf"
# Of JSON, which holds neither of these characters, nothing is quoted.
AS_IT_IS = r"FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02'"
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


def columns(form: str, members: Members) -> str:
    """The SQL of what a row of that format has."""
    if form == "ndjson":
        return as_json(members)
    return ", ".join(f"{value.cell} AS {name}" for name, value in cells(members))


def taken_away(form: str, members: Members, statement: Condition, name: str) -> FileResponse:
    """The answer: a file of that name."""
    if form == "xlsx":
        made = workbook(copied(statement, "FORMAT csv"), list(cells(members)))
    elif form == "csv":
        made = copied(statement, "FORMAT csv, HEADER", MARK)
    else:
        made = copied(statement, AS_IT_IS)
    return FileResponse(made, as_attachment=True, filename=name, content_type=FORMATS[form].media_type)


def copied(statement: Condition, options: str, first: bytes = b"") -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    file.write(first)
    with connection.cursor() as cursor:
        select = cursor.mogrify(*statement).decode()
        cursor.copy_expert(f"COPY ({select}) TO STDOUT ({options})", file)
    file.seek(0)
    return file


def workbook(rows: IO[bytes], columns: Sequence[tuple[str, Value]]) -> IO[bytes]:
    """Of rows in CSV, on as many sheets as it takes."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    book, at = Workbook(file, {"constant_memory": True}), ROWS_OF_A_SHEET
    names = [name for name, _value in columns]
    numbers = [value.is_number for _name, value in columns]
    with io.TextIOWrapper(rows, "utf-8", newline="") as text:
        lines = csv.reader(text)
        while at == ROWS_OF_A_SHEET:
            sheet, at = book.add_worksheet(), 0
            sheet.write_row(0, 0, names)
            sheet.freeze_panes(1, 0)
            for at, row in enumerate(islice(lines, ROWS_OF_A_SHEET), start=1):
                for column, (cell, is_number) in enumerate(zip(row, numbers, strict=True)):
                    if cell and is_number:
                        sheet.write_number(at, column, int(cell))
                    elif cell:
                        sheet.write_string(at, column, cell)
    book.close()
    file.seek(0)
    return file
