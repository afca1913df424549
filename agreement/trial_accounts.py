"""Accounts for a trial: for each role, by role and never by person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction

from agreement.models import Agreement, Mandate, Participation
from parties.access import Clearance, Role
from parties.models import Party, User

DOMAIN = "trial.invalid"  # a domain that can never receive mail


@dataclass(frozen=True, slots=True)
class Wanted:
    email: str
    role: Role
    party: Party | None = None
    clearance: Clearance = Clearance.PUBLIC


def wanted(agreements: list[Agreement]) -> Iterator[Wanted]:
    yield Wanted(f"administrator@{DOMAIN}", Role.ADMINISTRATOR)
    # Two, so that one can sign what the other proposes.
    yield Wanted(f"mediator@{DOMAIN}", Role.MEDIATOR)
    yield Wanted(f"second-mediator@{DOMAIN}", Role.MEDIATOR)
    yield Wanted(f"analyst@{DOMAIN}", Role.ANALYST, clearance=Clearance.PARTIES)
    signatories = Party.objects.filter(
        participations__agreement__in=agreements, participations__kind=Participation.Kind.PARTY
    ).distinct()
    for party in signatories:
        yield Wanted(f"{party.code}@{DOMAIN}", Role.REPRESENTATIVE, party)


@transaction.atomic
def ensure(password_for: Callable[[str], str], is_new: Callable[[str], bool]) -> list[dict[str, str | None]]:
    """Make the accounts that are missing, with a mandate in every agreement that has none for them yet.

    `password_for(email)` gives the password; it is set for accounts that are made here, and where `is_new(email)` says
    that it was generated just now. Returns ``{"role", "email", "password", "party"}`` for each, `party` None but for
    representatives.
    """
    agreements = list(Agreement.objects.all())
    return [
        account(one, agreements, password_for(one.email), is_new(one.email)) for one in wanted(agreements)
    ]


def account(one: Wanted, agreements: list[Agreement], password: str, is_new: bool) -> dict[str, str | None]:
    user = User.objects.filter(email=one.email).first()
    if user is None:
        administers = one.role == Role.ADMINISTRATOR
        user = User.objects.create_user(one.email, password, is_staff=administers)
    elif is_new:
        user.set_password(password)
        user.save(update_fields=["password"])
    for agreement in agreements:
        if one.party is None or agreement.parties.filter(pk=one.party.pk).exists():
            Mandate.objects.get_or_create(
                user=user,
                agreement=agreement,
                defaults={"role": one.role, "party": one.party, "clearance": one.clearance},
            )
    return {
        "role": one.role.value,
        "email": one.email,
        "password": password,
        "party": one.party.code if one.party else None,
    }
