"""Requests: what is asked of a party by a day, what counts as a reply, and to whom that is told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError

from agreement.models import LedgerEntry
from agreement.viewers import viewer_for
from obligations.commands import Refused, record_answer, take_back_request, withdraw_statement
from obligations.deadlines import moment_of, present
from obligations.models import Commitment, PartyRequest, Statement
from obligations.status.requests import request_states, requests_on
from parties.access import PUBLIC_VIEWER, Tier, Viewer
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

# The day asked for is 9 March; it ends at 23:00 UTC, in Brussels.
LAST_INSTANT = datetime(2026, 3, 9, 22, 59, 59, tzinfo=UTC)
ENDED = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 20, 12, tzinfo=UTC)


def state(request: PartyRequest, viewer: Viewer | None = None, at: datetime = LATER) -> str:
    return request_states([request], viewer or make.a_mediator(), present(at))[0].state


def test_it_is_open_until_the_day_has_ended_in_the_agreements_zone_and_then_without_reply() -> None:
    request = make.request(make.commitment())
    assert state(request, at=LAST_INSTANT) == "open"
    assert state(request, at=ENDED) == "no_reply"
    assert LedgerEntry.objects.filter(command="make_request").count() == 1


def test_a_claim_of_the_asked_party_on_that_commitment_and_after_it_is_the_reply() -> None:
    owed, other = make.commitment(), make.commitment("O-2")
    alpha, beta = make.representative(owed.party), make.representative(make.party("beta"))
    make.claim(owed, alpha, now=NOW - timedelta(days=1))
    request = make.request(owed)
    make.claim(owed, beta, now=NOW + timedelta(hours=1))
    make.claim(other, alpha, now=NOW + timedelta(hours=1))
    assert state(request) == "no_reply"
    reply = make.claim(owed, alpha, now=NOW + timedelta(hours=2))
    (told,) = request_states([request], make.a_mediator(), present(LATER))
    assert (told.state, told.reply, told.late) == ("answered", reply, False)
    withdraw_statement(
        statement=reply, actor=viewer_for(alpha), now=NOW + timedelta(hours=3), reason="An error."
    )
    assert state(request) == "no_reply"


def test_a_reply_after_the_day_says_so() -> None:
    owed = make.commitment()
    alpha, request = make.representative(owed.party), make.request(owed)
    make.claim(owed, alpha, now=ENDED)
    (told,) = request_states([request], make.a_mediator(), present(LATER))
    assert (told.state, told.late) == ("answered", True)


@pytest.mark.parametrize("kind", ["answer", "contest"])
def test_an_answer_or_a_contest_of_the_statement_is_the_reply_to_it(kind: str) -> None:
    owed = make.commitment()
    alpha = make.representative(owed.party)
    said, other = make.finding(owed, 1), make.finding(owed, 1, reason="Another.")
    request = make.request(owed, statement=said)
    reply: dict[str, Any] = {"now": NOW + timedelta(hours=1), "reason": "Not so.", **make.OPENLY}
    make.claim(owed, alpha, now=NOW + timedelta(hours=1))
    make.contest(other, alpha, **reply)
    assert state(request) == "no_reply"
    if kind == "answer":
        record_answer(statement=said, actor=viewer_for(alpha), **reply)
    else:
        make.contest(said, alpha, **reply)
    assert state(request) == "answered"


def test_what_became_of_it_is_told_to_mediators_and_the_asked_party_alone() -> None:
    owed = make.commitment()
    alpha = make.representative(owed.party)
    request = make.request(owed, tier=Tier.PUBLIC)
    outside = [
        PUBLIC_VIEWER,
        viewer_for(make.analyst(cleared=True)),
        viewer_for(make.representative(make.party("beta"))),
        viewer_for(make.administrator()),
    ]
    assert [state(request, one) for one in outside] == [""] * 4
    # A reply in confidence changes nothing for them, and is no "no reply" for those who see it.
    make.claim(owed, alpha, now=NOW + timedelta(hours=1), tier=Tier.IN_CONFIDENCE, confidant=owed.party)
    assert [state(request, one) for one in outside] == [""] * 4
    assert state(request) == state(request, viewer_for(alpha)) == "answered"


def test_a_request_is_seen_by_its_tier_and_about_a_statement_by_those_who_see_that() -> None:
    owed = make.commitment()
    beta = viewer_for(make.representative(make.party("beta")))
    alpha = viewer_for(make.representative(owed.party))
    said = make.finding(owed, 1, tier=Tier.PARTIES)
    requests = {
        "parties": make.request(owed),
        "confidence": make.request(owed, tier=Tier.IN_CONFIDENCE),
        "reply": make.request(owed, statement=said),
    }

    def seen(viewer: Viewer) -> set[str]:
        rows = PartyRequest.objects.visible_to(viewer, NOW)
        return {name for name, request in requests.items() if request in rows}

    assert seen(alpha) == {"parties", "confidence", "reply"}
    assert seen(beta) == {"parties", "reply"}
    assert seen(PUBLIC_VIEWER) == set()
    # Narrowed later, the statement takes what was asked about it along.
    type(said).objects.filter(pk=said.pk).update(tier=Tier.IN_CONFIDENCE, confidant=owed.party)
    assert seen(beta) == {"parties"}
    assert seen(alpha) == {"parties", "confidence", "reply"}


@pytest.mark.parametrize(
    ("tier", "of_ask", "field"),
    [
        (Tier.MEDIATORS, Tier.PARTIES, "party"),
        (Tier.PARTIES, Tier.PUBLIC, "wider"),
        (Tier.PUBLIC, Tier.MEDIATORS, "tier"),
    ],
)
def test_nobody_is_asked_wider_than_what_it_is_about_is_seen(tier: Tier, of_ask: Tier, field: str) -> None:
    owed = make.commitment()
    said = make.finding(owed, 1, tier=tier)
    with pytest.raises(Refused) as refused:
        make.request(owed, statement=said, tier=of_ask, wider=False)
    assert set(refused.value.errors) == {field}


def test_what_cannot_be_asked_is_refused_with_its_field() -> None:
    owed = make.commitment()
    elsewhere = make.party("elsewhere", make.agreement("other"))
    with pytest.raises(Refused) as refused:
        make.request(owed, elsewhere, reply_by=date(2026, 3, 1), words=" ")
    assert set(refused.value.errors) == {"party", "reply_by", "words"}
    with pytest.raises(PermissionDenied):
        make.request(owed, actor=viewer_for(make.representative(owed.party)))


def test_it_is_taken_back_once_with_a_reason_and_both_stay() -> None:
    owed = make.commitment()
    request, actor = make.request(owed), make.a_mediator()
    with pytest.raises(Refused):
        take_back_request(request=request, actor=actor, now=NOW, reason=" ")
    take_back_request(request=request, actor=actor, now=NOW + timedelta(days=1), reason="Asked twice.")
    assert state(request) == "taken_back"
    with pytest.raises(Refused, match="already"):
        take_back_request(request=request, actor=actor, now=NOW, reason="Again.")


def test_what_was_answered_is_not_taken_back_until_the_reply_is_withdrawn() -> None:
    owed = make.commitment()
    request, actor, alpha = make.request(owed), make.a_mediator(), make.representative(owed.party)
    reply = make.claim(owed, alpha, now=NOW + timedelta(hours=1))
    back: dict[str, Any] = {"request": request, "actor": actor, "reason": "Not needed."}
    with pytest.raises(Refused, match="awaited"):
        take_back_request(now=NOW + timedelta(hours=2), **back)
    withdraw_statement(
        statement=reply, actor=viewer_for(alpha), now=NOW + timedelta(hours=3), reason="An error."
    )
    take_back_request(now=NOW + timedelta(hours=4), **back)
    assert state(request) == "taken_back"


def test_nobody_is_silent_about_what_was_withdrawn_since_nothing_more_can_be_said_of_it() -> None:
    owed, actor = make.commitment(), make.a_mediator()
    alpha, beta = make.representative(owed.party), make.representative(make.party("beta"))
    claim = make.claim(owed, alpha)
    asked = make.request(owed, make.party("beta"), statement=claim)
    withdraw_statement(
        statement=claim, actor=viewer_for(alpha), now=NOW + timedelta(days=1), reason="An error."
    )
    told, asked = (viewer_for(beta), actor), PartyRequest.objects.get(pk=asked.pk)
    assert [state(asked, one) for one in told] == ["withdrawn", "withdrawn"]
    assert state(asked, at=NOW + timedelta(hours=1)) == "open"
    assert not PartyRequest.objects.awaiting_a_reply().exists()
    with pytest.raises(Refused, match="awaited"):
        take_back_request(request=asked, actor=actor, now=LATER, reason="Not needed.")


def test_a_reply_to_what_was_withdrawn_after_it_stays_the_reply() -> None:
    owed = make.commitment()
    alpha, beta = make.representative(owed.party), make.representative(make.party("beta"))
    claim = make.claim(owed, alpha)
    asked = make.request(owed, make.party("beta"), statement=claim)
    make.contest(claim, beta, now=NOW + timedelta(hours=1))
    withdraw_statement(
        statement=claim, actor=viewer_for(alpha), now=NOW + timedelta(days=1), reason="An error."
    )
    assert state(asked) == "answered"


def test_nothing_is_asked_about_what_was_withdrawn_meanwhile() -> None:
    owed, alpha = make.commitment(), make.representative()
    claim = make.claim(owed, alpha)
    as_it_was_read = Statement.objects.get(pk=claim.pk)
    withdraw_statement(statement=claim, actor=viewer_for(alpha), now=NOW, reason="An error.")
    with pytest.raises(Refused, match="withdrawn"):
        make.request(owed, make.party("beta"), statement=as_it_was_read)


def test_a_request_cannot_be_changed() -> None:
    request = make.request(make.commitment())
    with pytest.raises(InternalError, match="Cannot update"):
        PartyRequest.objects.filter(pk=request.pk).update(words="Something else.")


def test_an_earlier_day_shows_what_had_been_asked_and_answered_by_then() -> None:
    owed = make.commitment()
    alpha, mediator = make.representative(owed.party), make.a_mediator()
    make.request(owed)
    make.claim(owed, alpha, now=datetime(2026, 3, 12, 12, tzinfo=UTC))

    def told(day: date) -> list[str]:
        moments = [
            moment_of(day, None, LATER, owed.agreement.zone),
            moment_of(None, day, LATER, owed.agreement.zone),
        ]
        found = [[one.state for one in states(owed, mediator, moment)] for moment in moments]
        assert found[0] == found[1]
        return found[0]

    assert told(date(2026, 3, 1)) == []
    assert told(date(2026, 3, 5)) == ["open"]
    assert told(date(2026, 3, 10)) == ["no_reply"]
    assert told(date(2026, 3, 12)) == ["answered"]


def states(owed: Commitment, viewer: Viewer, moment: Any) -> list[Any]:
    return requests_on([owed], viewer, moment).get(owed.pk, [])


def test_in_the_database_and_in_python_the_same_requests_are_without_reply() -> None:
    owed = make.commitment()
    alpha, mediator = make.representative(owed.party), make.a_mediator()
    said = make.finding(owed, 1)
    requests = [
        make.request(owed),
        make.request(owed, make.party("beta")),
        make.request(owed, statement=said),
        make.request(owed, reply_by=date(2026, 5, 1)),
    ]
    take_back_request(request=requests[1], actor=mediator, now=NOW, reason="No more.")
    for _step in range(2):
        for at in (LAST_INSTANT, ENDED, LATER):
            silent = set(PartyRequest.objects.without_reply([owed.agreement], at))
            assert silent == {request for request in requests if state(request, at=at) == "no_reply"}
        make.claim(owed, alpha, now=NOW + timedelta(hours=1))
