"""The quick test of a value says what the library says."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.packs import shape
from agreement.packs.quick import fitting
from tests.packs.test_any_pack import PLAIN, PLAIN_STATEMENTS, replaced, ways
from tests.packs.test_any_pack import VALUES as ANY_VALUES

VALUES = ANY_VALUES | st.sampled_from(
    ["2024-02-29", "days_before", "recurring", "2024-Q1", "a\n", " ", True, 1, 0]
)


def with_limits(plain: Any) -> Any:
    """The small pack as numbers and texts, with a limit of each shape."""
    plain = json.loads(json.dumps(plain), parse_int=int)
    plain["agreement"] |= {"due_soon_days": 30, "review_every": {"months": 6}}
    plain["format"] = 1
    for number, actor in enumerate(plain["actors"]):
        actor["mark"] = number + 1
    plain["obligations"][0]["deadline"] = {"rule": "days_after", "days": 30, "trigger": "T-START"}
    plain["obligations"][1]["deadline"] = {"rule": "recurring", "rrule": "FREQ=YEARLY", "first": "2024-01-01"}
    plain["triggers"][1]["date"] = None
    plain["calendars"] = [{"code": "bank", "name": "Bank", "library": "BE", "years": [2020, 2030]}]
    return plain


PACK = with_limits(PLAIN)
STATEMENTS = json.loads(json.dumps(PLAIN_STATEMENTS)) | {"format": 1}
for statement in STATEMENTS["statements"]:
    if "level" in statement:
        statement["level"] = int(statement["level"])


@pytest.mark.parametrize(
    ("plain", "schema"), [(PACK, "pack.schema.json"), (STATEMENTS, "statements.schema.json")]
)
def test_what_is_right_passes_at_once(plain: Any, schema: str) -> None:
    assert shape._fits(schema, "")(plain)


@settings(deadline=None, max_examples=300)
@given(data=st.data())
@pytest.mark.parametrize(
    ("plain", "schema"), [(PACK, "pack.schema.json"), (STATEMENTS, "statements.schema.json")]
)
def test_it_agrees_with_the_library(plain: Any, schema: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 2))):
        way = data.draw(st.sampled_from(ways(plain)[1:]))
        plain = replaced(plain, way, data.draw(VALUES))
    assert shape._fits(schema, "")(plain) == shape._validator(schema, "").is_valid(plain)


def test_a_schema_with_an_unknown_keyword_is_refused() -> None:
    with pytest.raises(AttributeError, match="of_multipleOf"):
        fitting({"type": "integer", "multipleOf": 2}, {})
