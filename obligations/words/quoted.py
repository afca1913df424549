"""A statement as every form shows it that answers it, or that acts on it: with what is said about it already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from obligations.models import Statement
from parties.access import Viewer


@dataclass(frozen=True, slots=True)
class Quoted:
    """`contests` are those that the viewer may see, in order; `about` is what it refers to, where that can be seen."""

    statement: Statement
    contests: tuple[Statement, ...] = ()
    about: Statement | None = None


def quoted(statements: Iterable[Statement], viewer: Viewer, now: datetime) -> list[Quoted]:
    """Each with the contests on it that were not withdrawn. One query, whatever the number of statements."""
    rows = list(statements)
    keys = {one.pk for one in rows}
    subjects = {one.refers_to_id for one in rows if one.refers_to_id}
    seen = Statement.objects.visible_to(viewer, now).select_related("by", "confidant")
    contests = seen.in_force().filter(kind=Statement.Kind.CONTEST, refers_to__in=keys)
    others = list((contests | seen.filter(pk__in=subjects)).order_by("recorded_at", "pk"))
    return [
        Quoted(
            one,
            tuple(other for other in others if other.refers_to_id == one.pk and is_contest(other)),
            next((other for other in others if other.pk == one.refers_to_id), None),
        )
        for one in rows
    ]


def is_contest(statement: Statement) -> bool:
    return statement.kind == Statement.Kind.CONTEST and statement.in_force()
