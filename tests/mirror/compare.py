"""Whether two answers are the same but for the order in which names put the parties.

A page is compared as a tree without order: every element with its tag, attributes, words and what stands inside it. So
each party has the same words, classes, links and parts in both, whichever comes first.
"""

import csv
import io
import json
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from openpyxl import load_workbook

# Also where a name stands in an address that is the value of another.
NAMES = re.compile(r"(?:\b|(?<=%3D))([Aa]lpha|[Bb]eta)\b")
DIGEST = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b|gAAAA[\w-]{60,}")  # and cursors
EXCHANGED = {"Alpha": "Beta", "Beta": "Alpha", "alpha": "beta", "beta": "alpha"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# Where something is drawn down the page follows from the order of the parties.
DOWN = {"y", "y1", "y2", "cy"}
# Places across in a drawing: what stands left of the middle for one party stands as far right of it for the other.
ACROSS = {"x", "x1", "x2", "cx"}
# A party keeps its own mark, as it keeps its name.
OWN_MARK = re.compile(r"#m[12]")
# Classes of a left and a right half.
SIDES = {"l", "r", "flip", "end"}


def exchanged(text: str) -> str:
    return NAMES.sub(lambda name: EXCHANGED[name[0]], text)


def words(text: str) -> str:
    """Text in one line. Where both parties are named, they may stand in either order; digests are of what is named."""
    text = DIGEST.sub("digest", " ".join(text.split()))
    both = {name.lower() for name in NAMES.findall(text)} == {"alpha", "beta"}
    return " ".join(sorted(re.findall(r"\w+", text))) if both else text


@dataclass
class Tree(HTMLParser):
    """The elements of a page, each as one line of text; `open` are those that are not closed yet."""

    elements: list[str] = field(default_factory=list)
    open: list[tuple[str, list[str]]] = field(default_factory=lambda: [("", [])])

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("name") in ("csrfmiddlewaretoken", "idempotency_key"):
            return
        told = (attribute(one) for one in given.items() if not (tag == "svg" and in_pixels(one)))
        self.open.append((" ".join([tag, *sorted(filter(None, told))]), []))
        if tag in VOID:
            self.close_one()

    def handle_data(self, data: str) -> None:
        if told := words(data):
            self.open[-1][1].append(told)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.close_one()

    def close_one(self) -> None:
        start, inside = self.open.pop()
        self.elements.append(f"<{start}>{' '.join(sorted(inside))}</>")
        self.open[-1][1].append(self.elements[-1])


def attribute(one: tuple[str, str | None]) -> str:
    name, value = one[0], one[1] or ""
    if name in DOWN:
        return ""
    if name in ACROSS and value.endswith("%"):
        value = f"{abs(50 - float(value[:-1])):.2f}"
    if name == "class":
        value = " ".join(one for one in value.split() if one not in SIDES)
    if name == "href" and OWN_MARK.fullmatch(value):
        value = "#m"
    if name == "transform":
        value = re.sub(r"translate\(([\d.]+)[ ,]+[\d.]+\)", r"translate(\1)", value)
    if "X-CSRFToken" in value:
        return name
    if name in ("id", "for"):  # the choices of a form are counted in their order
        value = re.sub(r"^(id_\w+)_\d+$", r"\1", value)
    return f"{name}={words(value)}"


def in_pixels(one: tuple[str, str | None]) -> bool:
    """Where a drawing stands in a file: parties stand side by side there."""
    return one[0] in ACROSS and not (one[1] or "").endswith("%")


def parts(kind: str, body: bytes) -> "Counter[str]":
    """What an answer consists of, whatever stands first."""
    if "html" in kind or "svg" in kind:
        tree = Tree()
        tree.feed(body.decode())
        return Counter(tree.elements)
    if "json" in kind:
        return Counter([repr(unordered(json.loads(body)))])
    if "csv" in kind:
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
        # What a whole file is about stands in its first row, whosever that is.
        has_about = bool(rows) and rows[0][-1:] == ["about"]
        apart = [row.pop() for row in rows if has_about]
        told = Counter(repr([words(cell) for cell in row]) for row in rows)
        return told + Counter(words(one) for one in apart)
    return Counter([words(body.decode(errors="replace"))])


def of_workbook(body: bytes) -> bytes:
    """Its cells as CSV, so that names in it can be exchanged."""
    out = io.StringIO()
    for sheet in load_workbook(io.BytesIO(body)):
        csv.writer(out).writerows(sheet.iter_rows(values_only=True))
    return out.getvalue().encode()


def of_pdf(body: bytes) -> bytes:
    """Its words; none where nothing is there that reads them."""
    if not shutil.which("pdftotext"):
        return b""
    return subprocess.run(["pdftotext", "-raw", "-", "-"], input=body, check=True, capture_output=True).stdout


def unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, unordered(one)) for key, one in value.items())
    if isinstance(value, list):
        return sorted((unordered(one) for one in value), key=repr)
    return words(value) if isinstance(value, str) else value


def difference(one: "Counter[str]", other: "Counter[str]") -> str:
    """The smallest parts that only one of them has; empty where there are none."""
    lines = [
        f"{sign} {part[:400]}"
        for sign, left in (("-", one - other), ("+", other - one))
        for part in small(left)
    ]
    return "\n".join(lines)


def small(left: "Counter[str]") -> list[str]:
    return sorted(left, key=len)[:3]
