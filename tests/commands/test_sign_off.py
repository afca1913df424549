"""Sign-off: what is held, what is frozen, who signs, and what came between."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from agreement.commands import set_policy
from agreement.commands.powers import AwaitsSignature
from agreement.models import LedgerEntry, Mandate, SignOff
from agreement.viewers import viewer_for
from obligations.commands import Refused, record_finding
from obligations.commands.proposals import (
    Command,
    ProposalState,
    carry_out,
    propose_anew,
    sign,
    state_of,
    withdraw_proposal,
)
from obligations.models import Commitment, GateOpening, Proposal, Reading, Release, Signature, Statement
from parties.access import Role, Tier, Viewer
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=2)
DAY = date(2024, 1, 10)


@pytest.fixture
def first() -> Viewer:
    make.agreement(sign_off=sorted(SignOff.values))
    return viewer_for(make.mediator("first@trial.invalid"))


@pytest.fixture
def second() -> Viewer:
    return viewer_for(make.mediator("second@trial.invalid"))


def found(actor: Viewer, owed: Commitment, level: int = 3, **more: Any) -> Any:
    said: dict[str, Any] = {
        "effective_on": DAY,
        "reason": "It is done.",
        "source": "Report",
        "tier": Tier.PUBLIC,
    }
    return carry_out(
        Command.RECORD_FINDING, actor=actor, now=NOW, commitment=owed, level=level, **(said | more)
    )


def signed(proposal: Proposal, actor: Viewer, verdict: str = "approve", **more: Any) -> Signature:
    said: dict[str, Any] = {"reason": "Checked.", "digest": proposal.digest, "now": LATER}
    return sign(proposal=proposal, actor=actor, verdict=verdict, **(said | more))


def test_without_a_policy_nothing_waits() -> None:
    owed, mediator = make.commitment(), viewer_for(make.mediator())
    assert isinstance(found(mediator, owed), Statement)
    assert not Proposal.objects.exists()


def test_a_complete_finding_waits_and_then_says_exactly_what_was_proposed(
    first: Viewer, second: Viewer
) -> None:
    alpha, owed = make.party(), make.commitment(days=30)
    proposal = found(first, owed, tier=Tier.IN_CONFIDENCE, confidant=alpha)
    assert not Statement.objects.exists()
    assert state_of(proposal) == ProposalState.WAITING
    signature = signed(proposal, second)
    made = Statement.objects.get()
    assert (made.level, made.effective_on, made.reason, made.source) == (3, DAY, "It is done.", "Report")
    assert (made.tier, made.confidant) == (Tier.IN_CONFIDENCE, alpha)
    assert (made.recorded_by_id, made.recorded_at) == (first.user_id, LATER)
    assert made.signed.signature == signature
    assert (signature.by_id, signature.digest) == (second.user_id, proposal.digest)
    owed.refresh_from_db()
    assert owed.flag_at is None
    assert state_of(proposal) == ProposalState.CARRIED_OUT
    entries = LedgerEntry.objects.order_by("pk").values_list("command", "actor")
    assert list(entries) == [
        ("propose", first.user_id),
        ("record_finding", first.user_id),
        ("approve_proposal", second.user_id),
    ]


def test_the_command_itself_is_held_and_a_lower_level_is_not(first: Viewer) -> None:
    owed = make.commitment()
    with pytest.raises(AwaitsSignature, match="second mediator"):
        record_finding(
            commitment=owed, actor=first, now=NOW, level=3, effective_on=DAY, reason="Done.", tier=Tier.PUBLIC
        )
    assert isinstance(found(first, owed, 2, tier=Tier.PARTIES), Statement)


def waiver(actor: Viewer) -> Any:
    owed = [make.commitment("O-1"), make.commitment("O-1", make.party("beta"))]
    return carry_out(Command.WAIVE, actor=actor, now=NOW, commitments=owed, reason="Agreed.")


def gate(actor: Viewer) -> Any:
    one = make.obligation("O-2").gates.create(place=1, condition="Both have met.")
    return carry_out(Command.OPEN_GATE, actor=actor, now=NOW, gate=one, opened_on=DAY, reason="They met.")


def publication(actor: Viewer) -> Any:
    hidden = make.finding(make.commitment(), 1, tier=Tier.MEDIATORS)
    return carry_out(
        Command.RELEASE, actor=actor, now=NOW, subject=hidden, tier=Tier.PUBLIC, reason="Time to say it."
    )


@pytest.mark.parametrize(
    ("act", "rows", "number"), [(waiver, Reading, 2), (gate, GateOpening, 1), (publication, Release, 1)]
)
def test_each_act_of_the_policy_waits_and_is_carried_out_as_frozen(
    act: Callable[[Viewer], Any], rows: Any, number: int, first: Viewer, second: Viewer
) -> None:
    proposal = act(first)
    assert isinstance(proposal, Proposal)
    assert not rows.objects.exists()
    signed(proposal, second)
    made = list(rows.objects.all())
    assert [(row.recorded_by_id, row.recorded_at) for row in made] == [(first.user_id, LATER)] * number
    assert all(row.signed.signature.proposal == proposal for row in made)
    assert rows is not Reading or {row.effective_on for row in made} == {date(2026, 3, 2)}  # of the proposal


@pytest.mark.parametrize("act", [waiver, gate, publication])
def test_without_its_policy_an_act_is_done_at_once(act: Callable[[Viewer], Any], second: Viewer) -> None:
    assert not isinstance(act(second), Proposal)


def test_the_first_signatory_cannot_sign_and_the_database_holds_it(first: Viewer) -> None:
    proposal = found(first, make.commitment())
    assert first.user_id is not None
    for verdict in ("approve", "refuse"):
        with pytest.raises(Refused, match="You proposed it"):
            signed(proposal, first, verdict)
    with pytest.raises(DatabaseError, match="who proposed it"), transaction.atomic():
        Signature.objects.create(
            proposal=proposal, by_id=first.user_id, at=NOW, verdict="approve", reason="x", digest=""
        )
    assert not Statement.objects.exists()


def test_one_signature_settles_it_and_none_is_written_twice(first: Viewer, second: Viewer) -> None:
    proposal = found(first, make.commitment())
    signed(proposal, second)
    third = viewer_for(make.mediator("third@trial.invalid"))
    for actor in (second, third):
        with pytest.raises(Refused, match="settled already"):
            signed(proposal, actor, reason="Once more.")
    assert Statement.objects.count() == 1


def test_a_refusal_writes_nothing_and_keeps_its_reason(first: Viewer, second: Viewer) -> None:
    proposal = found(first, make.commitment())
    signed(proposal, second, "refuse", reason="Not seen yet.")
    assert state_of(proposal) == ProposalState.REFUSED
    assert not Statement.objects.exists()
    assert LedgerEntry.objects.get(command="refuse_proposal").reason == "Not seen yet."


def test_who_proposed_takes_it_back_and_nobody_else(first: Viewer, second: Viewer) -> None:
    proposal = found(first, make.commitment())
    with pytest.raises(PermissionDenied, match="Only who proposed"):
        withdraw_proposal(proposal=proposal, actor=second, now=NOW, reason="No.")
    withdraw_proposal(proposal=proposal, actor=first, now=NOW, reason="Too early.")
    assert state_of(proposal) == ProposalState.WITHDRAWN
    with pytest.raises(Refused, match="settled"):
        signed(proposal, second)


def a_finding(owed: Commitment) -> None:
    make.finding(owed, 1, tier=Tier.PARTIES)


def a_reading(owed: Commitment) -> None:
    make.reading(owed, "suspend", effective_on=DAY)


@pytest.mark.parametrize("change", [a_finding, a_reading])
def test_what_changed_meanwhile_asks_anew(
    change: Callable[[Commitment], None], first: Viewer, second: Viewer
) -> None:
    owed = make.commitment(days=30)
    proposal = found(first, owed)
    change(owed)
    assert state_of(proposal) == ProposalState.OVERTAKEN
    with pytest.raises(Refused, match="has changed since"):
        signed(proposal, second)
    assert not Statement.objects.filter(level=3).exists()
    anew = propose_anew(proposal=proposal, actor=second, now=LATER)
    assert (anew.digest, state_of(proposal), state_of(anew)) == (
        proposal.digest,
        ProposalState.RENEWED,
        ProposalState.WAITING,
    )
    with pytest.raises(Refused, match="You proposed it"):
        signed(anew, second)
    signed(anew, first)
    assert Statement.objects.get(level=3).recorded_by_id == second.user_id


def test_a_claim_or_a_finding_elsewhere_overtakes_nothing(first: Viewer, second: Viewer) -> None:
    owed, other = make.commitment("O-1"), make.commitment("O-2")
    proposal = found(first, owed)
    make.claim(owed, make.representative(owed.party))
    make.finding(other, 1, tier=Tier.PARTIES)
    signed(proposal, second)
    assert Statement.objects.filter(level=3, kind="finding").count() == 1


def test_what_was_read_is_what_is_signed(first: Viewer, second: Viewer) -> None:
    proposal = found(first, make.commitment())
    with pytest.raises(Refused, match="not what was proposed"):
        signed(proposal, second, digest="0" * 64)
    with pytest.raises(Refused, match="Say why"):
        signed(proposal, second, reason=" ")
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.update(arguments={})


def test_what_cannot_be_is_refused_at_once_and_is_no_proposal(first: Viewer) -> None:
    with pytest.raises(Refused, match="This day has not come yet"):
        found(first, make.commitment(), effective_on=date(2030, 1, 1))
    assert not Proposal.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_a_form_sent_twice_is_one_proposal(first: Viewer) -> None:
    owed = make.commitment()
    assert found(first, owed) == found(first, owed)
    assert Proposal.objects.count() == 1


def test_who_mediates_no_more_carries_nothing_out(first: Viewer, second: Viewer) -> None:
    proposal = found(first, make.commitment())
    Mandate.objects.filter(user=first.user_id).delete()
    with pytest.raises(Refused, match="may not do this any more"):
        signed(proposal, second)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("who", ["analyst", "administrator", "representative", "elsewhere"])
def test_nobody_else_signs_or_learns_of_a_proposal(who: str, first: Viewer) -> None:
    proposal = found(first, make.commitment())
    user = (
        make.mediator("elsewhere@trial.invalid", of=make.agreement("other"))
        if who == "elsewhere"
        else getattr(make, who)()
    )
    viewer = viewer_for(user)
    for verdict in ("approve", "refuse"):
        with pytest.raises(PermissionDenied):
            signed(proposal, viewer, verdict)
    assert not Proposal.objects.visible_to(viewer).exists()
    assert Proposal.objects.visible_to(first).exists()


def test_the_policy_is_the_administrators_and_stands_in_the_ledger(first: Viewer) -> None:
    agreement, administrator = make.agreement(), viewer_for(make.administrator())
    said: dict[str, Any] = {"agreement": agreement, "now": NOW, "reason": "One mediator is ill."}
    with pytest.raises(PermissionDenied):
        set_policy(wanted=[], actor=first, **said)
    set_policy(wanted=["waivers"], actor=administrator, **said)
    entry = LedgerEntry.objects.get(command="set_policy")
    assert entry.before == {"sign_off": sorted(SignOff.values)}
    assert entry.after == {"sign_off": ["waivers"]}
    assert isinstance(found(first, make.commitment()), Statement)
    with pytest.raises(Refused, match="in force"):
        set_policy(wanted=["waivers"], actor=administrator, **said | {"reason": "Once more."})
    with pytest.raises(Refused, match="coffee"):
        set_policy(wanted=["coffee"], actor=administrator, **said)


def test_a_partys_own_publication_wants_no_mediator(first: Viewer) -> None:
    owed = make.commitment()
    author = make.representative(owed.party)
    claim = make.claim(owed, author, tier=Tier.PARTIES)
    done = carry_out(
        Command.RELEASE,
        actor=viewer_for(author),
        now=NOW,
        subject=claim,
        tier=Tier.PUBLIC,
        reason="All may see it.",
    )
    assert isinstance(done, Release)
    assert Role.REPRESENTATIVE in {grant.role for grant in viewer_for(author).grants}
