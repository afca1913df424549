"""What a person reads of an answer: the texts of a page, a picture, a feed or a file, in the language that it is in."""

import csv
import io
import json
import subprocess
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any, Final

from openpyxl import load_workbook

from tests.languages.pseudo import TAG

VOID: Final = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
NOT_READ: Final = {"script", "style", "code", "kbd", "samp"}
SPOKEN: Final = {
    *("abbr", "alt", "label", "placeholder", "summary", "title"),
    *("aria-description", "aria-label", "aria-roledescription", "aria-valuetext"),
    *("hx-confirm", "hx-prompt"),
}
OF_FEEDS: Final = {"name", "title", "summary", "description", "content_text", "content_html"}
OF_PROBLEMS: Final = {"detail", "errors"}
OF_CALENDARS: Final = ("SUMMARY", "DESCRIPTION", "X-WR-CALNAME")


class Texts(HTMLParser):
    """Those of a page or of XML."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        foreign = given.get("lang", TAG) != TAG or given.get("translate") == "no"
        is_read = not (foreign or tag in NOT_READ or (self.open and not self.open[-1][1]))
        if is_read:
            self.found += spoken_of(tag, given)
        if tag not in VOID:
            self.open.append((tag, is_read))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1][1]:
            self.found.append(data)


def spoken_of(tag: str, given: dict[str, str]) -> Iterator[str]:
    """The attributes that are read out or shown, and those with sentences for scripts."""
    for name, value in given.items():
        if name in SPOKEN or (name.startswith("data-") and " " in value):
            yield value
    if tag == "meta" and given.get("name") == "description":
        yield given["content"]
    if tag == "input" and given.get("type") in ("submit", "button", "reset"):
        yield given.get("value", "")


def of_markup(content: bytes) -> list[str]:
    parser = Texts()
    parser.feed(content.decode())
    parser.close()
    return parser.found


def of_rows(content: bytes) -> list[str]:
    """The cells of the whole file, but for the first line, which is of programs."""
    return [cell for row in list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:] for cell in row]


def of_workbook(content: bytes) -> list[str]:
    book = load_workbook(io.BytesIO(content), read_only=True)
    cells = (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    return [*book.sheetnames, *(cell for cell in cells if isinstance(cell, str))]


def of_paper(content: bytes) -> list[str]:
    shown = ["pdftotext", "-layout", "-", "-"]
    text = subprocess.run(shown, input=content, check=True, capture_output=True).stdout.decode()
    return text.splitlines()


def of_calendar(content: bytes) -> list[str]:
    lines = content.decode().replace("\r\n ", "").replace("\\n", " ").splitlines()
    return [line.partition(":")[2] for line in lines if line.startswith(OF_CALENDARS)]


def of_json(content: bytes) -> list[str]:
    return [text for text, name in named(json.loads(content)) if name in OF_FEEDS]


def of_problem(content: bytes) -> list[str]:
    """Without a title that is the name of its status."""
    body = json.loads(content)
    spoken = OF_PROBLEMS if body["type"] == "about:blank" else OF_PROBLEMS | {"title"}
    return [text for text, name in named(body) if name in spoken]


def named(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The texts of a document, each with its key; those of errors are all theirs."""
    if isinstance(value, str):
        yield value, name
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from named(one, name if name == "errors" else key)
    elif isinstance(value, list):
        for one in value:
            yield from named(one, name)


READERS: Final[dict[str, Callable[[bytes], list[str]]]] = {
    "html": of_markup,
    "svg": of_markup,
    "atom": of_markup,
    "csv": of_rows,
    "spreadsheetml": of_workbook,
    "pdf": of_paper,
    "calendar": of_calendar,
    "ndjson": lambda _content: [],  # for programs, as the next one
    "jsonl": lambda _content: [],
    "problem+json": of_problem,
    "json": of_json,
}


def texts_of(kind: str, content: bytes) -> list[str]:
    """Of an answer of this media type, each on one line."""
    reader = next((reader for name, reader in READERS.items() if name in kind), None)
    found = reader(content) if reader else []
    return [" ".join(text.split()) for text in found if text.strip()]
