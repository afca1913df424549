"""What packs say, such as titles: as it was written, and on pages and in mails in the language of who reads.

A column of theirs gives a `PackText`. It is the pack's own text wherever it is compared, stored, digested or written as
JSON, and in the API; shown in a template or put into a sentence it is its translation, where there is one and a page is
being made. So no page asks for translations, and no record can hold one by mistake.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models
from django.utils.html import escape
from django.utils.safestring import SafeString


class Catalogue(Protocol):
    """The translations into one language. `form` is a case of a name, such as `genitive`; none: as it is listed.

    `states` says of those that were found whether somebody looked at them: `machine`, `reviewed`.
    """

    states: set[str]

    def find(self, text: str, form: str) -> str | None: ...


_read_in: ContextVar[Catalogue | None] = ContextVar("read_in", default=None)


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


def as_written(text: str) -> str:
    """The text as the pack has it, and no more than that."""
    return str.__str__(text)


def translated(text: str, form: str = "") -> str:
    """The text as it is read here and now."""
    read = _read_in.get()
    return as_written((read and text and read.find(text, form)) or text)


class PackText(str):
    __slots__ = ()

    def __str__(self) -> str:
        return translated(self)

    def __format__(self, spec: str) -> str:
        return format(translated(self), spec)

    def __html__(self) -> SafeString:
        return escape(translated(self))

    # The cases that a sentence can want of a name; the name itself in languages without them.

    @property
    def genitive(self) -> str:
        return translated(self, "genitive")

    @property
    def dative(self) -> str:
        return translated(self, "dative")

    @property
    def accusative(self) -> str:
        return translated(self, "accusative")

    @property
    def instrumental(self) -> str:
        return translated(self, "instrumental")

    @property
    def locative(self) -> str:
        return translated(self, "locative")


class OfPack:
    """A column of text that a pack gives. To the database, and to migrations, it is a plain one."""

    def from_db_value(self, value: str | None, *_rest: Any) -> str | None:
        return value and PackText(value)

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()  # type: ignore[misc]
        return name, f"django.db.models.{type(self).__bases__[-1].__name__}", args, options


if TYPE_CHECKING:
    Char = models.CharField[str, str]
    Prose = models.TextField[str, str]
else:
    Char, Prose = models.CharField, models.TextField


class PackChar(OfPack, Char):
    pass


class PackProse(OfPack, Prose):
    pass
