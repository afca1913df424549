"""Who looks after an obligation, as its page and the desk show it."""

from collections.abc import Iterable
from typing import Any

from obligations.models import Obligation
from obligations.status.breaches import SeenBreach
from obligations.status.care import Care, acknowledged, care_of, mediators_of
from parties.access import Viewer
from parties.rights import Right, may


def looked_after(owed: Obligation, breaches: Iterable[SeenBreach], viewer: Viewer) -> dict[str, Any]:
    """What `components/care.html` shows: whether one follows it; to a mediator also who owns it, and of `breaches` the
    open ones, with whoever took note of them.
    """
    care = care_of([owed.pk], viewer).get(owed.pk, Care())
    if not may(viewer, Right.ASSIGN, owed.agreement_id):
        return {"care": care}
    still_open = [one for one in breaches if one.is_open]
    noted = acknowledged([one.key for one in still_open], viewer) if still_open else {}
    return {
        "care": care,
        "mediators": mediators_of([owed.agreement_id]),
        "me": viewer.user_id,
        "acknowledged": noted,
        "to_acknowledge": [one for one in still_open if one.key not in noted],
    }
