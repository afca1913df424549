"""Whether a command may run at once, or wants a second mediator first: decided here and nowhere else."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agreement.models import Agreement, SignOff
from obligations.commands.errors import Refused
from obligations.models import Proposal


class Held(Refused):
    """The agreement's policy wants a second mediator: it can be proposed (`proposals.propose`)."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What allows a command that is held: the proposal that is carried out; None where it is only tried out."""

    proposal: Proposal | None = None


def hold(agreement_id: int, want: SignOff, signed: Signed | None) -> None:
    """Raises Held where the policy in force wants two mediators for it, and this is not signed."""
    if signed is None and Agreement.objects.filter(pk=agreement_id, sign_off__contains=[want]).exists():
        raise Held({"sign_off": _("This agreement wants a second mediator for this: propose it.")})
