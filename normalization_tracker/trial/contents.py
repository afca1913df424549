"""What a trial holds before it opens: the schema, the pages' files, the agreement, its illustrative statements."""

import hashlib
import io
import traceback
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections

from agreement.models import Agreement
from normalization_tracker import roles
from normalization_tracker.running.database import unknown_migrations
from normalization_tracker.trial import TrialError
from normalization_tracker.trial.environment import BASE_DIR

PACK = BASE_DIR / "agreement" / "packs" / "ohrid-2023"


class Contents:
    """Brings database and files up to date. Each step changes nothing when it is repeated."""

    def __init__(self, data: Path, log: Path, say: Callable[[str, str], None]) -> None:
        self._data = data
        self._stamp = data / "static.stamp"
        self._log = log
        self._say = say

    def migrate(self) -> None:
        """Bring the schema up to date. Raises TrialError, with nothing changed, where another version made the data."""
        with roles.as_owner():
            unknown = unknown_migrations()
        if unknown:
            raise TrialError(
                f"Another version of this software made the trial in {self._data}, and this one cannot read it. Nothing"
                " in it was changed: move that folder away, or name another one in DATA_DIR, and start again."
            )
        self._do("schema", "migrate", "--no-input")

    def load(self) -> None:
        self._do("pack", "loadpack", str(PACK / "pack.yaml"))
        self._do("statements", "loadtrial")
        connections.close_all()

    def is_loaded(self) -> bool:
        """Whether an earlier start got as far as the agreement: later ones open while they look for differences."""
        return Agreement.objects.exists()

    def collect_static_files(self) -> None:
        """Collects the pages' files, unless exactly these were collected before."""
        wanted = _static_fingerprint()
        root = Path(settings.STATIC_ROOT)
        if (
            (root / "staticfiles.json").exists()
            and self._stamp.exists()
            and self._stamp.read_text() == wanted
        ):
            return self._say("static", "unchanged")
        self._stamp.unlink(missing_ok=True)
        self._do("static", "collectstatic", "--no-input")
        self._stamp.write_text(wanted)

    def _do(self, name: str, *command: str) -> None:
        """Runs the command; says the last line that it said, and adds all of it to the log."""
        output = io.StringIO()
        try:
            call_command(*command, stdout=output, stderr=output, no_color=True)
        except Exception as error:
            output.write(traceback.format_exc())
            reason = str(error).strip().splitlines() or [type(error).__name__]
            raise TrialError(f"{' '.join(command)} failed: {reason[0]} (all of it in {self._log})") from error
        finally:
            with self._log.open("a", encoding="utf-8") as file:
                file.write(f"--- {' '.join(command)}\n{output.getvalue()}")
        self._say(name, (output.getvalue().strip().splitlines() or ["done"])[-1].strip())


def _static_fingerprint() -> str:
    """Changes when a file is added, removed or written, and when another storage would treat them differently."""
    fingerprint = hashlib.sha256(repr((settings.STORAGES["staticfiles"], settings.STATIC_ROOT)).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            fingerprint.update(repr((path, status.st_size, status.st_mtime_ns)).encode())
    return fingerprint.hexdigest()
