"""The trial's accounts: their passwords are made once, kept in a file of the owner alone, and shown when made."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from agreement import trial_accounts
from normalization_tracker.trial import TrialError
from normalization_tracker.trial.files import write_private

FILE = "trial-accounts.json"
Account = dict[str, str | None]


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

    accounts = trial_accounts.ensure(password_for, is_new=lambda email: email in fresh)
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
