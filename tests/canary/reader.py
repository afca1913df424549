"""A viewer who opens every page: by the URL conf, by each link, and by each choice of each form that asks."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from zipfile import ZipFile

from django.test import Client
from django.urls import Resolver404, resolve

from parties.models import User
from tests.effort import effort

# What differs between two answers to one question.
RANDOM = [
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(r'name="idempotency_key" value="[^"]*"'),
    re.compile(r"gAAAA[\w-]{60,}"),  # cursors
    re.compile(r'nonce-[\w+/=-]+|nonce="[^"]*"'),
    re.compile(r'headers\["X-CSRFTOKEN"\] = "[^"]*"'),
    re.compile(r'"X-CSRFToken": ?"[^"]*"|&quot;X-CSRFToken&quot;: ?&quot;[^&]*&quot;'),
]
NOT_OF_THE_PAGE = ("Set-Cookie", "X-Request-ID", "RateLimit")
SIGNS_OUT = ("account_logout", "sign-out-everywhere")
# Of links that differ in their values alone, so many are followed.
ALIKE = effort(1, 10)
# And of one page, so many: each number of a dashboard is a link to the rows behind it.
OF_A_PAGE = effort(3, 1000)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def everything(self) -> str:
        return f"{self.headers} {self.body}"


def answer_of(response: Any) -> Answer:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content and "spreadsheetml" in response.get("Content-Type", ""):
        content = unpacked(content)
    body = content.decode("utf-8", "replace")
    for what in RANDOM:
        body = what.sub("", body)
    # What has a cursor in it is another answer each time, by its tag too.
    left_out = (*NOT_OF_THE_PAGE, "ETag") if b'"cursor"' in content else NOT_OF_THE_PAGE
    headers = tuple(sorted((k, v) for k, v in response.items() if k not in left_out))
    return Answer(response.status_code, headers, body)


def unpacked(sheet: bytes) -> bytes:
    """What is in a workbook, without the instants at which it was packed."""
    with ZipFile(BytesIO(sheet)) as archive:
        return b"".join(name.encode() + archive.read(name) for name in archive.namelist())


@dataclass
class Links(HTMLParser):
    """Where a page leads: its links, and its forms that ask for something, with each choice that they offer."""

    at: str
    found: list[str] = field(default_factory=list)
    form: str | None = None
    name: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in ("href", "src", "hx-get"):
            if given.get(name):
                self.found.append(urljoin(self.at, given[name] or ""))
        if tag == "form":
            asks = (given.get("method") or "get").lower() == "get"
            self.form = urljoin(self.at, given.get("action") or self.at) if asks else None
        elif self.form is not None and tag == "select":
            self.name = given.get("name") or ""
        elif self.form is not None and tag == "option" and self.name:
            self.choose(self.name, given.get("value") or "")
        elif self.form is not None and tag == "input" and given.get("type") in ("checkbox", "radio"):
            self.choose(given.get("name") or "", given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "select":
            self.name = ""

    def choose(self, name: str, value: str) -> None:
        assert self.form is not None
        self.found.append(f"{self.form.partition('?')[0]}?{urlencode({name: value})}")


def links_in(address: str, response: Answer) -> list[str]:
    kind = dict(response.headers).get("Content-Type", "")
    if "html" in kind:
        page = Links(address)
        page.feed(response.body)
        return page.found
    if "json" in kind:
        several = response.body.splitlines() if "ndjson" in kind else [response.body]
        texts = (text for one in several for text in texts_in(json.loads(one)))
        return [text for text in texts if text.startswith("http://testserver/")]
    location = dict(response.headers).get("Location")
    return [urljoin(address, location)] if location else []


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)


def own(address: str) -> str | None:
    """As the test's client asks for it; None for what is not ours."""
    parts = urlsplit(address)
    if parts.netloc not in ("", "testserver") or parts.scheme not in ("", "http"):
        return None
    if not parts.path.startswith("/") or parts.path.startswith("/static/"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def sort_of(address: str) -> tuple[str, ...]:
    """Links of one sort differ in values alone."""
    parts = urlsplit(address)
    try:
        name = resolve(parts.path).view_name
    except Resolver404:
        name = parts.path
    return name, *sorted({name for name, _value in parse_qsl(parts.query, keep_blank_values=True)})


class Reader:
    """Somebody with an account, or nobody."""

    def __init__(self, email: str) -> None:
        self.client = Client()
        if email:
            self.client.force_login(User.objects.get(email=email))

    def get(self, address: str, **headers: str) -> Answer:
        return answer_of(self.client.get(address, headers=headers or None))

    def send(self, method: str, address: str, *body: Any, **kind: Any) -> Answer:
        return answer_of(getattr(self.client, method)(address, *body, **kind))

    def answers(self, addresses: Iterable[str]) -> dict[str, Answer]:
        return {address: self.get(address) for address in addresses}

    def crawl(self, starts: Iterable[str]) -> dict[str, Answer]:
        """The answers at these addresses, and at those that they lead to."""
        found: dict[str, Answer] = {}
        queue, alike, of_page = list(starts), Counter[tuple[str, ...]](), Counter[str]()
        asked = set(queue)
        while queue:
            address = queue.pop(0)
            if resolves_to(address) in SIGNS_OUT:
                continue
            found[address] = self.get(address)
            for link in filter(None, map(own, links_in(address, found[address]))):
                sort = sort_of(link)
                if link not in asked and alike[sort] < ALIKE and of_page[sort[0]] < OF_A_PAGE:
                    alike[sort] += 1
                    of_page[sort[0]] += 1
                    asked.add(link)
                    queue.append(link)
        return found


def resolves_to(address: str) -> str:
    try:
        return str(resolve(urlsplit(address).path).url_name)
    except Resolver404:
        return ""
