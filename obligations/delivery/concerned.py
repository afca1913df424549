"""Whom a change concerns, and why: the one place that decides who is told of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, TextChoices
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
    WAITS = "waits", _("It still waits on the desk, and you mediate.")
    SAVED_VIEW = "saved_view", _("It is in a view that you saved and follow.")


# So many changes are remembered at once.
MOST_KNOWN = 20_000
# By which path the code of what changed leads to obligations.
TOUCHED_BY = {
    Kind.EVENT: "touched_by__code",
    Kind.RELEASE: "touched_by__code",
    Kind.TRIGGER: "trigger__code",
}


@dataclass(slots=True)
class Known:
    """What was found of changes: by the id of each, the accounts that it concerns and why. For one task at a time."""

    found: dict[str, dict[int, list[Why]]] = field(default_factory=dict)
    views: list[tuple[int, set[int]]] | None = None

    def learn(self, changes: Sequence[Change], now: datetime) -> None:
        """Find whom changes of one agreement concern. A dozen queries, however many they are."""
        if len(self.found) > MOST_KNOWN:
            self.found.clear()
        fresh = [one for one in changes if one.id not in self.found]
        if self.views is None:
            self.views = list(of_views(now))
        around = Around.of(fresh, self.views) if fresh else None
        for change in fresh:
            why = self.found[change.id] = {}
            for user, reason in around.reasons(change) if around else ():
                if reason not in why.setdefault(user, []):
                    why[user].append(reason)


def concerns(viewer: Viewer, change: Change, now: datetime, known: Known) -> list[Why]:
    """Why the viewer is to be told of a change that they were read; never of what they did themselves."""
    if change.actor == viewer.user_id or viewer.user_id is None:
        return []
    key = change.id
    if key not in known.found:
        known.learn([change], now)
    return known.found[key].get(viewer.user_id, [])


@dataclass(slots=True)
class Around:
    """What some changes of one agreement are of, and who has to do with it."""

    touched: dict[tuple[str, str], set[int]]
    provisions: dict[int, int]
    codes: dict[str, int]
    parties: dict[int, set[int]]
    owed_by: dict[int, int]
    owners: dict[int, int]
    mandates: list[Mandate]
    acknowledged: dict[str, list[int]]
    asked: dict[str, int]
    followings: list[Following]
    parents: dict[int, int | None]
    views: list[tuple[int, set[int]]]

    @classmethod
    def of(cls, changes: Sequence[Change], views: list[tuple[int, set[int]]]) -> "Around":
        chain, touched = changes[0].chain, touched_by(changes)
        own = Obligation.objects.filter(agreement=chain)
        own = own.filter(
            Q(code__in={one.obligation for one in changes if one.obligation})
            | Q(pk__in={key for keys in touched.values() for key in keys})
        )
        rows = list(own.values_list("pk", "code", "provision"))
        keys = [pk for pk, _code, _provision in rows]
        commitments = Commitment.objects.filter(obligation__in=keys).values_list("pk", "obligation", "party")
        parties: dict[int, set[int]] = defaultdict(set)
        for _pk, obligation, party in commitments:
            parties[obligation].add(party)
        turned = {one.key for one in changes if one.kind in (Kind.BREACH_OPENED, Kind.BREACH_CLOSED)}
        noted = BreachAcknowledgement.objects.filter(breach__in=turned, recorded_by__isnull=False)
        acknowledged: dict[str, list[int]] = defaultdict(list)
        for breach, user in noted.values_list("breach", "recorded_by"):
            acknowledged[breach].append(user)
        requests = PartyRequest.objects.filter(
            key__in={one.key for one in changes if one.kind == Kind.REQUEST}
        )
        provisions = Provision.objects.filter(instrument__agreement=chain)
        return cls(
            touched=touched,
            provisions={pk: provision for pk, _code, provision in rows},
            codes={code: pk for pk, code, _provision in rows},
            parties=parties,
            owed_by={pk: party for pk, _obligation, party in commitments},
            owners=dict(
                Assignment.objects.filter(obligation__in=keys).current().values_list("obligation", "owner")
            ),
            mandates=list(Mandate.objects.filter(agreement=chain).order_by("user")),
            acknowledged=acknowledged,
            asked=dict(requests.values_list("key", "party")),
            followings=list(Following.objects.filter(agreement=chain).current().order_by("follower")),
            parents=dict(provisions.values_list("pk", "parent")),
            views=views,
        )

    def reasons(self, change: Change) -> Iterator[tuple[int, Why]]:
        """The accounts that a change concerns, and why; whether they may see it is asked elsewhere."""
        own = self.touched.get((change.kind, change.key), set())
        own = {self.codes[change.obligation]} if change.obligation in self.codes else own
        parties = {party for one in own for party in self.parties.get(one, ())}
        if change.commitment:
            parties = {self.owed_by[change.commitment]} if change.commitment in self.owed_by else set()
        mediators = [one.user_id for one in self.mandates if one.role == Role.MEDIATOR]
        if change.kind == Kind.PROPOSAL:
            yield from ((user, Why.SIGNATORY) for user in mediators)
        owners = [self.owners[one] for one in sorted(own) if one in self.owners]
        yield from ((owner, Why.OWNER) for owner in owners)
        if change.kind == Kind.BREACH_OPENED and not owners:
            yield from ((user, Why.NOBODY_OWNS) for user in mediators)
        yield from ((user, Why.ACKNOWLEDGED) for user in self.acknowledged.get(change.key, ()))
        for one in self.mandates:
            if one.role == Role.REPRESENTATIVE and one.party_id in parties:
                yield one.user_id, Why.OBLIGOR
            if change.kind == Kind.REQUEST and one.party_id and one.party_id == self.asked.get(change.key):
                yield one.user_id, Why.ADDRESSEE
        yield from ((user, Why.FOLLOWS) for user in self.followers(own, parties))
        yield from ((user, Why.SAVED_VIEW) for user, those in self.views if change.commitment in those)

    def followers(self, obligations: set[int], parties: set[int]) -> Iterator[int]:
        """Of one of the obligations, of what stands above these, of a party, of all."""
        above: set[int | None] = set()
        for one in obligations:
            at: int | None = self.provisions[one]
            while at is not None and at not in above:
                above.add(at)
                at = self.parents.get(at)
        for following in self.followings:
            named = following.obligation_id, following.provision_id, following.party_id
            if (
                named == (None, None, None)
                or following.obligation_id in obligations
                or following.provision_id in above
                or following.party_id in parties
            ):
                yield following.follower_id


def touched_by(changes: Iterable[Change]) -> dict[tuple[str, str], set[int]]:
    """Of those that name no obligation, the obligations that an event touches, or that hang on a trigger."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for change in changes:
        column = TOUCHED_BY.get(change.kind)
        if column and not change.obligation and (change.kind, change.key) not in found:
            own = Obligation.objects.filter(agreement=change.chain, **{column: change.key})
            found[change.kind, change.key] = set(own.values_list("pk", flat=True))
    return found


def of_views(now: datetime) -> Iterator[tuple[int, set[int]]]:
    """Who follows a view, and the commitments in it as they see it. A few queries for each such view."""
    for view in SavedView.objects.filter(follows=True, user__is_active=True).select_related("user"):
        yield view.user_id, set(rows_of(view, viewer_for(view.user), now, most=10_000))
