"""Whether a value fits a schema, and nothing else: many times faster than finding out what is wrong with it.

It knows the keywords that the schemas here use and refuses a schema with others, so that none is passed over.
"""

import re
from collections.abc import Callable
from typing import Any

Test = Callable[[Any], bool]

TYPES: dict[str, Test] = {
    "array": lambda value: isinstance(value, list),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}
WORDS = {"$schema", "$comment", "title", "description"}
# Looked at together with the keyword that they belong to.
COMPANIONS = {"then", "else"}


def fitting(schema: Any, formats: dict[str, Callable[[str], bool]]) -> Test:
    """A test for values. ``formats``: what a text of each format must pass."""
    return _Compiler(formats).test(schema)


class _Compiler:
    def __init__(self, formats: dict[str, Callable[[str], bool]]) -> None:
        self.formats = formats

    def test(self, schema: Any) -> Test:
        if isinstance(schema, bool):
            return lambda value: schema
        tests = [
            getattr(self, f"of_{keyword}")(wanted, schema)
            for keyword, wanted in schema.items()
            if keyword not in WORDS | COMPANIONS
        ]
        if len(tests) == 1:
            return tests[0]  # type: ignore[no-any-return]

        def all_of(value: Any) -> bool:
            for test in tests:  # noqa: SIM110 - all() with a generator takes twice as long
                if not test(value):
                    return False
            return True

        return all_of

    def of_type(self, wanted: Any, schema: Any) -> Test:
        if isinstance(wanted, str):
            return TYPES[wanted]
        tests = [TYPES[name] for name in wanted]
        return lambda value: any(test(value) for test in tests)

    def of_const(self, wanted: Any, schema: Any) -> Test:
        return lambda value: type(value) is type(wanted) and value == wanted

    def of_enum(self, wanted: list[Any], schema: Any) -> Test:
        words = frozenset((type(word), word) for word in wanted)
        return lambda value: isinstance(value, (str, int)) and (type(value), value) in words

    def of_pattern(self, wanted: str, schema: Any) -> Test:
        # Python's $ also stands before a last line break; that of JSON Schema only at the very end.
        search = re.compile(wanted.replace("$", r"\Z")).search
        return lambda value: not isinstance(value, str) or search(value) is not None

    def of_format(self, wanted: str, schema: Any) -> Test:
        test = self.formats[wanted]
        return lambda value: not isinstance(value, str) or test(value)

    def of_maxLength(self, wanted: int, schema: Any) -> Test:
        return lambda value: not isinstance(value, str) or len(value) <= wanted

    def of_minimum(self, wanted: int, schema: Any) -> Test:
        return lambda value: not TYPES["integer"](value) or value >= wanted

    def of_maximum(self, wanted: int, schema: Any) -> Test:
        return lambda value: not TYPES["integer"](value) or value <= wanted

    def of_minItems(self, wanted: int, schema: Any) -> Test:
        return lambda value: not isinstance(value, list) or len(value) >= wanted

    def of_maxItems(self, wanted: int, schema: Any) -> Test:
        return lambda value: not isinstance(value, list) or len(value) <= wanted

    def of_uniqueItems(self, wanted: bool, schema: Any) -> Test:
        return lambda value: not isinstance(value, list) or len(set(map(repr, value))) == len(value)

    def of_items(self, wanted: Any, schema: Any) -> Test:
        test = self.test(wanted)
        return lambda value: not isinstance(value, list) or all(map(test, value))

    def of_minProperties(self, wanted: int, schema: Any) -> Test:
        return lambda value: not isinstance(value, dict) or len(value) >= wanted

    def of_maxProperties(self, wanted: int, schema: Any) -> Test:
        return lambda value: not isinstance(value, dict) or len(value) <= wanted

    def of_required(self, wanted: list[str], schema: Any) -> Test:
        names = frozenset(wanted)
        return lambda value: not isinstance(value, dict) or names <= value.keys()

    def of_propertyNames(self, wanted: Any, schema: Any) -> Test:
        test = self.test(wanted)
        return lambda value: not isinstance(value, dict) or all(map(test, value))

    def of_properties(self, wanted: dict[str, Any], schema: Any) -> Test:
        tests = {name: self.test(one) for name, one in wanted.items() if one is not True}

        def properties(value: Any) -> bool:
            if isinstance(value, dict):
                for name, inner in value.items():
                    if name in tests and not tests[name](inner):
                        return False
            return True

        return properties

    def of_additionalProperties(self, wanted: Any, schema: Any) -> Test:
        known = frozenset(schema.get("properties", ()))
        if wanted is False:
            return lambda value: not isinstance(value, dict) or value.keys() <= known
        test = self.test(wanted)
        return lambda value: (
            not isinstance(value, dict)
            or all(test(inner) for name, inner in value.items() if name not in known)
        )

    def of_allOf(self, wanted: list[Any], schema: Any) -> Test:
        tests = [self.test(one) for one in wanted]
        return lambda value: all(test(value) for test in tests)

    def of_anyOf(self, wanted: list[Any], schema: Any) -> Test:
        tests = [self.test(one) for one in wanted]
        return lambda value: any(test(value) for test in tests)

    def of_not(self, wanted: Any, schema: Any) -> Test:
        test = self.test(wanted)
        return lambda value: not test(value)

    def of_if(self, wanted: Any, schema: Any) -> Test:
        condition, then, other = map(self.test, (wanted, schema.get("then", True), schema.get("else", True)))
        return lambda value: then(value) if condition(value) else other(value)
