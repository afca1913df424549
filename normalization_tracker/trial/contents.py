"""What a trial holds before it opens: the schema, the agreement, its illustrative statements, the pages' files."""

import io
import traceback
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from normalization_tracker.trial import TrialError
from normalization_tracker.trial.environment import BASE_DIR

PACK = BASE_DIR / "agreement" / "packs" / "ohrid-2023"


def fill(log: Path, say: Callable[[str, str], None]) -> None:
    """Brings database and static files up to date; each step changes nothing when it is repeated."""
    steps: list[tuple[str, list[str]]] = [
        ("schema", ["migrate", "--no-input"]),
        ("pack", ["loadpack", str(PACK / "pack.yaml")]),
        ("statements", ["loadtrial"]),
        ("static", ["collectstatic", "--no-input"]),
    ]
    for name, command in steps:
        say(name, _run(name, command, log))
    connections.close_all()


def _run(name: str, command: list[str], log: Path) -> str:
    """The last line that the command said; all of it is added to the log."""
    output = io.StringIO()
    try:
        call_command(*command, stdout=output, stderr=output, no_color=True)
    except Exception as error:
        output.write(traceback.format_exc())
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise TrialError(f"{' '.join(command)} failed: {reason[0]} (all of it in {log})") from error
    finally:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"--- {' '.join(command)}\n{output.getvalue()}")
    return (output.getvalue().strip().splitlines() or ["done"])[-1].strip()
