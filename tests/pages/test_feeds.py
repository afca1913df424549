"""Feeds of what changed: public changes alone, each with an id that stays, as others' programs read them."""

from typing import Any

import feedparser  # type: ignore[import-untyped]
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from obligations.commands import release
from parties.access import Tier
from tests import make
from tests.lasting import monthly

# An entry has its place at the commit.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("public_reading")]


def said(tier: Tier) -> Any:
    owed = make.commitment(tier.value.upper(), make.party("alpha"))
    return make.finding(owed, 1, now=timezone.now(), tier=tier)


def atom(query: str = "") -> list[Any]:
    answer = Client().get(f"/changes.atom{query}")
    found = feedparser.parse(answer.content)
    assert not found.bozo, found.bozo_exception
    assert found.feed.title == "What changed, Accord"
    entries: list[Any] = found.entries
    return entries


def test_what_is_public_stands_in_both_forms_with_the_same_id_at_each_reading() -> None:
    said(Tier.PUBLIC)
    hidden = said(Tier.MEDIATORS)
    (entry,) = atom()
    assert (entry.title, entry.link) == (
        "A statement: PUBLIC Do PUBLIC",
        "http://testserver/obligations/accord/PUBLIC/",
    )
    items = Client().get("/changes.json").json()["items"]
    assert [one["id"] for one in items] == [entry.id] == [one.id for one in atom()]
    release(subject=hidden, actor=make.a_mediator(), now=timezone.now(), tier=Tier.PUBLIC, reason="Open.")
    assert [one.title for one in atom()] == [
        "Something released to others: MEDIATORS Do MEDIATORS",
        "A statement: MEDIATORS Do MEDIATORS",
        "A statement: PUBLIC Do PUBLIC",
    ]


def test_the_newest_stand_first_after_one_entry_that_names_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("obligations.delivery.feeds.LOOKED_THROUGH", (10,))
    owed = monthly(now=timezone.now())
    assert owed.periods.count() > 10
    said(Tier.PUBLIC)
    titles = [one.title for one in atom()]
    assert titles[:2] == ["A statement: PUBLIC Do PUBLIC", "A period made or replaced: REPORT Do REPORT"]


def test_kinds_narrow_it_and_what_nothing_has_is_refused() -> None:
    said(Tier.PUBLIC)
    assert len(atom("?kind=statement")) == 1
    assert atom("?kind=event&kind=gate") == []
    assert Client().get("/changes.atom?kind=weather").status_code == 400
    assert Client().get("/changes.atom?agreement=none").status_code == 404
    assert Client().get("/changes.atom?agreement=%00").status_code == 404
    assert Client().get("/changes.rss").status_code == 404


def test_who_signed_in_gets_what_everybody_gets_and_pages_name_the_feed(settings: Settings) -> None:
    said(Tier.MEDIATORS)
    client = Client()
    client.force_login(make.mediator(), "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/changes.json").json()["items"] == []
    assert 'href="/changes.atom?agreement=accord"' in client.get("/changes/").content.decode()
    settings.PUBLIC_READING = False
    assert client.get("/changes.json").status_code == 404
    assert "/changes.atom" not in client.get("/changes/").content.decode()
