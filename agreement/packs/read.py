"""The way in to a pack: from its main file to a checked ``Pack``, or to the list of everything that is wrong with it.

FORMAT.md documents the files. Nothing here knows the database.
"""

from pathlib import Path

from agreement.packs.build import build
from agreement.packs.draft import gather
from agreement.packs.model import Pack
from agreement.packs.problems import PackError
from agreement.packs.validate import check


def read_pack(path: Path) -> Pack:
    """Read a pack from its main file, with the parts that it includes. Raises ``PackError``."""
    draft = gather(path)
    problems = [*draft.problems, *(check(draft) if draft.complete else ())]
    if problems:
        raise PackError(problems)
    return build(draft)
