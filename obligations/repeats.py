"""The same statement sent twice, and one that came between."""

from typing import Any

from obligations.models import Commitment, Statement
from parties.access import Viewer

NOTHING_SEEN = "none"


def already(commitment: Commitment, kind: str, said: dict[str, Any], viewer: Viewer) -> Statement | None:
    """The newest statement, where it is this very one by the same person: a form that was sent twice.

    `said` is what the command takes. Asked with the commitment locked, a second click waits for the first.
    """
    newest = Statement.objects.filter(commitment=commitment).order_by("-recorded_at", "-pk").first()
    if newest is None or newest.kind != kind or newest.recorded_by_id != viewer.user_id or not newest.held():
        return None
    asked = {"level": None, "not_assessable": False, "conduct": "", "cites": None} | said
    asked.pop("wider", None)
    about = asked.pop("statement", None) or asked.pop("cites")
    asked.pop("cites", None)
    asked |= {"refers_to": about, "reason": asked["reason"].strip(), "source": asked["source"].strip()}
    return newest if all(getattr(newest, name) == value for name, value in asked.items()) else None


def newest_key(statements: list[Statement] | tuple[Statement, ...]) -> str:
    """What a form says was seen: the key of the statement that was recorded last, or that there was none."""
    newest = max(statements, key=lambda one: (one.recorded_at, one.pk), default=None)
    return newest.key if newest else NOTHING_SEEN


def overtaken(commitment: Commitment, seen: str) -> Statement | None:
    """The newest finding that was recorded after what the mediator had seen; None where nobody came between.

    `seen` is the key of a statement; empty where it is not told, and nothing is asked.
    """
    if not seen:
        return None
    later = Statement.objects.findings().held().filter(commitment=commitment)
    if anchor := Statement.objects.filter(commitment=commitment, key=seen).first():
        later = later.filter(pk__gt=anchor.pk)
    return later.select_related("confidant", "occurrence", "recorded_by").order_by("-pk").first()
