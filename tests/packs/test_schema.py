"""The schemas that stand beside the packs are those of the models, and say what the models say."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema import ValidationError as Misfit
from jsonschema.validators import extend
from pydantic import ValidationError

from agreement.packs.fields import Entry, is_day
from agreement.packs.model import MainFile, Statements
from agreement.packs.schema import FILES, HERE, as_text, schema_of
from tests.effort import effort
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


def _pattern(_: object, pattern: str, value: object, __: object) -> Iterator[Misfit]:
    # Python's $ also stands before a last line break; that of JSON Schema only at the very end.
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield Misfit("pattern")


def schema_takes(model: type[Entry], plain: Any) -> bool:
    formats = FormatChecker(formats=())
    formats.checks("date")(lambda value: not isinstance(value, str) or is_day(value))
    validator: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    return bool(validator(schema_of(model), format_checker=formats).is_valid(plain))


def model_takes(model: type[Entry], plain: Any) -> bool:
    try:
        model.model_validate(plain)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("name", FILES)
def test_the_committed_schemas_are_those_of_the_models(name: str) -> None:
    """Where they are not: `python -m agreement.packs.schema`."""
    assert (HERE / name).read_text(encoding="utf-8") == as_text(schema_of(*FILES[name]))


@pytest.mark.parametrize(("plain", "model"), [(PACK, MainFile), (STATEMENTS, Statements)])
def test_what_is_right_is_right_for_both(plain: Any, model: type[Entry]) -> None:
    assert schema_takes(model, plain)
    assert model_takes(model, plain)


@settings(max_examples=effort(60, 300))
@given(data=st.data())
@pytest.mark.parametrize(("plain", "model"), [(PACK, MainFile), (STATEMENTS, Statements)])
def test_the_schema_agrees_with_the_model(plain: Any, model: type[Entry], data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 2))):
        way = data.draw(st.sampled_from(ways(plain)[1:]))
        plain = replaced(plain, way, data.draw(VALUES))
    assert schema_takes(model, plain) == model_takes(model, plain)
