"""Who looks after what, and what is new to whom: read for mediators alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db.models import Q

from obligations.models import Assignment, BreachAcknowledgement, DeskVisit, Following
from obligations.status.reading import rows_of
from parties.access import Role, Viewer
from parties.models import User


@dataclass(frozen=True, slots=True)
class Care:
    """Of one obligation: its owner, and whether the viewer follows it. Empty for who does not mediate."""

    owner: User | None = None
    follows: bool = False


def care_of(obligations: Iterable[int], viewer: Viewer) -> dict[int, Care]:
    """By the key of each obligation of which anything is to be said. Two queries."""
    keys = list(obligations)
    owned = Assignment.objects.visible_to(viewer).current().filter(obligation__in=keys)
    owners = {one.obligation_id: one.owner for one in owned.select_related("owner")}
    following = Following.objects.visible_to(viewer).current().filter(obligation__in=keys)
    followed = set(following.filter(follower=viewer.user_id).values_list("obligation", flat=True))
    return {key: Care(owners.get(key), key in followed) for key in owners.keys() | followed}


def mediators_of(agreements: Iterable[int]) -> list[User]:
    """Who can own an obligation of these agreements, by name."""
    mandate = Q(mandates__role=Role.MEDIATOR, mandates__agreement__in=list(agreements), is_active=True)
    found = list(get_user_model().objects.filter(mandate).distinct())
    return sorted(found, key=str)


def acknowledged(breaches: Iterable[str], viewer: Viewer) -> dict[str, BreachAcknowledgement]:
    """Which breaches are acknowledged, by their keys; none for who does not mediate. One query."""
    rows = BreachAcknowledgement.objects.visible_to(viewer).filter(breach__in=list(breaches))
    return {one.breach: one for one in rows.select_related("recorded_by")}


@dataclass(frozen=True, slots=True)
class News:
    """What others recorded since a visit, the newest first: the keys of commitments, and of proposals."""

    commitments: list[int] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)


# What is no statement, request, reading, breach or proposal waits nowhere on the desk.
NEWS = """
WITH entries AS MATERIALIZED (
    SELECT e.id AS entry, e.content, e.after, e.command FROM agreement_chainlink l
    JOIN agreement_ledgerentry e ON e.id = l.entry_id
    JOIN unnest(%s::bigint[], %s::bigint[]) AS v(chain, seen) ON l.chain = v.chain AND l.position > v.seen
    WHERE e.actor_id IS DISTINCT FROM %s
), named AS MATERIALIZED (
    SELECT entry, r ->> 0 AS model, (r ->> 1)::bigint AS id
    FROM entries, jsonb_array_elements(entries.content::jsonb -> 'rows') AS r
), touched AS (
    SELECT entry, commitment_id FROM named JOIN obligations_statement t USING (id)
    WHERE model = 'obligations.statement'
    UNION ALL SELECT entry, commitment_id FROM named JOIN obligations_partyrequest t USING (id)
    WHERE model = 'obligations.partyrequest'
    UNION ALL SELECT entry, commitment_id FROM named JOIN obligations_reading t USING (id)
    WHERE model = 'obligations.reading'
    UNION ALL SELECT entry, t.commitment_id FROM entries, jsonb_array_elements(after -> 'breaches') AS b
    JOIN obligations_breach t ON t.id = b::text::bigint WHERE command = 'flag_overdue'
)
SELECT commitment_id, NULL, max(entry) AS newest FROM touched GROUP BY commitment_id
UNION ALL SELECT NULL, t.key, entry FROM named JOIN obligations_proposal t USING (id)
WHERE model = 'obligations.proposal'
ORDER BY newest DESC, commitment_id
"""


def news_since(visits: Iterable[DeskVisit], viewer: Viewer) -> News:
    """What others recorded after the places that were seen, by the ledger of each agreement. One query."""
    rows = list(visits)
    chains, seen = [one.agreement_id for one in rows], [one.seen for one in rows]
    found = rows_of(NEWS, [chains, seen, viewer.user_id]) if rows else []
    return News([pk for pk, _key, _at in found if pk], [key for _pk, key, _at in found if key])
