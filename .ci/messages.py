"""The catalogues of messages, brought up to date with the code: python .ci/messages.py [--check]

Serbian is translated in Cyrillic script; the Latin catalogue is derived from it. With --check nothing is written: what
differs, and what is not translated, is said. Needs GNU gettext.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDERS = ("locale", "locale_of_libraries")
TRANSLATED, DERIVED = ("sq", "sr"), "sr_Latn"
# The settings want them, and without settings there is no folder of catalogues; nothing connects to them.
NEEDED = {
    "SECRET_KEY": "of-the-messages-0123456789-abcdefghijklmnopqrstuvwxyz",
    "DATABASE_URL": "postgresql://none@localhost:1/none",
    "REDIS_URL": "redis://localhost:1/0",
}


def catalogue(base: Path, folder: str, language: str) -> Path:
    return base / "normalization_tracker" / folder / language / "LC_MESSAGES" / "django.po"


def extract(base: Path) -> None:
    """Takes the messages out of the code in `base`. What is no message any more goes; nothing is guessed."""
    languages = [argument for language in TRANSLATED for argument in ("-l", language)]
    options = [
        "--no-wrap",
        "--no-obsolete",
        "--add-location",
        "file",
        "-i",
        "tests",
        "-i",
        ".venv",
        "-i",
        ".ci",
    ]
    made = subprocess.run(
        [sys.executable, base / "manage.py", "makemessages", *languages, *options],
        cwd=base, env=NEEDED | os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise SystemExit(made.stdout + made.stderr)


def tidied(path: Path) -> polib.POFile:
    """Without what changes at each run, and what is guessed."""
    found = polib.pofile(str(path), wrapwidth=0)
    for name in ("POT-Creation-Date", "PO-Revision-Date"):
        found.metadata.pop(name, None)
    for entry in found:
        entry.previous_msgid = entry.previous_msgctxt = entry.previous_msgid_plural = None
        if entry.fuzzy:
            entry.flags.remove("fuzzy")
            entry.msgstr, entry.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
    return found


def derived(cyrillic: polib.POFile) -> polib.POFile:
    from parties.scripts import to_latin

    cyrillic.metadata["Language"] = DERIVED
    for entry in cyrillic:
        entry.msgstr = to_latin(entry.msgstr)
        entry.msgstr_plural = {form: to_latin(text) for form, text in entry.msgstr_plural.items()}
    return cyrillic


def write(base: Path) -> None:
    extract(base)
    for folder in FOLDERS:
        for language in TRANSLATED:
            tidied(catalogue(base, folder, language)).save(str(catalogue(base, folder, language)))
        latin = catalogue(base, folder, DERIVED)
        latin.parent.mkdir(parents=True, exist_ok=True)
        derived(polib.pofile(str(catalogue(base, folder, "sr")), wrapwidth=0)).save(str(latin))
        for language in (*TRANSLATED, DERIVED):
            compile_checked(catalogue(base, folder, language))


def compile_checked(path: Path) -> None:
    """To what pages read. Its places are those of the messages, of which some ask for a case besides."""
    from parties.cases import ASKED

    subprocess.run(["msgfmt", "--check-domain", "-o", path.with_suffix(".mo"), path], check=True)
    without_cases = ASKED.sub(r"\1", path.read_text(encoding="utf-8"))
    checked = ["msgfmt", "--check-format", "--check-domain", "-o", os.devnull, "-"]
    subprocess.run(checked, input=without_cases, encoding="utf-8", check=True)


def differences() -> list[str]:
    """Of what is written from what the code asks for now."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file() and not name.startswith("tests/"):
                (base / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, base / name)
        write(base)
        return [
            f"{path.relative_to(base)} is not what the code asks for: run `make messages`"
            for folder in FOLDERS
            for language in (*TRANSLATED, DERIVED)
            for path in (
                catalogue(base, folder, language),
                catalogue(base, folder, language).with_suffix(".mo"),
            )
            if not (ROOT / path.relative_to(base)).is_file()
            or path.read_bytes() != (ROOT / path.relative_to(base)).read_bytes()
        ] + untranslated(base)


def untranslated(base: Path) -> list[str]:
    return [
        f"{language}: not translated: {entry.msgid[:70]!r} ({entry.occurrences[0][0] if entry.occurrences else folder})"
        for folder in FOLDERS
        for language in TRANSLATED
        for entry in polib.pofile(str(catalogue(base, folder, language)))
        if not entry.translated()
    ]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")
    if not shutil.which("xgettext"):
        raise SystemExit("GNU gettext is needed: install it (on Debian: apt-get install gettext).")
    if "--check" in sys.argv:
        said = differences()
        print(*said[:50], *([f"... and {len(said) - 50} more"] if said[50:] else []), sep="\n")
        raise SystemExit(bool(said))
    write(ROOT)
