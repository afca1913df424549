"""The way in to a pack: from its main file to a checked ``Pack``, or to the list of everything that is wrong with it.

FORMAT.md documents the files. Nothing here knows the database.
"""

import hashlib
from itertools import chain
from pathlib import Path
from typing import Any

from agreement.packs.draft import Draft, gather
from agreement.packs.model import SECTIONS, Pack
from agreement.packs.source import PackError
from agreement.packs.validate import check


def read_pack(path: Path) -> Pack:
    """Read a pack from its main file, with the parts that it includes. Raises ``PackError``."""
    draft = gather(path)
    problems = [*draft.problems, *(check(draft) if draft.complete else ())]
    if problems:
        raise PackError(problems)
    return _joined(draft)


def _joined(draft: Draft) -> Pack:
    """The pack that a draft without problems describes: the lists of its files, one after the other."""
    assert draft.head is not None
    files = [draft.head, *draft.parts]
    lists: dict[str, Any] = {
        name: tuple(chain.from_iterable(getattr(file, name) for file in files)) for name in SECTIONS
    }
    pack = Pack.model_construct(agreement=draft.head.agreement, naming=draft.head.naming, **lists)
    pack._digest = hashlib.sha256(b"".join(document.content for document in draft.documents)).hexdigest()
    return pack
