"""Whose breaches opened and closed, as entries of the ledger, by which the stream of changes tells of them.

A breach opens for each audience when its own run of the clock ends, and closes when what it may see ends it: a hidden
finding closes one for mediators that stays open for everybody else. `ToldBreach` has those to whom a breach stands as
opened, so each audience is told of an opening and a closing in turn, and of neither twice.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from agreement.ledger import enter
from obligations.deadlines.moment import STILL
from obligations.status.reading import MEDIATORS_BIT
from parties.access import Viewer

COMMAND = "turn_breaches"
# Of each breach of some commitments: to whom it is open now, and to whom it was told as opened. Written down as told
# are closings, and openings too where they are asked for.
TURN = """
WITH seen AS (
    SELECT s.agreement_id, s.commitment_id, s.key,
        coalesce(bit_or(s.mask) FILTER (WHERE s.closed_at IS NULL AND s.overdue_since <= %(now)s), 0) AS open,
        CASE WHEN min(s.closed_by) = max(s.closed_by) THEN min(s.closed_by) END AS closed_by,
        coalesce(bit_or(s.mask) FILTER (WHERE s.closed_by IS NOT NULL), 0) AS found, min(s.opened_by) AS opened_by
    FROM obligations_breachstatus s
    WHERE s.commitment_id = ANY(%(keys)s) AND s.known_until = %(still)s
        AND s.shown_from <= %(now)s AND s.shown_until > %(now)s
    GROUP BY s.agreement_id, s.commitment_id, s.key
), compared AS (
    SELECT agreement_id, commitment_id, key, coalesce(seen.open, 0) AS open, coalesce(t.mask, 0) AS told,
        seen.closed_by, seen.found, seen.opened_by
    FROM seen FULL JOIN (SELECT * FROM obligations_toldbreach WHERE commitment_id = ANY(%(keys)s)) t
        USING (agreement_id, commitment_id, key)
), turned AS (
    SELECT *, told & ~open AS closed, CASE WHEN %(opens)s THEN open & ~told ELSE 0 END AS opened FROM compared
), written AS (
    INSERT INTO obligations_toldbreach AS t (agreement_id, commitment_id, key, mask, since)
    SELECT agreement_id, commitment_id, key, (told & open) | opened,
        CASE WHEN opened & %(mediators)s <> 0 THEN %(now)s::timestamptz END
    FROM turned WHERE closed <> 0 OR opened <> 0
    ON CONFLICT (key) DO UPDATE SET mask = EXCLUDED.mask, since = coalesce(EXCLUDED.since, t.since),
        escalated = CASE WHEN EXCLUDED.since IS NULL THEN t.escalated ELSE 0 END
), marked AS (
    UPDATE obligations_breachstatus s SET is_told = true
    WHERE %(opens)s AND s.commitment_id = ANY(%(keys)s) AND NOT s.is_told AND s.known_until = %(still)s
        AND s.closed_at IS NULL AND s.overdue_since <= %(now)s AND s.shown_from <= %(now)s AND s.shown_until > %(now)s
)
SELECT agreement_id, commitment_id, key, opened, closed, opened_by, CASE WHEN closed & ~found = 0 THEN closed_by END
FROM turned
WHERE closed <> 0 OR opened <> 0 ORDER BY agreement_id, commitment_id, key
"""


def turn(commitments: Collection[int], now: datetime, opens: bool = False) -> None:
    """Enter what closed of the breaches of these commitments, which are locked; with `opens`, what opened as well.

    An entry has `turns`: each what the breach did, its key, the commitment, the mask of those to whom it did, and the
    statement by which, None where there was none or it was not the same for all.
    """
    given: dict[str, Any] = {"keys": list(commitments), "now": now, "still": STILL, "opens": opens}
    given["mediators"] = MEDIATORS_BIT
    with connection.cursor() as cursor:
        cursor.execute(TURN, given)
        rows = cursor.fetchall()
    turns: dict[int, list[list[Any]]] = defaultdict(list)
    for agreement_id, commitment, key, opened, closed, opened_by, closed_by in rows:
        if closed:
            turns[agreement_id].append(["closed", key, commitment, str(closed), closed_by])
        if opened:
            turns[agreement_id].append(["opened", key, commitment, str(opened), opened_by])
    for agreement_id, of_one in turns.items():
        enter(
            agreement_id=agreement_id,
            actor=Viewer(),
            now=now,
            command=COMMAND,
            subject=f"{len({commitment for _what, _key, commitment, *_more in of_one})} commitments",
            after={"turns": of_one},
        )
