"""What gives somebody power over the record: who is told of it, and who has to agree first."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreement.commands.checks import lock
from agreement.commands.signatures import Signed, require_signature
from agreement.ledger import enter
from agreement.models import LedgerEntry, Mandate, Notice, SignOff
from agreement.models.notice import WATCHERS, Acknowledgement
from parties.access import Clearance, Role, Viewer
from parties.errors import Refused
from parties.models import User
from parties.once import once


def gives_power(role: str, clearance: str) -> bool:
    """Whether a mandate lets somebody write anything, or read more than the public does: all but a plain analyst's."""
    return role != Role.ANALYST or clearance != Clearance.PUBLIC


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
    told: dict[int, int | None] = {}
    there = Mandate.objects.filter(agreement__in=agreements, role__in=WATCHERS, user__is_active=True)
    for user_id, agreement_id in there.order_by("agreement").values_list("user", "agreement"):
        told.setdefault(user_id, agreement_id)
    if server:
        for user_id in User.objects.filter(is_staff=True, is_active=True).values_list("pk", flat=True):
            told.setdefault(user_id, None)
    told.pop(actor.user_id or 0, None)
    rows = [Notice(entry=entry, recipient_id=to, agreement_id=of) for to, of in sorted(told.items())]
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
