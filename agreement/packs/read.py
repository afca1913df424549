"""The way in to a pack: from its main file to a checked ``Pack``, or to the list of everything that is wrong with it.

Main file and parts are gathered as records that know their place, before codes are compared.

FORMAT.md documents the files. Nothing here knows the database.
"""

import hashlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from agreement.packs.draft import Draft, Record, T
from agreement.packs.fields import Entry
from agreement.packs.model import (
    FORMAT,
    MAX_PARTS,
    SECTIONS,
    Agreement,
    MainFile,
    Naming,
    Pack,
    PartFile,
    Sections,
    Translations,
    texts_of,
)
from agreement.packs.schema import Finding, advice, shaped
from agreement.packs.source import Document, LinedDict, PackError, Problem, Steps, read_document, shown
from agreement.packs.validate import check
from parties.cases import FORMS


def gather(path: Path) -> Draft:
    """Read the main file and the parts that it includes. Raises ``PackError`` where the main file cannot be read."""
    main = read_document(path)
    if "part_of" in main.root:
        place = main.place(("part_of",))
        raise PackError([place.problem("this file is a part; name the pack's main file instead")])
    require_format(main)
    draft = Draft(main)
    draft.head, misfits = shaped(main, MainFile)
    misplaced = _take(draft, main, draft.head, misfits)
    draft.agreement = sound(Agreement, main.root.get("agreement"))
    draft.naming = sound(Naming, main.root.get("naming"))
    for key, take in {"include": _include, "translations": _translate}.items():
        names = main.root.get(key)
        for index, name in enumerate(names[:MAX_PARTS] if isinstance(names, list) else []):
            if (key, index) in misplaced:
                draft.complete = False
            elif document := _beside(draft, path, (key, index), str(name)):
                take(draft, document)
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


def _beside(draft: Draft, path: Path, steps: Steps, name: str) -> Document | None:
    """A file that the main file names, or the problem with it."""
    part = path.with_name(name)
    place = draft.main.place(steps)
    if part.name == path.name:
        draft.problems.append(place.problem("a pack cannot include its own main file; remove it"))
        return None
    try:
        if not part.exists():
            message = f"there is no file {name} beside {path.name}; add it, or remove it here"
            raise PackError([place.problem(message)])
        document = read_document(part)
        require_format(document)
    except PackError as error:
        draft.problems.extend(error.problems)
        draft.complete = False
        return None
    return document


def _include(draft: Draft, document: Document) -> None:
    read, misfits = shaped(document, PartFile)
    draft.parts += [read] if read else []
    _take(draft, document, read, misfits)
    _check_owner(draft, document, "part_of", "is a part of")


def _translate(draft: Draft, document: Document) -> None:
    read, misfits = shaped(document, Translations)
    draft.translations += [read] if read else []
    draft.documents.append(document)
    draft.problems.extend(document.place(steps).problem(message) for steps, message in misfits)
    _check_owner(draft, document, "translation_of", "translates")


def _check_owner(draft: Draft, part: Document, key: str, does: str) -> None:
    owner, agreement = part.root.get(key), draft.main.root.get("agreement")
    code = agreement.get("code") if isinstance(agreement, dict) else None
    if isinstance(owner, str) and isinstance(code, str) and owner != code:
        place = part.place((key,))
        message = f"{does} {shown(owner)}, but {shown(code)} includes it; correct one"
        draft.problems.append(place.problem(message))


def _take(draft: Draft, document: Document, read: Sections | None, misfits: set[Finding]) -> set[Steps]:
    """Add a file's records to the draft, and its misfits to the problems. Returns where the unsound entries are."""
    draft.documents.append(document)
    draft.problems.extend(document.place(steps).problem(message) for steps, message in misfits)
    draft.complete = draft.complete and all(len(steps) > 1 for steps, _ in misfits)
    for section in SECTIONS:
        draft.sections[section] += records(document, section, read or Sections)
    return {steps[:2] for steps, _ in misfits}


def records(document: Document, section: str, read: Entry | type[Entry]) -> list[Record[Any]]:
    """The entries of a list in a file, as far as they are mappings. ``read``: the file's model, or its type alone."""
    listed = document.root.get(section)
    entries = [
        entry for entry in (listed if isinstance(listed, list) else []) if isinstance(entry, LinedDict)
    ]
    if isinstance(read, Entry):
        return list(map(Record, entries, getattr(read, section)))
    model = get_args(read.model_fields[section].annotation)[0]
    return [Record(entry, sound(model, entry)) for entry in entries]


def sound(model: type[T], entry: object) -> T | None:
    try:
        return model.model_validate(entry)
    except ValidationError:
        return None


def read_pack(path: Path) -> Pack:
    """Read a pack from its main file, with the parts that it includes. Raises ``PackError``."""
    draft = gather(path)
    problems = [*draft.problems, *(check(draft) if draft.complete else ())]
    if problems:
        raise PackError(problems)
    pack = _joined(draft)
    if problems := list(translation_problems(pack)):
        raise PackError(problems)
    return pack


def _joined(draft: Draft) -> Pack:
    """The pack that a draft without problems describes: the lists of its files, one after the other."""
    assert draft.head is not None
    files = [draft.head, *draft.parts]
    lists: dict[str, Any] = {
        name: tuple(chain.from_iterable(getattr(file, name) for file in files)) for name in SECTIONS
    }
    pack = Pack.model_construct(
        agreement=draft.head.agreement,
        naming=draft.head.naming,
        translations=tuple(sorted(draft.translations, key=lambda one: one.language)),
        **lists,
    )
    pack._digest = hashlib.sha256(b"".join(document.content for document in draft.documents)).hexdigest()
    return pack


def translation_problems(pack: Pack) -> Iterator[Problem]:
    names, texts = {actor.name for actor in pack.actors}, set(texts_of(pack))
    taken: dict[str, Translations] = {}
    for one in pack.translations:
        if (first := taken.setdefault(one.language, one)) is not one:
            there = first.place("language")
            yield one.place("language").problem(
                f"{one.language} is taken, in {there.file}:{there.line}; keep one file for each language"
            )
        for key, given, known, what in (
            ("names", one.names, names, "actor of this name"),
            ("texts", one.texts, texts - names, "text in the pack that reads"),
        ):
            for source in given.keys() - known:
                message = f"there is no {what} {shown(source)}; {advice(source, sorted(known))}"
                yield one.place(key, source).problem(message)
        for source in one.days.keys() & (texts | names):
            yield one.place("days", source).problem("is a text of the pack; write it among names or texts")
        yield from mark_problems(pack, one)


def mark_problems(pack: Pack, one: Translations) -> Iterator[Problem]:
    """The mark stands after the ending, in each case."""
    if not pack.naming or not (name := one.names.get(pack.naming.label)):
        return
    for form in ("name", *FORMS):
        given = getattr(name, form)
        if given and not given.endswith(pack.naming.marker):
            message = f"{shown(given)} does not end with the marker {shown(pack.naming.marker)}; add it"
            yield one.place("names", pack.naming.label, form).problem(message)


def missing(pack: Pack, one: Translations) -> list[str]:
    """The texts and names that the file does not translate, in the order of the pack."""
    wanted = dict.fromkeys(filter(None, [*(actor.name for actor in pack.actors), *texts_of(pack)]))
    return [text for text in wanted if text not in one.texts and text not in one.names]
