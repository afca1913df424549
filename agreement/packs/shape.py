"""Checks plain values against the JSON Schema and says in words what does not fit."""

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from agreement.packs.source import Steps, shown

FIRST_YEAR, LAST_YEAR = 1800, 2200
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


def misfits(value: object, schema: str, definition: str = "") -> set[Finding]:
    """Everything in the value that the schema file (or one of its ``$defs``) does not allow: steps and a message."""
    errors = _validator(schema, definition).iter_errors(value)
    return {finding for error in errors for finding in _explain(error, value)}


def is_day(text: str) -> bool:
    """Whether the text is a day of the calendar as YYYY-MM-DD, in years that date arithmetic can reach from."""
    if not _DATE.fullmatch(text):
        return False
    try:
        return FIRST_YEAR <= dt.date.fromisoformat(text).year <= LAST_YEAR
    except ValueError:
        return False


def _pattern(_: Validator, pattern: str, value: object, __: object) -> Iterator[ValidationError]:
    # Python's $ also stands before a last line break; that of JSON Schema only at the very end.
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield ValidationError("pattern")


@cache
def _validator(schema: str, definition: str) -> Validator:
    formats = FormatChecker(formats=())
    formats.checks("date")(lambda value: not isinstance(value, str) or is_day(value))
    contents = json.loads(Path(__file__).with_name(schema).read_text(encoding="utf-8"))
    if definition:
        contents = {"$defs": contents["$defs"], "$ref": f"#/$defs/{definition}"}
    checker = extend(Draft202012Validator, {"pattern": _pattern})
    return checker(contents, format_checker=formats)


def _explain(error: ValidationError, root: object) -> Iterable[Finding]:
    steps: Steps = tuple(error.absolute_path)
    special = _SPECIAL.get(str(error.validator))
    if special:
        return special(error, steps)
    if error.validator is None:
        return [(steps, f"does not go with {_choice(_follow(root, steps[:-1]))}; remove it")]
    return [(steps, _simple(error))]


def _missing(error: ValidationError, steps: Steps) -> Iterator[Finding]:
    branch = {"then", "else"} & set(error.absolute_schema_path)
    why = f" for {_choice(error.instance)}" if branch else ""
    for key in error.validator_value:
        if key not in error.instance:
            yield (*steps, key), f"is missing{why}; add it"


def _unknown(error: ValidationError, steps: Steps) -> Iterator[Finding]:
    known = list(error.schema["properties"])
    for key in error.instance:
        if key not in known:
            yield (*steps, key), f"is not a key of this part; {advice(key, known)}"


def _repeated(error: ValidationError, steps: Steps) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, item in enumerate(error.instance):
        if repr(item) in seen:
            yield (*steps, index), f"{shown(item)} stands twice in this list; keep one"
        seen.add(repr(item))


def _not_listed(error: ValidationError, steps: Steps) -> Iterator[Finding]:
    allowed = [str(word) for word in error.validator_value]
    yield steps, f"{shown(error.instance)} is not known here; {advice(error.instance, allowed)}"


def _wrong_type(error: ValidationError, steps: Steps) -> Iterator[Finding]:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    names = " or ".join(_NAMES[name] for name in wanted)
    if error.instance is None:
        yield steps, f"is empty, and must be {names}; write it, or remove the key"
    elif "string" in wanted and isinstance(error.instance, int):
        yield steps, f"must be {names}; put {shown(error.instance)} in quotes"
    else:
        yield steps, f"must be {names}, not {shown(error.instance)}"


_SPECIAL = {
    "required": _missing,
    "additionalProperties": _unknown,
    "uniqueItems": _repeated,
    "enum": _not_listed,
    "type": _wrong_type,
}


def _simple(error: ValidationError) -> str:
    value, schema = error.instance, error.schema
    wanted = schema.get("description") or schema.get("title") or f"{error.validator} {error.validator_value}"
    if error.validator == "const":
        return f"must be {error.validator_value}, not {shown(value)}"
    if error.validator == "format" and _DATE.fullmatch(value):
        return f"{value} is not a day of the calendar (years {FIRST_YEAR} to {LAST_YEAR}); correct it"
    if error.validator in {"minProperties", "maxProperties"}:
        return f"must have exactly one key: {wanted}"
    if error.validator == "minItems":
        return f"is empty, and must name at least {error.validator_value}: {wanted}"
    return f"{shown(value)} does not fit; write {wanted}"


def advice(word: object, known: list[str]) -> str:
    """What to do about a word that is not among the known ones."""
    close = get_close_matches(str(word)[:100], known, n=1) if len(known) <= MANY else []
    if close:
        return f"did you mean {close[0]}?"
    return f"use one of {', '.join(known)}" if 0 < len(known) <= FEW else "correct or remove it"


def _choice(entry: object) -> str:
    """The choice in an entry that decides which other keys belong to it."""
    chosen = [f"{key} {shown(entry[key])}" for key in ("rule", "kind") if isinstance(entry, dict) and key in entry]
    return chosen[0] if chosen else "the other keys"


def _follow(root: Any, steps: Steps) -> object:
    for step in steps:
        root = root[step]
    return root
