"""The same finding sent twice, and a statement that came between."""

from typing import Any

from obligations.models import Commitment, Statement
from parties.access import Viewer


def already(commitment: Commitment, said: dict[str, Any], viewer: Viewer) -> Statement | None:
    """The newest statement, where it is this very finding by the same mediator: a form that was sent twice."""
    newest = Statement.objects.filter(commitment=commitment).order_by("-recorded_at", "-pk").first()
    if newest is None or newest.kind != Statement.Kind.FINDING or newest.recorded_by_id != viewer.user_id:
        return None
    asked = {"level": None, "not_assessable": False, "conduct": ""} | said
    asked["refers_to"] = asked.pop("cites", None)
    asked["reason"], asked["source"] = asked["reason"].strip(), asked["source"].strip()
    return newest if all(getattr(newest, name) == value for name, value in asked.items()) else None


def overtaken(commitment: Commitment, seen: int | None) -> Statement | None:
    """A finding that was recorded after what the mediator saw; None where nobody came between."""
    later = Statement.objects.findings().filter(commitment=commitment, pk__gt=seen or 0)
    return later.order_by("-pk").first() if seen is not None else None
