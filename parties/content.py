"""What packs say, such as titles: as it was written, and on pages and in mails in the language of who reads.

A column of theirs gives a `PackText`. It is the pack's own text wherever it is compared, stored, digested or written as
JSON, and in the API; shown in a template or put into a sentence it is its translation, where there is one and a page is
being made. So no page asks for translations, and no record can hold one by mistake.

A text knows the agreement whose pack says it, and is shown by that one's translations: what another agreement makes of
the same words is nothing to it. Where the database gives a text without its row, `PackText(text, of)` tells it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.html import escape
from django.utils.safestring import SafeString

# An agreement by its key; or by its code, where a row has no more than that.
Of = int | str


class Catalogue(Protocol):
    """The translations into one language. `form` is a case of a name, such as `genitive`; none: as it is listed.

    `of` is the agreement that the text comes from, None where that is not known. `states` says of those that were found
    whether somebody looked at them: `machine`, `reviewed`.
    """

    states: set[str]

    def find(self, text: str, form: str, of: Of | None) -> str | None: ...


_read_in: ContextVar[Catalogue | None] = ContextVar("read_in", default=None)
# By what who asked for something reads, while it is recorded.
_asked_in: ContextVar[Catalogue | None] = ContextVar("asked_in", default=None)


def catalogue() -> Catalogue | None:
    """What texts of packs are shown by, here and now."""
    return _read_in.get()


@contextmanager
def read_in(catalogue: Catalogue | None) -> Iterator[None]:
    """Inside of it, texts of packs are shown as the catalogue has them; as they were written where there is none."""
    before = _read_in.set(catalogue)
    try:
        yield
    finally:
        _read_in.reset(before)


@contextmanager
def recording() -> Iterator[None]:
    """Inside of it, texts are as the pack has them, whoever reads: what is recorded is in its words."""
    before = _asked_in.set(_read_in.get() or _asked_in.get())
    try:
        with read_in(None):
            yield
    finally:
        _asked_in.reset(before)


def told_to_who_asked() -> AbstractContextManager[None]:
    """Inside of it, while something is recorded, texts are as who asked for that reads them: why it is refused."""
    return read_in(_read_in.get() or _asked_in.get())


def as_written(text: str) -> str:
    """The text as the pack has it, and no more than that."""
    return str.__str__(text)


def translated(text: str, form: str = "") -> str:
    """The text as it is read here and now."""
    read = _read_in.get()
    return as_written((read and text and read.find(text, form, getattr(text, "of", None))) or text)


class PackText(str):
    __slots__ = ("of",)
    of: Of | None

    def __new__(cls, text: str, of: Of | None = None) -> Self:
        made = super().__new__(cls, as_written(text))
        made.of = of
        return made

    def __str__(self) -> str:
        return translated(self)

    def __format__(self, spec: str) -> str:
        return format(translated(self), spec)

    def __html__(self) -> SafeString:
        return Shown(escape(translated(self)), lambda form: escape(self.in_case(form)))

    def in_case(self, form: str) -> str:
        """As a sentence wants it, by one of `parties.cases.FORMS`; as it is listed in languages without them."""
        return translated(self, form)


class Shown(SafeString):
    """A name as a page has it, with its mark; `in_case` is the same again in a case."""

    in_case: Callable[[str], SafeString]

    def __new__(cls, markup: str, in_case: Callable[[str], SafeString]) -> Self:
        made = super().__new__(cls, markup)
        made.in_case = in_case
        return made


def agreement_of(row: models.Model) -> Of | None:
    """The agreement of a row, by what is loaded of it: its model may name the path to it, `of_agreement`."""
    *parents, column = getattr(row, "of_agreement", "agreement_id").split(".")
    above: models.Model | None = row
    for parent in parents:
        above = above and above._state.fields_cache.get(parent)
    return (above and above.__dict__.get(column)) or None


class TextOfRow(DeferredAttribute):
    """Tells a text, or each of several, the agreement of its row when it is read. It asks the database for nothing."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        value = super().__get__(instance, owner)
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, PackText) and text.of is None:
                text.of = agreement_of(instance)
        return value

    def __set__(
        self, instance: Any, value: Any
    ) -> None:  # so that reading comes here and not to the value itself
        instance.__dict__[self.field.attname] = value


class OfPack:
    """A column of text that a pack gives. To the database, and to migrations, it is a plain one."""

    descriptor_class = TextOfRow

    def from_db_value(self, value: str | None, *_rest: Any) -> str | None:
        return value and PackText(value)

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()  # type: ignore[misc]
        return name, f"django.db.models.{type(self).__bases__[-1].__name__}", args, options


if TYPE_CHECKING:
    Char = models.CharField[str, str]
    Prose = models.TextField[str, str]
    Several = ArrayField[list[str], list[str]]
else:
    Char, Prose, Several = models.CharField, models.TextField, ArrayField


class PackChar(OfPack, Char):  # type: ignore[misc]
    pass


class PackProse(OfPack, Prose):  # type: ignore[misc]
    pass


class PackTexts(Several):
    """Several, each of them a `PackChar`."""

    descriptor_class = TextOfRow

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.contrib.postgres.fields.ArrayField", args, options
