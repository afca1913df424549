"""What a pack no longer names: it goes where nothing refers to it, and stays with its history otherwise."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q

from agreement.models import (
    Event,
    Instrument,
    InterpretiveRule,
    Participation,
    Position,
    Provision,
    Trigger,
    TriggerDate,
)
from obligations.models import Commitment, Gate, Indicator, Obligation, Statement
from obligations.packs.references import REMOVAL, TOUCHES, bound, delete, keys
from obligations.packs.rows import PackRows
from parties.access import Tier
from parties.models import Party

M = TypeVar("M", bound=Model)


class Withdrawal:
    """Takes away what the rows of a pack leave unnamed.

    `gone` are the append-only rows that it took away. `ended` are commitments that stay with their history, to be
    superseded; `resumed` those that an earlier pack had left out. `moved` are the obligations that lost or regained a
    commitment.
    """

    def __init__(self, rows: PackRows) -> None:
        self.rows, self.agreement, self.difference = rows, rows.agreement, rows.difference
        self.resumed = [
            one for one in rows.commitments.values() if (Commitment, one.pk) in self.difference.resumed
        ]
        self.ended: list[Commitment] = []
        self.gone: list[Model] = []
        self.moved = {one.obligation_id for one in self.resumed}

    def run(self) -> None:
        """Children first, so that what only they referred to can go after them."""
        self.remove_details()
        self.end_commitments()
        # What is not public did not come from a pack.
        self.clear(Event, lambda event: event.tier == Tier.PUBLIC)
        self.clear(Obligation)
        self.clear_triggers()
        self.clear(Provision)
        self.clear(Instrument)
        self.clear_parties()

    def unnamed(self, model: type[M]) -> list[M]:
        """In an order of their own: in that of the database, a plan and what is applied would tell them differently."""
        return sorted(self.difference.unwanted[model], key=lambda row: row.pk)

    def remove_details(self) -> None:
        """What has no history of its own: the pack says it no more. To what is kept, its details stay."""
        named = {one.pk for one in self.rows.obligations.values()}
        events = {one.pk for one in self.rows.events.values()}
        texts = {one.pk for one in self.rows.instruments.values()}
        self.remove([one for one in self.unnamed(Indicator) if one.obligation_id in named])
        self.remove([one for one in self.unnamed(Gate) if one.obligation_id in named])
        self.remove([one for one in self.unnamed(TOUCHES) if one.event_id in events])
        self.remove([one for one in self.unnamed(Position) if one.instrument_id in texts])
        self.remove(self.unnamed(InterpretiveRule))

    def end_commitments(self) -> None:
        """Supersede those about which something is on record; remove the others."""
        unnamed = self.unnamed(Commitment)
        self.moved |= {one.obligation_id for one in unnamed if one.in_pack}
        self.ended = self.settle(unnamed, bound(Commitment, keys(unnamed)), "superseded")

    def clear(self, model: type[M], is_packs: Callable[[Any], bool] = lambda row: True) -> None:
        unnamed = [row for row in self.unnamed(model) if is_packs(row)]
        self.settle(unnamed, bound(model, keys(unnamed)))

    def clear_triggers(self) -> None:
        """A day that a person gave is history."""
        unnamed = self.unnamed(Trigger)
        given = TriggerDate.objects.filter(trigger__in=keys(unnamed), recorded_by__isnull=False)
        by_people = set(given.values_list("trigger_id", flat=True))
        self.settle(unnamed, by_people | bound(Trigger, keys(unnamed)))

    def clear_parties(self) -> None:
        """An actor's place goes where nothing in the agreement names the actor; the actor, where nothing does."""
        unnamed = self.unnamed(Participation)
        self.settle(unnamed, {one.pk for one in unnamed if self.acts(one.party)})
        idle = [one.party for one in unnamed if not self.acts(one.party)]
        elsewhere = bound(Party, keys(idle))
        self.remove([party for party in idle if party.pk not in elsewhere])

    def acts(self, party: Party) -> bool:
        said = Statement.objects.filter(agreement=self.agreement)
        return any(
            rows.exists()
            for rows in (
                Commitment.objects.filter(agreement=self.agreement, party=party),
                Position.objects.filter(instrument__agreement=self.agreement, party=party),
                self.agreement.mandates.filter(party=party),
                said.filter(Q(by=party) | Q(confidant=party)),
                self.agreement.events.filter(confidant=party),
            )
        )

    def settle(self, unnamed: Sequence[M], to_stay: set[int], verb: str = "kept") -> list[M]:
        """Remove what is free to go; mark what stays, and return what was not marked before."""
        self.remove([row for row in unnamed if row.pk not in to_stay])
        kept = [row for row in unnamed if row.pk in to_stay and row.in_pack]  # type: ignore[attr-defined]
        if kept:
            type(kept[0])._default_manager.filter(pk__in=keys(kept)).update(in_pack=False)
            self.difference.touch(kept)
        self.difference.note(verb, kept)
        return kept

    def remove(self, rows: Sequence[Model]) -> None:
        self.difference.note("removed", rows)
        own = delete(rows)
        self.gone += [row for row in own if type(row) in REMOVAL]
        self.difference.touch(rows)
        self.difference.touch(row for row in own if type(row) not in REMOVAL)
