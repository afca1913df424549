"""Who may not see a statement sees no reply to it either, on no surface; once it is published, they are there."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from agreement.viewers import viewer_for
from obligations.commands import record_answer, release, withdraw_statement
from obligations.models import Commitment, Statement
from parties.access import PUBLIC_VIEWER, Tier, Viewer
from tests import make
from tests.make import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]

WORD = "lighthouse"
WHY: dict[str, Any] = {"reason": f"The {WORD} was seen."}
DEEP: dict[str, Any] = {"tier": Tier.PUBLIC, "wider": True}


def answered(contest_tier: Tier = Tier.PARTIES) -> tuple[Statement, Statement, Viewer]:
    """A public finding, a contest of it that not everybody may see, and the mediator's public answer to that."""
    mediator = viewer_for(make.mediator())
    finding = make.finding(make.commitment(days=30), 1, date(2024, 1, 10))
    contest = make.contest(finding, make.representative(), tier=contest_tier)
    answer = record_answer(statement=contest, actor=mediator, now=NOW, **DEEP, **WHY)
    return contest, answer, mediator


def seen(viewer: Viewer) -> set[Statement]:
    return set(Statement.objects.visible_to(viewer, NOW))


def test_a_public_answer_to_a_contest_that_is_hidden_is_hidden_with_it() -> None:
    contest, answer, mediator = answered()
    assert {contest, answer} & seen(PUBLIC_VIEWER) == set()
    assert {contest, answer} <= seen(mediator)
    cleared = viewer_for(make.analyst(cleared=True))
    assert {contest, answer} <= seen(cleared)


def test_when_what_it_answers_is_published_the_answer_is_there() -> None:
    contest, answer, mediator = answered()
    release(subject=contest, actor=mediator, now=NOW, tier=Tier.PUBLIC, reason="Both agree.")
    assert {contest, answer} <= seen(PUBLIC_VIEWER)


def test_what_takes_back_an_answer_goes_with_it_however_far_what_is_hidden_is() -> None:
    mediator = viewer_for(make.mediator())
    claim = make.claim(make.commitment(days=30), make.representative(), 2, tier=Tier.PARTIES)
    contest = make.contest(claim, make.representative(make.party("beta")), **DEEP)
    answer = record_answer(statement=contest, actor=mediator, now=NOW, **DEEP, **WHY)
    back = withdraw_statement(statement=answer, actor=mediator, now=NOW, reason="It was wrong.")
    assert seen(PUBLIC_VIEWER) == set()
    assert seen(mediator) == {claim, contest, answer, back}


def test_a_party_keeps_its_own_words_in_sight_though_what_they_are_about_is_hidden_by_now() -> None:
    mediator, alpha = viewer_for(make.mediator()), make.representative()
    finding = make.finding(make.commitment(days=30), 1, date(2024, 1, 10), tier=Tier.PARTIES)
    contest = make.contest(finding, alpha, tier=Tier.PARTIES)
    release(subject=finding, actor=mediator, now=NOW, tier=Tier.MEDIATORS, reason="Looked at anew.")
    assert seen(viewer_for(alpha)) == {contest}
    assert seen(viewer_for(make.representative(make.party("beta")))) == set()


def test_a_public_finding_that_cites_what_is_hidden_stands_for_itself() -> None:
    claim = make.claim(make.commitment(days=30), make.representative(), 2, tier=Tier.PARTIES)
    finding = make.finding(claim.commitment, 1, date(2024, 1, 10), cites=claim)
    assert seen(PUBLIC_VIEWER) == {finding}


def test_no_surface_shows_a_reply_to_what_is_hidden() -> None:
    contest, answer, mediator = answered()
    told = {name: surface(Client(), answer) for name, surface in SURFACES.items()}
    assert {name: WORD in text for name, text in told.items()} == dict.fromkeys(told, False)
    release(subject=contest, actor=mediator, now=NOW, tier=Tier.PUBLIC, reason="Both agree.")
    told = {name: surface(Client(), answer) for name, surface in SURFACES.items()}
    assert {name: WORD in text for name, text in told.items()} == dict.fromkeys(told, True)


def test_it_is_in_no_count() -> None:
    answered()
    page = Client().get("/api/v1/statements/").json()
    assert page["count"] == len(page["results"]) == 1
    assert Client().get("/api/v1/statements/", {"kind": "answer"}).json()["count"] == 0


def asked(path: str, **query: Any) -> Callable[[Client, Statement], str]:
    def text(client: Client, answer: Statement) -> str:
        owed: Commitment = answer.commitment
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            address = path.format(key=answer.key, code=owed.obligation.code)
            return (
                client.get(address, query).content.decode().replace(f"“{WORD}”", "").replace(f"?q={WORD}", "")
            )

    return text


SINCE = (NOW - timedelta(days=1)).date().isoformat()
SURFACES = {
    "page": asked("/obligations/accord/{code}/"),
    "list": asked("/api/v1/statements/"),
    "row": asked("/api/v1/statements/{key}/", as_of=NOW.date().isoformat()),
    "changes": asked("/changes/", since=SINCE),
    "changes of the API": asked("/api/v1/changes/between/", since=SINCE),
    "search of the API": asked("/api/v1/search/", q=WORD),
}
