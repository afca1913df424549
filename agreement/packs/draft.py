"""What a pack's files say, before it is known to be right: each entry as it was written beside what it gives."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from agreement.packs.fields import Entry
from agreement.packs.model import SECTIONS, Agreement, MainFile, Naming, PartFile, Translations
from agreement.packs.source import Document, LinedDict, Problem

T = TypeVar("T", bound=Entry)


@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """One entry of a list as it was written; and as its model, unless something in it does not fit."""

    written: LinedDict
    sound: T | None


@dataclass(slots=True)
class Draft:
    """Everything that a pack's files say.

    ``complete``: every file and list could be read, so a code that is not here is nowhere. Otherwise comparing codes
    would only repeat one mistake many times.
    """

    main: Document
    documents: list[Document] = field(default_factory=list)
    head: MainFile | None = None
    parts: list[PartFile] = field(default_factory=list)
    translations: list[Translations] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    complete: bool = True
    agreement: Agreement | None = None
    naming: Naming | None = None
    sections: dict[str, list[Record[Any]]] = field(default_factory=lambda: {name: [] for name in SECTIONS})

    def sound(self, section: str) -> Iterator[Any]:
        """The entries of a list without misfits, as their models."""
        return (record.sound for record in self.sections[section] if record.sound)
