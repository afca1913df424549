"""Sheets of statements, as people and hostile programs send them."""

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from openpyxl import Workbook

HEAD = ["obligation", "party", "level", "effective_on", "reason", "tier"]


def csv_of(*rows: list[str], head: list[str] = HEAD, split: str = ",") -> bytes:
    return "\r\n".join(split.join(row) for row in [head, *rows]).encode()


def workbook_of(*rows: list[Any]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in [HEAD, *rows]:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def sheets_of(*sheets: tuple[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> bytes:
    """A workbook of sheets by their titles, some of them hidden."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def strict(workbook: bytes) -> bytes:
    """The workbook in the other form of .xlsx, as far as it is told by its names."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.namelist():
            text = old.read(one).replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
            new.writestr(one, text)
    return made.getvalue()


def rewritten(workbook: bytes, part: str, text: bytes) -> bytes:
    """The workbook with one of its parts put in another's place."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.namelist():
            new.writestr(one, text if one == part else old.read(one))
    return made.getvalue()


def send(client: Client, data: bytes, name: str = "statements.csv", **more: str) -> HttpResponse:
    """What uploading it leads to: its preview, or the form with what is wrong."""
    answer = client.post("/bulk/accord/", {"sheet": SimpleUploadedFile(name, data), **more}, follow=True)
    assert isinstance(answer, HttpResponse)
    return answer
