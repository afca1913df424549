"""Lists on pages: each leads to files of its rows, and is cited by an address that shows the same later."""

import html
import json
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from parties.access import Tier
from tests import make
from tests.make import NOW
from tests.pages.compliance_data import accord, owed, signed_in
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
agreement = made_once(accord)
PAGES = (
    "/changes/?since=2023-01-01",
    "/commitments/",
    "/obligations/accord/DUE/",
    "/search/?q=DUE",
    "/timeline/?party=beta",
)


def page_at(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.content.decode()[-1500:])
    return answer.content.decode()


def files_on(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'href="([^"]*(?:\?|&amp;)format=[^"]*)"', page)]


@pytest.mark.parametrize("address", PAGES)
def test_each_list_is_taken_away_in_four_formats(address: str) -> None:
    reader = signed_in(make.mediator())
    files = files_on(page_at(reader, address))
    assert len(files) >= 4
    assert len(files) % 4 == 0
    for one in files:
        answer = reader.get(one)
        assert answer.status_code == 200, one
        assert answer["Content-Disposition"].startswith("attachment")
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", PAGES)
def test_a_cited_page_is_the_same_after_more_was_recorded(address: str, client: Client) -> None:
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        (cited,) = re.findall(r'<a href="([^"]+)" rel="bookmark">', page_at(client, with_words(address)))
        cited = html.unescape(cited)
        before = main_of(page_at(client, cited))
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        make.finding(owed("DUE", "beta"), 3, date(2024, 1, 11), now=NOW + timedelta(hours=1))
        assert main_of(page_at(client, cited)) == before


def with_words(address: str) -> str:
    """As the link to cite it has it."""
    return f"{address}{'&' if '?' in address else '?'}cite=yes"


def main_of(page: str) -> str:
    """The words of a page, but for those that say when it was looked at."""
    begins = page.find('class="tally"')  # of what changed, the form says what is now
    main = page[max(begins, page.index("<main")) : page.index("</main")]
    main = re.sub(r'<details class="cite.*?</details>', "", main, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_a_file_of_the_timeline_has_its_marks_and_nothing_hidden(client: Client) -> None:
    make.finding(owed("DUE", "beta"), 3, date(2024, 1, 12), tier=Tier.MEDIATORS)
    found = {}
    for who, reader in (("nobody", client), ("mediator", signed_in(make.mediator()))):
        answer = reader.get("/timeline/?party=beta&format=json")
        rows = json.loads(b"".join(answer.streaming_content))["rows"]  # type: ignore[attr-defined]
        found[who] = [row for row in rows if row["from"] == "2024-01-12" and row["kind"] == "Finding"]
        assert len(rows) == reader.get("/timeline/?party=beta").context["total"]
    assert (len(found["nobody"]), len(found["mediator"])) == (0, 1)


def test_cells_of_any_figure_are_written_by_their_kinds_and_no_formula(client: Client) -> None:
    answer = client.get("/timeline/?party=beta&format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.startswith("kind,from,until,what,party,state,tier,about\n")
    assert not re.search(r'(^|,)"?[=+@]', text)


@pytest.mark.parametrize("language", ["en", "sr"])
def test_what_is_narrowed_says_so_in_its_file_and_in_its_citation(client: Client, language: str) -> None:
    narrowed = {"party": "beta", "provision": "art_1"}
    words = {"Accept-Language": language}
    answer = client.get("/timeline/", narrowed | {"format": "json"}, headers=words)
    about = json.loads(b"".join(answer.streaming_content))["about"]  # type: ignore[attr-defined]
    assert [word in about["filters"] for word in ("Beta", "art 1")] == [True, True]
    assert f"({about['filters']})" in about["citation"]
    assert 'filename="timeline-accord-' in answer["Content-Disposition"]
    for path in ("/timeline/", "/changes/"):
        page = client.get(path, narrowed | {"cite": "1"}, headers=words).content.decode()
        assert f"({about['filters']})" in page, path
