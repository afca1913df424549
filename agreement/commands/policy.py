"""What wants a second signature in an agreement: decided by its administrators, who sign nothing of the record."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from agreement.commands.powers import Signed, lock, require_signature_for_powers, said, tell
from agreement.ledger import enter
from agreement.models import Agreement, SignOff
from parties.access import Viewer
from parties.errors import Refused
from parties.once import once
from parties.rights import Right, require


@once()
def set_policy(
    *,
    agreement: Agreement,
    wanted: Iterable[str],
    actor: Viewer,
    now: datetime,
    reason: str,
    signed: Signed | None = None,
) -> Agreement:
    """Set which acts (`SignOff`) want a second signature from now on; what was proposed stays proposed.

    Changing it is itself an act of power: told, and by two administrators where powers want two. Raises
    PermissionDenied, Refused and AwaitsSignature.
    """
    require(actor, Right.SET_POLICY, agreement.pk)
    reason, asked = said(reason), sorted(set(wanted))
    if unknown := [one for one in asked if one not in SignOff.values]:
        raise Refused({"wanted": _("Nothing that can be signed: %(codes)s.") % {"codes": ", ".join(unknown)}})
    lock([agreement.pk])
    agreement = Agreement.objects.get(pk=agreement.pk)
    before = sorted(agreement.sign_off)
    if asked == before:
        raise Refused({"wanted": _("That is the policy in force.")})
    require_signature_for_powers([agreement.pk], signed)
    agreement.sign_off = asked
    agreement.save(update_fields=["sign_off"])
    entry = enter(
        agreement_id=agreement.pk,
        actor=actor,
        now=now,
        command="set_policy",
        subject=agreement.code,
        before={"sign_off": before},
        after={"sign_off": asked},
        reason=reason,
        states=[agreement],
    )
    tell(entry, [agreement.pk], actor)
    return agreement
