"""From the bytes of one YAML file to plain values that remember their lines, and what is wrong with them.

A small part of YAML is enough for a pack, and what is left out cannot be misused: no anchors and aliases (a few lines
of them can expand to gigabytes), no tags, one document. The file is read as a stream of events and refused at the first
thing that does not belong, so that memory stays in proportion to the file, and the file stays under ``MAX_BYTES``.

Unquoted ``yes``, ``no``, ``on`` and ``off`` are text here, as in YAML 1.2. Dates stay text; the schema checks them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from parties.texts import is_blank, is_storable, turns_what_follows


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in one file.

    ``line`` counts from 1; 0 stands for the file as a whole. ``path`` leads to the value inside the file, such as
    ``obligations[3].deadline.days`` (places in a list count from 0), and is empty for the file as a whole.
    """

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands, so that a later check (a date that does not add up) can still name file and line."""

    file: str
    line: int
    path: str

    def problem(self, message: str) -> Problem:
        return Problem(self.file, self.line, self.path, message)


class PackError(Exception):
    """Raised with everything that is wrong, never with only the first thing. One line a problem when printed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


MAX_BYTES = 8_000_000
MAX_DEPTH = 16
MAX_VALUES = 500_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_COMMENT = re.compile(r"[ \t]+#")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}

Steps = tuple[str | int, ...]


class LinedDict(dict[str, Any]):
    """A mapping that knows where it stands and the line of each of its keys."""

    def __init__(self, file: str, line: int, steps: Steps) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.steps = steps
        self.lines: dict[str, int] = {}

    def place(self, *steps: str | int) -> Place:
        """The place of the value to which the steps lead; of the nearest one around it where they lead nowhere."""
        line = self.line
        value: object = self
        for step in steps:
            try:
                line, value = value.lines[step], value[step]  # type: ignore[attr-defined, index]
            except (AttributeError, LookupError):
                break
        return Place(self.file, line, dotted((*self.steps, *steps)))


class LinedList(list[object]):
    """A list that knows its own line and the line of each of its items."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


class Document:
    """One file that has been read: its values, where each of them stands, and the bytes that they came from."""

    def __init__(self, file: str, root: LinedDict, content: bytes) -> None:
        self.file = file
        self.root = root
        self.content = content

    def place(self, steps: Steps) -> Place:
        return self.root.place(*steps)


def dotted(steps: Steps) -> str:
    """``("obligations", 3, "title")`` as ``obligations[3].title``. Odd keys are shown in their escaped form."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + shown(step)
    return text


def shown(value: object, limit: int = 60) -> str:
    """A value as it may stand in a message: on one line, printable and short."""
    plain = isinstance(value, str) and value.isprintable() and value.strip() == value != ""
    text = str(value) if plain else repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def read_document(path: Path) -> Document:
    """Read one YAML file that holds a mapping. Raises ``PackError``."""
    file = str(path)
    content = _bytes(path)
    return Document(file, _Builder(file, _text(file, content)).document(), content)


def _fail(file: str, line: int, message: str) -> NoReturn:
    raise PackError([Problem(file, line, "", message)])


def _bytes(path: Path) -> bytes:
    file = str(path)
    try:
        if path.is_dir():
            _fail(file, 0, "is a folder; name the YAML file in it, such as pack.yaml")
        if path.exists() and not path.is_file():
            _fail(file, 0, "is not a regular file")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        _fail(file, 0, "there is no such file")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        _fail(file, 0, f"cannot be read: {reason}")
    if len(data) > MAX_BYTES:
        _fail(
            file,
            0,
            f"is larger than {MAX_BYTES // 1_000_000} MB; divide the pack with include, or shorten it",
        )
    return data


def _text(file: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _fail(file, line, f"is not UTF-8 text (byte 0x{data[error.start]:02x}); save the file as UTF-8")
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        _fail(file, line, f"holds the control character U+{ord(control[0]):04X}; remove it")
    return text


class _Builder:
    """Builds values from the events of one text; gathers duplicate keys, stops at anything that does not belong."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.problems: list[Problem] = []
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
        self.values = 0

    def document(self) -> LinedDict:
        try:
            root = self._root()
        except yaml.YAMLError as error:
            self._fail(_line(error), f"is not YAML: {_reason(error)}")
        if self.problems:
            raise PackError(self.problems)
        return root

    def _root(self) -> LinedDict:
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            self._fail(0, "is empty; a pack starts with the line 'format: 1'")
        event = self._next()
        root = self._value(event, (), _start(event))
        self._next()
        extra = self._next()
        if not isinstance(extra, yaml.StreamEndEvent):
            self._fail(
                _start(extra), "a second document starts here; a pack is one document, so remove the '---'"
            )
        if not isinstance(root, LinedDict):
            what = "a list" if isinstance(root, LinedList) else "a single value"
            self._fail(
                _start(event), f"holds {what} at the top; a pack is a mapping that starts with 'format: 1'"
            )
        return root

    def _next(self) -> yaml.Event:
        return next(self.events)

    def _fail(self, line: int, message: str) -> NoReturn:
        self.problems.append(Problem(self.file, line, "", message))
        raise PackError(self.problems)

    def _value(self, event: yaml.Event, steps: Steps, line: int) -> object:
        """The value that begins with the event; ``line`` is that of its key, or its own in a list."""
        self._admit(event, len(steps))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(line, steps)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(_start(event), steps)
        assert isinstance(event, yaml.ScalarEvent)
        value = _scalar(event.value) if event.implicit[0] else event.value
        if message := _fault(event.value) or self._cut_off(event, value):
            self.problems.append(Problem(self.file, _start(event), dotted(steps), message))
        return value

    def _cut_off(self, event: yaml.ScalarEvent, value: object) -> str:
        """What is wrong where a comment follows unquoted text on its line: it may have been meant as text."""
        if not (event.implicit[0] and isinstance(value, str) and value and event.end_mark):
            return ""
        if not _COMMENT.match(self.text, event.end_mark.index) or _DAY.fullmatch(value):
            return ""
        return "what follows # here is a comment; put the text in quotes, or the comment on a line of its own"

    def _admit(self, event: yaml.Event, depth: int) -> None:
        self.values += 1
        if isinstance(event, yaml.AliasEvent):
            self._fail(_start(event), "aliases (*name) are not allowed in a pack; write the value out")
        if getattr(event, "anchor", None) is not None:
            self._fail(_start(event), "anchors (&name) are not allowed in a pack; remove it")
        if getattr(event, "tag", None) is not None:
            self._fail(_start(event), "tags (!name) are not allowed in a pack; remove it")
        if depth > MAX_DEPTH:
            self._fail(
                _start(event), f"is nested more than {MAX_DEPTH} levels deep; no part of a pack needs that"
            )
        if self.values > MAX_VALUES:
            self._fail(_start(event), f"holds more than {MAX_VALUES} values; divide the pack with include")

    def _mapping(self, line: int, steps: Steps) -> LinedDict:
        mapping = LinedDict(self.file, line, steps)
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            at = _start(event)
            self._admit(event, len(steps))
            if not isinstance(event, yaml.ScalarEvent):
                self._fail(at, "a list or mapping cannot be a key; write a plain word")
            key = event.value
            if key in mapping:
                message = f"this key stands twice, first in line {mapping.lines[key]}; keep one of the two"
                self.problems.append(Problem(self.file, at, dotted((*steps, key)), message))
            value = self._value(self._next(), (*steps, key), at)
            mapping.lines.setdefault(key, at)
            mapping.setdefault(key, value)
        return mapping

    def _list(self, line: int, steps: Steps) -> LinedList:
        items = LinedList(line)
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.lines.append(_start(event))
            items.append(self._value(event, (*steps, len(items)), items.lines[-1]))
        return items


def _fault(text: str) -> str:
    """What an escape can bring into a text and no database keeps, or nobody sees. Blanks are the schema's to judge."""
    if not is_storable(text):
        return "holds a character that cannot be kept (NUL, or half of a pair); remove it"
    if turns_what_follows(text):
        return "turns the direction of text and does not turn it back (U+202A to U+202E, U+2066 to U+2069); remove that"
    if text.strip() and is_blank(text):
        return "holds only characters that cannot be seen; write it, or remove the key"
    return ""


def _scalar(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text


def _start(event: yaml.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark else 0


def _line(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return int(mark.line) + 1 if mark else 0


def _reason(error: yaml.YAMLError) -> str:
    parts = [getattr(error, name, None) for name in ("context", "problem")]
    text = ", ".join(part for part in parts if part) or str(error)
    return " ".join(text.split())
