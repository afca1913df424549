"""Every page of the URL conf in a browser, as those who may open it.

Each has a title and a heading of its own, is no wider than a narrow screen, keeps nobody out and makes the browser
complain of nothing. By default a page of each route is opened as one of those who may, and axe looks at it in one width
and scheme, and at the colours of every third page: who, and which, changes each day.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from obligations.commands.messages import subscribe_all
from obligations.web import changes, search
from obligations.web import timeline as timeline
from obligations.web.base import table
from obligations.web.compliance import lists
from tests.browser.walk import ASKS_FIRST, SECOND_PAGES, Finder, Visitor, hangs_on_data, states, walked
from tests.browser.worlds import EMAILS, STRANGER, committed
from tests.effort import THOROUGH, effort, in_turn
from tests.make import NOW

pytestmark = pytest.mark.django_db
WHO: Final = ("nobody", "analyst", "representative of alpha", "mediator", "administrator")
WORLDS: Final = {"bare": ("nobody", STRANGER), "begun": in_turn(WHO), "full": WHO}
TODAY: Final = date.today().toordinal()
only_full = pytest.mark.parametrize("walk", ["full"], indirect=True, scope="module")
Wrong = dict[str, list[str]]
# The library's own page, and a picture that stands in pages of others.
NO_SHEET: Final = {"api:docs", "chart-embedded"}


@dataclass(frozen=True, slots=True)
class Walk:
    """A world behind a server: who walks it, with the cookie of the session, and what each may open, by route."""

    browser: Browser
    url: str
    sessions: dict[str, str]
    pages: dict[str, dict[str, str]]
    forms: dict[str, set[str]]

    def visitors(self) -> Iterator[tuple[str, Visitor]]:
        """Everybody, each with a page of its own, who begins another day with somebody else."""
        names = list(self.pages)
        for who in names[TODAY % len(names) :] + names[: TODAY % len(names)]:
            context = self.browser.new_context(
                viewport={"width": 360, "height": 800}, reduced_motion="reduce"
            )
            if self.sessions[who]:
                name = settings.SESSION_COOKIE_NAME
                context.add_cookies([{"name": name, "value": self.sessions[who], "url": self.url}])
            yield who, Visitor(context.new_page(), self.url, TODAY + names.index(who))
            context.close()


@pytest.fixture(scope="module", params=["full", *in_turn(["bare", "begun"])])
def walk(
    request: pytest.FixtureRequest,
    browser: Browser,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Walk]:
    public, settings.PUBLIC_READING = settings.PUBLIC_READING, True
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), committed(request.param):
        subscribe_all(NOW)
        finders = {who: Finder(EMAILS[who]) for who in WORLDS[request.param]}
        pages = openings(finders, all_of_them=request.param == "full")
        server = LiveServer("localhost")
        with server._live_server_modified_settings:
            sessions = {who: one.session for who, one in finders.items()}
            yield Walk(browser, server.url, sessions, pages, {who: one.forms for who, one in finders.items()})
        server.stop()
    settings.PUBLIC_READING = public


def openings(finders: dict[str, Finder], *, all_of_them: bool) -> dict[str, dict[str, str]]:
    """By who opens it and by route, an address of each page; else of those alone that hang on what is recorded.

    By default one opens it of those who may, another one each day.
    """
    pages: dict[str, dict[str, str]] = {who: {} for who in finders}
    logging.disable(logging.ERROR)  # of what is refused, each with its traceback
    for route in walked():
        if not (all_of_them or hangs_on_data(route.name)):
            continue
        begin = (TODAY + len(route.name)) % len(finders)
        for who in (*list(finders)[begin:], *list(finders)[:begin]):
            if address := finders[who].first(route):
                pages[who][route.name] = address
                if not THOROUGH:
                    break
    logging.disable(logging.NOTSET)
    return pages


@pytest.fixture(autouse=True)
def nothing_counted_of_the_walk() -> None:
    cache.clear()


def told(wrong: Wrong) -> str:
    return "\n".join(f"{where}: {one}" for where, several in wrong.items() for one in several)


@only_full
def test_no_page_is_forgotten(walk: Walk) -> None:
    """A new route is opened by somebody, or stands in NO_PAGE with the reason."""
    opened = {name for pages in walk.pages.values() for name in pages}
    assert sorted({route.name for route in walked()} - opened) == []


def test_every_page_keeps_nobody_out(walk: Walk) -> None:
    wrong = Wrong()
    for who, visitor in walk.visitors():
        titles = Counter[str]()
        for name, address in walk.pages[who].items():
            found = visitor.open(address)
            titles[visitor.page.title()] += 1
            if titles[visitor.page.title()] > 1:
                found.append(f"title of another: {visitor.page.title()}")
            wrong[f"{who} {name} {address}"] = found
    assert not any(wrong.values()), told(wrong)


@only_full
def test_every_page_prints(walk: Walk) -> None:
    """As A4: its title at the head of each sheet, the footnote at its foot, and nothing to press.

    By default a quarter of the pages, another each day. Pictures of the first sheets are kept in test-results/print.
    """
    wrong, folder = Wrong(), Path(settings.BASE_DIR) / "test-results" / "print"
    folder.mkdir(parents=True, exist_ok=True)
    for _who, visitor in walk.visitors():
        for name, address in walk.pages[_who].items():
            if name in NO_SHEET:
                continue
            if (THOROUGH or len(name) % 4 == TODAY % 4) and name not in wrong:
                wrong[name] = visitor.printed(address, folder / name.replace(":", "-"))
    assert not any(wrong.values()), told(wrong)
    assert len(wrong) > 5


@only_full
def test_nor_in_another_state(walk: Walk) -> None:
    """By default half of them, another one each day, of which axe looks at every third."""
    wrong = Wrong()
    reader = in_turn(WHO)
    for who, visitor in walk.visitors():
        for address, status in in_turn(list(states(who, all_of_them=who in reader).items()), 2):
            axe = THOROUGH or len(wrong) % 3 == TODAY % 3
            wrong[f"{who} {address}"] = visitor.open(address, status, axe=axe)
    assert not any(wrong.values()), told(wrong)


@only_full
def test_a_form_that_is_refused_says_so(walk: Walk) -> None:
    """Each sent with nothing in it, by one of those who may send it. By default half of them, another one each day, and
    axe looks at every third answer.
    """
    wrong, sent = Wrong(), set[str]()
    today = set(in_turn(sorted(set[str]().union(*walk.forms.values()) - ASKS_FIRST), 2))
    for who, visitor in walk.visitors():
        for name, address in walk.pages[who].items():
            if name not in walk.forms[who] & today or (name in sent and not THOROUGH):
                continue
            visitor.page.goto(walk.url + address)
            for number in range(visitor.forms()):
                if number:
                    visitor.page.goto(walk.url + address)
                wrong[f"{who} {address} {number}"] = visitor.refused(
                    number, axe=THOROUGH or len(sent) % 3 == TODAY % 3
                )
                sent.add(name)
    assert not any(wrong.values()), told(wrong)
    assert len(sent) > effort(8, 20)


@only_full
def test_a_second_page_is_one_of_its_own(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "ROWS_ON_A_PAGE", 1)
    for page in (lists, changes, search, timeline):
        monkeypatch.setattr(page, "PAGE_SIZE", 1)
    wrong = Wrong()
    for who, visitor in walk.visitors():
        for address in SECOND_PAGES.get(who, []):
            visitor.page.goto(walk.url + address)
            first = visitor.page.title()
            visitor.page.evaluate(
                "document.querySelectorAll('details:has(nav.pages)').forEach(one => { one.open = true })"
            )
            visitor.page.locator("nav.pages a[rel=next]").first.click()
            visitor.page.wait_for_url(re.compile("after="))
            wrong[f"{who} {address}"] = visitor.wrong()
            if visitor.page.title() == first:
                wrong[f"{who} {address}"].append(f"title of the first: {first}")
    assert not any(wrong.values()), told(wrong)
