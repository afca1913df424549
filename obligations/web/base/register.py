"""What an agreement's tables stand in and its filters offer: provisions, parties, topics. Three queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, F, Func, OuterRef
from django.utils.translation import gettext as _

from agreement.models import Agreement, Instrument, Provision
from obligations.models import Commitment, Obligation
from obligations.status.freshness import until_it_changes
from parties.models import Party


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the table by article: a provision, or a whole earlier agreement, which has no anchor here."""

    instrument: str
    anchor: str
    section: str
    label: str
    heading: str


@dataclass(frozen=True)
class Register:
    provisions: Sequence[Provision]
    parties: Sequence[Party]
    tags: Sequence[str]

    @cached_property
    def row_of(self) -> dict[int, str]:
        """The anchor of the row that each provision is counted in, by key; empty where the whole instrument is one row.

        A provision and what stands directly below it are one row, as the filter `provision` takes them.
        """
        by_key = {provision.pk: provision for provision in self.provisions}
        return {key: self._row(provision, by_key) for key, provision in by_key.items()}

    def _row(self, provision: Provision, by_key: dict[int, Provision]) -> str:
        if is_earlier(provision.instrument):
            return ""
        depth, above = 0, provision
        while above.parent_id:
            depth, above = depth + 1, by_key[above.parent_id]
        return by_key[provision.parent_id].anchor if depth % 2 and provision.parent_id else provision.anchor

    @cached_property
    def places(self) -> list[Place]:
        """The rows in the order of the text."""
        rows = {
            (p.instrument_id, self.row_of[p.pk]): place_of(p)
            for p in reversed(self.provisions)
            if self._heads(p)
        }
        return list(reversed(rows.values()))

    def _heads(self, provision: Provision) -> bool:
        return self.row_of[provision.pk] in ("", provision.anchor)

    @cached_property
    def instruments(self) -> list[Instrument]:
        return list({provision.instrument_id: provision.instrument for provision in self.provisions}.values())


def is_earlier(instrument: Instrument) -> bool:
    return instrument.kind == Instrument.Kind.EARLIER_AGREEMENT


def place_of(provision: Provision) -> Place:
    instrument = provision.instrument
    if is_earlier(instrument):
        return Place(
            instrument.code, "", _("Earlier agreements"), instrument.title, f"{instrument.adopted_on:%Y}"
        )
    return Place(instrument.code, provision.anchor, name_of(instrument), provision.label, provision.heading)


def name_of(instrument: Instrument) -> str:
    return instrument.short_title or instrument.title


def alphabetical(parties: Sequence[Party]) -> list[Party]:
    return sorted(parties, key=lambda party: (party.name.casefold(), party.code))


def register_of(agreement: Agreement) -> Register:
    """Of an agreement that the viewer may read: the text and who owes something are for all its readers."""
    topics = Obligation.objects.filter(agreement=agreement).annotate(topic=Func(F("tags"), function="unnest"))
    named = topics.order_by().values_list("topic", flat=True).distinct()
    theirs = Commitment.objects.filter(agreement=agreement, party=OuterRef("pk"))
    provisions = Provision.objects.filter(instrument__agreement=agreement).select_related("instrument")
    return Register(
        provisions=list(provisions),
        parties=alphabetical(list(Party.objects.filter(Exists(theirs)))),
        tags=until_it_changes(agreement.pack_digest, ("topics", agreement.pk), lambda: sorted(named)),
    )
