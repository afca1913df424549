"""What wants two mediators is judged by what an act does: completions and publications, by whatever way they come."""

from datetime import date, timedelta
from typing import Any

import pytest

from agreement.commands.powers import AwaitsSignature
from agreement.models import SignOff
from agreement.viewers import viewer_for
from obligations.bulk.run import preview
from obligations.bulk.sheet import Row
from obligations.commands import Refused, make_request, record_claim, release, withdraw_statement
from obligations.commands.evidence import add_file, add_link
from obligations.commands.periods import make_periods
from obligations.commands.proposals import Command, carry_out, sign
from obligations.commands.protected import protected_effects
from obligations.commands.readings import record as record_reading
from obligations.models import Commitment, Evidence, Proposal, Reading, Release, Statement
from parties.access import Tier, Viewer
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=2)
EARLY, LATE = date(2024, 1, 10), date(2024, 2, 10)
WHY: dict[str, Any] = {"reason": "Since it is so."}


def mediators(*wanted: SignOff) -> tuple[Viewer, Viewer]:
    """Two, of an agreement that wants two of them for this."""
    make.agreement(sign_off=[one.value for one in wanted])
    return viewer_for(make.mediator("first@trial.invalid")), viewer_for(make.mediator("second@trial.invalid"))


def regressed(tier: Tier = Tier.PUBLIC) -> tuple[Commitment, Statement, Statement]:
    """Complete by an earlier finding, and not any more by a later one; as if recorded before there was a policy."""
    of = make.agreement()
    policy, of.sign_off = of.sign_off, []
    of.save()
    owed = make.commitment(days=30)
    complete = make.finding(owed, 3, EARLY, tier=tier)
    lower = make.finding(owed, 2, LATE, tier=tier)
    of.sign_off = policy
    of.save()
    return owed, complete, lower


def test_the_withdrawal_of_the_lower_finding_after_a_completion_is_proposed_and_then_carried_out() -> None:
    first, second = mediators(SignOff.COMPLETE_FINDINGS)
    owed, _complete, lower = regressed()
    proposal = carry_out(Command.WITHDRAW, statement=lower, actor=first, now=NOW, **WHY)
    assert isinstance(proposal, Proposal)
    lower.refresh_from_db()
    assert lower.withdrawn_at is None
    sign(
        proposal=proposal, actor=second, now=LATER, verdict="approve", reason="Seen.", digest=proposal.digest
    )
    owed.refresh_from_db()
    assert owed.flag_at is None
    assert Statement.objects.get(pk=lower.pk).withdrawn_at == LATER
    assert Statement.objects.get(kind="withdrawal").signed.signature.proposal == proposal


def test_a_withdrawal_after_which_nothing_counts_as_complete_is_done_at_once() -> None:
    first, _second = mediators(SignOff.COMPLETE_FINDINGS)
    _owed, complete, _lower = regressed()
    assert isinstance(carry_out(Command.WITHDRAW, statement=complete, actor=first, now=NOW, **WHY), Statement)


def test_a_completion_that_more_people_come_to_see_is_held_though_it_is_no_publication() -> None:
    first, _second = mediators(SignOff.COMPLETE_FINDINGS)
    _owed, complete, lower = regressed(Tier.MEDIATORS)
    Statement.objects.filter(pk=lower.pk).update(withdrawn_at=NOW)
    with pytest.raises(AwaitsSignature):
        release(subject=complete, actor=first, now=NOW, tier=Tier.PARTIES, **WHY)
    with pytest.raises(AwaitsSignature):
        release(subject=complete, actor=first, now=NOW, tier=Tier.PUBLIC, publish_at=LATER, **WHY)
    assert not Release.objects.exists()


def test_a_completion_that_stands_again_for_some_since_they_see_the_lower_finding_no_more_is_held() -> None:
    first, _second = mediators(SignOff.COMPLETE_FINDINGS)
    _owed, _complete, lower = regressed()
    with pytest.raises(AwaitsSignature):
        release(subject=lower, actor=first, now=NOW, tier=Tier.MEDIATORS, **WHY)


def test_a_lower_finding_that_more_people_come_to_see_is_not_held() -> None:
    first, _second = mediators(SignOff.COMPLETE_FINDINGS)
    _owed, _complete, lower = regressed(Tier.MEDIATORS)
    release(subject=lower, actor=first, now=NOW, tier=Tier.PARTIES, **WHY)


def test_the_withdrawal_of_a_lower_finding_on_one_period_is_held_by_that_period() -> None:
    first, _second = mediators()
    monthly = {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "first": "2025-12-31"}
    owed = make.commitment(kind="recurring", rule="recurring", terms=monthly)
    make_periods(owed.agreement_id, NOW)
    period = owed.periods.earliest("starts_on")
    make.finding(owed, 3, date(2026, 1, 10), period=period)
    lower = make.finding(owed, 1, date(2026, 1, 12), period=period)
    later = make.finding(owed, 1, date(2026, 2, 12))
    type(owed.agreement).objects.update(sign_off=["complete_findings"])
    with pytest.raises(AwaitsSignature):
        withdraw_statement(statement=lower, actor=first, now=NOW, **WHY)
    withdraw_statement(statement=later, actor=first, now=NOW, **WHY)


def finding(owed: Commitment, actor: Viewer, **more: Any) -> Any:
    said: dict[str, Any] = {"level": 1, "effective_on": LATE, "now": NOW, **WHY}
    return carry_out(Command.RECORD_FINDING, commitment=owed, actor=actor, **(said | more))


def test_a_finding_recorded_as_public_is_proposed_and_one_for_fewer_is_not() -> None:
    first, second = mediators(SignOff.PUBLICATIONS)
    owed = make.commitment(days=30)
    assert isinstance(finding(owed, first, tier=Tier.PARTIES), Statement)
    proposal = finding(owed, first, tier=Tier.PUBLIC)
    assert isinstance(proposal, Proposal)
    assert not Statement.objects.filter(tier=Tier.PUBLIC).exists()
    sign(
        proposal=proposal, actor=second, now=LATER, verdict="approve", reason="Seen.", digest=proposal.digest
    )
    assert Statement.objects.filter(tier=Tier.PUBLIC).count() == 1


def test_a_mediators_public_answer_is_proposed_and_a_partys_is_not() -> None:
    first, second = mediators(SignOff.PUBLICATIONS)
    alpha = make.representative()
    claim = make.claim(make.commitment(days=30), alpha, 2)
    said: dict[str, Any] = {"statement": claim, "now": NOW, "tier": Tier.PUBLIC, **WHY}
    proposal = carry_out(Command.ANSWER, actor=first, **said)
    assert isinstance(proposal, Proposal)
    sign(
        proposal=proposal, actor=second, now=LATER, verdict="approve", reason="Seen.", digest=proposal.digest
    )
    assert Statement.objects.get(kind="answer").by is None
    beta = make.representative(make.party("beta"))
    assert isinstance(carry_out(Command.ANSWER, actor=viewer_for(beta), **said), Statement)


def test_a_party_publishes_its_own_words_freely() -> None:
    mediators(*SignOff)
    actor = viewer_for(make.representative())
    owed = make.commitment(days=30)
    said: dict[str, Any] = {"level": 3, "effective_on": LATE, "now": NOW, "actor": actor, **WHY}
    claim = record_claim(commitment=owed, tier=Tier.PARTIES, **said)
    release(subject=claim, actor=actor, now=NOW, tier=Tier.PUBLIC, **WHY)
    withdraw_statement(statement=claim, actor=actor, now=NOW, **WHY)
    assert Statement.objects.filter(tier=Tier.PUBLIC).count() == 2


def test_the_withdrawal_of_a_public_finding_is_said_in_public_and_so_proposed() -> None:
    first, _second = mediators(SignOff.PUBLICATIONS)
    _owed, complete, _lower = regressed()
    assert isinstance(carry_out(Command.WITHDRAW, statement=complete, actor=first, now=NOW, **WHY), Proposal)


def test_evidence_that_is_to_be_public_is_refused_with_what_to_do_instead() -> None:
    first, _second = mediators(SignOff.PUBLICATIONS)
    about: dict[str, Any] = {
        "obligation": make.commitment(days=30).obligation,
        "actor": first,
        "now": NOW,
        "title": "Minutes",
        "represents_on": LATE,
        "language": "en",
        "url": "https://example.org/",
        "quote": "It was said.",
        "seen_on": LATE,
    }
    with pytest.raises(Refused, match="propose its publication") as caught:
        add_link(tier=Tier.PUBLIC, **about)
    assert list(caught.value.errors) == ["tier"]
    made = add_link(tier=Tier.MEDIATORS, **about)
    published = carry_out(Command.RELEASE, subject=made, actor=first, now=NOW, tier=Tier.PUBLIC, **WHY)
    assert isinstance(published, Proposal)


def test_a_file_that_is_to_be_public_is_refused_before_its_bytes_are_looked_at() -> None:
    first, _second = mediators(SignOff.PUBLICATIONS)
    said: dict[str, Any] = {"title": "M", "represents_on": LATE, "language": "en", "tier": Tier.PUBLIC}
    owed = make.commitment(days=30).obligation
    with pytest.raises(Refused, match="propose its publication"):
        add_file(obligation=owed, actor=first, now=NOW, upload=None, file_name="m.txt", **said)
    assert not Evidence.objects.exists()


def test_a_public_request_is_refused_with_what_to_do_instead() -> None:
    first, _second = mediators(SignOff.PUBLICATIONS)
    owed = make.commitment(days=30)
    said: dict[str, Any] = {
        "reply_by": date(2026, 4, 1),
        "words": "How does it stand?",
        "actor": first,
        "now": NOW,
    }
    with pytest.raises(Refused, match="Ask the parties alone"):
        make_request(commitment=owed, party=owed.party, tier=Tier.PUBLIC, **said)
    make_request(commitment=owed, party=owed.party, tier=Tier.PARTIES, **said)


def test_what_lets_a_waiver_stand_again_is_refused_with_what_to_do_instead() -> None:
    first, _second = mediators()
    owed = make.commitment(days=30)
    make.reading(owed, "waive", effective_on=EARLY)
    resumed = make.reading(owed, "resume", effective_on=LATE)
    type(owed.agreement).objects.update(sign_off=["waivers"])
    with pytest.raises(Refused, match="record a waiver"):
        record_reading(Reading.Kind.WITHDRAWAL, [owed], first, NOW, withdraws=resumed, **WHY)
    assert not Reading.objects.filter(kind="withdrawal").exists()


@pytest.mark.parametrize(("level", "column"), [("3", "level"), ("2", "tier")])
def test_rows_of_a_sheet_that_want_two_mediators_are_named_with_what_to_do_instead(
    level: str, column: str
) -> None:
    first, _second = mediators(SignOff.PUBLICATIONS, SignOff.COMPLETE_FINDINGS)
    owed = make.commitment(days=30)
    cells = {
        "obligation": owed.obligation.code,
        "level": level,
        "effective_on": "2024-01-10",
        "reason": "So.",
    }
    rows = [Row(1, cells | {"tier": "public"}), Row(2, cells | {"tier": "parties", "level": "1"})]
    held, free = preview(owed.agreement, rows, first, NOW).outcomes
    assert list(held.errors) == [column]
    assert "leave the row out" in held.errors[column]
    assert not free.errors


def test_one_function_tells_the_effects_of_any_row() -> None:
    first, _second = mediators()
    owed = make.commitment(days=30)
    of = owed.agreement_id
    representative = make.representative()
    party = viewer_for(representative)
    rows: dict[Any, set[SignOff]] = {
        make.finding(owed, 3, EARLY): {SignOff.COMPLETE_FINDINGS, SignOff.PUBLICATIONS},
        make.finding(owed, 3, EARLY, tier=Tier.PARTIES): {SignOff.COMPLETE_FINDINGS},
        make.finding(owed, 1, LATE, tier=Tier.PARTIES): set(),
        make.reading(owed, "waive", effective_on=LATE): {SignOff.WAIVERS},
    }
    assert {row: protected_effects(first, of, NOW, [row]) for row in rows} == rows
    assert protected_effects(party, of, NOW, [make.claim(owed, representative, 3)]) == set()
