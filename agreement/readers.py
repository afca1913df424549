"""Who can read what in an agreement, with the names of those who take part in it."""

from django.db.models import Q

from agreement.models import Agreement, Mandate, Participation
from parties.access import Role
from parties.models import Party
from parties.tier_words import Readers


def readers_in(agreement: Agreement) -> Readers:
    """The words for the agreement's tiers. One query."""
    places = list(Participation.objects.filter(agreement=agreement).select_related("party"))
    names = {place.party_id: place.party.name for place in sorted(places, key=lambda place: place.party.name)}
    parties = tuple(
        names[place.party_id] for place in places if place.kind == Participation.Kind.PARTY and place.in_pack
    )
    return Readers(agreement.short_title or agreement.title, tuple(sorted(parties)), names)


def confidants_in(agreement: Agreement) -> list[Party]:
    """With whom something can be kept in confidence, by name: its parties, and who else has a representative."""
    speaking = Mandate.objects.filter(agreement=agreement, role=Role.REPRESENTATIVE).values("party")
    places = Participation.objects.filter(
        Q(kind=Participation.Kind.PARTY) | Q(party__in=speaking), agreement=agreement
    )
    return list(Party.objects.filter(pk__in=places.values("party")).order_by("name"))
