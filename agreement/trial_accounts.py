"""Accounts for a trial: for each role, by role and never by person."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from agreement.ledger import enter
from agreement.models import Agreement, Mandate, Participation
from parties.access import Clearance, Role, Viewer
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
    made: dict[int | None, list[Model]] = defaultdict(list)
    accounts = [
        account(one, agreements, password_for(one.email), is_new(one.email), made)
        for one in wanted(agreements)
    ]
    for agreement_id, rows in made.items():
        enter(
            agreement_id=agreement_id,
            actor=Viewer(),
            now=timezone.now(),
            command="trial_accounts",
            subject="accounts of the trial",
            reason="Accounts and mandates of the trial.",
            states=rows,
        )
    return accounts


def account(
    one: Wanted,
    agreements: list[Agreement],
    password: str,
    is_new: bool,
    made: dict[int | None, list[Model]],
) -> dict[str, str | None]:
    """`made` takes in what is new, by the key of its agreement; None for accounts."""
    user = User.objects.filter(email=one.email).first()
    if user is None:
        administers = one.role == Role.ADMINISTRATOR
        user = User.objects.create_user(one.email, password, is_staff=administers)
        made[None].append(user)
    elif is_new:
        user.set_password(password)
        user.save(update_fields=["password"])
    for agreement in agreements:
        if one.party is None or agreement.parties.filter(pk=one.party.pk).exists():
            mandate, fresh = Mandate.objects.get_or_create(
                user=user,
                agreement=agreement,
                defaults={"role": one.role, "party": one.party, "clearance": one.clearance},
            )
            if fresh:
                made[agreement.pk].append(mandate)
    return {
        "role": one.role.value,
        "email": one.email,
        "password": password,
        "party": one.party.code if one.party else None,
    }
