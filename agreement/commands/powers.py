"""What gives somebody power over the record: who has to agree first, who is told, and what is refused alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext as _

from agreement.ledger import enter
from agreement.models import Agreement, LedgerEntry, Mandate, Notice, SignOff
from agreement.models.ledger import WATCHERS, Acknowledgement
from parties.access import Clearance, Role, Viewer
from parties.errors import Refused
from parties.models import User
from parties.once import once
from parties.rights import Right, require
from parties.texts import text_errors, tidy

# Roles without which an agreement stands still.
NEEDED = (Role.ADMINISTRATOR, Role.MEDIATOR)


def required_reason(reason: str) -> str:
    """The reason as it is kept; Refused where there is none."""
    reason = tidy(reason)
    if errors := text_errors(("reason",), reason=reason):
        raise Refused(errors)
    return reason


def lock(agreements: Iterable[int]) -> None:
    """Decide on the mandates of these agreements one after the other, so that two withdrawals see each other."""
    list(
        Agreement.objects.filter(pk__in=set(agreements))
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .values("pk")
    )


def lock_address(email: str) -> None:
    """Until the transaction ends, nobody else makes an account with this e-mail address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"account {email}"])


def refuse_to_lose_the_last(mandates: Iterable[Mandate]) -> None:
    """Refused where one of these mandates, whose account may sign in, is the last of a role that is needed."""
    for mandate in mandates:
        if mandate.role not in NEEDED or not mandate.user.is_active:
            continue
        alike = Mandate.objects.filter(agreement=mandate.agreement, role=mandate.role, user__is_active=True)
        if not alike.exclude(pk=mandate.pk).exists():
            text = _("This is the last %(role)s of %(agreement)s: give somebody else the role first.")
            role = Role(mandate.role).label
            raise Refused({"account": text % {"role": role, "agreement": mandate.agreement}})


def refuse_closed(account: User) -> None:
    if account.is_closed:
        raise Refused({"account": _("It is closed, and stays so.")})


def subject(account: User) -> str:
    return f"account {account.key}"


def subjects(account: User) -> list[str]:
    """Under which its entries are found: before accounts had keys, they were named by their number."""
    return [subject(account), f"account {account.pk}"]


def enter_of(
    account: User, command: str, actor: Viewer, now: datetime, agreement_id: int | None = None, **what: Any
) -> LedgerEntry:
    """Enter an act on an account: in the chain of no agreement, where it is none of an agreement's."""
    return enter(
        agreement_id=agreement_id, actor=actor, now=now, command=command, subject=subject(account), **what
    )


class AwaitsSignature(Refused):
    """The policy of this agreement wants a second signature: it can be proposed (`obligations.commands.proposals`)."""

    def __init__(self, errors: dict[str, str], agreement_id: int) -> None:
        super().__init__(errors)
        self.agreement_id = agreement_id


@dataclass(frozen=True, slots=True)
class Signed:
    """What allows a command that is held: who signed it; None where it is only tried out."""

    by: Viewer | None = None


def require_signature(agreement_id: int, want: SignOff, signed: Signed | None) -> None:
    """Raises AwaitsSignature where the policy in force wants two signatures for it, and this is not signed."""
    if signed is not None or not wants(agreement_id, want):
        return
    if want == SignOff.POWERS:
        text = _("This agreement wants a second administrator for this: propose it.")
    else:
        text = _("This agreement wants a second mediator for this: propose it.")
    raise AwaitsSignature({"sign_off": text}, agreement_id)


def wants(agreement_id: int, want: SignOff) -> bool:
    """Whether the policy of an agreement wants a second signature for it now.

    For acts of power only while there is a second administrator to sign: else nobody could ever be made one.
    """
    if not Agreement.objects.filter(pk=agreement_id, sign_off__contains=[want]).exists():
        return False
    return want != SignOff.POWERS or administrators(agreement_id) >= 2


def administrators(agreement_id: int) -> int:
    """How many administrators of an agreement can sign in: their account is on, and has a password."""
    there = Mandate.objects.filter(agreement=agreement_id, role=Role.ADMINISTRATOR, user__is_active=True)
    return there.exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX).count()


def gives_power(role: str, clearance: str) -> bool:
    """Whether a mandate lets somebody write anything, or read more than the public does: all but a plain analyst's."""
    return role not in (Role.ANALYST, Role.OBSERVER) or clearance != Clearance.PUBLIC


def require_signature_for_powers(agreements: Iterable[int], signed: Signed | None) -> None:
    """Raises AwaitsSignature where one of these agreements wants a second administrator for acts of power now."""
    for agreement_id in agreements:
        require_signature(agreement_id, SignOff.POWERS, signed)


def require_signature_for_loss(mandate: Mandate, actor: Viewer, signed: Signed | None) -> None:
    """Raises AwaitsSignature where another administrator would be lost: else one alone could end that two are wanted.

    Other mandates can be taken away at once, by one: that gives nobody power, and may be urgent.
    """
    if mandate.role == Role.ADMINISTRATOR and mandate.user_id != actor.user_id:
        require_signature_for_powers([mandate.agreement_id], signed)


def tell(
    entry: LedgerEntry, agreements: Iterable[int], actor: Viewer, *, server: bool = False
) -> list[Notice]:
    """Tell the administrators and mediators of these agreements of an act of power; with `server` the server's, too.

    All whose account is on, but for the actor; everybody once.
    """
    recipients: dict[int, int | None] = {}
    there = Mandate.objects.filter(agreement__in=agreements, role__in=WATCHERS, user__is_active=True)
    for user_id, agreement_id in there.order_by("agreement").values_list("user", "agreement"):
        recipients.setdefault(user_id, agreement_id)
    if server:
        for user_id in User.objects.filter(is_staff=True, is_active=True).values_list("pk", flat=True):
            recipients.setdefault(user_id, None)
    recipients.pop(actor.user_id or 0, None)
    rows = [Notice(entry=entry, recipient_id=to, agreement_id=of) for to, of in sorted(recipients.items())]
    return Notice.objects.bulk_create(rows)


@once()
def acknowledge(*, notice: Notice, actor: Viewer, now: datetime) -> Acknowledgement:
    """Say that one has read what one was told: it leaves one's page. Raises PermissionDenied and Refused."""
    if not Notice.objects.visible_to(actor).filter(pk=notice.pk).exists():
        raise PermissionDenied(_("This was told to somebody else."))
    lock([notice.agreement_id] if notice.agreement_id else [])
    User.objects.select_for_update(no_key=True).get(pk=notice.recipient_id)
    if Acknowledgement.objects.filter(notice=notice).exists():
        raise Refused({"notice": _("You acknowledged it already.")})
    made = Acknowledgement.objects.create(notice=notice, at=now)
    enter(
        agreement_id=notice.agreement_id,
        actor=actor,
        now=now,
        command="acknowledge_notice",
        subject=f"notice {notice.key}",
        after={"of": notice.entry.subject, "command": notice.entry.command},
        rows=[made],
    )
    return made


@once()
def set_policy(
    *,
    agreement: Agreement,
    wanted: Iterable[str],
    actor: Viewer,
    now: datetime,
    reason: str,
    second_factor: Iterable[str] | None = None,
    signed: Signed | None = None,
) -> Agreement:
    """Set which acts (`SignOff`) want a second signature from now on; what was proposed stays proposed. And which roles
    sign in with a second factor; None leaves that as it is.

    Changing it is itself an act of power: told, and by two administrators where powers want two. Raises
    PermissionDenied, Refused and AwaitsSignature.
    """
    require(actor, Right.SET_POLICY, agreement.pk)
    reason, asked = required_reason(reason), sorted(set(wanted))
    if unknown := [code for code in asked if code not in SignOff.values]:
        raise Refused({"wanted": _("Nothing that can be signed: %(codes)s.") % {"codes": ", ".join(unknown)}})
    lock([agreement.pk])
    agreement = Agreement.objects.get(pk=agreement.pk)
    roles = sorted(set(agreement.second_factor if second_factor is None else second_factor))
    if unknown := [code for code in roles if code not in Role.values]:
        raise Refused({"second_factor": _("No roles: %(codes)s.") % {"codes": ", ".join(unknown)}})
    before = {"sign_off": sorted(agreement.sign_off), "second_factor": sorted(agreement.second_factor)}
    after = {"sign_off": asked, "second_factor": roles}
    if after == before:
        raise Refused({"wanted": _("That is the policy in force.")})
    require_signature_for_powers([agreement.pk], signed)
    agreement.sign_off, agreement.second_factor = asked, roles
    agreement.save(update_fields=["sign_off", "second_factor"])
    changed = [name for name in after if after[name] != before[name]]
    entry = enter(
        agreement_id=agreement.pk,
        actor=actor,
        now=now,
        command="set_policy",
        subject=agreement.code,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        reason=reason,
        states=[agreement],
    )
    tell(entry, [agreement.pk], actor)
    return agreement
