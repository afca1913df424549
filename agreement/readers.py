"""Who can read what in an agreement, with the names of those who take part in it."""

from agreement.models import Agreement, Participation
from parties.tier_words import Readers


def readers_in(agreement: Agreement) -> Readers:
    """The words for the agreement's tiers. One query."""
    places = list(Participation.objects.filter(agreement=agreement).select_related("party"))
    names = {place.party_id: place.party.name for place in sorted(places, key=lambda place: place.party.name)}
    parties = tuple(
        names[place.party_id] for place in places if place.kind == Participation.Kind.PARTY and place.in_pack
    )
    return Readers(agreement.short_title or agreement.title, tuple(sorted(parties)), names)
