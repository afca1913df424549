"""The page of what is found, and the field that every page has for it."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from obligations.commands import withdraw_statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.make import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]

PAGE = "/search/"
TIERS: dict[str, dict[str, Any]] = {
    "everybody": {},
    "parties": {"tier": Tier.PARTIES},
    "alpha": {"tier": Tier.IN_CONFIDENCE},
    "mediators": {"tier": Tier.MEDIATORS},
}
SEEN = {
    "nobody": ["everybody"],
    "analyst": ["everybody"],
    "cleared analyst": ["everybody", "parties"],
    "administrator": ["everybody"],
    "representative of alpha": ["everybody", "parties", "alpha"],
    "representative of beta": ["everybody", "parties"],
    "mediator": ["everybody", "parties", "alpha", "mediators"],
    "mediator elsewhere": ["everybody"],
}


def page(client: Client, q: str, status: int = 200, **query: str) -> str:
    answer = client.get(PAGE, {"q": q, **query})
    assert answer.status_code == status
    return answer.content.decode()


def told_of(viewer: Client, q: str) -> str:
    """What the page tells, but for the words that were asked for and the token of the form to sign out."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page(viewer, q)).replace(q.split()[-1], "")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html.partition("<main")[2].replace("</p>", " ")).split())


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def account(who: str) -> User | None:
    alpha, beta = make.party("alpha"), make.party("beta")
    makers: dict[str, Callable[[], User]] = {
        "analyst": make.analyst,
        "cleared analyst": lambda: make.analyst("cleared@trial.invalid", cleared=True),
        "administrator": make.administrator,
        "representative of alpha": lambda: make.representative(alpha),
        "representative of beta": lambda: make.representative(beta),
        "mediator": make.mediator,
        "mediator elsewhere": lambda: make.mediator("elsewhere@trial.invalid", of=make.agreement("other")),
    }
    return makers[who]() if who in makers else None


def test_each_kind_is_found_and_marked_and_leads_to_its_place(client: Client) -> None:
    owed = make.commitment("O-1", title="Free moving", summary="Let persons move.")
    said = make.finding(owed, 1, reason="Persons moved <b>freely</b>.")
    make.event(title="A move of persons")
    html = page(client, "moves")
    assert f'href="/obligations/accord/O-1/#statement-{said.key}"' in html
    assert 'href="/obligations/accord/O-1/"' in html
    assert 'href="/agreements/accord/#events"' in html
    assert "Persons <mark>moved</mark> &lt;b&gt;freely&lt;/b&gt;." in html
    assert "Free <mark>moving</mark>" in html
    assert "Obligations 1 Statements 1 Events 1 Evidence 0" in words(html)


def test_evidence_is_found_by_its_title_the_text_it_quotes_and_where_it_comes_from(client: Client) -> None:
    owed = make.obligation("O-1")
    item = make.evidence_link(
        owed, title="Opening", quote="The crossing point <i>opened</i>.", origin="A daily"
    )
    for q in ("opening", "crossing", "daily", "example.org"):
        html = page(client, q)
        assert f'href="/obligations/accord/O-1/#evidence-{item.key}"' in html, q
    assert "&lt;i&gt;<mark>opened</mark>&lt;/i&gt;" in page(client, "opened")


def test_what_is_found_says_how_each_partys_commitment_stands_for_who_looks(client: Client) -> None:
    owed = make.commitment("O-1", title="Roads", days=350)
    make.commitment("O-1", make.party("beta"))
    make.finding(owed, 1, reason="One road was built.", effective_on=date(2024, 2, 1))
    make.finding(owed, 3, reason="Hidden.", tier=Tier.MEDIATORS, effective_on=date(2024, 2, 10))
    overdue, nothing = "Alpha Minimal Overdue", "Beta No finding yet Overdue"
    html = words(page(client, "roads", kind="obligation"))
    assert f"{overdue} {nothing}" in html
    assert html.count(overdue) == 1
    html = words(page(client, "road built", kind="statement"))
    assert overdue in html
    assert nothing not in html
    html = words(page(client, "roads", kind="obligation", as_of="2024-01-15"))
    assert "Alpha No finding yet Upcoming" in html
    html = words(page(signed_in(make.mediator()), "roads", kind="obligation"))
    assert "Alpha Complete Met on time" in html


def test_a_statement_that_was_taken_back_is_found_and_marked_so(client: Client) -> None:
    said = make.finding(make.commitment(), 1, reason="Report.", now=NOW - timedelta(days=10))
    assert "withdrawn" not in page(client, "report")
    actor = make.a_mediator()
    withdraw_statement(statement=said, actor=actor, now=NOW, reason="Mistaken.")
    assert '<span class="tag">withdrawn</span>' in page(client, "report")
    assert "withdrawn</span>" not in page(client, "report", known_at="2026-02-25")


@pytest.mark.parametrize("who", SEEN)
def test_what_is_hidden_is_in_no_row_and_no_count(who: str, settings: Settings) -> None:
    owed, alpha = make.commitment(), make.party("alpha")
    for name, tier in TIERS.items():
        hidden = tier | ({"confidant": alpha} if name == "alpha" else {})
        make.finding(owed, 1, reason=f"Canary of {name}.", source=f"canary/{name}", **hidden)
        make.event(name, title=f"Canary of {name}.", **hidden)
        make.evidence_link(owed.obligation, title=f"Canary of {name}.", quote=f"Canary {name}.", **hidden)
    viewer = signed_in(account(who))
    found = SEEN[who]
    for query in (
        {},
        {"kind": "statement"},
        {"kind": "event"},
        {"kind": "evidence"},
        {"agreement": "accord"},
    ):
        html = page(viewer, "canary", 200, **query)
        for name in TIERS:
            assert (f"of {name}." in html) == (name in found), (name, query)
        assert f"Statements {len(found)} Events {len(found)} Evidence {len(found)}" in words(html)
    for name in set(TIERS) - set(found):
        assert told_of(viewer, f"canary {name}") == told_of(viewer, "canary nowhere")


def test_a_hidden_row_moves_no_visible_one(client: Client) -> None:
    owed = make.commitment()
    for number in range(3):
        make.finding(owed, 1, reason=f"Report {number}. " + "Report. " * number)
    before = page(client, "report")
    make.finding(owed, 1, reason="Report, report, report, report.", tier=Tier.MEDIATORS)
    assert page(client, "report") == before


def test_what_is_published_later_is_found_from_then_on(client: Client) -> None:
    make.event(title="Quiet meeting", tier=Tier.MEDIATORS, publish_at=NOW + timedelta(days=36500))
    assert "Nothing is found" in page(client, "quiet")
    make.event("E-2", title="Quiet talk", tier=Tier.MEDIATORS, publish_at=NOW - timedelta(days=1))
    assert "Events 1" in words(page(client, "quiet"))


def test_an_agreement_or_a_kind_narrows_and_pages_hold_every_row_once(client: Client) -> None:
    other = make.agreement("other", short_title="Other")
    for number in range(25):
        make.event(f"E-{number}", title=f"Meeting {number:02}")
    make.event("E-X", of=other, title="Meeting elsewhere")
    assert "Events 26" in words(page(client, "meeting"))
    assert "Events 1" in words(page(client, "meeting", agreement="other"))
    first = page(client, "meeting", kind="event", agreement="accord")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = client.get(unescape(following)).content.decode()
    assert 'rel="next"' not in second
    titles = re.findall(r"<mark>Meeting</mark> (\d\d)", first + second)
    assert sorted(titles) == [f"{number:02}" for number in range(25)]


def test_what_was_not_known_then_is_not_found_and_the_page_says_which_day_it_is(client: Client) -> None:
    owed = make.commitment()
    make.finding(owed, 1, reason="Report of May.", now=NOW - timedelta(days=300))
    make.finding(owed, 1, reason="Report of June.", now=NOW - timedelta(days=10))
    make.event(title="Report in 2023")
    html = page(client, "report", known_at="2025-12-01")
    assert "Statements 1 Events 1" in words(html)
    assert "of May." in html
    assert "As known on" in html
    assert 'name="known_at" value="2025-12-01"' in html
    assert "?known_at=2025-12-01#statement-" in html
    assert "Events 0" in words(page(client, "report", as_of="2020-01-01"))


@pytest.mark.parametrize(
    "q",
    ['"', "a & | b", "'; --", "(:*)", "x" * 5000, "a\x00b", "-not", "<script>alert(1)</script>", "%s %d {x}"],
)
def test_whatever_is_typed_is_answered_and_never_taken_for_markup(q: str, client: Client) -> None:
    answer = client.get(PAGE, {"q": q})
    assert answer.status_code in (200, 400)
    html = answer.content.decode()
    assert "<script>" not in html
    assert 'role="alert"' in html or "Nothing is found" in html


def test_synonyms_of_the_agreements_that_are_looked_through_are_told(client: Client) -> None:
    make.agreement(synonyms=[["ASM", "self-management"]])
    make.obligation(title="Self-management")
    make.agreement("other", short_title="Other")
    html = page(client, "asm")
    assert "Also looked for, as meaning the same: self-management." in html
    assert "<mark>Self-management</mark>" in html
    assert "Nothing is found" in page(client, "asm", agreement="other")


def test_without_words_the_page_says_what_can_be_looked_for(client: Client) -> None:
    for q in ("", "  "):
        assert "What are you looking for?" in page(client, q)
    assert "Give fewer words" in page(client, "nowhere")


def test_an_address_that_asks_for_what_is_not_there_is_told_so(client: Client) -> None:
    for query in ({"kind": "letter"}, {"agreement": "none"}, {"sort": "new"}, {"as_of": "2999-01-01"}):
        assert 'role="alert"' in page(client, "word", 400, **query)


def test_every_page_has_the_field_and_it_keeps_the_days(client: Client, settings: Settings) -> None:
    make.commitment()
    for path in ("/", "/compliance/", "/obligations/accord/O-1/", "/account/login/", "/nowhere/"):
        html = client.get(path).content.decode()
        assert re.search(r'<header class="bar">.*action="/search/".*name="q".*</header>', html, re.DOTALL), (
            path
        )
    html = client.get("/compliance/?as_of=2024-01-01").content.decode()
    assert '<input type="hidden" name="as_of" value="2024-01-01">' in html.partition("</header>")[0]
    settings.PUBLIC_READING = False
    assert 'action="/search/"' not in client.get("/account/login/").content.decode()
    assert client.get(PAGE, {"q": "word"}).status_code == 302


def test_the_page_asks_as_much_for_many_rows_as_for_few(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    owed = make.commitment()
    owed.obligation.touched_by.add(make.event("E-0", title="Do a report"))
    make.finding(owed, 1, reason="Do a report.")
    page(client, "do")  # and its topics are kept
    # agreements; articles; what fits, of four kinds; rows of three, what events touch, how commitments stand, of
    # which parties, and what is marked
    with django_assert_num_queries(15):
        page(client, "do")
    for number in range(2, 30):
        more = make.commitment(f"O-{number}")
        more.obligation.touched_by.add(make.event(f"E-{number}", title="Do a report"))
        make.finding(more, 1, reason="Do a report.")
    with django_assert_num_queries(15):
        page(client, "do")
