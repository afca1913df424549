"""The translations that stand beside a statement, as its reader wants them. None of these asks the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from obligations.models import Statement, StatementTranslation
from obligations.words.languages import name_of
from parties.alphabets import place_of
from parties.languages import is_read_by, read_here, tag_of


@dataclass(frozen=True, slots=True)
class Beside:
    """`language` is the statement's own. `first` is the translation that is read at once, of whoever cannot read the
    statement itself; the `others` are folded.
    """

    language: str
    first: StatementTranslation | None
    others: tuple[StatementTranslation, ...]

    def __bool__(self) -> bool:
        return bool(self.first or self.others)

    @property
    def title(self) -> str:
        """What the others are folded behind."""
        names = ", ".join(name_of(tag_of(one.language)) for one in self.others)
        # Translators: “languages” are their names, with commas between.
        told = _("More translations: %(languages)s") if self.first else _("Translations: %(languages)s")
        return told % {"languages": names}


def beside(said: Statement, given: Sequence[StatementTranslation]) -> Beside:
    """`given` are the newest translations, one of each language. Who reads a language reads both of its scripts."""
    newest = max(given, key=lambda one: (one.recorded_at, one.pk), default=None)
    own = said.language or (newest.of_language if newest else "")
    here = read_here()
    read = [one for one in given if is_read_by(one.language, here)] if not is_read_by(own, here) else []
    first = min(read, key=lambda one: one.language != here, default=None)
    others = sorted(
        (one for one in given if one is not first), key=lambda one: place_of(name_of(tag_of(one.language)))
    )
    return Beside(own, first, tuple(others))
