"""What refers to something is seen by no more people than that, unless somebody says that this is meant."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from agreement.models import Event, LedgerEntry, SignOff
from agreement.viewers import viewer_for
from obligations.commands import Refused, record_answer, record_claim, record_contest, record_finding
from obligations.commands.proposals import Command, carry_out, sign
from obligations.commands.releases import release
from obligations.commands.widening import Wider
from obligations.models import Commitment, Evidence, PartyRequest, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


class World:
    """A commitment of alpha's with a claim in confidence, and the people around it."""

    def __init__(self) -> None:
        self.alpha, self.beta = make.party("alpha"), make.party("beta")
        self.owed: Commitment = make.commitment(by=self.alpha)
        self.user = make.representative(self.alpha)
        self.own = viewer_for(self.user)
        self.other = viewer_for(make.representative(self.beta))
        self.mediator = make.a_mediator()

    def claim(self, tier: str = Tier.IN_CONFIDENCE, **more: Any) -> Statement:
        confidant = self.alpha if tier == Tier.IN_CONFIDENCE else None
        return make.claim(self.owed, self.user, tier=tier, confidant=confidant, **more)


@pytest.fixture
def world() -> World:
    return World()


def finding(world: World, claim: Statement, **said: Any) -> Statement:
    return record_finding(
        commitment=world.owed,
        actor=world.mediator,
        now=LATER,
        effective_on=date(2024, 1, 10),
        reason="Seen.",
        level=2,
        cites=claim,
        **said,
    )


def answer(world: World, claim: Statement, **said: Any) -> Statement:
    return record_answer(statement=claim, actor=world.mediator, now=LATER, reason="We saw it.", **said)


def contest(world: World, claim: Statement, **said: Any) -> Statement:
    """Of the mediators' finding that alpha alone may see: nobody contests the own claim."""
    found = finding(world, claim, tier=claim.tier, confidant=claim.confidant)
    return record_contest(statement=found, actor=world.own, now=LATER, reason="Not so.", **said)


def evidence(world: World, claim: Statement, **said: Any) -> Evidence:
    said = {"wider": False} | said
    return make.evidence_file(world.owed.obligation, world.user, statement=claim, **said)


def link(world: World, claim: Statement, **said: Any) -> Evidence:
    said = {"wider": False} | said
    return make.evidence_link(world.owed.obligation, world.user, statement=claim, **said)


def newer(world: World, claim: Statement, **said: Any) -> Evidence:
    older = make.evidence_file(world.owed.obligation, world.user, tier=claim.tier, confidant=claim.confidant)
    said = {"wider": False} | said
    return make.evidence_file(world.owed.obligation, world.user, b"Anew\n", replaces=older, **said)


def request(world: World, claim: Statement, **said: Any) -> PartyRequest:
    """For a reply to a finding in confidence with alpha."""
    found = finding(world, claim, tier=claim.tier, confidant=claim.confidant)
    said.pop("confidant", None)
    return make.request(world.owed, statement=found, **({"wider": False} | said))


def claim_on_request(world: World, claim: Statement, **said: Any) -> Statement:
    make.request(world.owed, tier=claim.tier)
    return record_claim(
        commitment=world.owed,
        actor=world.own,
        now=LATER,
        effective_on=date(2024, 1, 10),
        reason="Done.",
        level=3,
        **said,
    )


def answer_on_request(world: World, claim: Statement, **said: Any) -> Statement:
    """To a public finding, asked for in confidence."""
    found = make.finding(world.owed, 1)
    make.request(world.owed, statement=found, tier=claim.tier)
    return record_answer(statement=found, actor=world.own, now=LATER, reason="Not so.", **said)


def published_answer(world: World, claim: Statement, **said: Any) -> Any:
    made = answer(world, claim, tier=claim.tier, confidant=claim.confidant)
    return release(subject=made, actor=world.mediator, now=LATER, reason="Time to say it.", **said)


def published_evidence(world: World, claim: Statement, **said: Any) -> Any:
    made = evidence(world, claim, tier=claim.tier, confidant=claim.confidant)
    return release(subject=made, actor=world.own, now=LATER, reason="Time to say it.", **said)


ACTS: list[Callable[..., Any]] = [
    finding,
    answer,
    contest,
    evidence,
    link,
    newer,
    request,
    claim_on_request,
    answer_on_request,
    published_answer,
    published_evidence,
]


REPLIES = (answer, contest, published_answer)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("tier", [Tier.PUBLIC, Tier.PARTIES])
def test_what_refers_to_a_confidence_is_no_wider_by_accident(
    act: Callable[..., Any], tier: Tier, world: World
) -> None:
    claim = world.claim()
    with pytest.raises(Wider) as refused, transaction.atomic():
        act(world, claim, tier=tier)
    (sentence,) = refused.value.errors.values()
    assert list(refused.value.errors) == ["wider"]
    assert "Who can read that: Alpha and the mediators." in sentence
    who = "everybody" if tier == Tier.PUBLIC else "Alpha, Beta, the mediators, and analysts"
    # A reply is seen with what it answers alone.
    when = "as soon as they may read that, and not before" if act in REPLIES else "and so learn of it"
    assert f"{when}: {who}" in sentence
    assert Statement.objects.get() == claim
    assert not Evidence.objects.exists()
    assert not PartyRequest.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_it_is_as_narrow_as_that_without_a_word_and_wider_where_that_is_said(
    act: Callable[..., Any], world: World
) -> None:
    claim = world.claim()
    if act not in (published_answer, published_evidence):
        made = act(world, claim, tier=Tier.IN_CONFIDENCE, confidant=world.alpha)
        assert (made.tier, made.confidant) == (Tier.IN_CONFIDENCE, world.alpha)
    assert act(world, claim, tier=Tier.PUBLIC, wider=True)


def test_a_confidence_with_another_party_is_wider_and_one_among_mediators_is_not(world: World) -> None:
    claim = world.claim()
    with pytest.raises(Wider, match="Beta and the mediators"):
        answer(world, claim, tier=Tier.IN_CONFIDENCE, confidant=world.beta)
    assert answer(world, claim, tier=Tier.MEDIATORS).tier == Tier.MEDIATORS


def test_what_was_due_to_be_published_counts_as_public(world: World) -> None:
    claim = world.claim()
    release(
        subject=claim,
        actor=world.own,
        now=NOW,
        tier=Tier.PUBLIC,
        reason="Agreed.",
        publish_at=LATER,
    )
    with pytest.raises(Wider):
        record_answer(statement=claim, actor=world.mediator, now=NOW, reason="Seen.", tier=Tier.PUBLIC)
    assert answer(world, claim, tier=Tier.PUBLIC)  # the worker has not been there yet


def test_the_tier_is_judged_as_it_is_under_the_lock(world: World) -> None:
    claim = world.claim(Tier.PUBLIC)
    narrower: dict[str, Any] = {"tier": Tier.IN_CONFIDENCE, "confidant": world.alpha}
    release(subject=claim, actor=world.mediator, now=NOW, reason="An error.", **narrower)
    assert claim.tier == Tier.PUBLIC  # as the caller read it
    with pytest.raises(Wider):
        answer(world, claim, tier=Tier.PUBLIC)


def test_a_finding_that_rests_on_a_hidden_event_is_no_wider_than_that(world: World) -> None:
    event = make.event(tier=Tier.MEDIATORS)
    with pytest.raises(Wider, match="the event “Event E-1”"):
        make.finding(world.owed, 1, event=event, wider=False)
    assert make.finding(world.owed, 1, event=event, tier=Tier.MEDIATORS, wider=False)


def test_a_request_that_was_answered_or_taken_back_binds_no_more(world: World) -> None:
    make.request(world.owed, tier=Tier.IN_CONFIDENCE)
    claim: dict[str, Any] = {"tier": Tier.IN_CONFIDENCE, "confidant": world.alpha, "wider": False}
    make.claim(world.owed, world.user, now=LATER, **claim)
    assert make.claim(world.owed, world.user, now=LATER, reason="Anew.", wider=False).tier == Tier.PUBLIC


def test_what_another_party_was_asked_is_told_to_nobody(world: World) -> None:
    make.request(world.owed, tier=Tier.IN_CONFIDENCE)
    beta = User.objects.get(email="beta@trial.invalid")
    assert make.claim(world.owed, beta, 0, wider=False).tier == Tier.PUBLIC


def test_evidence_for_a_public_statement_too_can_be_published(world: World) -> None:
    claim = world.claim()
    made = evidence(world, claim, tier=claim.tier, confidant=claim.confidant)
    make.claim(world.owed, world.user, reason="Openly.")
    openly = Statement.objects.get(reason="Openly.")
    openly.attachments.create(evidence=made, attached_at=NOW)
    assert release(subject=made, actor=world.own, now=LATER, reason="Agreed.", tier=Tier.PUBLIC)


def test_what_was_meant_is_frozen_shown_and_signed(world: World) -> None:
    make.agreement().__class__.objects.update(sign_off=[SignOff.COMPLETE_FINDINGS])
    claim = world.claim()
    said: dict[str, Any] = {
        "commitment": world.owed,
        "level": 3,
        "effective_on": date(2024, 1, 10),
        "reason": "Done.",
        "cites": claim,
        "tier": Tier.PUBLIC,
    }
    with pytest.raises(Wider):
        carry_out(Command.RECORD_FINDING, actor=world.mediator, now=NOW, **said)
    proposal = carry_out(Command.RECORD_FINDING, actor=world.mediator, now=NOW, wider=True, **said)
    from obligations.words.proposals import lines_of

    assert ("Meant for more people than see what it refers to", "yes") in [
        (str(name), words) for name, words in lines_of(proposal)
    ]
    second = viewer_for(make.mediator("second@trial.invalid"))
    sign(
        proposal=proposal,
        actor=second,
        now=LATER,
        verdict="approve",
        reason="Checked.",
        digest=proposal.digest,
    )
    assert Statement.objects.findings().get().tier == Tier.PUBLIC


def test_without_a_tier_no_command_writes_anything(world: World) -> None:
    said: dict[str, Any] = {"now": NOW, "reason": "x", "effective_on": date(2024, 1, 10)}
    claim = world.claim()
    calls: list[Callable[[], Any]] = [
        lambda: record_finding(commitment=world.owed, actor=world.mediator, level=1, **said),
        lambda: record_claim(commitment=world.owed, actor=world.own, level=1, **said),
        lambda: record_contest(statement=claim, actor=world.other, now=NOW, reason="x"),  # type: ignore[call-arg]
        lambda: record_answer(statement=claim, actor=world.mediator, now=NOW, reason="x"),  # type: ignore[call-arg]
    ]
    for call in calls:
        with pytest.raises(TypeError, match="tier"):
            call()
    entries = LedgerEntry.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(
            agreement=make.agreement(), code="E-9", title="x", source="x", happened_on=date(2024, 1, 1)
        )
    assert LedgerEntry.objects.count() == entries


@pytest.mark.parametrize("tier", ["", "secret"])
def test_a_tier_that_is_none_is_refused_in_words(tier: str, world: World) -> None:
    with pytest.raises(Refused) as refused:
        make.finding(world.owed, 1, tier=tier)
    assert list(refused.value.errors) == ["tier"]
