"""A pack's main file and its parts, gathered as records that know their place, before codes are compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agreement.packs.problems import PackError, Place, Problem
from agreement.packs.shape import misfits
from agreement.packs.source import Document, Steps, read_document, shown

FORMAT = 1
MAX_PARTS = 50
SCHEMA = "pack.schema.json"
SECTIONS = (
    "actors",
    "groups",
    "calendars",
    "instruments",
    "rules",
    "triggers",
    "events",
    "obligations",
)

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a list. ``sound``: it has the shape that the schema asks for, so its keys can be relied on."""

    document: Document
    steps: Steps
    entry: Entry
    sound: bool

    def place(self, *steps: str | int) -> Place:
        return self.document.place((*self.steps, *steps))


@dataclass(slots=True)
class Draft:
    """Everything that a pack's files say.

    ``complete``: every file and list could be read, so a code that is not here is nowhere. Otherwise comparing codes
    would only repeat one mistake many times.
    """

    main: Document
    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    complete: bool = True
    agreement: Record | None = None
    naming: Record | None = None
    sections: dict[str, list[Record]] = field(default_factory=lambda: {name: [] for name in SECTIONS})

    def sound(self, section: str) -> Iterator[Record]:
        return (record for record in self.sections[section] if record.sound)


def gather(path: Path) -> Draft:
    """Read the main file and the parts that it includes. Raises ``PackError`` where the main file cannot be read."""
    main = read_document(path)
    if "part_of" in main.root:
        place = main.place(("part_of",))
        raise PackError([place.problem("this file is a part; name the pack's main file instead")])
    require_format(main)
    draft = Draft(main)
    misplaced = _take(draft, main, "")
    names = main.root.get("include")
    for index, name in enumerate(names[:MAX_PARTS] if isinstance(names, list) else []):
        if ("include", index) in misplaced:
            draft.complete = False
        else:
            _include(draft, path, index, str(name))
    return draft


def require_format(document: Document) -> None:
    """Raise ``PackError`` unless the file says that it is written in this version of the format."""
    version = document.root.get("format")
    if type(version) is int and version == FORMAT:
        return
    message = f"format {shown(repr(version))} is not known; this software reads format {FORMAT}"
    if version is None:
        message = f"is missing or empty; write 'format: {FORMAT}' as the first line"
    raise PackError([document.place(("format",)).problem(message)])


def _include(draft: Draft, path: Path, index: int, name: str) -> None:
    part = path.with_name(name)
    place = draft.main.place(("include", index))
    if part.name == path.name:
        draft.problems.append(place.problem("a pack cannot include its own main file; remove it"))
        return
    try:
        if not part.exists():
            message = f"there is no file {name} beside {path.name}; add it, or remove it here"
            raise PackError([place.problem(message)])
        document = read_document(part)
        require_format(document)
    except PackError as error:
        draft.problems.extend(error.problems)
        draft.complete = False
    else:
        _take(draft, document, "part")
        _check_owner(draft, document)


def _check_owner(draft: Draft, part: Document) -> None:
    owner, agreement = part.root.get("part_of"), draft.main.root.get("agreement")
    code = agreement.get("code") if isinstance(agreement, dict) else None
    if isinstance(owner, str) and isinstance(code, str) and owner != code:
        place = part.place(("part_of",))
        message = f"is a part of {shown(owner)}, but {shown(code)} includes it; correct one"
        draft.problems.append(place.problem(message))


def _take(draft: Draft, document: Document, definition: str) -> set[Steps]:
    """Add a file's records to the draft, and its misfits to the problems. Returns where the unsound entries are."""
    draft.documents.append(document)
    found = misfits(document.root, SCHEMA, definition)
    draft.problems.extend(document.place(steps).problem(message) for steps, message in found)
    unsound = {steps[:length] for steps, _ in found for length in (1, 2)}
    draft.complete = draft.complete and all(len(steps) > 1 for steps, _ in found)
    if not definition:
        draft.agreement = _record(document, ("agreement",), document.root.get("agreement"), unsound)
        draft.naming = _record(document, ("naming",), document.root.get("naming"), unsound)
    for section in SECTIONS:
        entries = document.root.get(section)
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            record = _record(document, (section, index), entry, unsound)
            if record:
                draft.sections[section].append(record)
    return unsound


def _record(document: Document, steps: Steps, entry: object, unsound: set[Steps]) -> Record | None:
    return Record(document, steps, entry, steps not in unsound) if isinstance(entry, dict) else None
