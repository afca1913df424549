"""What wants a second mediator in an agreement: decided by its administrator, who signs nothing there."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreement.commands.checks import said
from agreement.ledger import enter
from agreement.models import Agreement, SignOff
from parties.access import Viewer
from parties.errors import Refused
from parties.rights import Act, require


@transaction.atomic
def set_policy(
    *, agreement: Agreement, wanted: Iterable[str], actor: Viewer, now: datetime, reason: str
) -> Agreement:
    """Set which acts (`SignOff`) want the signature of a second mediator from now on; what was proposed stays proposed.

    Raises PermissionDenied and Refused.
    """
    require(actor, Act.SET_POLICY, agreement.pk)
    reason, asked = said(reason), sorted(set(wanted))
    if unknown := [one for one in asked if one not in SignOff.values]:
        raise Refused({"wanted": _("Nothing that can be signed: %(codes)s.") % {"codes": ", ".join(unknown)}})
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    before = sorted(agreement.sign_off)
    if asked == before:
        raise Refused({"wanted": _("That is the policy in force.")})
    agreement.sign_off = asked
    agreement.save(update_fields=["sign_off"])
    enter(
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
    return agreement
