"""Somebody who opens everything that can be opened: the routes of the URL conf, and what their answers lead to."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from parties.models import User
from tests.mirror.compare import of_pdf, of_workbook

LINK = re.compile(r'(?:href|hx-get)="([^"]+)"')
FORM = re.compile(r'<form[^>]*method="get"[^>]*action="([^"]*)".*?</form>', re.DOTALL)
OPTION = re.compile(r'<select[^>]*name="(\w+)".*?</select>', re.DOTALL)
# Links that differ in their values alone are of one sort. So many of a sort are followed.
ALIKE = 2


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    kind: str
    body: bytes
    leads_to: str


def routes() -> dict[str, bool]:
    """The names of all routes but the admin's that answer who asks, with whether their address wants arguments."""
    return dict(_routes(get_resolver().url_patterns, "", False))


def _routes(patterns: list[Any], space: str, wants: bool) -> Iterator[tuple[str, bool]]:
    for one in patterns:
        asks = wants or bool(one.pattern.regex.groups)
        if isinstance(one, URLResolver) and one.namespace != "admin":
            yield from _routes(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space, asks)
        elif isinstance(one, URLPattern) and answers(one.callback):
            yield f"{space}{one.name}", asks


def answers(view: Any) -> bool:
    """Whether a view of the API can be read; of pages, each is taken to."""
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    return kind is None or hasattr(kind, "get") or "get" in (getattr(view, "actions", None) or {})


def name_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def own(at: str, link: str) -> str | None:
    parts = urlsplit(urljoin(f"http://testserver{at}", link.replace("&amp;", "&")))
    if parts.netloc != "testserver" or parts.path.startswith(("/static/", "/admin/")):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def links_in(at: str, answer: Answer) -> list[str]:
    text = answer.body.decode(errors="replace")
    found = [answer.leads_to] if answer.leads_to else []
    if "html" in answer.kind:
        found += LINK.findall(text)
        for form in FORM.finditer(text):
            for select in OPTION.finditer(form[0]):
                values = re.findall(r'<option value="([^"]+)"', select[0])
                found += [f"{form[1]}?{select[1]}={value}" for value in values]
    elif "json" in answer.kind:
        told = json.loads(text)
        found += [one for one in strings(told) if one.startswith("http://testserver/")]
        if isinstance(told, dict):
            found += [f"{urlsplit(at).path}{place_of(row)}/" for row in told.get("results", [])]
    return [link for link in (own(at, one) for one in found) if link]


def place_of(row: dict[str, Any]) -> str:
    """The rest of the address of a row in a list of the API."""
    names = [name for name in ("agreement", "instrument", "anchor", "code") if name in row]
    return str(row["id"]) if "id" in row else "/".join(str(row[name]) for name in names)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(one)


class Reader:
    def __init__(self, user: User | None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def get(self, address: str) -> Answer:
        answer = self.client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        kind = answer.headers.get("Content-Type", "")
        if "spreadsheet" in kind:
            kind, body = "text/csv", of_workbook(body)
        if kind == "image/png":
            body = b""  # it is painted from the drawing
        if "pdf" in kind:
            kind, body = "text/plain", of_pdf(body)
        return Answer(answer.status_code, kind, body, answer.headers.get("Location", ""))

    def crawl(self, leave_out: frozenset[str], more: list[str], of_a_route: int) -> dict[str, Answer]:
        """What is at each address of a route, and at those that these lead to."""
        starts = [reverse(name) for name, asks in routes().items() if not asks and name not in leave_out]
        queue, found, alike = [*starts, *more], dict[str, Answer](), Counter[Any]()
        asked = set(queue)
        while queue:
            address = queue.pop(0)
            found[address] = self.get(address)
            for link in links_in(address, found[address]):
                name = name_of(link)
                sort = (name, *sorted({key for key, _value in parse_qsl(urlsplit(link).query)}))
                if not name or name in leave_out or link in asked:
                    continue
                if alike[sort] < ALIKE and alike[name] < of_a_route:
                    alike.update([sort, name])
                    asked.add(link)
                    queue.append(link)
        return found
