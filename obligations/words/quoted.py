"""A statement as forms show it that answer it, and two versions of a text side by side."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from obligations.deadlines import present
from obligations.models import Statement
from obligations.status.recall import Translations, translations_of
from parties.access import Viewer


@dataclass(frozen=True, slots=True)
class Quoted:
    """`contests` are those that the viewer may see, in order; `about` is what it refers to, where that can be seen.

    `translations` are those of all that is quoted.
    """

    statement: Statement
    translations: Translations
    contests: tuple[Statement, ...] = ()
    about: Statement | None = None


def quoted(statements: Iterable[Statement], viewer: Viewer, now: datetime) -> list[Quoted]:
    """Each with the contests on it that were not withdrawn. Two queries, whatever the number of statements."""
    rows = list(statements)
    keys = {row.pk for row in rows}
    subjects = {row.refers_to_id for row in rows if row.refers_to_id}
    seen = Statement.objects.visible_to(viewer, now).select_related("by", "confidant")
    contests = seen.in_force().filter(kind=Statement.Kind.CONTEST, refers_to__in=keys)
    others = list((contests | seen.filter(pk__in=subjects)).order_by("recorded_at", "pk"))
    translations = translations_of([*rows, *others], present(now))
    return [
        Quoted(
            row,
            translations,
            tuple(other for other in others if other.refers_to_id == row.pk and is_contest(other)),
            next((other for other in others if other.pk == row.refers_to_id), None),
        )
        for row in rows
    ]


def named(statement: Statement) -> str:
    """What another refers to, in words."""
    said = {
        "what": statement.get_kind_display(),
        "who": statement.by and statement.by.name,
        "day": date_format(statement.effective_on),
    }
    # Translators: “what” is a kind of statement in small letters, as “claim”, “who” a party by its name.
    return _("%(what)s of %(who)s, %(day)s") % said if statement.by else f"{said['what']}, {said['day']}"


def is_contest(statement: Statement) -> bool:
    return statement.kind == Statement.Kind.CONTEST and statement.in_force()


TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
# Longer texts are shown whole: comparing them word by word would take seconds.
MOST_TOKENS = 4000

Op = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: in both texts, in the earlier one alone (`gone`), or in the later one alone (`new`)."""

    op: Op
    text: str


def differences(earlier: str, later: str) -> list[Piece]:
    """The pieces in reading order. `same` and `gone` together are the earlier text, `same` and `new` the later."""
    if earlier == later:
        return [Piece("same", later)] if later else []
    return list(pieces(TOKENS.findall(earlier), TOKENS.findall(later)))


def pieces(was: list[str], is_now: list[str]) -> Iterator[Piece]:
    if len(was) + len(is_now) > MOST_TOKENS:
        was_and_is: list[tuple[Op, list[str]]] = [("gone", was), ("new", is_now)]
        yield from (Piece(op, "".join(words)) for op, words in was_and_is if words)
        return
    for tag, a, b, c, d in SequenceMatcher(None, was, is_now, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(was[a:b]))
            continue
        if a < b:
            yield Piece("gone", "".join(was[a:b]))
        if c < d:
            yield Piece("new", "".join(is_now[c:d]))


NOTHING_SEEN = "none"


@dataclass(frozen=True, slots=True)
class Compared:
    """One field in both versions, whole: `gone` are the words of theirs alone, `new` those of mine alone.

    `languages` are those of both, where it is a text.
    """

    label: str
    theirs: tuple[Piece, ...]
    mine: tuple[Piece, ...]
    languages: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        return any(piece.op != "same" for piece in (*self.theirs, *self.mine))


def compared(fields: Iterable[tuple[str, ...]]) -> list[Compared]:
    """Those of (label, theirs, mine), with both languages of texts, that hold anything in either version."""
    return [
        Compared(label, *sides(theirs, mine), languages=tuple(languages))
        for label, theirs, mine, *languages in fields
        if theirs or mine
    ]


def sides(theirs: str, mine: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    pieces = differences(theirs, mine)
    return tuple(one for one in pieces if one.op != "new"), tuple(one for one in pieces if one.op != "gone")


def newest_key(statements: Sequence[Statement]) -> str:
    """What a form says was seen: the key of the statement that was recorded last, or that there was none."""
    newest = max(statements, key=lambda one: (one.recorded_at, one.pk), default=None)
    return newest.key if newest else NOTHING_SEEN
