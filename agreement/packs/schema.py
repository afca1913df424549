"""The JSON Schemas of packs and of statements, made from the models; and what does not fit them, in words.

    python -m agreement.packs.schema

writes the files that stand beside this one anew.
"""

import json
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import ErrorDetails

from agreement.packs.fields import TOLD, Entry
from agreement.packs.model import MainFile, PartFile, Statements, Translations
from agreement.packs.source import Document, Steps, shown

FEW, MANY = 30, 300  # words to list in a message; words to look through for a similar one
Finding = tuple[Steps, str]
T = TypeVar("T", bound=Entry)

_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "model_type": "a mapping of keys and values",
    "dict_type": "a mapping of keys and values",
    "tuple_type": "a list",
}


def shaped(document: Document, model: type[T]) -> tuple[T | None, set[Finding]]:
    """The file as its model; or nothing, and everything in it that the model does not allow: steps and a message."""
    try:
        return model.model_validate(document.root), set()
    except ValidationError as error:
        schema = schema_of(model)
        errors = error.errors(include_url=False)
        return None, {
            _finding(misfit, schema) for misfit in errors if not _counts_only_right_items(misfit, schema)
        }


def advice(word: object, known: list[str]) -> str:
    """What to do about a word that is not among the known ones."""
    close = get_close_matches(str(word)[:100], known, n=1) if len(known) <= MANY else []
    if close:
        return f"did you mean {shown(close[0])}?"
    return f"use one of {', '.join(map(shown, known))}" if 0 < len(known) <= FEW else "correct or remove it"


def _finding(error: ErrorDetails, schema: dict[str, Any]) -> Finding:
    steps = error["loc"]
    of_key = steps[-1:] == ("[key]",)
    if of_key:
        steps = steps[:-1]
    if error["type"] == "extra_forbidden":
        known = list(_part(schema, steps[:-1])["properties"])
        return steps, f"is not a key of this part; {advice(steps[-1], known)}"
    part = _part(schema, steps[:-1])["propertyNames"] if of_key else _part(schema, steps)
    return steps, _message(error, _resolved(part, schema))


def _counts_only_right_items(error: ErrorDetails, schema: dict[str, Any]) -> bool:
    """Whether a list is called too short where it has enough items, and some of them are wrong."""
    return error["type"] == "too_short" and len(error["input"]) >= _part(schema, error["loc"])["minItems"]


def _message(error: ErrorDetails, part: dict[str, Any]) -> str:
    kind, value = error["type"], error["input"]
    if kind == TOLD:
        return error["msg"]
    if kind == "missing":
        return "is missing; add it"
    if kind == "literal_error":
        words = [str(word) for word in part.get("enum", [part.get("const")])]
        return f"{shown(value)} is not known here; {advice(value, words)}"
    if kind in _TYPES:
        return _wrong_type(value, _TYPES[kind] + (" or null" if "anyOf" in part else ""))
    wanted = part.get("description")
    if kind == "too_short" and not value:
        return f"is empty, and must name at least {part['minItems']}: {wanted}"
    return f"{shown(value)} does not fit; write {wanted}"


def _wrong_type(value: object, wanted: str) -> str:
    if value is None:
        return f"is empty, and must be {wanted}; write it, or remove the key"
    if wanted.startswith("text") and isinstance(value, int):
        return f"must be {wanted}; put {shown(value)} in quotes"
    return f"must be {wanted}, not {shown(value)}"


def _part(schema: dict[str, Any], steps: Steps) -> dict[str, Any]:
    """What the schema says of the value to which the steps lead."""
    part = _resolved(schema, schema)
    for step in steps:
        if isinstance(step, int):
            inner = part["items"]
        else:
            inner = part.get("properties", {}).get(step) or part["additionalProperties"]
        part = _resolved(inner, schema)
    return part


def _resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    return part | _resolved(schema["$defs"][part["$ref"].rpartition("/")[2]], schema)


HERE = Path(__file__).parent
FILES: dict[str, tuple[type[Entry], ...]] = {
    "pack.schema.json": (MainFile, PartFile, Translations),
    "statements.schema.json": (Statements,),
}


class _Plain(GenerateJsonSchema):
    """Without titles that only repeat the names of keys, and without defaults: they say no more than leaving out."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])


@cache
def schema_of(*models: type[Entry]) -> dict[str, Any]:
    """One schema for files that follow the first model; the others are among its definitions."""
    _, made = models_json_schema([(model, "validation") for model in models], schema_generator=_Plain)
    head = {"$schema": _Plain.schema_dialect, "$ref": f"#/$defs/{models[0].__name__}"}
    return head | made


def write_schemas() -> None:
    for name, models in FILES.items():
        (HERE / name).write_text(as_text(schema_of(*models)), encoding="utf-8")


def as_text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write_schemas()
