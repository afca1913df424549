"""The timeline as each viewer may know it; and parties that swap what happened."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from obligations.flagging import sweep
from parties.access import Tier
from parties.models import User
from tests import make
from tests.pages.desk_data import signed_in
from tests.pages.timeline_data import ALPHA, drawn, of_party, owed, page, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]


def test_a_hidden_finding_stands_on_the_whole_timeline_of_those_who_see_it(client: Client) -> None:
    late = owed()
    make.finding(late, 1, date(2024, 1, 10), tier=Tier.MEDIATORS)
    assert [row for row in rows(page(client)) if " Finding " in row] == []
    (seen,) = [row for row in rows(page(signed_in(make.mediator()))) if " Finding " in row]
    assert seen == "10 Jan 2024 Finding Alpha O-1 Do O-1 mediators Minimal"


def test_a_hidden_finding_stands_on_the_timeline_of_those_who_see_it(client: Client) -> None:
    make.finding(owed(), 1, date(2024, 1, 10), tier=Tier.MEDIATORS)
    assert not [row for row in rows(page(client, **ALPHA)) if " Finding " in row]
    (seen,) = [row for row in rows(page(signed_in(make.mediator()), **ALPHA)) if " Finding " in row]
    assert seen == "10 Jan 2024 Finding Alpha O-1 Do O-1 mediators Minimal"


TABLE: dict[str, list[str]] = {
    "anybody": ["public"],
    "analyst": ["public"],
    "cleared analyst": ["public", "parties"],
    "representative of alpha": ["public", "parties", "own"],
    "representative of beta": ["public", "parties", "other"],
    "mediator": ["public", "parties", "own", "other", "mediators"],
}


@pytest.mark.parametrize("who", TABLE)
def test_each_sees_events_and_ends_of_breaches_that_they_may_know(who: str) -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    tiers: dict[str, dict[str, Any]] = {
        "public": {},
        "parties": {"tier": Tier.PARTIES},
        "own": {"tier": Tier.IN_CONFIDENCE, "confidant": alpha},
        "other": {"tier": Tier.IN_CONFIDENCE, "confidant": beta},
        "mediators": {"tier": Tier.MEDIATORS},
    }
    accounts: dict[str, Callable[[], User | None]] = {
        "anybody": lambda: None,
        "analyst": make.analyst,
        "cleared analyst": lambda: make.analyst(cleared=True),
        "representative of alpha": lambda: make.representative(alpha),
        "representative of beta": lambda: make.representative(beta),
        "mediator": make.mediator,
    }
    user = accounts[who]()
    client = signed_in(user) if user else Client()
    for name, tier in tiers.items():
        make.finding(owed(f"O-{name}"), 3, date(2024, 1, 10), **tier)
        make.event(f"E-{name}", touches_all=True, **tier)
    sweep(make.NOW)
    html = page(client, **ALPHA)
    for name in tiers:
        is_seen = name in TABLE[who]
        assert (f"Event E-{name}" in html) == is_seen
        assert any(f"O-{name} Do" in row and "Met late" in row for row in rows(html)) == is_seen
        assert any(f"O-{name} Do" in row and "Open" in row for row in rows(html)) != is_seen


def test_a_hidden_finding_leaves_the_page_of_the_public_as_it_was(client: Client) -> None:
    late = owed()
    before = page(client, **ALPHA)
    make.finding(late, 3, date(2024, 1, 10), tier=Tier.MEDIATORS)
    make.event("E-1", touches_all=True, tier=Tier.PARTIES)
    sweep(make.NOW)
    assert page(client, **ALPHA) == before


def test_an_event_that_not_all_may_see_bears_its_tag() -> None:
    owed()
    make.event("E-1", touches_all=True, tier=Tier.MEDIATORS)
    html = page(signed_in(make.mediator()), **ALPHA)
    assert '<span class="tag tier">mediators</span>' in html


def test_parties_that_swap_what_happened_swap_their_pages(client: Client) -> None:
    for code, one, other in (("ONE", "alpha", "beta"), ("TWO", "beta", "alpha")):
        where = make.provision("art_1" if code == "ONE" else "art_2")
        make.finding(owed(code, one, provision=where), 3, date(2024, 1, 10))
        owed(code, other, provision=where)
    first, second = (drawn(page(client, provision=anchor)) for anchor in ("art_1", "art_2"))
    for own, mirror in (("Alpha", "Beta"), ("Beta", "Alpha")):
        assert of_party(first, own) == [
            shape.replace("TWO", "ONE").replace(mirror, own) for shape in of_party(second, mirror)
        ]
