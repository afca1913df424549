"""What changed, as each viewer may know it; and parties that swap what happened."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from obligations.flagging import sweep
from parties.access import Tier
from parties.models import User
from tests import make
from tests.pages.changes_data import (
    BEFORE,
    DURING,
    SPOKEN_OF,
    due_in_may,
    owed,
    page,
    section,
    signed_in,
    speakers,
    told,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
TABLE: dict[str, list[str]] = {
    "anybody": ["public"],
    "analyst": ["public"],
    "cleared analyst": ["public", "parties"],
    "administrator": ["public"],
    "representative of alpha": ["public", "parties", "own"],
    "representative of beta": ["public", "parties", "other"],
    "mediator": ["public", "parties", "own", "other", "mediators"],
}


def account(who: str) -> User | None:
    made: dict[str, Callable[[], User | None]] = {
        "anybody": lambda: None,
        "analyst": make.analyst,
        "cleared analyst": lambda: make.analyst(cleared=True),
        "administrator": make.administrator,
        "representative of alpha": lambda: make.representative(make.party("alpha")),
        "representative of beta": lambda: make.representative(make.party("beta")),
        "mediator": make.mediator,
    }
    return made[who]()


@pytest.mark.parametrize("who", TABLE)
def test_each_viewer_is_told_of_what_they_may_see_and_of_no_effect_of_the_rest(who: str) -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    tiers: dict[str, dict[str, Any]] = {
        "public": {},
        "parties": {"tier": Tier.PARTIES},
        "own": {"tier": Tier.IN_CONFIDENCE, "confidant": alpha},
        "other": {"tier": Tier.IN_CONFIDENCE, "confidant": beta},
        "mediators": {"tier": Tier.MEDIATORS},
    }
    late = {name: owed(f"O-{name}") for name in tiers}
    client = signed_in(account(who))
    before = words(page(client))
    for name, tier in tiers.items():
        make.finding(late[name], 3, SPOKEN_OF, now=DURING, reason=f"Told {name}.", **tier)
    sweep(make.NOW)
    html = page(client)
    for name in tiers:
        assert (f"Told {name}." in html) == (name in TABLE[who])
        assert (f"O-{name}" in html) == (name in TABLE[who]), name
    assert told(html).count("Breach closed") == len(TABLE[who])
    assert f"{2 * len(TABLE[who])} changes:" in words(html)
    if who == "anybody":
        assert "Nothing changed" in before


def test_a_hidden_finding_changes_nothing_on_the_page_of_who_may_not_see_it(client: Client) -> None:
    late, met = owed(), owed("MET")
    make.finding(met, 3, date(2023, 4, 1), now=BEFORE)
    due_in_may()
    before = page(client)
    make.finding(late, 3, SPOKEN_OF, now=DURING, tier=Tier.MEDIATORS)
    make.finding(met, 1, SPOKEN_OF, now=DURING, tier=Tier.PARTIES)
    sweep(make.NOW)
    assert page(client) == before


def test_what_is_shown_to_the_parties_bears_its_tag(client: Client) -> None:
    make.finding(owed(), 1, SPOKEN_OF, now=DURING, tier=Tier.IN_CONFIDENCE, confidant=make.party("alpha"))
    html = page(signed_in(make.mediator()))
    assert '<span class="tag tier">in confidence with Alpha</span>' in html
    assert "It shows what you may see: public, parties and mediators, in confidence, mediators." in words(
        html
    )
    assert "It shows what everybody may see." in words(page(client))


def test_parties_that_swap_what_happened_swap_their_sections(client: Client) -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    speaker = speakers(alpha, beta)
    for code, one, other in (("ONE", alpha, beta), ("TWO", beta, alpha)):
        where = make.provision("art_1" if code == "ONE" else "art_2", place=1 if code == "ONE" else 2)
        done = make.commitment(code, one, days=30, provision=where)
        undone = make.commitment(code, other, provision=where)
        make.finding(done, 3, SPOKEN_OF, now=DURING)
        make.claim(undone, speaker[one.pk], 1, SPOKEN_OF, now=DURING)
        make.reading(undone, "suspend", effective_on=SPOKEN_OF, now=DURING)
    first, second = page(client, provision="art_1"), page(client, provision="art_2")
    for own, other_one in (("alpha", "beta"), ("beta", "alpha")):
        mirrored = section(first, own).replace("ONE", "TWO").replace("art 1", "art 2")
        assert mirrored == swapped(section(second, other_one))


def swapped(html: str) -> str:
    for a, b in (("alpha", "beta"), ("Alpha", "Beta")):
        html = html.replace(a, "?").replace(b, a).replace("?", b)
    return re.sub(r"mark-\d", "mark-1", html)
