"""Who looks after what: read for mediators alone; and what is new to whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet, TextChoices
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Provision
from obligations.models import (
    Assignment,
    BreachAcknowledgement,
    Following,
    Obligation,
    Reading,
    Release,
    SavedView,
    Statement,
    Visit,
)
from obligations.status.reading import rows_of
from parties.access import Audience, Role, Tier, Viewer
from parties.models import User
from parties.rights import Right, may


@dataclass(frozen=True, slots=True)
class Care:
    """Of one obligation: whether the viewer follows it, and its owner, as far as mediators alone know of that."""

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


STATEMENT, RELEASE = Statement._meta.label_lower, Release._meta.label_lower
# The rows that others' entries name after places of chains.
NAMED = """
WITH entries AS MATERIALIZED (
    SELECT e.id AS entry, e.content, e.after, e.command FROM agreement_chainlink l
    JOIN agreement_ledgerentry e ON e.id = l.entry_id
    JOIN unnest(%s::bigint[], %s::bigint[]) AS v(chain, seen) ON l.chain = v.chain AND l.position > v.seen
    WHERE e.actor_id IS DISTINCT FROM %s
), named AS MATERIALIZED (
    SELECT entry, r ->> 0 AS model, (r ->> 1)::bigint AS id
    FROM entries, jsonb_array_elements(entries.content::jsonb -> 'rows') AS r
)"""
# What is no statement, request, reading, breach or proposal waits nowhere on the desk. Of these it says what the stream
# of changes tells mediators (a test holds the two together), by a query of its own: the desk is opened all day, and
# reads what was committed since a visit by the index of places; the stream looks each change up by its kind.
NEWS = f"""{NAMED}, touched AS (
    SELECT entry, commitment_id FROM named JOIN obligations_statement t USING (id)
    WHERE model = 'obligations.statement'
    UNION ALL SELECT entry, commitment_id FROM named JOIN obligations_partyrequest t USING (id)
    WHERE model = 'obligations.partyrequest'
    UNION ALL SELECT entry, r.commitment_id FROM named JOIN obligations_requesttakenback t USING (id)
    JOIN obligations_partyrequest r ON r.id = t.request_id WHERE model = 'obligations.requesttakenback'
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


def news_since(visits: Iterable[Visit], viewer: Viewer) -> News:
    """What others recorded after the places that were seen, by the ledger of each agreement. One query."""
    rows = list(visits)
    found = rows_of(NEWS, since(rows, viewer)) if rows else []
    return News([pk for pk, _key, _at in found if pk], [key for _pk, key, _at in found if key])


def since(visits: Sequence[Visit], viewer: Viewer) -> list[Any]:
    return [[one.agreement_id for one in visits], [one.seen for one in visits], viewer.user_id]


Rows = set[tuple[str, int]]


def rows_since(visit: Visit, viewer: Viewer, now: datetime, rows: Iterable[Statement | Reading]) -> Rows:
    """Those of `rows`, all of which the viewer may see, that others recorded after the place that was seen, and the
    statements that the viewer could not see by then; each as its model and key. Two queries.
    """
    said = [(one._meta.label_lower, one.pk) for one in rows]
    statements = [key for model, key in said if model == STATEMENT]
    named = f"{NAMED} SELECT model, id FROM named WHERE model = %s OR id = ANY(%s)"
    found: Rows = set(rows_of(named, [*since([visit], viewer), RELEASE, [key for _model, key in said]]))
    opened = Q(pk__in=[key for model, key in found if model == RELEASE])
    if visit.left_at:
        opened |= Q(publish_at__gt=visit.left_at, publish_at__lte=now)
    grant = viewer.grant(visit.agreement_id)
    for one in Release.objects.filter(opened, statement__in=statements):
        before = Audience(Tier(one.from_tier), one.from_confidant_id)
        if one.statement_id and not (grant and grant.reader.within(before)):
            found.add((STATEMENT, one.statement_id))
    return found & {*said}


class FollowedKind(TextChoices):
    AGREEMENT = "agreement", _("an agreement")
    PROVISION = "provision", _("an article, with all below it")
    PARTY = "party", _("what a party owes in the agreement")
    OBLIGATION = "obligation", _("an obligation")
    VIEW = "view", _("a view of the desk that you saved")


def key_of(provision: Provision) -> str:
    return f"{provision.instrument.code}/{provision.anchor}"


def subject_named(kind: str, key: str, whole: Agreement, viewer: Viewer) -> dict[str, Any]:
    """What `commands.care.follow` takes. Raises Http404 where there is no such thing in the agreement.

    `key` is the code of an obligation or a party, that of a provision as `key_of` gives it, and empty of the agreement.
    """
    if kind == FollowedKind.OBLIGATION:
        own = Obligation.objects.visible_to(viewer).filter(agreement=whole)
        return {"obligation": get_object_or_404(own, code=key)}
    if kind == FollowedKind.PROVISION:
        instrument, _slash, anchor = key.partition("/")
        provisions = Provision.objects.visible_to(viewer).filter(instrument__agreement=whole)
        return {"provision": get_object_or_404(provisions, instrument__code=instrument, anchor=anchor)}
    if kind == FollowedKind.PARTY:
        return {"agreement": whole, "party": get_object_or_404(whole.parties.all(), code=key)}
    if kind == FollowedKind.AGREEMENT:
        return {"agreement": whole}
    raise Http404


def followings(viewer: Viewer) -> list[Following]:
    """What the viewer follows, in the agreements in which they may follow anything, by agreement."""
    rows = Following.objects.visible_to(viewer).current().order_by("agreement__code", "pk")
    rows = rows.select_related("agreement", "obligation", "provision__instrument", "party")
    return [row for row in rows if may(viewer, Right.FOLLOW, row.agreement_id)]


def views_followed(viewer: Viewer) -> QuerySet[SavedView]:
    return SavedView.objects.filter(user=viewer.user_id, follows=True)
