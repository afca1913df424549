"""How to start a server that refuses to run as root, without making users or opening up folders."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from normalization_tracker.trial import TrialError
from normalization_tracker.trial.files import NOBODY, give

NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
# Whether the account can write the folder, and read and run the program.
PROBE = 'test -w "$1" && exec "$2" --version'


@dataclass(frozen=True)
class Account:
    """Who a server runs as: ``prefix`` goes before its command, ``user`` is the uid to take on (None: ours)."""

    prefix: tuple[str, ...] = ()
    user: int | None = None

    @property
    def owner(self) -> int:
        """Who must own its files, as seen from here."""
        return os.geteuid() if self.user is None else self.user

    def can_run(self, program: Path, folder: Path) -> bool:
        try:
            done = subprocess.run(
                [*self.prefix, "/bin/sh", "-c", PROBE, "sh", str(folder), str(program)],
                capture_output=True,
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
            )
        except OSError:
            return False
        return done.returncode == 0


def account_for(program: Path, folder: Path) -> Account:
    """Who may run the program on the folder; the folder is that account's afterwards.

    For root: a user namespace, in which root's files belong to nobody and root's power is gone; where the
    kernel forbids that, the user nobody, if it reaches the folder and the program. The namespace also gives a
    name to a user who has none, as in some containers; PostgreSQL refuses those too.
    """
    for account in _candidates():
        give(folder, account.owner)
        if account.can_run(program, folder):
            return account
    raise TrialError(
        f"{program.name} cannot be run on {folder}"
        + (
            " as root, and neither a user namespace nor the user nobody may do it"
            if os.geteuid() == 0
            else ""
        )
        + ". Set DATABASE_URL to a PostgreSQL of your own: postgresql://user:password@host:5432/name"
    )


def _candidates() -> list[Account]:
    if os.geteuid() == 0:
        return [Account(prefix=NAMESPACE), Account(user=NOBODY)]
    return [Account() if _has_name(os.geteuid()) else Account(prefix=NAMESPACE)]


def _has_name(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False
