"""Commitments as a viewer sees them: by their rows, and by the functions that single pages use."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from obligations.deadlines.moment import Moment, moment_at
from obligations.models import Commitment
from obligations.status import reading
from obligations.status.reading import Listed
from obligations.status.status import with_standing
from parties.access import Viewer

COLUMNS = {
    "life_then": "s.life",
    "clock_then": "s.clock",
    "runs_from": "s.runs_from",
    "falls_due_on": "s.due_on",
    "falls_due_at": "s.due_at",
    "finding_id": "s.finding_id",
    "level": "s.level",
    "not_assessable": "s.not_assessable",
    "conduct": "s.conduct",
    "found_on": "s.found_on",
    "complete_since": "s.complete_since",
    "last_finding_id": "s.last_finding_id",
    "own_claim": "s.own_claim",
    "other_claim": "s.other_claim",
}


def seen(
    viewer: Viewer, moment: Moment | datetime, commitments: Iterable[Commitment] | None = None
) -> list[Any]:
    """In the order of their keys; each with its `standing`, and with the columns of its row by the names of COLUMNS."""
    moment = moment_at(moment)
    only = () if commitments is None else (("s.commitment_id = ANY(%s)", [[one.pk for one in commitments]]),)
    timeliness, given = reading.timeliness(moment)
    columns = f"s.commitment_id, {timeliness}, {', '.join(COLUMNS.values())}"
    rows = Listed(viewer, moment, more=only).select((columns, given), "ORDER BY 1")
    found = with_standing(
        Commitment.objects.filter(pk__in=[row[0] for row in rows]).order_by("pk"), viewer, moment
    )
    shown: list[Any] = [standing.commitment for standing in found]
    for commitment, standing, (_pk, state, *values) in zip(shown, found, rows, strict=True):
        commitment.standing, commitment.timeliness = standing, state
        for name, value in zip(COLUMNS, values, strict=True):
            setattr(commitment, name, value)
    return shown
