"""What every entry of a pack can do: be checked, tell where it stands, and publish what goes with a choice."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    PrivateAttr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    model_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from agreement.packs.problems import Place
from agreement.packs.source import LinedDict

Fault = tuple[tuple[str | int, ...], str]  # where, below the value that is looked at, and what is wrong there
# Types of error: the message is whole; the description of the field says what to write.
TOLD, UNFIT = "told", "unfit"


def told(message: str) -> PydanticCustomError:
    return PydanticCustomError(TOLD, "{message}", {"message": message})


def checked(value: Any, handler: ValidatorFunctionWrapHandler, faults: Iterable[Fault]) -> Any:
    """What the handler makes of the value. Its errors are raised together with the faults, one for each place."""
    details = [InitErrorDetails(type=told(message), loc=steps, input=value) for steps, message in faults]
    try:
        made = handler(value)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        named = {one["loc"] for one in errors}
        details = [one for one in details if one["loc"] not in named]
        for one in errors:
            kind = PydanticCustomError(one["type"], "{message}", {"message": one["msg"]})
            details.append(InitErrorDetails(type=kind, loc=one["loc"], input=one["input"]))
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
