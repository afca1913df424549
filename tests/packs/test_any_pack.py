"""Whatever a pack says, reading it ends in a pack or in problems with a place, never in anything else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from agreement.packs.read import read_pack
from agreement.packs.source import PackError
from agreement.packs.statements import read_statements
from tests.packs.small import SMALL, STATEMENTS, write

Way = tuple[str | int, ...]


def ways(value: Any, way: Way = ()) -> list[Way]:
    """The way to every value inside a value."""
    found = [way]
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found += ways(inner, (*way, key))
    return found


PLAIN = yaml.load(SMALL, Loader=yaml.BaseLoader)
PLAIN_STATEMENTS = yaml.load(STATEMENTS, Loader=yaml.BaseLoader)
WORDS = [
    "north",
    "host",
    "RA-1",
    "RA-2",
    "T-END",
    "all",
    "main",
    "art_1",
    "none",
    "fixed",
    "2020-02-30",
    "S1",
    "contest",
]
SCALARS = st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*WORDS, "code", "rule", "date"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def replaced(value: Any, way: Way, new: Any) -> Any:
    """A copy of the value with another one at the end of the way."""
    if not way:
        return new
    inner = replaced(value[way[0]], way[1:], new)
    if isinstance(value, dict):
        return value | {way[0]: inner}
    return [inner if index == way[0] else item for index, item in enumerate(value)]


@st.composite
def spoiled(draw: st.DrawFn, plain: Any) -> str:
    """A right file with up to three values in it replaced by others, as JSON, which is YAML."""
    changed = plain
    for _ in range(draw(st.integers(1, 3))):
        changed = replaced(changed, draw(st.sampled_from(ways(changed)[1:])), draw(VALUES))
    return json.dumps({**changed, "format": 1}, indent=1)


def outcome(read: Callable[[], object], text: str) -> bool:
    """Whether reading ends in a value, or in problems that can be printed one a line and lie inside the text."""
    try:
        return read() is not None
    except PackError as error:
        lines = str(error).splitlines()
        inside = all(problem.line <= text.count("\n") + 1 for problem in error.problems)
        return inside and len(lines) == len(error.problems) > 0


@given(text=spoiled(PLAIN))
def test_any_change_to_a_pack_gives_a_pack_or_problems(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = write(tmp_path_factory.getbasetemp(), text, "spoiled.yaml")
    assert outcome(lambda: read_pack(path), text)


@given(text=spoiled(PLAIN_STATEMENTS))
def test_any_change_to_statements_gives_statements_or_problems(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    pack = read_pack(write(folder, SMALL, "right.yaml"))
    path = write(folder, text, "spoiled-statements.yaml")
    assert outcome(lambda: read_statements(path, pack), text)


def large(count: int) -> str:
    """A pack of so many obligations."""
    head = SMALL[: SMALL.index("obligations:\n")].replace("touches: [RA-1]", "touches: [QQ-1]")
    one = SMALL[SMALL.index("  - code: RA-2") :].replace("[{obligation: RA-1}]", "[]")
    return head + "obligations:\n" + "".join(one.replace("RA-2", f"QQ-{number}") for number in range(count))


def test_a_large_pack_is_read_whole(tmp_path: Path) -> None:
    pack = read_pack(write(tmp_path, large(1642)))
    assert len({obligation.code for obligation in pack.obligations}) == 1642
    assert pack.obligations[-1].at.path == "obligations[1641]"
