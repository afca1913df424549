"""What a pack no longer names: it goes where nothing refers to it, and stays with its history otherwise."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeVar

import pgtrigger
from django.db import connection
from django.db.models import Model, Q, QuerySet

from agreement.ledger.canonical import with_states
from agreement.models import (
    Event,
    Instrument,
    InterpretiveRule,
    Participation,
    Position,
    Provision,
    Translation,
    Trigger,
    TriggerDate,
)
from obligations.models import (
    BreachStatus,
    ClockSpan,
    Commitment,
    CommitmentStatus,
    Gate,
    Indicator,
    Obligation,
    Period,
    PeriodStatus,
    Statement,
    Terms,
)
from obligations.models.status import SeenStatus
from obligations.packs.rows import ALSO_UNDER, TOUCHED, TOUCHES, PackRows
from parties.access import Tier
from parties.models import Party

M = TypeVar("M", bound=Model)

# By which of their fields other rows are a row's own: derived from it, or a part of it. They go with it.
OWN: dict[type[Model], tuple[tuple[type[Model], str], ...]] = {
    Commitment: (
        *((model, "commitment") for model in (BreachStatus, PeriodStatus, CommitmentStatus)),
        (ClockSpan, "commitment"),
        (Period, "commitment"),
    ),
    Event: ((TOUCHES, "event"), (TOUCHED, "event")),
    Obligation: (
        (Terms, "obligation"),
        (Indicator, "obligation"),
        (Gate, "obligation"),
        (TOUCHES, "obligation"),
        (ALSO_UNDER, "obligation"),
    ),
    Trigger: ((TriggerDate, "trigger"),),
}
# What a pack gave is kept for ever, but for a row to which nothing ever referred: that goes with all that it had.
RECORDS = ("obligations.Terms:terms_append_only", "agreement.TriggerDate:trigger_date_append_only")
REMOVAL: dict[type[Model], str] = {
    Terms: "obligations_remove_terms",
    TriggerDate: "obligations_remove_dates",
}


def keys(rows: Collection[Model]) -> list[Any]:
    return [row.pk for row in rows]


def relations(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    """The models and fields that refer to a model; what a commitment's status repeats of its obligation is none."""
    for field in model._meta.get_fields(include_hidden=True):
        if field.auto_created and not field.concrete and (field.one_to_many or field.one_to_one):
            if model is not Commitment and issubclass(field.related_model, SeenStatus):  # type: ignore[arg-type]
                continue
            yield field.related_model, field.field.name  # type: ignore[misc, union-attr]


def bound(model: type[Model], candidates: Collection[Any]) -> set[Any]:
    """The keys of those candidates that must stay: something refers to them that does not go with another of them."""
    kept: set[Any] = set()
    while True:
        free = set(candidates) - kept
        referred = referred_to(model, free)
        if not referred:
            return kept
        kept |= referred


def referred_to(model: type[Model], free: set[Any]) -> set[Any]:
    """The keys among `free` that are named by a row which is neither one of them nor one's own."""
    own = dict(OWN.get(model, ()))
    referred: set[Any] = set()
    if not free:
        return referred
    for other, field in relations(model):
        if own.get(other) == field:
            continue
        rows: QuerySet[Model] = other._default_manager.filter(**{f"{field}__in": free})
        if other is model:
            rows = rows.exclude(pk__in=free)
        elif other in own:
            rows = rows.exclude(**{f"{own[other]}__in": free})
        referred |= set(rows.order_by().values_list(field, flat=True))
    return referred


def delete(rows: Sequence[M]) -> list[Model]:
    """Delete rows of one model to which nothing refers, with what is their own; returns what the ledger names of that.

    Append-only rows are taken away by a function of the database's own, which asks again whether something refers to
    them: the application's role may not.
    """
    own_rows: list[Model] = []
    if not rows:
        return own_rows
    model = type(rows[0])
    there = model._default_manager.filter(pk__in=keys(rows))
    among_them = {field: None for other, field in relations(model) if other is model}
    with pgtrigger.ignore(*RECORDS):
        if among_them:
            there.update(**among_them)
        for other, field in OWN.get(model, ()):
            own = other._default_manager.filter(**{f"{field}__in": keys(rows)})
            if other in REMOVAL or other in with_states():
                own_rows += own
            if other in REMOVAL:
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT {REMOVAL[other]}(%s)", [keys(rows)])
            else:
                own.delete()
        # Nothing refers to them any more, and the database would say so. Django would look for what goes with them, and
        # ask to delete it where the application may not, though there is none.
        there._raw_delete(there.db)
    return own_rows


class Withdrawal:
    """Takes away what the rows of a pack leave unnamed.

    `gone` are the append-only rows that it took away. `ended` are commitments that stay with their history, to be
    superseded; `resumed` those that an earlier pack had left out. `moved` are the obligations that lost or regained a
    commitment.
    """

    def __init__(self, rows: PackRows) -> None:
        self.rows, self.agreement, self.difference = rows, rows.agreement, rows.difference
        self.resumed = rows.commitments_among(self.difference.resumed)
        self.ended: list[Commitment] = []
        self.gone: list[Model] = []
        self.moved = {commitment.obligation_id for commitment in self.resumed}

    def run(self) -> None:
        """Children first, so that what only they referred to can go after them."""
        self.remove_details()
        self.end_commitments()
        # What is not public did not come from a pack, nor did what a mediator recorded.
        self.clear(Event, lambda event: event.tier == Tier.PUBLIC and event.recorded_at is None)
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
        named = {obligation.pk for obligation in self.rows.obligations.values()}
        events = {event.pk for event in self.rows.events.values()}
        texts = {text.pk for text in self.rows.instruments.values()}
        self.remove([indicator for indicator in self.unnamed(Indicator) if indicator.obligation_id in named])
        self.remove([gate for gate in self.unnamed(Gate) if gate.obligation_id in named])
        self.remove([place for place in self.unnamed(ALSO_UNDER) if place.obligation_id in named])
        for touches in (TOUCHES, TOUCHED):
            self.remove([touch for touch in self.unnamed(touches) if touch.event_id in events])
        self.remove([position for position in self.unnamed(Position) if position.instrument_id in texts])
        self.remove(self.unnamed(InterpretiveRule))
        self.remove(self.unnamed(Translation))

    def end_commitments(self) -> None:
        """Supersede those about which something is on record; remove the others."""
        unnamed = self.unnamed(Commitment)
        self.moved |= {commitment.obligation_id for commitment in unnamed if commitment.in_pack}
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
        self.settle(unnamed, {place.pk for place in unnamed if self.acts(place.party)})
        idle = [place.party for place in unnamed if not self.acts(place.party)]
        elsewhere = bound(Party, keys(idle))
        self.remove([party for party in idle if party.pk not in elsewhere])

    def acts(self, party: Party) -> bool:
        statements = Statement.objects.filter(agreement=self.agreement)
        return any(
            rows.exists()
            for rows in (
                Commitment.objects.filter(agreement=self.agreement, party=party),
                Position.objects.filter(instrument__agreement=self.agreement, party=party),
                self.agreement.mandates.filter(party=party),
                statements.filter(Q(by=party) | Q(confidant=party)),
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
