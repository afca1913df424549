"""The trial's accounts: their passwords are made once, kept in a file of the owner alone, and shown when made."""

import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from agreement.ledger import enter
from agreement.models import Agreement, Mandate, Participation
from normalization_tracker.trial import TrialError
from normalization_tracker.trial.files import write_private
from parties.access import Clearance, Role, Viewer
from parties.models import Party, User

FILE = "trial-accounts.json"
Account = dict[str, str | None]
DOMAIN = "trial.invalid"  # a domain that can never receive mail


@dataclass(frozen=True, slots=True)
class Wanted:
    email: str
    role: Role
    # The code of the party or observer that it speaks for, whatever each agreement calls it.
    party: str = ""
    clearance: Clearance = Clearance.PUBLIC


def wanted(agreements: list[Agreement]) -> Iterator[Wanted]:
    yield Wanted(f"administrator@{DOMAIN}", Role.ADMINISTRATOR)
    # Two, so that one can sign what the other proposes.
    yield Wanted(f"mediator@{DOMAIN}", Role.MEDIATOR)
    yield Wanted(f"second-mediator@{DOMAIN}", Role.MEDIATOR)
    yield Wanted(f"analyst@{DOMAIN}", Role.ANALYST, clearance=Clearance.PARTIES)
    for code in codes(agreements, Participation.Kind.PARTY):
        yield Wanted(f"{code}@{DOMAIN}", Role.REPRESENTATIVE, code)
    for code in codes(agreements, Participation.Kind.OBSERVER)[:1]:
        yield Wanted(f"observer@{DOMAIN}", Role.OBSERVER, code)


def codes(agreements: list[Agreement], kind: Participation.Kind) -> list[str]:
    """Of who takes part in them as this."""
    there = Party.objects.filter(participations__agreement__in=agreements, participations__kind=kind)
    return sorted(set(there.values_list("code", flat=True)))


@transaction.atomic
def make_missing(password_for: Callable[[str], str], is_new: Callable[[str], bool]) -> list[Account]:
    """Make the accounts that are missing, with a mandate in every agreement that has none for them yet.

    `password_for(email)` gives the password; it is set for accounts that are made here, and where `is_new(email)` says
    that it was generated just now. Returns ``{"role", "email", "password", "party"}`` for each, `party` None but for
    representatives and the observer.
    """
    agreements = list(Agreement.objects.all())
    made: dict[int | None, list[Model]] = defaultdict(list)
    accounts = [
        account(asked, agreements, password_for(asked.email), is_new(asked.email), made)
        for asked in wanted(agreements)
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
    asked: Wanted,
    agreements: list[Agreement],
    password: str,
    is_new: bool,
    made: dict[int | None, list[Model]],
) -> Account:
    """`made` takes in what is new, by the key of its agreement; None for accounts."""
    user = User.objects.filter(email=asked.email).first()
    if user is None:
        administers = asked.role == Role.ADMINISTRATOR
        user = User.objects.create_user(asked.email, password, is_staff=administers)
        made[None].append(user)
    elif is_new:
        user.set_password(password)
        user.save(update_fields=["password"])
    for agreement in agreements:
        party = agreement.parties.filter(code=asked.party).first() if asked.party else None
        if party or not asked.party:
            mandate, fresh = Mandate.objects.get_or_create(
                user=user,
                agreement=agreement,
                defaults={"role": asked.role, "party": party, "clearance": asked.clearance},
            )
            if fresh:
                made[agreement.pk].append(mandate)
    return {
        "role": asked.role.value,
        "email": asked.email,
        "password": password,
        "party": asked.party or None,
    }


def ensure(file: Path) -> bool:
    """Makes the accounts that are missing, and keeps them in the file. Whether any was made.

    The file is a list of ``{"role", "email", "password", "party"}``. A password that is kept there is used again, also
    for a new database; one that its user changed stays changed.
    """
    if not settings.TRIAL:
        raise TrialError(
            "Trial accounts are made in a trial only, and TRIAL is switched off in the environment."
        )
    kept = {str(account["email"]): str(account["password"]) for account in read(file)}
    fresh: dict[str, str] = {}

    def password_for(email: str) -> str:
        if email not in kept:
            fresh[email] = kept[email] = secrets.token_urlsafe(12)
        return kept[email]

    accounts = make_missing(password_for, is_new=lambda email: email in fresh)
    if fresh:
        write_private(file, json.dumps(accounts, indent=2) + "\n")
    return bool(fresh)


def read(file: Path) -> list[Account]:
    """The accounts that the file keeps; none where it is missing."""
    if not file.exists():
        return []
    try:
        accounts: list[Account] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TrialError(
            f"{file} is not readable as JSON ({error}): remove it to have new passwords made."
        ) from error
    return accounts


def show(file: Path, say: Callable[[str, str], None], *, with_passwords: bool) -> None:
    """One line an account; later starts name the file instead of the passwords."""
    for account in read(file):
        role = f"{account['role']} ({account['party']})" if account["party"] else account["role"]
        secret = f"  {account['password']}" if with_passwords else ""
        say("account", f"{role:<28} {account['email']}{secret}")
    say("account", f"passwords are kept in {file}")
