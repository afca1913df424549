"""Acts that want a second signature: proposed, then signed, refused or withdrawn. What is signed is what runs."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from agreement.commands import (
    give_mandate,
    invite,
    record_link,
    reset_factor,
    set_policy,
    switch_account,
    withdraw_mandate,
)
from agreement.commands.accounts import administers
from agreement.commands.powers import AwaitsSignature, Signed
from agreement.ledger import enter
from agreement.models import Agreement
from agreement.viewers import viewer_for
from obligations.commands import clock, gates, readings, releases, replies, statements
from obligations.commands.errors import Refused
from obligations.commands.frozen import commitments_of, digest_of, freeze, grounds_now, grounds_of, thaw
from obligations.deadlines import day_in
from obligations.models import (
    GateOpening,
    Proposal,
    Reading,
    Release,
    Signature,
    SignedRow,
    Statement,
)
from obligations.models.proposal import POWERS
from parties.access import Viewer
from parties.models import User
from parties.once import once
from parties.rights import Right, require, require_any_way
from parties.texts import text_errors, tidy

Command = Proposal.Command
Verdict = Signature.Verdict
Row = Statement | Reading | GateOpening | Release

COMMANDS: dict[str, Callable[..., Any]] = {
    Command.RECORD_FINDING: statements.record_finding,
    Command.WAIVE: readings.waive,
    Command.OPEN_GATE: gates.open_gate,
    Command.RELEASE: releases.release,
    Command.ANSWER: replies.record_answer,
    Command.WITHDRAW: replies.withdraw_statement,
    Command.INVITE: invite,
    Command.GIVE_MANDATE: give_mandate,
    Command.WITHDRAW_MANDATE: withdraw_mandate,
    Command.SET_POLICY: set_policy,
    Command.SEND_LINK: record_link,
    Command.SWITCH_ACCOUNT: switch_account,
    Command.RESET_FACTOR: reset_factor,
}
# Acts on an account itself, whatever its mandates.
OF_AN_ACCOUNT = (Command.SEND_LINK, Command.SWITCH_ACCOUNT, Command.RESET_FACTOR)
FIELDS: dict[type[Row], str] = {
    Statement: "statement",
    Reading: "reading",
    GateOpening: "opening",
    Release: "release",
}


class ProposalState(StrEnum):
    WAITING = "waiting"
    OVERTAKEN = "overtaken"
    CARRIED_OUT = "carried_out"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RENEWED = "renewed"


SETTLED = {
    Verdict.APPROVE: ProposalState.CARRIED_OUT,
    Verdict.REFUSE: ProposalState.REFUSED,
    Verdict.WITHDRAW: ProposalState.WITHDRAWN,
}


class TriedOut(Exception):
    """Ends a savepoint in which a command ran to see whether it can."""


@once()
def carry_out(command: Command, *, actor: Viewer, now: datetime, **arguments: Any) -> Any:
    """Run a command; where the agreement's policy wants a second signature, a Proposal of it instead.

    Raises PermissionDenied and Refused, as the command does.
    """
    try:
        return COMMANDS[command](actor=actor, now=now, **arguments)
    except AwaitsSignature as held:
        of = held.agreement_id if command in POWERS else None
        return propose(command=command, arguments=arguments, actor=actor, now=now, of=of)


def require_to_sign(actor: Viewer, command: str, agreement_id: int) -> None:
    """PermissionDenied unless the actor may propose and sign such acts there."""
    if command in POWERS:
        require_any_way(actor, Right.SIGN_POWERS, agreement_id)
    else:
        require(actor, Right.SIGN, agreement_id)


@once()
def propose(
    *,
    command: Command,
    arguments: dict[str, Any],
    actor: Viewer,
    now: datetime,
    renews: Proposal | None = None,
    of: int | None = None,
) -> Proposal:
    """Freeze a command with its arguments for somebody else to sign. It has to be possible now.

    `of` is the agreement, where the arguments do not tell.
    """
    arguments = with_its_day(command, arguments, now)
    agreement_id = of or agreement_of(arguments)
    require_to_sign(actor, command, agreement_id)
    assert actor.user_id is not None
    owed = clock.lock_all(commitments_of(arguments))
    try_out(command, arguments, actor, now)
    # What came after what the proposer had seen stands in the grounds from here on.
    frozen = freeze({name: value for name, value in arguments.items() if name != "seen"})
    made = Proposal(
        agreement_id=agreement_id,
        commitment=None if "gate" in arguments or not owed else owed[0],
        command=command,
        arguments=frozen,
        digest=digest_of(command, frozen),
        grounds=grounds_of(arguments),
        renews=renews,
        proposed_by_id=actor.user_id,
        proposed_at=now,
    )
    made.save(force_insert=True)
    enter_act(made, "propose", actor, now, reason_of(made), [made])
    return made


def with_its_day(command: Command, arguments: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A waiver from today is one from the day of its proposal."""
    if command == Command.WAIVE and arguments.get("effective_on") is None:
        zone = arguments["commitments"][0].agreement.zone
        return arguments | {"effective_on": day_in(now, zone)}
    return arguments


def agreement_of(arguments: dict[str, Any]) -> int:
    about = arguments.get("commitment") or arguments.get("subject") or arguments.get("statement")
    if about is None and (gate := arguments.get("gate")):
        about = gate.obligation
    of = {(about or one).agreement_id for one in arguments.get("commitments", [about])}
    if len(of) != 1:
        raise Refused({"commitments": _("Choose commitments of one agreement.")})
    return int(of.pop())


def try_out(command: Command, arguments: dict[str, Any], actor: Viewer, now: datetime) -> None:
    """Raises what the command would; nothing stays of it."""
    try:
        with transaction.atomic():
            COMMANDS[command](actor=actor, now=now, signed=Signed(), **arguments)
            raise TriedOut
    except TriedOut:
        return


@once()
def sign(
    *, proposal: Proposal, actor: Viewer, now: datetime, verdict: str, reason: str, digest: str
) -> Signature:
    """Approve a proposal, which carries it out in the same transaction, or refuse it, as the second to agree.

    `digest` is that of what the second one read. What it rests on must be as it was: else it is to be proposed anew.
    Raises PermissionDenied and Refused.
    """
    require_to_sign(actor, proposal.command, proposal.agreement_id)
    proposal = locked(proposal)
    refuse_what_cannot_be(proposal, verdict, reason, digest)
    refuse_the_own(proposal, actor)
    arguments = thaw(proposal.arguments) if verdict == Verdict.APPROVE else {}
    if proposal.command in OF_AN_ACCOUNT and arguments:
        require_to_administer_account(arguments["account"], actor)
    if arguments:
        clock.lock_all(commitments_of(arguments))
        if grounds_of(arguments) != proposal.grounds:
            raise Refused(
                {"proposal": _("What it rests on has changed since: look at both, and propose it anew.")}
            )
    signature = settle(proposal, Verdict(verdict), actor, now, reason)
    written = run(proposal, signature, arguments, actor, now) if arguments else []
    enter_act(proposal, f"{verdict}_proposal", actor, now, signature.reason, [signature, *written])
    return signature


def refuse_the_own(proposal: Proposal, actor: Viewer) -> None:
    """Neither who proposed it settles it, nor whose account it is about: who gets power, and who is to lose it."""
    assert actor.user_id is not None
    if proposal.command not in POWERS:
        if proposal.proposed_by_id == actor.user_id:
            raise Refused({"verdict": _("You proposed it: another mediator signs or refuses it.")})
        return
    if proposal.proposed_by_id == actor.user_id:
        raise Refused({"verdict": _("You proposed it: another administrator signs or refuses it.")})
    arguments = thaw(proposal.arguments)
    own = User.objects.get(pk=actor.user_id)
    if own == arguments.get("account") or own.email == str(arguments.get("email", "")).strip().lower():
        raise Refused(
            {"verdict": _("It is about your own account: another administrator signs or refuses it.")}
        )


def require_to_administer_account(account: User, actor: Viewer) -> None:
    """PermissionDenied for who signs in one agreement, where the account has mandates in others, too."""
    if not administers(actor, account, list(account.mandates.values_list("agreement", flat=True))):
        raise PermissionDenied(
            _("The account has mandates elsewhere, too: an administrator of the server signs this.")
        )


def run(
    proposal: Proposal, signature: Signature, arguments: dict[str, Any], signer: Viewer, now: datetime
) -> list[SignedRow]:
    """In the name of who proposed it, who must still have the right. What ties the written rows to the signature."""
    author, signed = viewer_for(proposal.proposed_by), Signed(signer)
    try:
        done = COMMANDS[proposal.command](actor=author, now=now, signed=signed, **arguments)
    except PermissionDenied as denied:
        raise Refused(
            {"proposal": _("Who proposed it may not do this any more: propose it yourself.")}
        ) from denied
    if proposal.command in POWERS:
        return []
    rows: list[Row] = done if isinstance(done, list) else [done]
    return [SignedRow.objects.create(signature=signature, **{FIELDS[type(row)]: row}) for row in rows]


@once()
def withdraw_proposal(*, proposal: Proposal, actor: Viewer, now: datetime, reason: str) -> Signature:
    """Take an own proposal back. Raises PermissionDenied and Refused."""
    require_to_sign(actor, proposal.command, proposal.agreement_id)
    proposal = locked(proposal)
    refuse_what_cannot_be(proposal, Verdict.WITHDRAW, reason, proposal.digest)
    if proposal.proposed_by_id != actor.user_id:
        raise PermissionDenied(_("Only who proposed it takes it back; you can refuse it."))
    signature = settle(proposal, Verdict.WITHDRAW, actor, now, reason)
    enter_act(proposal, "withdraw_proposal", actor, now, signature.reason, [signature])
    return signature


@once()
def propose_anew(*, proposal: Proposal, actor: Viewer, now: datetime) -> Proposal:
    """Propose the same on what is known now, where that changed meanwhile: who does so is its proposer."""
    require_to_sign(actor, proposal.command, proposal.agreement_id)
    proposal = locked(proposal)
    if state_of(proposal) != ProposalState.OVERTAKEN:
        raise Refused({"proposal": _("Only what was overtaken is proposed anew.")})
    return propose(
        command=Command(proposal.command),
        arguments=thaw(proposal.arguments),
        actor=actor,
        now=now,
        renews=proposal,
        of=proposal.agreement_id,
    )


def locked(proposal: Proposal) -> Proposal:
    """As it is now, while nobody else settles one of the agreement.

    The agreement is locked in its stead: what is append-only cannot be, by the application's role in the database.
    """
    Agreement.objects.select_for_update(no_key=True).get(pk=proposal.agreement_id)
    return Proposal.objects.select_related("proposed_by", "agreement").get(pk=proposal.pk)


def refuse_what_cannot_be(proposal: Proposal, verdict: str, reason: str, digest: str) -> None:
    if state_of(proposal) not in (ProposalState.WAITING, ProposalState.OVERTAKEN):
        raise Refused({"proposal": _("It is settled already.")})
    if verdict not in Verdict.values:
        raise Refused({"verdict": _("Choose one.")})
    if errors := text_errors(("reason",), reason=reason):
        raise Refused(errors)
    if not digest == proposal.digest == digest_of(proposal.command, proposal.arguments):
        raise Refused({"digest": _("This is not what was proposed: read it again.")})


def settle(proposal: Proposal, verdict: Verdict, actor: Viewer, now: datetime, reason: str) -> Signature:
    assert actor.user_id is not None
    return Signature.objects.create(
        proposal=proposal,
        by_id=actor.user_id,
        at=now,
        verdict=verdict,
        reason=tidy(reason),
        digest=proposal.digest,
    )


def enter_act(
    proposal: Proposal, act: str, actor: Viewer, now: datetime, reason: str, rows: Sequence[Model]
) -> None:
    enter(
        agreement_id=proposal.agreement_id,
        actor=actor,
        now=now,
        command=act,
        subject=f"proposal {proposal.key}",
        after={"command": str(proposal.command), "digest": proposal.digest},
        reason=reason,
        rows=rows,
    )


def reason_of(proposal: Proposal) -> str:
    return str(proposal.arguments.get("reason", "")).strip()


def state_of(proposal: Proposal) -> ProposalState:
    return states_of([proposal])[proposal.pk]


def states_of(proposals: Sequence[Proposal]) -> dict[int, ProposalState]:
    """Of each, by key: what was recorded of it, and of what it rests on. A fixed number of queries."""
    keys = [one.pk for one in proposals]
    signed = dict(Signature.objects.filter(proposal__in=keys).values_list("proposal", "verdict"))
    renewed = set(Proposal.objects.filter(renews__in=keys).values_list("renews", flat=True))
    waiting = [one for one in proposals if one.pk not in signed and one.pk not in renewed]
    now = grounds_now({name for one in waiting for name in one.grounds})
    states = {key: SETTLED[Verdict(verdict)] for key, verdict in signed.items()}
    states |= {key: ProposalState.RENEWED for key in keys if key in renewed and key not in signed}
    for proposal in waiting:
        same = all(now[name] == value for name, value in proposal.grounds.items())
        states[proposal.pk] = ProposalState.WAITING if same else ProposalState.OVERTAKEN
    return states
