"""Commitments on a timeline, and what its page shows of them."""

import re
from datetime import date
from typing import Any

from django.test import Client

from obligations.models import Commitment
from tests import make

PAGE = "/timeline/"
ALPHA: dict[str, Any] = {"party": "alpha"}
LINE = re.compile(r"<tr>\s*<th scope=\"row\"[^>]*>(.*?)</tr>", re.DOTALL)


def owed(code: str = "O-1", party: str = "alpha", **fields: Any) -> Commitment:
    """Due on 17 April 2023, where nothing else is said."""
    fields.setdefault("days", 30)
    return make.commitment(code, make.party(party), **fields)


def page(client: Client, status: int = 200, **query: Any) -> str:
    answer = client.get(PAGE, query)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def rows(html: str) -> list[str]:
    """The table's rows as text, spaces made single."""
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in LINE.findall(html)]


def titles(html: str) -> list[str]:
    """What the marks of the picture say of themselves."""
    return re.findall(r"<title>([^<]+)</title>", html.partition("<main")[2])


def lanes_in(html: str) -> list[str]:
    """The names of the lanes, in their order."""
    found = re.findall(r'<div class="lane">\s*<span class="small">(.*?)</span>\s*<svg', html, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", one)).strip() for one in found]


def periods(of: Commitment) -> None:
    of.periods.all().delete()
    for start, end in ((date(2024, 1, 1), date(2024, 6, 30)), (date(2024, 7, 1), date(2024, 12, 31))):
        of.periods.create(starts_on=start, ends_on=end)
    make.work_out()


def drawn(html: str) -> list[str]:
    """The marks of the picture, without the keys of rows and without the lane that they stand in."""
    shapes = re.findall(r'<a href="[^"]+">\s*<title>.*?</a>', html, re.DOTALL)
    loose = (r"commitment-\d+", r' y="[\d.]+"', r"(?<=translate\()[\d.]+ [\d.]+")
    for pattern in loose[:2]:
        shapes = [re.sub(pattern, "", shape) for shape in shapes]
    return [re.sub(r"translate\(([\d.]+) [\d.]+\)", r"translate(\1)", shape) for shape in shapes]


def of_party(shapes: list[str], party: str) -> list[str]:
    return [shape for shape in shapes if f", {party}," in shape]
