"""FORMAT.md, the schema and the reader say the same."""

import json
import re
from pathlib import Path

import pytest

from tests.packs.small import load

PACKS = Path(__file__).parents[2] / "agreement" / "packs"
DOCUMENT = (PACKS / "FORMAT.md").read_text(encoding="utf-8")
EXAMPLE = DOCUMENT.split("```yaml\n")[1].split("```")[0]


def test_the_example_of_the_document_is_a_right_pack(tmp_path: Path) -> None:
    pack = load(tmp_path, EXAMPLE)
    assert (pack.agreement.code, pack.naming, len(pack.obligations)) == ("river-2020", None, 1)


def words(schema: object) -> set[str]:
    """Every key and every allowed word that a schema names."""
    if isinstance(schema, list):
        return set().union(*map(words, schema))
    if not isinstance(schema, dict):
        return set()
    own = {str(word) for word in schema.get("enum", [])} | set(schema.get("properties", {}))
    return own.union(*map(words, schema.values()))


@pytest.mark.parametrize("name", ["pack.schema.json", "statements.schema.json"])
def test_the_document_names_every_key_and_word(name: str) -> None:
    known = words(json.loads((PACKS / name).read_text(encoding="utf-8")))
    written = set(re.findall(r"\w+", DOCUMENT)) | set(re.findall(r"[\w-]+", DOCUMENT))
    assert known - written == set()
