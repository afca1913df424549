"""An agreement whose commitments differ in everything that the compliance pages count, and a reader of those pages."""

import re
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from django.test import Client

from agreement.models import Agreement, Instrument, Provision
from obligations.models import Commitment
from parties.models import User
from tests import make


def accord() -> Agreement:
    """Two parties; articles, one with a paragraph; two earlier agreements whose provisions have the same anchor."""
    of = make.agreement("accord")
    alpha, beta = make.party("alpha"), make.party("beta")
    article = make.provision("art_1")
    paragraph = make.provision("art_1__para_1", parent=article, place=1)
    second = make.provision("art_2", place=2)
    for party in (alpha, beta):
        make.commitment("DUE", party, days=30, provision=article, tags=["papers"])
        make.commitment("MET", party, days=30, provision=paragraph)
        make.commitment("OPEN", party, kind="conditional", provision=second)
        make.commitment("STAND", party, kind="standing", provision=second, tags=["papers"])
        make.commitment("OLD", party, provision=earlier("old"))
    make.commitment("OLDER", alpha, kind="recurring", provision=earlier("older"))
    make.commitment("WAIT", beta, days=10, trigger=make.trigger("T-LATER", None), provision=second)
    found()
    return of


def earlier(code: str) -> Provision:
    text = Instrument.objects.get_or_create(
        agreement=make.agreement("accord"),
        code=code,
        defaults={
            "kind": "earlier_agreement",
            "title": code.title(),
            "adopted_on": date(2012, 1, 1),
            "place": 5,
        },
    )[0]
    return Provision.objects.get_or_create(instrument=text, anchor="body", defaults={"label": "Whole text"})[
        0
    ]


def owed(code: str, party: str) -> Commitment:
    return Commitment.objects.get(obligation__code=code, party__code=party)


def found() -> None:
    """Findings, claims that agree and that differ, and an answer that is not assessable."""
    beta = make.representative(make.party("beta"))
    make.finding(owed("DUE", "alpha"), 1)
    make.claim(owed("DUE", "beta"), beta, 3)
    make.finding(owed("DUE", "beta"), 2)
    make.finding(owed("MET", "alpha"), 3, date(2023, 4, 1))
    make.claim(owed("MET", "beta"), beta, 3)
    make.finding(owed("MET", "beta"), 3, date(2024, 1, 1))
    make.finding(owed("OPEN", "alpha"), None, not_assessable=True)
    make.finding(owed("OPEN", "beta"), 0)
    make.finding(owed("STAND", "alpha"), conduct="kept")
    make.claim(owed("STAND", "beta"), beta, None, conduct="kept")
    make.finding(owed("STAND", "beta"), conduct="contrary")


@dataclass
class Links(HTMLParser):
    """The numbers that a page shows as links, with where each leads; and the page's words."""

    numbers: list[tuple[str, int]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    href: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.href, self.text = dict(attrs).get("href") or "", ""

    def handle_data(self, data: str) -> None:
        self.text += data
        self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        said = re.match(r"\s*(\d+)\b", self.text)
        if tag == "a" and said and urlsplit(self.href).path == "/commitments/":
            self.numbers.append((self.href, int(said[1])))
        if tag == "a":
            self.href = ""


def read(client: Client, address: str, status: int = 200) -> Links:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    links = Links()
    links.feed(answer.content.decode())
    return links


def total(client: Client, address: str) -> int:
    """How many rows the list behind a number has, on all of its pages."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, parse_qsl(urlsplit(address).query))
    count: int = answer.context["total"]
    assert f'<b class="total">{count} of ' in answer.content.decode()
    return count


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
