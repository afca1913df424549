"""An exported ledger is verified by a script that knows nothing of this software."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agreement.ledger.seal import seal
from agreement.models import LedgerSeal
from tests.ledger.data import a_ledger
from tests.make import NOW

pytestmark = pytest.mark.django_db  # else no database is made where these alone are run


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Path:
    """Written once: none of these tests changes the ledger. The script is beside it."""
    folder = tmp_path_factory.mktemp("exported")
    with django_db_blocker.unblock():
        from django.db import connection, transaction

        with transaction.atomic():
            agreement = a_ledger(folder)
            connection.check_constraints()  # what a commit does
            write(folder / "ledger.jsonl", "exportledger", agreement.code)
            write(folder / "verify_ledger.py", "exportledger", "--script")
            seal(NOW)
            (folder / "seal").write_text(LedgerSeal.objects.get(chain=agreement.pk).seal)
            with pytest.raises(CommandError, match="there are: river-2020"):
                call_command("exportledger", "another")
            transaction.set_rollback(True)
    return folder


def write(path: Path, *command: str) -> None:
    with path.open("w") as file:
        call_command(*command, stdout=file)


def verified(folder: Path, lines: list[str] | None = None, *options: str) -> tuple[int, str]:
    """The script's exit code and what it said, on the ledger or on other lines; alone, without this project's paths."""
    file = folder / "ledger.jsonl"
    if lines is not None:
        file = folder / "changed.jsonl"
        file.write_text("".join(line + "\n" for line in lines))
    command = [sys.executable, "-I", str(folder / "verify_ledger.py"), str(file), *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def lines_of(folder: Path) -> list[str]:
    return (folder / "ledger.jsonl").read_text().splitlines()


def test_it_holds_and_says_the_head(exported: Path) -> None:
    head, *entries = (json.loads(line) for line in lines_of(exported))
    assert [entry["position"] for entry in entries] == [1, 2, 3, 4, 5]
    assert head["agreement"]["code"] == "river-2020"
    told = f"5 entries verified; the last has the hash {head['head']['hash']}"
    assert verified(exported) == (0, told)
    assert verified(exported, None, "--head", entries[1]["hash"]) == (0, told)
    assert verified(exported, None, "--head", "0" * 64) == (1, f"no entry has the hash {'0' * 64}")


def test_a_daily_seal_holds_and_another_does_not(exported: Path) -> None:
    given = (exported / "seal").read_text()
    assert verified(exported, None, "--seal", f"2026-03-02:{given}")[0] == 0
    assert verified(exported, None, "--seal", f"2026-03-03:{given}")[0] == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [line.replace("Half of it.", "All of it.") for line in lines], "entry 4: its content"),
        (lambda lines: lines[:2] + lines[3:], "entry 2: missing, the file goes on with entry 3"),
        (lambda lines: lines[:-1], "entry 5: missing, the head is"),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "entry 2: missing"),
        (lambda lines: lines[1:], "line 1: is not the head"),
        (lambda lines: [*lines, "nothing"], "line 7: is no JSON"),
        (
            lambda lines: [lines[0], *(line.replace('"previous":"', '"previous":"1') for line in lines[1:])],
            "entry 1",
        ),
    ],
)
def test_a_changed_file_is_found(exported: Path, change: Any, said: str) -> None:
    code, told = verified(exported, change(lines_of(exported)))
    assert code == 1
    assert told.startswith(said)


def test_the_script_is_short_and_asks_for_nothing_but_python(exported: Path) -> None:
    script = (exported / "verify_ledger.py").read_text().splitlines()
    assert len(script) < 120
    imports = {line.split()[1].partition(".")[0] for line in script if line.startswith(("import ", "from "))}
    assert imports <= sys.stdlib_module_names
