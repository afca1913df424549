"""What a field of a pack may hold: texts, codes, days, words of a list, and lists of them."""

import datetime as dt
import re
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema
from typing_extensions import TypeAliasType

from agreement.packs.entry import UNFIT, Fault, checked, told
from agreement.packs.source import shown
from parties.texts import FIRST_YEAR_OF_TEXTS, LAST_YEAR_OF_CALENDARS, LIMITS

T = TypeVar("T")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def is_day(text: str) -> bool:
    """Whether the text is a day of the calendar as YYYY-MM-DD, in years that date arithmetic can reach from."""
    if not _DAY.fullmatch(text):
        return False
    try:
        return FIRST_YEAR_OF_TEXTS <= dt.date.fromisoformat(text).year <= LAST_YEAR_OF_CALENDARS
    except ValueError:
        return False


def _day(value: object) -> object:
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    if is_day(value):
        return dt.date.fromisoformat(value)
    if _DAY.fullmatch(value):
        years = f"years {FIRST_YEAR_OF_TEXTS} to {LAST_YEAR_OF_CALENDARS}"
        raise told(f"{value} is not a day of the calendar ({years}); correct it")
    raise PydanticCustomError(UNFIT, "is no day")


def one_line(text: str) -> str:
    """With single spaces in place of line breaks and runs of spaces."""
    return not_blank(" ".join(text.split()))


def not_blank(text: str) -> str:
    text = text.strip()
    if not text:
        raise PydanticCustomError(UNFIT, "is blank")
    return text


def _each_once(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    seen: set[str] = set()
    faults: list[Fault] = []
    for index, item in enumerate(value if isinstance(value, (list, tuple)) else ()):
        if repr(item) in seen:
            faults.append(((index,), f"{shown(item)} stands twice in this list; keep one"))
        seen.add(repr(item))
    return checked(value, handler, faults)


class Words:
    """One of these words, and nothing that is equal to one: ``True`` is not 1."""

    def __init__(self, *words: str | int) -> None:
        self.words = list(words)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = core_schema.literal_schema(self.words)
        if all(isinstance(word, str) for word in self.words):
            return schema
        return core_schema.no_info_before_validator_function(self.same_type, schema)

    def same_type(self, value: object) -> object:
        if isinstance(value, bool):
            raise PydanticKnownError("literal_error", {"expected": str(self.words)})
        return value


class NotNull:
    """May be left out, and is ``None`` then; but a key that is written has a value."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        inner: CoreSchema = schema["schema"]
        return inner


def _text(most: int) -> Any:
    return Field(
        max_length=most,
        description=f"text that is not blank, at most {most} characters",
        json_schema_extra={"pattern": r"\S"},
    )


def _code(pattern: str, description: str, most: int = LIMITS["code"]) -> Any:
    return Field(pattern=pattern, max_length=most, description=description)


def once(min_length: int | None = None, max_length: int | None = None) -> Any:
    return Field(
        strict=False, min_length=min_length, max_length=max_length, json_schema_extra={"uniqueItems": True}
    )


def count(what: str, most: int) -> Any:
    return Field(ge=1, le=most, description=f"a number of {what}, 1 to {most}")


LeftOut = Annotated[T | None, NotNull()]
Listed = Annotated[tuple[T, ...], Field(strict=False)]
Once = WrapValidator(_each_once)
EachOnce = Annotated[tuple[T, ...], once(), Once]
OneOrMore = Annotated[tuple[T, ...], once(min_length=1), Once]
Sorted = AfterValidator(lambda values: tuple(sorted(values)))

Line = TypeAliasType("Line", Annotated[str, _text(LIMITS["line"]), AfterValidator(one_line)])
Text = TypeAliasType("Text", Annotated[str, _text(LIMITS["text"]), AfterValidator(not_blank)])
Reason = TypeAliasType("Reason", Annotated[str, _text(LIMITS["reason"]), AfterValidator(not_blank)])
Day = TypeAliasType(
    "Day",
    Annotated[
        dt.date,
        BeforeValidator(_day),
        Field(description="a day of the calendar as YYYY-MM-DD, such as 2023-03-18"),
    ],
)
AgreementCode = TypeAliasType(
    "AgreementCode",
    Annotated[
        str,
        _code(
            "^[a-z0-9]+(-[a-z0-9]+)*$",
            "small letters, digits and single hyphens, such as ohrid-2023; it stands in addresses",
            40,
        ),
    ],
)
Slug = TypeAliasType(
    "Slug",
    Annotated[
        str,
        _code(
            "^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
            "small letters, digits and underscores, beginning with a letter, such as joint_committee",
        ),
    ],
)
Anchor = TypeAliasType(
    "Anchor",
    Annotated[
        str,
        _code(
            "^[a-z][a-z0-9]*(__?[a-z0-9]+)*$", "an anchor in the style of Akoma Ntoso, such as art_7__para_1"
        ),
    ],
)
Code = TypeAliasType(
    "Code",
    Annotated[
        str,
        _code(
            "^[A-Z][A-Z0-9]*([.-][A-Z0-9]+)*$",
            "capitals and digits in groups joined by . or -, such as AX-6.1",
        ),
    ],
)
