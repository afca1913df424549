"""What an agreement's tables stand in and its filters offer: provisions, parties, topics. Three queries."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from agreement.models import Agreement, Instrument, Participation, Provision
from obligations.status.codes import kept_topics, owing_in
from obligations.status.provisions import Path
from parties.alphabets import alphabetical
from parties.models import Party


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a table by article: a provision by its name in the agreement, or a whole earlier one, without a name."""

    instrument: str
    provision: str
    section: str
    label: str
    heading: str


@dataclass(frozen=True)
class Register:
    provisions: Sequence[Provision]
    parties: Sequence[Party]
    tags: Sequence[str]
    agreement: Agreement
    # By the code of an actor that is part of another: the other's code.
    wholes: Mapping[str, str]
    # The codes of those who are a party to the agreement; all others that owe something are other actors.
    principals: frozenset[str] = frozenset()

    @cached_property
    def above(self) -> dict[str, list[str]]:
        """The codes of all that each party is part of, the nearest first, by the party's own code."""
        return {party.code: wholes_of(party.code, self.wholes) for party in self.parties}

    @cached_property
    def parts(self) -> Counter[str]:
        """How many of the parties are part of each."""
        return Counter(whole for above in self.above.values() for whole in above)

    def asked(self, codes: Collection[str]) -> list[Party]:
        """The parties with these codes and all that are part of them; all where none is named."""
        return [
            party
            for party in self.parties
            if not codes or party.code in codes or not set(codes).isdisjoint(self.above[party.code])
        ]

    @cached_property
    def chains(self) -> dict[int, list[Provision]]:
        """Each provision with all above it, the topmost first, by key."""
        by_key = {provision.pk: provision for provision in self.provisions}
        return {key: chain_of(provision, by_key) for key, provision in by_key.items()}

    def rows(self, depth: int = 0) -> dict[int, Place]:
        """The row that each provision is counted in, by key: with all else below what stands at that depth."""
        return {key: place_of(chain[min(depth, len(chain) - 1)]) for key, chain in self.chains.items()}

    def places(self, rows: dict[int, Place]) -> list[Place]:
        """The rows in the order of the text, which is that of what they are called by."""
        heads = [
            rows[one.pk] for one in self.provisions if rows[one.pk].provision in ("", name_in_address(one))
        ]
        return list(dict.fromkeys(heads))

    def in_full(self, name: str, instrument: str = "") -> str:
        """The name in the agreement of the provision that an address means; as it is where that is none, or several."""
        found = self.provision_named(name, instrument)
        return name_in_address(found) if found else name

    def provision_named(self, name: str, instrument: str = "") -> Provision | None:
        found = [
            one
            for one in self.provisions
            if Path(self.agreement.code, one.instrument.code, one.anchor).is_named(name)
            and instrument in ("", one.instrument.code)
        ]
        return found[0] if len(found) == 1 else None

    @cached_property
    def instruments(self) -> list[Instrument]:
        return list({provision.instrument_id: provision.instrument for provision in self.provisions}.values())


def is_earlier(instrument: Instrument) -> bool:
    return instrument.kind == Instrument.Kind.EARLIER_AGREEMENT


def place_of(provision: Provision) -> Place:
    instrument = provision.instrument
    if is_earlier(instrument):
        return Place(
            instrument.code,
            "",
            _("Earlier agreements"),
            instrument.title,
            f"{instrument.adopted_on:%Y}" if instrument.adopted_on else "",
        )
    name = name_in_address(provision)
    return Place(instrument.code, name, name_of(instrument), provision.label, provision.heading)


def name_in_address(provision: Provision) -> str:
    """What addresses of pages of its agreement call a provision."""
    return f"{provision.instrument.code}/{provision.anchor}"


def chain_of(provision: Provision, by_key: Mapping[int, Provision]) -> list[Provision]:
    chain = [provision]
    while key := chain[0].parent_id:
        chain.insert(0, by_key[key])
    return chain


def name_of(instrument: Instrument) -> str:
    return instrument.short_title or instrument.title


def wholes_of(code: str, wholes: Mapping[str, str]) -> list[str]:
    above: list[str] = []
    while whole := wholes.get(code):
        above.append(whole)
        code = whole
    return above


def in_tree_order(parties: Sequence[Party], wholes: Mapping[str, str]) -> list[Party]:
    """In the reader's alphabet, with the parts of each below it."""
    place = {party.code: alphabetical(party) for party in parties}

    def path(party: Party) -> list[str]:
        chain = [*reversed(wholes_of(party.code, wholes)), party.code]
        return [place[code] for code in chain if code in place]

    return sorted(parties, key=path)


def register_of(agreement: Agreement) -> Register:
    """The register of an agreement that the viewer may read: its text, and who owes something, are for all its
    readers.
    """
    theirs = owing_in([agreement]).filter(party_id=OuterRef("pk"))
    places = Participation.objects.filter(agreement=agreement, party=OuterRef("pk"))
    taking_part = Party.objects.filter(Exists(theirs) | Exists(places)).annotate(
        owes=Exists(theirs),
        whole=Subquery(places.values("part_of__code")[:1]),
        is_party=Exists(places.filter(kind=Participation.Kind.PARTY)),
    )
    actors = list(taking_part)
    wholes = {actor.code: actor.whole for actor in actors if actor.whole}
    owing = {actor.code for actor in actors if actor.owes}
    shown = owing.union(*(wholes_of(code, wholes) for code in owing))
    provisions = Provision.objects.filter(instrument__agreement=agreement).select_related("instrument")
    return Register(
        provisions=list(provisions),
        parties=in_tree_order([actor for actor in actors if actor.code in shown], wholes),
        tags=kept_topics([agreement]).get(agreement.pk, []),
        agreement=agreement,
        wholes=wholes,
        principals=frozenset(actor.code for actor in actors if actor.is_party),
    )


def keys_of_parties(agreement_id: int) -> set[int]:
    """Those that the agreement binds as its parties, however many; everybody else stands after them. One query."""
    bound = Participation.objects.filter(agreement=agreement_id, kind=Participation.Kind.PARTY)
    return set(bound.values_list("party", flat=True))
