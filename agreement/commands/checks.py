"""What the commands on accounts and mandates refuse alike."""

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _

from agreement.models import Agreement, Mandate
from parties.access import Role
from parties.errors import Refused
from parties.models import User
from parties.texts import text_errors, tidy

# Roles without which an agreement stands still.
NEEDED = (Role.ADMINISTRATOR, Role.MEDIATOR)


def said(reason: str) -> str:
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


def subject(account: User) -> str:
    return f"account {account.key}"


def subjects(account: User) -> list[str]:
    """Under which its entries are found: before accounts had keys, they were named by their number."""
    return [subject(account), f"account {account.pk}"]
