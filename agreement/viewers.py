"""Who looks, and who can read what: a viewer from a request's user, and the readers of an agreement's tiers."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from agreement.models import Agreement, Mandate, Participation
from parties.access import PUBLIC_VIEWER, Clearance, Grant, Role, Viewer
from parties.alphabets import by_name
from parties.models import Party
from parties.second_factor import GIVEN_ELSEWHERE, factors, has_factor
from parties.tier_words import Readers

if TYPE_CHECKING:
    from parties.models import User


def viewer_for(user: "User | AnonymousUser") -> Viewer:
    """The viewer of a user: one query. Nobody signed in, or an account that is switched off, is the public."""
    if not user.is_authenticated or not user.is_active:
        return PUBLIC_VIEWER
    mandates = Mandate.objects.filter(user_id=user.pk).order_by("agreement_id")
    has_factor = Exists(factors().filter(user=OuterRef("user")))
    return viewer_with(user, mandates.values_list(*OF_A_MANDATE, OF_ITS_POLICY, has_factor))


# The columns of a mandate that a viewer is made of; beside them, the policy, and whether there is a second factor.
OF_A_MANDATE = ("agreement_id", "role", "party_id", "clearance")
OF_ITS_POLICY = "agreement__second_factor"


def viewer_with(user: "User", mandates: Iterable[tuple[Any, ...]]) -> Viewer:
    rows = list(mandates)
    grants = tuple(Grant(of, Role(role), party, Clearance(cleared)) for of, role, party, cleared, *_ in rows)
    lacks = any(role in wanted and not has for _, role, _, _, wanted, has in rows)
    if user.is_staff and Role.ADMINISTRATOR in settings.SECOND_FACTOR:
        lacks = lacks or not has_factor(user)
    return Viewer(user.pk, grants, keeps_accounts=user.is_staff, lacks_second_factor=lacks)


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of a request, found once for each user it is read as, and held back where it has to be."""
    # A request that was refused before anybody was looked for, such as one for another host, is nobody's.
    user = getattr(request, "user", None) or AnonymousUser()
    cached: tuple[int | None, Viewer] | None = getattr(request, "_viewer", None)
    if cached is None or cached[0] != user.pk:
        viewer = viewer_for(user)
        if viewer.lacks_second_factor and request.session.get(GIVEN_ELSEWHERE):
            viewer = viewer.with_factor()
        cached = (user.pk, viewer.held_back())
        request._viewer = cached  # type: ignore[attr-defined]
    return cached[1]


def readers_in(agreement: Agreement) -> Readers:
    """The words for the agreement's tiers. One query."""
    places = list(Participation.objects.filter(agreement=agreement).select_related("party"))
    names = {party.pk: party.name for party in by_name(place.party for place in places)}
    parties = by_name(
        place.party for place in places if place.kind == Participation.Kind.PARTY and place.in_pack
    )
    told = tuple(party.name for party in parties)
    return Readers(agreement.short_title or agreement.title, told, names)


def observers_in(agreement: Agreement) -> list[Party]:
    """Those in whose name something can be observed, by name."""
    places = Participation.objects.filter(agreement=agreement, kind=Participation.Kind.OBSERVER, in_pack=True)
    return by_name(Party.objects.filter(pk__in=places.values("party")))


def confidants_in(agreement: Agreement) -> list[Party]:
    """With whom something can be kept in confidence, by name: its parties, and who else has a representative."""
    speaking = Mandate.objects.filter(agreement=agreement, role=Role.REPRESENTATIVE).values("party")
    places = Participation.objects.filter(
        Q(kind=Participation.Kind.PARTY) | Q(party__in=speaking), agreement=agreement
    )
    return by_name(Party.objects.filter(pk__in=places.values("party")))
