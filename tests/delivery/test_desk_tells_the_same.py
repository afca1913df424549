"""What is new on the desk is what the stream of changes tells a mediator, though the desk asks by its own query."""

from datetime import date
from typing import Any

import pytest

from agreement.models import Agreement
from agreement.viewers import viewer_for
from obligations.commands import take_back_request
from obligations.commands.desk import visit
from obligations.commands.proposals import Command, carry_out
from obligations.commands.replies import withdraw_statement
from obligations.delivery.cursor import WHOLE
from obligations.delivery.kinds import Kind
from obligations.delivery.stream import read
from obligations.flagging import sweep
from obligations.status.care import news_since
from parties.access import Tier
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db(transaction=True)
ON_THE_DESK = (
    Kind.STATEMENT,
    Kind.WITHDRAWAL,
    Kind.READING,
    Kind.REQUEST,
    Kind.BREACH_OPENED,
    Kind.PROPOSAL,
)


def test_the_desk_has_the_same_news_in_the_same_order_as_the_stream() -> None:
    owed = [make.commitment(f"C{number}", make.party("alpha")) for number in range(8)]
    late, own = make.commitment("LATE", days=30), make.commitment("OWN")
    speaker, mediator = make.representative(make.party("alpha")), viewer_for(make.mediator())
    before = make.claim(owed[0], speaker)
    asked = make.request(owed[1])
    ((mine,), kept) = visit(actor=mediator, now=NOW), []
    acting: dict[str, Any] = {"now": NOW, "reason": "It was wrong."}
    make.finding(owed[2], 1, tier=Tier.MEDIATORS)
    make.claim(owed[3], speaker, tier=Tier.IN_CONFIDENCE, confidant=owed[3].party)
    withdraw_statement(statement=before, actor=viewer_for(speaker), **acting)
    take_back_request(request=asked, actor=make.a_mediator(), **acting)
    make.reading(owed[4], "suspend", effective_on=date(2024, 2, 1))
    sweep(NOW)
    make.request(owed[5], tier=Tier.IN_CONFIDENCE)
    make.evidence_link(owed[6].obligation)  # waits nowhere
    make.finding(own, 1, actor=mediator)  # is nothing new to who recorded it
    Agreement.objects.update(sign_off=["complete_findings"])
    said = {"commitment": owed[7], "level": 3, "effective_on": date(2024, 2, 1), "tier": Tier.PUBLIC}
    kept.append(carry_out(Command.RECORD_FINDING, actor=make.a_mediator(), now=NOW, reason="Done.", **said))

    places = {mine.agreement_id: (mine.seen, WHOLE)}
    changes = read(mediator, NOW, places, kinds=ON_THE_DESK, limit=1_000).changes
    newest = [one for one in reversed(changes) if one.actor != mediator.user_id]
    news = news_since([mine], mediator)
    told = [one.commitment for one in newest if one.kind != Kind.PROPOSAL]
    assert news.commitments == list(dict.fromkeys(told))
    assert set(news.commitments) == {one.pk for one in [*owed[:6], late]}
    assert news.proposals == [one.key for one in newest if one.kind == Kind.PROPOSAL]
    assert news.proposals == [one.key for one in kept]
