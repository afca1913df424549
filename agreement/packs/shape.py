"""Checks plain values against the JSON Schema and says in words what does not fit."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from agreement.packs.quick import Test, fitting
from agreement.packs.source import Steps, shown
from parties.texts import FIRST_YEAR_OF_TEXTS, LAST_YEAR_OF_CALENDARS

FEW, MANY = 30, 300  # words to list in a message; words to look through for a similar one
Finding = tuple[Steps, str]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NAMES = {
    "string": "text",
    "integer": "a whole number",
    "object": "a mapping of keys and values",
    "array": "a list",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """One failed keyword of the schema. ``conditional``: it applies because of another key, such as a rule."""

    steps: Steps
    keyword: str
    wanted: Any
    value: Any
    schema: Any
    conditional: bool


def misfits(value: Any, schema: str, definition: str = "") -> set[Finding]:
    """Everything in the value that the schema file (or one of its ``$defs``) does not allow: steps and a message."""
    if _fits(schema, definition)(value):
        return set()
    errors = list(map(_misfit, _validator(schema, definition).iter_errors(value)))
    found = {finding for error in errors if not error.conditional for finding in _explain(error, value)}
    # A key that is unknown altogether is told so, and not that it does not go with a choice.
    named = {steps for steps, _ in found}
    for error in errors:
        if error.conditional:
            found |= {(steps, message) for steps, message in _explain(error, value) if steps not in named}
    return found


def is_day(text: str) -> bool:
    """Whether the text is a day of the calendar as YYYY-MM-DD, in years that date arithmetic can reach from."""
    if not _DATE.fullmatch(text):
        return False
    try:
        return FIRST_YEAR_OF_TEXTS <= dt.date.fromisoformat(text).year <= LAST_YEAR_OF_CALENDARS
    except ValueError:
        return False


def advice(word: object, known: list[str]) -> str:
    """What to do about a word that is not among the known ones."""
    close = get_close_matches(str(word)[:100], known, n=1) if len(known) <= MANY else []
    if close:
        return f"did you mean {shown(close[0])}?"
    return f"use one of {', '.join(map(shown, known))}" if 0 < len(known) <= FEW else "correct or remove it"


def _pattern(_: object, pattern: str, value: object, __: object) -> Iterator[ValidationError]:
    # Python's $ also stands before a last line break; that of JSON Schema only at the very end.
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield ValidationError("pattern")


@cache
def _contents(schema: str, definition: str) -> Any:
    contents = json.loads(Path(__file__).with_name(schema).read_text(encoding="utf-8"))
    definitions = contents.pop("$defs")
    return _inlined(definitions[definition] if definition else contents, definitions)


@cache
def _fits(schema: str, definition: str) -> Test:
    return fitting(_contents(schema, definition), {"date": is_day})


@cache
def _validator(schema: str, definition: str) -> Any:
    formats = FormatChecker(formats=())
    formats.checks("date")(lambda value: not isinstance(value, str) or is_day(value))
    contents = _contents(schema, definition)
    extended: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    return extended(contents, format_checker=formats)


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema with each reference replaced by what it refers to: following them took half of the time."""
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    own = {key: _inlined(part, definitions) for key, part in schema.items() if key != "$ref"}
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    return {**_inlined(definitions[name], definitions), **own} if name else own


def _misfit(error: ValidationError) -> Misfit:
    return Misfit(
        steps=tuple(error.absolute_path),
        keyword=str(error.validator),
        wanted=error.validator_value,
        value=error.instance,
        schema=error.schema,
        conditional=bool({"then", "else"} & set(error.absolute_schema_path)),
    )


def _explain(error: Misfit, root: object) -> Iterator[Finding]:
    if error.keyword in _SPECIAL:
        yield from _SPECIAL[error.keyword](error)
    elif error.keyword == "not":
        yield error.steps, f"does not go with {_choice(_follow(root, error.steps[:-1]))}; remove it"
    else:
        yield error.steps, _simple(error)


def _missing(error: Misfit) -> Iterator[Finding]:
    why = f" for {_choice(error.value)}" if error.conditional else ""
    for key in error.wanted:
        if key not in error.value:
            yield (*error.steps, key), f"is missing{why}; add it"


def _missing_any(error: Misfit) -> Iterator[Finding]:
    """One key of several would do; the first is the usual one."""
    usual = error.wanted[0]["required"][0]
    yield (*error.steps, usual), f"is missing for {_choice(error.value)}; add it"


def _unknown(error: Misfit) -> Iterator[Finding]:
    known = list(error.schema["properties"])
    for key in error.value:
        if key in known:
            continue
        if error.conditional:
            yield (*error.steps, key), f"does not go with {_choice(error.value)}; remove it"
        else:
            yield (*error.steps, key), f"is not a key of this part; {advice(key, known)}"


def _repeated(error: Misfit) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, item in enumerate(error.value):
        if repr(item) in seen:
            yield (*error.steps, index), f"{shown(item)} stands twice in this list; keep one"
        seen.add(repr(item))


def _not_listed(error: Misfit) -> Iterator[Finding]:
    allowed = [str(word) for word in error.wanted]
    yield error.steps, f"{shown(error.value)} is not known here; {advice(error.value, allowed)}"


def _wrong_type(error: Misfit) -> Iterator[Finding]:
    wanted = error.wanted if isinstance(error.wanted, list) else [error.wanted]
    names = " or ".join(_NAMES[name] for name in wanted)
    if error.value is None:
        yield error.steps, f"is empty, and must be {names}; write it, or remove the key"
    elif "string" in wanted and isinstance(error.value, int):
        yield error.steps, f"must be {names}; put {shown(error.value)} in quotes"
    else:
        yield error.steps, f"must be {names}, not {shown(error.value)}"


_SPECIAL = {
    "required": _missing,
    "anyOf": _missing_any,
    "additionalProperties": _unknown,
    "uniqueItems": _repeated,
    "enum": _not_listed,
    "type": _wrong_type,
}


def _simple(error: Misfit) -> str:
    value, schema = error.value, error.schema
    wanted = schema.get("description") or schema.get("title") or f"{error.keyword} {error.wanted}"
    if error.keyword == "format" and _DATE.fullmatch(value):
        years = f"years {FIRST_YEAR_OF_TEXTS} to {LAST_YEAR_OF_CALENDARS}"
        return f"{value} is not a day of the calendar ({years}); correct it"
    if error.keyword in {"minProperties", "maxProperties"}:
        return f"must have exactly one key: {wanted}"
    if error.keyword == "minItems" and not value:
        return f"is empty, and must name at least {error.wanted}: {wanted}"
    return f"{shown(value)} does not fit; write {wanted}"


def _choice(entry: object) -> str:
    """The choice in an entry that decides which other keys belong to it."""
    if isinstance(entry, dict):
        for key in ("rule", "kind"):
            if key in entry:
                return f"{key} {shown(entry[key])}"
    return "the other keys"


def _follow(root: Any, steps: Steps) -> object:
    for step in steps:
        root = root[step]
    return root
