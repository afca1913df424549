"""What a pack is made of: entries, which can be checked and tell where they stand, and what their fields may hold."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PrivateAttr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, PydanticKnownError, core_schema
from typing_extensions import TypeAliasType

from agreement.packs.source import LinedDict, Place, shown
from parties.texts import FIRST_YEAR_OF_TEXTS, LAST_YEAR_OF_CALENDARS, LIMITS, turns

Fault = tuple[tuple[str | int, ...], str]  # where, below the value that is looked at, and what is wrong there
# Types of error: the message is whole; the description of the field says what to write.
TOLD, UNFIT = "told", "unfit"


def as_error(message: str) -> PydanticCustomError:
    return PydanticCustomError(TOLD, "{message}", {"message": message})


def checked(value: Any, handler: ValidatorFunctionWrapHandler, faults: Iterable[Fault]) -> Any:
    """What the handler makes of the value. Its errors are raised together with the faults, one for each place."""
    details = [InitErrorDetails(type=as_error(message), loc=steps, input=value) for steps, message in faults]
    try:
        made = handler(value)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        named = {misfit["loc"] for misfit in errors}
        details = [detail for detail in details if detail["loc"] not in named]
        for misfit in errors:
            kind = PydanticCustomError(misfit["type"], "{message}", {"message": misfit["msg"]})
            details.append(InitErrorDetails(type=kind, loc=misfit["loc"], input=misfit["input"]))
    if details:
        raise ValidationError.from_exception_data("pack", details)
    return made


@dataclass(frozen=True, slots=True)
class Terms:
    """Which keys go with a choice. ``needed``: of each group one, the usual one first. ``may``: others that can."""

    needed: tuple[tuple[str, ...], ...] = ()
    may: tuple[str, ...] = ()

    def keys(self) -> set[str]:
        return {key for group in self.needed for key in group} | set(self.may)


class Entry(BaseModel):
    """A part of a pack. Entries that say the same are equal, wherever they stand."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    on_one_line: ClassVar[bool] = False  # how it is written
    choice: ClassVar[str] = ""  # the key by which others are needed or refused,
    choices: ClassVar[dict[str, Terms]] = {}  # and which, for each of its words
    _written: LinedDict | None = PrivateAttr(None)

    @property
    def at(self) -> Place:
        """Where it stands in its file, if it was read from one."""
        return self.place()

    def place(self, *steps: str | int) -> Place:
        """Where the value stands to which the steps lead, as they were written."""
        return self._written.place(*steps) if self._written else Place("", 0, "")

    @property
    def written(self) -> LinedDict:
        """The values that it was read from, in the order of the file."""
        # Asking for the private attribute by its name takes ten times as long.
        private = self.__pydantic_private__
        assert private is not None
        written: LinedDict = private["_written"]
        return written

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    @classmethod
    def faults(cls, entry: dict[Any, Any]) -> Iterable[Fault]:
        """What is wrong with keys that are right by themselves."""
        word = entry.get(cls.choice)
        if not isinstance(word, str) or word not in cls.choices:
            return
        for group in cls.choices[word].needed:
            if entry.keys().isdisjoint(group):
                yield (group[0],), f"is missing for {cls.choice} {word}; add it"
        for key in entry.keys() & cls.refused(word):
            yield (key,), f"does not go with {cls.choice} {word}; remove it"

    @classmethod
    @cache
    def refused(cls, word: str) -> set[str]:
        """The keys that go with other words of the choice, and not with this one."""
        return set().union(*(terms.keys() for terms in cls.choices.values())) - cls.choices[word].keys()

    @model_validator(mode="wrap")
    @classmethod
    def _checked(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Self:
        made: Self = checked(value, handler, cls.faults(value) if isinstance(value, dict) else ())
        if isinstance(value, LinedDict):
            made._written = value
        return made

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        made: dict[str, Any] = handler(schema)
        if cls.choices:
            conditions = map(cls._condition, dict.fromkeys(cls.choices.values()))
            handler.resolve_ref_schema(made)["allOf"] = list(conditions)
        return made

    @classmethod
    def _condition(cls, terms: Terms) -> dict[str, Any]:
        """What is needed and refused for the words with these terms, in words of JSON Schema."""
        words = [word for word in cls.choices if cls.choices[word] == terms]
        refused = [name for name in cls.model_fields if name in cls.refused(words[0])]
        then: dict[str, Any] = {
            "required": [group[0] for group in terms.needed if len(group) == 1],
            "allOf": [
                {"anyOf": [{"required": [key]} for key in group]} for group in terms.needed if len(group) > 1
            ],
            "properties": dict.fromkeys(refused, False),
        }
        return {
            "if": {"properties": {cls.choice: {"enum": words}}, "required": [cls.choice]},
            "then": {keyword: wanted for keyword, wanted in then.items() if wanted},
        }


T = TypeVar("T")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,9})?", re.ASCII)
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
        raise as_error(f"{value} is not a day of the calendar ({years}); correct it")
    raise PydanticCustomError(UNFIT, "is no day")


def _number(value: object) -> object:
    """As text, so that it stays as it was written: 12.50 is not 12.5."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise PydanticKnownError("string_type")
    if not _NUMBER.fullmatch(str(value)):
        raise PydanticCustomError(UNFIT, "is no number")
    return str(value)


def one_line(text: str) -> str:
    """With single spaces in place of line breaks and runs of spaces."""
    if turns(text):
        raise as_error(
            f"{shown(text)} turns the direction of text (U+202A to U+202E, U+2066 to U+2069); remove that"
        )
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

_DAY_FIELD = Field(description="a day of the calendar as YYYY-MM-DD, such as 2023-03-18")
_AGREEMENT_CODE = _code(
    "^[a-z0-9]+(-[a-z0-9]+)*$",
    "small letters, digits and single hyphens, such as ohrid-2023; it stands in addresses",
    40,
)
_SLUG = _code(
    "^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
    "small letters, digits and underscores, beginning with a letter, such as joint_committee",
)
_ANCHOR = _code(
    "^[a-z][a-z0-9]*(__?[a-z0-9]+)*$", "an anchor in the style of Akoma Ntoso, such as art_7__para_1"
)
_CODE = _code(
    "^[A-Z][A-Z0-9]*([.-][A-Z0-9]+)*$", "capitals and digits in groups joined by . or -, such as AX-6.1"
)

Line = TypeAliasType("Line", Annotated[str, _text(LIMITS["line"]), AfterValidator(one_line)])
Text = TypeAliasType("Text", Annotated[str, _text(LIMITS["text"]), AfterValidator(not_blank)])
Reason = TypeAliasType("Reason", Annotated[str, _text(LIMITS["reason"]), AfterValidator(not_blank)])
Address = TypeAliasType(
    "Address",
    Annotated[
        str,
        Field(
            pattern=r"^(https?://)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#]\S*)?$",
            max_length=LIMITS["line"],
            description="an address of a page, such as example.org/agreement",
        ),
    ],
)
Number = TypeAliasType(
    "Number",
    Annotated[
        str,
        BeforeValidator(_number),
        WithJsonSchema(
            {
                "type": ["integer", "string"],
                "pattern": r"^-?(0|[1-9]\d{0,17})(\.\d{1,9})?$",
                "description": "a number such as 30, -4 or 12.5, with a point and no other marks",
            }
        ),
    ],
)
Day = TypeAliasType("Day", Annotated[dt.date, BeforeValidator(_day), _DAY_FIELD])
AgreementCode = TypeAliasType("AgreementCode", Annotated[str, _AGREEMENT_CODE])
Slug = TypeAliasType("Slug", Annotated[str, _SLUG])
Anchor = TypeAliasType("Anchor", Annotated[str, _ANCHOR])
Code = TypeAliasType("Code", Annotated[str, _CODE])

FORMAT = 1
Format = Annotated[int, Words(FORMAT), Field(description="The version of this format: 1")]
