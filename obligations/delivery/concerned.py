"""Whom a change concerns, and why: the one place that decides who is told of it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from agreement.models import Mandate, Provision
from agreement.viewers import viewer_for
from obligations.delivery.kinds import Kind
from obligations.delivery.stream import Change
from obligations.models import (
    Assignment,
    BreachAcknowledgement,
    Commitment,
    Following,
    Obligation,
    PartyRequest,
    SavedView,
)
from obligations.status.in_queue import rows_of
from parties.access import Role, Viewer


class Why(TextChoices):
    OWNER = "owner", _("You own the obligation.")
    NOBODY_OWNS = "nobody_owns", _("Nobody owns the obligation, and you mediate.")
    SIGNATORY = "signatory", _("You may sign it.")
    ACKNOWLEDGED = "acknowledged", _("You acknowledged the breach.")
    OBLIGOR = "obligor", _("You represent the party that owes it.")
    ADDRESSEE = "addressee", _("You represent the party that is asked.")
    FOLLOWS = "follows", _("You follow it, its article, its party or the agreement.")
    SAVED_VIEW = "saved_view", _("It is in a view that you saved and follow.")


# By the id of a change, the accounts that it concerns, and why.
Known = dict[str, dict[int, list[Why]]]


def concerns(viewer: Viewer, change: Change, now: datetime, known: Known) -> list[Why]:
    """Why the viewer is to be told of a change that they were read; never of what they did themselves.

    `known` keeps what was found of a change for the others who are told of it.
    """
    if change.actor == viewer.user_id or viewer.user_id is None:
        return []
    if change.id not in known:
        known[change.id] = why_by_user(change, now)
    return known[change.id].get(viewer.user_id, [])


def why_by_user(change: Change, now: datetime) -> dict[int, list[Why]]:
    """Why it concerns each account, each reason once; whether they may see it is asked elsewhere."""
    why: dict[int, list[Why]] = {}
    for key, reason in reasons(change, now):
        if reason not in why.setdefault(key, []):
            why[key].append(reason)
    return why


def reasons(change: Change, now: datetime) -> Iterator[tuple[int, Why]]:
    obligations = dict(about(change).values_list("pk", "provision"))
    mediators = mandated(change, Q(role=Role.MEDIATOR))
    if change.kind == Kind.PROPOSAL:
        yield from ((user, Why.SIGNATORY) for user in mediators)
    owners = Assignment.objects.filter(obligation__in=obligations).current()
    owned = dict(owners.values_list("obligation", "owner"))
    yield from ((owner, Why.OWNER) for owner in owned.values() if owner)
    if change.kind == Kind.BREACH_OPENED and not owned:
        yield from ((user, Why.NOBODY_OWNS) for user in mediators)
    if change.kind in (Kind.BREACH_OPENED, Kind.BREACH_CLOSED):
        noted = BreachAcknowledgement.objects.filter(breach=change.key, recorded_by__isnull=False)
        yield from ((user, Why.ACKNOWLEDGED) for user in noted.values_list("recorded_by", flat=True))
    commitments = Commitment.objects.filter(obligation__in=obligations)
    if change.commitment:
        commitments = commitments.filter(pk=change.commitment)
    parties = set(commitments.values_list("party", flat=True))
    speaking = mandated(change, Q(role=Role.REPRESENTATIVE, party__in=parties))
    yield from ((user, Why.OBLIGOR) for user in speaking)
    if change.kind == Kind.REQUEST:
        asked = PartyRequest.objects.filter(key=change.key).values("party")
        yield from ((user, Why.ADDRESSEE) for user in mandated(change, Q(party__in=asked)))
    yield from ((user, Why.FOLLOWS) for user in followers(change, obligations, parties))
    if change.commitment:
        yield from ((user, Why.SAVED_VIEW) for user in of_views(change.commitment, now))


def about(change: Change) -> QuerySet[Obligation]:
    """Its obligation; those that an event touches, or that hang on a trigger; none where it is of the agreement."""
    if change.obligation:
        return Obligation.objects.filter(agreement=change.chain, code=change.obligation)
    if change.kind in (Kind.EVENT, Kind.RELEASE):
        return Obligation.objects.filter(touched_by__code=change.key, touched_by__agreement=change.chain)
    if change.kind == Kind.TRIGGER:
        return Obligation.objects.filter(trigger__code=change.key, trigger__agreement=change.chain)
    return Obligation.objects.none()


def mandated(change: Change, which: Q) -> list[int]:
    """The accounts with such a mandate in its agreement."""
    rows = Mandate.objects.filter(which, agreement=change.chain)
    return list(rows.order_by("user").values_list("user", flat=True))


def followers(change: Change, obligations: Mapping[int, int], parties: Iterable[int]) -> Iterable[int]:
    """Of one of the obligations, given with their provisions, of what stands above these, of a party, of all."""
    parents = dict(Provision.objects.filter(instrument__agreement=change.chain).values_list("pk", "parent"))
    above: set[int] = set()
    for provision in obligations.values():
        at: int | None = provision
        while at is not None and at not in above:
            above.add(at)
            at = parents.get(at)
    rule = Q(obligation__in=obligations) | Q(provision__in=above) | Q(party__in=list(parties))
    rule |= Q(obligation__isnull=True, provision__isnull=True, party__isnull=True)
    rows = Following.objects.filter(agreement=change.chain).current().filter(rule)
    return rows.order_by("follower").values_list("follower", flat=True)


def of_views(commitment: int, now: datetime) -> Iterator[int]:
    """Whose followed view has the commitment, as they see it. A few queries for each such view."""
    for view in SavedView.objects.filter(follows=True, user__is_active=True).select_related("user"):
        if commitment in rows_of(view, viewer_for(view.user), now, most=10_000):
            yield view.user_id
