"""Whether a command may run at once, or wants a second signature first: decided here and nowhere else."""

from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.utils.translation import gettext as _

from agreement.models import Agreement, Mandate, SignOff
from parties.access import Role, Viewer
from parties.errors import Refused


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
