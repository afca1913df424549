"""Who may say something in which tier, and who reads it: written by hand, as the matrix of rights is."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agreement.models import Mandate
from obligations.commands import Refused, record_answer, record_claim, record_finding
from obligations.models import Statement
from parties.access import Tier
from tests import make
from tests.api.rights_world import (
    ADMINISTRATOR,
    ADMINISTRATOR_ELSEWHERE,
    ALPHA,
    ANALYST,
    BETA,
    CLEARED,
    ELSEWHERE,
    KEEPER,
    MEDIATOR,
    NOBODY,
    OBSERVER,
    VIEWERS,
    World,
    build,
)
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
world = made_once(build)

# Who may say something in which tier; "own" and "other" are confidences with alpha and beta.
TIERS = ("public", "parties", "own", "other", "mediators")
SAYS = {MEDIATOR: set(TIERS), ALPHA: {"public", "parties", "own"}, BETA: {"public", "parties", "other"}}
READS = {
    NOBODY: {"public"},
    ANALYST: {"public"},
    CLEARED: {"public", "parties"},
    OBSERVER: {"public"},
    ALPHA: {"public", "parties", "own"},
    BETA: {"public", "parties", "other"},
    ELSEWHERE: {"public"},
    MEDIATOR: set(TIERS),
    ADMINISTRATOR: {"public"},
    ADMINISTRATOR_ELSEWHERE: {"public"},
    KEEPER: {"public"},
}


def in_tier(tier: str) -> dict[str, Any]:
    if tier in ("own", "other"):
        return {"tier": Tier.IN_CONFIDENCE, "confidant": make.party("alpha" if tier == "own" else "beta")}
    return {"tier": Tier(tier)}


def said_in(tier: str, who: str, world: World) -> Statement | None:
    """A statement of the viewer in that tier; None where it is refused."""
    command = record_finding if who == MEDIATOR else record_claim
    said: dict[str, Any] = {"level": 1, "effective_on": date(2024, 1, 10), "reason": f"In {tier}."}
    try:
        return command(
            commitment=world.owed, actor=world.viewer(who), now=timezone.now(), **said, **in_tier(tier)
        )
    except Refused:
        return None


@pytest.mark.parametrize("author", SAYS)
def test_what_is_said_in_a_tier_is_read_back_by_those_of_the_table(author: str, world: World) -> None:
    made = {tier: said_in(tier, author, world) for tier in TIERS}
    assert {tier for tier, one in made.items() if one} == SAYS[author]
    for who in VIEWERS:
        client = world.client(who)
        page = client.get("/obligations/accord/O-1/").content.decode()
        for tier, one in made.items():
            if one is not None:
                seen = tier in READS[who]
                assert (f"In {tier}." in page) == seen, (who, tier)
                answer = client.get(f"/api/v1/statements/{one.key}/")
                assert answer.status_code == (200 if seen else 404), (who, tier)


# What refers to a statement in which tier is within its readers, and so wants no second word.
WITHIN = {
    "public": set(TIERS),
    "parties": {"parties", "own", "other", "mediators"},
    "own": {"own", "mediators"},
    "other": {"other", "mediators"},
    "mediators": {"mediators"},
}


def answered_in(tier: str, who: str, about: Statement, world: World, **more: Any) -> bool:
    said: dict[str, Any] = {"now": timezone.now(), "reason": f"Answered in {tier}."}
    try:
        record_answer(statement=about, actor=world.viewer(who), **said, **in_tier(tier), **more)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("author", SAYS)
def test_what_answers_a_tier_is_within_its_readers_unless_more_are_meant(author: str, world: World) -> None:
    """The table is that of `READS`: whoever reads an answer reads what it answers."""
    for tier in READS[author]:
        about = said_in(tier, MEDIATOR, world)
        assert about is not None
        assert {to for to in TIERS if answered_in(to, author, about, world)} == SAYS[author] & WITHIN[tier]
        meant = {to for to in TIERS if answered_in(to, author, about, world, wider=True)}
        assert meant == SAYS[author]


def test_the_table_of_what_is_within_follows_from_who_reads() -> None:
    for tier in TIERS:
        within = {to for to in TIERS if all(to not in seen or tier in seen for seen in READS.values())}
        assert within == WITHIN[tier], tier


OUTSIDE = (NOBODY, ELSEWHERE, ADMINISTRATOR_ELSEWHERE, KEEPER)


def test_without_public_reading_only_a_mandate_opens_an_agreement(world: World, settings: Any) -> None:
    settings.PUBLIC_READING = False
    for who in VIEWERS:
        page = world.client(who).get("/obligations/accord/O-1/")
        assert page.status_code == (404 if who in OUTSIDE else 200), who


def test_a_mandate_that_is_withdrawn_closes_every_door(world: World) -> None:
    user = world.users[MEDIATOR]
    Mandate.objects.filter(user=user).delete()
    answer = world.client(MEDIATOR).post(
        reverse("api:findings", args=[world.owed.pk]), "{}", content_type="application/json"
    )
    assert answer.status_code == 403
