"""Files and folders of a trial that belong to its owner alone, and the account that a server runs on them as."""

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from normalization_tracker.trial import TrialError

# An address of a Unix socket holds 104 bytes on macOS and 108 on Linux, the final zero included.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432"
NOBODY = 65534  # who PostgreSQL may be, and so who may own its files, where this is root


def make_folder(folder: Path, mode: int = 0o700) -> Path:
    """The folder, made where it is missing. Raises TrialError where it cannot be written."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise TrialError(
            f"{folder} cannot be written ({reason}): set DATA_DIR to a folder that can."
        ) from error
    return folder


def write_private(path: Path, text: str) -> None:
    """Replaces the file in one step, so that a reader never sees half of it; mode 0600."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def stored_secret(path: Path) -> str:
    """The secret in the file, which is made on first use."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="utf-8").strip()
    secret = secrets.token_urlsafe(48)
    write_private(path, secret + "\n")
    return secret


def socket_folder(data: Path) -> Path:
    """A private folder for sockets: under the data, or where that path is too long, under the temporary folder."""
    folder = data / "run"
    if len(os.fsencode(folder)) + len(LONGEST_SOCKET_NAME) <= LONGEST_SOCKET_PATH:
        return make_folder(folder)
    short = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"tracker-{short}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    # Anybody may make a name in the temporary folder: a folder that somebody else prepared is not ours to use.
    status = folder.lstat()
    owners = {os.geteuid()} if os.geteuid() else {0, NOBODY}
    if (
        not stat.S_ISDIR(status.st_mode)
        or status.st_uid not in owners
        or stat.S_IMODE(status.st_mode) & 0o077
    ):
        raise TrialError(
            f"{folder} is not a private folder of this user: remove it, or set DATA_DIR to a shorter path."
        )
    return folder


def give(folder: Path, uid: int) -> None:
    """Makes the user the owner of the folder and all in it; does nothing where the folder is the user's already."""
    if folder.stat().st_uid == uid:
        return
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, uid, -1, follow_symlinks=False)


def discard(folder: Path) -> None:
    """Removes what an interrupted start left half-made."""
    shutil.rmtree(folder, ignore_errors=True)


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
