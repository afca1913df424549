"""The JSON Schemas of packs and of statements, made from the models for editors and other programs.

    python -m agreement.packs.schema

writes the files that stand beside this one anew.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from agreement.packs.entry import Entry
from agreement.packs.model import MainFile, PartFile, Statements

HERE = Path(__file__).parent
FILES: dict[str, tuple[type[Entry], ...]] = {
    "pack.schema.json": (MainFile, PartFile),
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
