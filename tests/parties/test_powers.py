"""Acts of power: who is told, who has to agree first, and what one alone cannot do by another way."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from agreement.commands import (
    acknowledge,
    give_mandate,
    invite,
    record_link,
    reset_factor,
    set_policy,
    switch_account,
    withdraw_mandate,
)
from agreement.commands.powers import AwaitsSignature
from agreement.models import Acknowledgement, Agreement, LedgerEntry, Mandate, Notice, SignOff
from agreement.viewers import viewer_for
from obligations.commands.proposals import (
    Command,
    ProposalState,
    carry_out,
    sign,
    state_of,
    withdraw_proposal,
)
from obligations.models import Proposal
from parties.access import Role, Viewer
from parties.errors import Refused
from parties.models import ApiToken, User
from parties.second_factor import has_factor
from tests import make
from tests.make import NOW
from tests.packs.pack_data import changed, load
from tests.parties.powers_data import (
    COMMANDS_ENTERED,
    GIVING,
    SAID,
    TAKING,
    a_mandate,
    a_policy,
    a_withdrawal,
    without_password,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> Viewer:
    return viewer_for(make.administrator("first@trial.invalid"))


@pytest.fixture
def second(first: Viewer) -> Viewer:
    return viewer_for(make.administrator("second@trial.invalid"))


@pytest.fixture
def keeper() -> Viewer:
    return viewer_for(User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD))


def user_of(viewer: Viewer) -> User:
    assert viewer.user_id is not None
    return User.objects.get(pk=viewer.user_id)


def told() -> set[tuple[str, str]]:
    """Who was told of what."""
    rows = Notice.objects.values_list("recipient__email", "entry__command")
    return {(email.split("@")[0], command) for email, command in rows}


def signed(proposal: Proposal, actor: Viewer, verdict: str = "approve") -> None:
    digest = proposal.digest
    sign(proposal=proposal, actor=actor, now=NOW, verdict=verdict, reason="Agreed.", digest=digest)


def mandate_of(account: User) -> str | None:
    return account.mandates.filter(agreement=make.agreement()).values_list("role", flat=True).first()


@pytest.mark.parametrize("act", GIVING)
def test_one_administrator_alone_acts_at_once_and_the_others_are_told(
    act: Callable[[Viewer], Any], first: Viewer
) -> None:
    make.mediator("watches@trial.invalid")
    make.analyst("reads@trial.invalid")
    make.mediator("elsewhere@trial.invalid", of=make.agreement("other"))
    assert not isinstance(act(first), Proposal)
    entry = LedgerEntry.objects.get(command__in=COMMANDS_ENTERED)
    assert ("watches", entry.command) in told()
    assert {name for name, _command in told()} <= {"watches", "one", "off", "new"}
    assert {notice.entry for notice in Notice.objects.all()} == {entry}
    assert entry.reason == "Asked for."


@pytest.mark.parametrize("act", [*GIVING, *TAKING])
def test_with_two_administrators_each_act_of_power_waits_for_the_other(
    act: Callable[[Viewer], Any], first: Viewer, second: Viewer
) -> None:
    before = list(Mandate.objects.order_by("pk").values_list("user", "role", "clearance"))
    proposal = act(first)
    assert isinstance(proposal, Proposal)
    assert not LedgerEntry.objects.filter(command__in=COMMANDS_ENTERED).exists()
    assert not Notice.objects.exists()
    assert set(before) <= set(Mandate.objects.values_list("user", "role", "clearance"))
    with pytest.raises(Refused, match="another administrator"):
        signed(proposal, first)
    signed(proposal, second)
    assert state_of(proposal) == ProposalState.CARRIED_OUT
    entry = LedgerEntry.objects.get(command__in=COMMANDS_ENTERED)
    assert entry.actor_id == first.user_id
    assert ("second", entry.command) in told()


@pytest.mark.parametrize("act", [*GIVING, *TAKING])
def test_nobody_but_administrators_sees_or_signs_acts_of_power(
    act: Callable[[Viewer], Any], first: Viewer, second: Viewer, keeper: Viewer
) -> None:
    proposal = act(first)
    elsewhere = make.administrator("elsewhere@trial.invalid", of=make.agreement("other"))
    for viewer in map(viewer_for, (make.mediator(), make.analyst("other@trial.invalid"), elsewhere)):
        assert not Proposal.objects.visible_to(viewer).exists()
        for verdict in ("approve", "refuse"):
            with pytest.raises(PermissionDenied):
                signed(proposal, viewer, verdict)
    for viewer in (first, second, keeper):
        assert Proposal.objects.visible_to(viewer).get() == proposal
    # Who keeps the server is the second hand where the other administrator is away.
    signed(proposal, keeper)
    assert state_of(proposal) == ProposalState.CARRIED_OUT


def test_the_servers_administrator_alone_gives_no_power_past_two_administrators(
    first: Viewer, second: Viewer, keeper: Viewer
) -> None:
    proposal = a_mandate(keeper)
    assert isinstance(proposal, Proposal)
    with pytest.raises(Refused, match="You proposed it"):
        signed(proposal, keeper)
    signed(proposal, second)
    assert mandate_of(User.objects.get(email="one@trial.invalid")) == Role.MEDIATOR


def test_a_plain_analyst_is_nobodys_power(first: Viewer, second: Viewer) -> None:
    account = make.user("one@trial.invalid")
    give_mandate(account=account, agreement=make.agreement(), role=Role.ANALYST, actor=first, **SAID)
    assert not Notice.objects.exists()


def test_taking_a_mediators_mandate_away_is_done_at_once_and_told(first: Viewer, second: Viewer) -> None:
    """It may be urgent, and gives nobody power."""
    lost, kept = make.mediator("lost@trial.invalid"), make.mediator("kept@trial.invalid")
    withdraw_mandate(account=lost, agreement=make.agreement(), actor=first, **SAID)
    switch_account(account=make.mediator("off@trial.invalid"), on=False, actor=first, **SAID)
    assert told() == {
        (name, command)
        for name in ("second", kept.email.split("@")[0])
        for command in ("withdraw_mandate", "switch_account")
    }


def test_who_gets_the_power_does_not_sign_for_it(first: Viewer, second: Viewer, keeper: Viewer) -> None:
    arguments: dict[str, Any] = {
        "account": user_of(second),
        "agreement": make.agreement(),
        "role": Role.MEDIATOR,
    }
    proposal = carry_out(Command.GIVE_MANDATE, actor=first, **arguments, **SAID)
    with pytest.raises(Refused, match="about your own account"):
        signed(proposal, second)
    other = make.agreement("other")
    for name in ("a", "b"):
        make.administrator(f"{name}@other.invalid", of=other)
    keeper_too = carry_out(
        Command.INVITE,
        actor=viewer_for(User.objects.get(email="a@other.invalid")),
        email="Keeper@trial.invalid",
        agreement=other,
        role=Role.MEDIATOR,
        **SAID,
    )
    with pytest.raises(Refused, match="about your own account"):
        signed(keeper_too, keeper)


@pytest.mark.parametrize("cannot", ["no password", "switched off"])
def test_two_are_wanted_only_while_two_can_sign_in(cannot: str, first: Viewer, second: Viewer) -> None:
    if cannot == "no password":
        other = user_of(second)
        other.set_unusable_password()
        other.save()
    else:
        User.objects.filter(email=user_of(second).email).update(is_active=False)
    assert isinstance(a_mandate(first), Mandate)


def test_the_policy_can_say_that_one_is_enough_and_two_have_to_agree_on_that(
    first: Viewer, second: Viewer
) -> None:
    assert make.agreement().sign_off == [SignOff.POWERS]
    with pytest.raises(AwaitsSignature, match="second administrator"):
        set_policy(agreement=make.agreement(), wanted=[], actor=first, **SAID)
    proposal = carry_out(Command.SET_POLICY, agreement=make.agreement(), wanted=[], actor=first, **SAID)
    signed(proposal, second)
    assert make.agreement().sign_off == []
    assert isinstance(a_mandate(first), Mandate)


def test_who_lost_the_mandate_carries_nothing_out(first: Viewer, second: Viewer, keeper: Viewer) -> None:
    proposal = a_mandate(first)
    user_of(first).mandates.all().delete()
    with pytest.raises(Refused, match="may not do this any more"):
        signed(proposal, second)
    assert mandate_of(User.objects.get(email="one@trial.invalid")) is None


def test_a_mandate_or_policy_that_changed_meanwhile_asks_anew(first: Viewer, second: Viewer) -> None:
    mandate, policy = a_mandate(first), a_policy(first)
    account = User.objects.get(email="one@trial.invalid")
    give_mandate(account=account, agreement=make.agreement(), role=Role.ANALYST, actor=second, **SAID)
    Agreement.objects.update(sign_off=[SignOff.POWERS, SignOff.WAIVERS])
    for proposal in (mandate, policy):
        assert state_of(proposal) == ProposalState.OVERTAKEN
        with pytest.raises(Refused, match="has changed since"):
            signed(proposal, second)


def test_an_invitation_that_waits_does_not_tell_of_an_account(first: Viewer, second: Viewer) -> None:
    there = make.mediator("there@trial.invalid", of=make.agreement("other"))
    proposals = [
        carry_out(
            Command.INVITE,
            actor=first,
            email=email,
            agreement=make.agreement(),
            role=Role.MEDIATOR,
            **SAID,
        )
        for email in (there.email, "nobody@trial.invalid")
    ]
    shapes = [
        (proposal.grounds, {name: value for name, value in proposal.arguments.items() if name != "email"})
        for proposal in proposals
    ]
    assert shapes[0] == shapes[1]
    assert not User.objects.filter(email="nobody@trial.invalid").exists()
    for proposal in proposals:
        signed(proposal, second)
    assert mandate_of(there) == Role.MEDIATOR


def test_an_own_proposal_is_taken_back_and_refused_by_the_other(first: Viewer, second: Viewer) -> None:
    proposal = a_policy(first)
    withdraw_proposal(proposal=proposal, actor=first, now=NOW, reason="Too early.")
    signed(a_policy(first, reason="Now."), second, "refuse")
    assert make.agreement().sign_off == [SignOff.POWERS]


# Notices


def test_a_notice_stays_until_each_has_acknowledged_it(first: Viewer) -> None:
    watching = [make.mediator(f"{name}@trial.invalid") for name in ("one-watches", "other-watches")]
    invite(email="new@trial.invalid", agreement=make.agreement(), role=Role.MEDIATOR, actor=first, **SAID)
    one, other = map(viewer_for, watching)
    notice = Notice.objects.visible_to(one).unread().get()
    with pytest.raises(PermissionDenied):
        acknowledge(notice=notice, actor=other, now=NOW)
    acknowledge(notice=notice, actor=one, now=NOW)
    with pytest.raises(Refused, match="already"):
        acknowledge(notice=notice, actor=one, now=NOW + timedelta(minutes=2))
    assert not Notice.objects.visible_to(one).unread().exists()
    assert Notice.objects.visible_to(other).unread().exists()
    entry = LedgerEntry.objects.get(command="acknowledge_notice")
    assert (entry.actor_id, entry.agreement) == (one.user_id, make.agreement())


def test_notices_and_acknowledgements_are_never_changed(first: Viewer) -> None:
    watching = viewer_for(make.mediator())
    a_policy(first)
    acknowledge(notice=Notice.objects.get(), actor=watching, now=NOW)
    for rows in (Notice.objects.all(), Acknowledgement.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_who_loses_the_mandate_reads_no_notice_any_more(first: Viewer) -> None:
    watching = make.mediator()
    a_policy(first)
    assert Notice.objects.visible_to(viewer_for(watching)).exists()
    watching.mandates.update(role=Role.ANALYST)
    assert not Notice.objects.visible_to(viewer_for(watching)).exists()


def test_what_the_server_keeps_is_told_to_its_other_administrators(keeper: Viewer) -> None:
    other = User.objects.create_superuser("other@trial.invalid", make.PASSWORD)
    account = User.objects.create_user("staff@trial.invalid", None, is_staff=True)
    record_link(account=account, shown=True, actor=keeper, **SAID)
    assert told() == {("other", "send_link"), ("staff", "send_link")}
    notice = Notice.objects.visible_to(viewer_for(other)).get()
    acknowledge(notice=notice, actor=viewer_for(other), now=NOW)
    assert LedgerEntry.objects.get(command="acknowledge_notice").agreement is None


def test_an_account_of_two_agreements_is_told_in_both_and_signed_by_who_keeps_it(
    first: Viewer, second: Viewer, keeper: Viewer
) -> None:
    """Whoever signs is shown the link, and so has the account."""
    account, other = without_password(), make.agreement("other")
    Mandate.objects.create(user=account, agreement=other, role=Role.MEDIATOR)
    make.mediator("elsewhere@trial.invalid", of=other)
    proposal = carry_out(Command.SEND_LINK, actor=keeper, account=account, shown=True, **SAID)
    assert proposal.agreement == make.agreement()
    with pytest.raises(PermissionDenied, match="elsewhere"):
        signed(proposal, second)
    assert state_of(proposal) == ProposalState.WAITING
    another = User.objects.create_superuser("another@trial.invalid", make.PASSWORD)
    signed(proposal, viewer_for(another))
    assert {name for name, _command in told()} == {"first", "second", "elsewhere", "new", "another"}
    shown = LedgerEntry.objects.get(command="send_link").after
    assert shown == {"shown_to_administrator": True, "shown_to": "another@trial.invalid"}


def test_who_is_to_lose_power_neither_signs_nor_refuses_it(
    first: Viewer, second: Viewer, keeper: Viewer
) -> None:
    proposal = a_withdrawal(first)
    third = User.objects.get(email="third@trial.invalid")
    with pytest.raises(Refused, match="about your own account"):
        signed(proposal, viewer_for(third), "refuse")
    signed(proposal, keeper)
    assert mandate_of(third) is None


def test_a_pack_leaves_alone_whether_powers_want_two_and_a_change_of_its_policy_is_told(
    tmp_path: Path,
) -> None:
    signed_off = changed(("review_every: {months: 6}", "review_every: {months: 6}\n  sign_off: [gates]"))
    load(tmp_path)
    river = Agreement.objects.get(code="river")
    assert river.sign_off == [SignOff.POWERS]
    make.mediator(of=river)
    load(tmp_path, changed(("title: Report", "title: A report")))
    assert not Notice.objects.exists()
    load(tmp_path, signed_off)
    river.refresh_from_db()
    assert river.sign_off == [SignOff.GATES, SignOff.POWERS]
    assert told() == {("mediator", "load_pack")}
    Agreement.objects.update(sign_off=[SignOff.GATES])
    load(tmp_path)
    river.refresh_from_db()
    assert river.sign_off == []


def test_a_second_factor_that_is_lost_is_taken_away_by_another_administrator_and_its_owner_told(
    first: Viewer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    account, own = make.mediator("one@trial.invalid"), user_of(first)
    for one in (account, own):
        make.factor(one)
        make.token(one)
    with pytest.raises(Refused, match="your own account"):
        reset_factor(account=own, actor=first, **SAID)
    with django_capture_on_commit_callbacks(execute=True):
        reset_factor(account=account, actor=first, **SAID)
    assert [(m.to, "taken away by an administrator" in m.body) for m in mail.outbox] == [
        ([account.email], True)
    ]
    assert not has_factor(account)
    assert not ApiToken.objects.filter(user=account).exists()
    assert LedgerEntry.objects.get(command="reset_factor").before["factors"] == ["totp"]
    call_command("resetfactor", own.email, reason="Nobody else is there.")
    assert not has_factor(own)
    with pytest.raises(CommandError, match="no second factor"):
        call_command("resetfactor", own.email, reason="Once more.")


def test_a_policy_of_factors_names_roles_alone(first: Viewer) -> None:
    with pytest.raises(Refused, match="No roles: nobody"):
        set_policy(agreement=make.agreement(), wanted=[], second_factor=["nobody"], actor=first, **SAID)
