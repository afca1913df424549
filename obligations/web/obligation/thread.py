"""What a statement is to the other statements on its commitment, as far as the viewer may see those."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from obligations.deadlines import Moment
from obligations.models import Statement
from obligations.words.versions import Piece, differences
from parties.access import Tier

# How a statement refers to another, before the kind and the day of that one.
REFERS: dict[Statement.Kind, Promise] = {
    Statement.Kind.CLAIM: _("Refers to"),
    Statement.Kind.FINDING: _("Judges"),
    Statement.Kind.CONTEST: _("Objects to"),
    Statement.Kind.ANSWER: _("Answers"),
    Statement.Kind.WITHDRAWAL: _("Takes back"),
}


Kind = Statement.Kind


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """`about` is the statement that it refers to, `before` the one of the same kind that the same side made before it;
    both None where there is none, or none that the viewer may see.

    `withdrawal` took it back; `published_at` is when it became public, None for what always was or is not.
    """

    statement: Statement
    about: Statement | None = None
    before: Statement | None = None
    withdrawal: Statement | None = None
    published_at: datetime | None = None

    @property
    def refers(self) -> str:
        """How it refers to `about`, in words."""
        return str(REFERS[Kind(self.statement.kind)]) if self.about else ""

    @property
    def new_words(self) -> list[Piece]:
        """How its reason differs from that of the one before."""
        return differences(self.before.reason, self.statement.reason) if self.before else []

    @property
    def likeness(self) -> object:
        """The same for what was said at one time of several commitments."""
        return tuple(
            (one.kind, one.by_id, one.recorded_at, one.effective_on, one.reason) if one else None
            for one in (self.about, self.before, self.withdrawal)
        )


def thread_entries(statements: Sequence[Statement], moment: Moment) -> dict[int, ThreadEntry]:
    """By key. `statements` are those of one commitment that the viewer may see at the moment, newest first."""
    by_key = {one.pk: one for one in statements}
    taken_back = {one.refers_to_id: one for one in statements if one.kind == Kind.WITHDRAWAL}
    earlier = before_each(statements)
    return {
        one.pk: ThreadEntry(
            one,
            by_key.get(one.refers_to_id or 0),
            earlier.get(one.pk),
            taken_back.get(one.pk),
            one.publish_at if one.tier == Tier.PUBLIC or is_public(one, moment) else None,
        )
        for one in statements
    }


def is_public(statement: Statement, moment: Moment) -> bool:
    return statement.publish_at is not None and statement.publish_at <= moment.now


def before_each(statements: Iterable[Statement]) -> dict[int, Statement]:
    """The claim before each claim of the same party, the finding before each finding: as they were recorded."""
    last: dict[tuple[str, int | None], Statement] = {}
    found: dict[int, Statement] = {}
    verdicts = [one for one in statements if one.kind in (Kind.CLAIM, Kind.FINDING)]
    for statement in sorted(verdicts, key=lambda one: (one.recorded_at, one.effective_on, one.pk)):
        side = (statement.kind, statement.by_id)
        if side in last:
            found[statement.pk] = last[side]
        last[side] = statement
    return found
