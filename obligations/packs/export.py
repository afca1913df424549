"""From the rows of an agreement to the pack that it was loaded from, as far as packs go.

What people recorded is no part of it: statements, readings, the days that a mediator gave to triggers. Nor is what the
last pack named no more.
"""

from collections import defaultdict
from datetime import date
from typing import Any

from agreement.models import (
    Agreement,
    CalendarParty,
    Holiday,
    InterpretiveRule,
    Participation,
    Position,
    Provision,
    SignOff,
    Trigger,
)
from agreement.models import Calendar as CalendarRow
from agreement.packs import model as packs
from obligations.models import Commitment, Gate, Indicator, Obligation
from obligations.packs import columns
from obligations.packs.columns import keys_of
from parties.access import Tier

Rows = dict[int, list[Any]]


def pack_of(agreement: Agreement) -> packs.Pack:
    """The pack whose loading would change nothing."""
    return Export(agreement).pack()


def grouped(rows: Any, by: str) -> Rows:
    """Rows by the key of what they belong to, in their order."""
    found: Rows = defaultdict(list)
    for row in rows:
        found[getattr(row, by)].append(row)
    return found


def code_of(row: Obligation | Trigger | None) -> str | None:
    return row.code if row else None


class Export:
    """Reads each table once."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement

    def pack(self) -> packs.Pack:
        naming = self.agreement.naming
        return packs.Pack.model_construct(
            agreement=self.head(),
            naming=packs.Naming.model_construct(**naming) if naming else None,
            actors=self.actors(),
            groups=tuple(packs.Group.model_construct(**one) for one in self.agreement.groups),
            calendars=self.calendars(),
            instruments=self.instruments(),
            rules=self.rules(),
            triggers=self.triggers(),
            events=self.events(),
            obligations=self.obligations(),
        )

    def head(self) -> packs.Agreement:
        row = self.agreement
        assert row.facts_as_of is not None
        return packs.Agreement.model_construct(
            **keys_of(row, columns.AGREEMENT),
            review_every=packs.ReviewPeriod.model_construct(months=row.review_months),
            sign_off=tuple(sorted(set(row.sign_off) - {SignOff.POWERS.value})),
        )

    def actors(self) -> tuple[packs.Actor, ...]:
        rows = Participation.objects.filter(agreement=self.agreement, in_pack=True).order_by("place", "pk")
        return tuple(
            packs.Actor.model_construct(
                **keys_of(row.party, columns.PARTY), **keys_of(row, columns.PARTICIPATION)
            )
            for row in rows.select_related("party")
        )

    def calendars(self) -> tuple[packs.Calendar, ...]:
        here = CalendarRow.objects.filter(agreement=self.agreement, in_pack=True).order_by("place", "pk")
        served = CalendarParty.objects.filter(agreement=self.agreement).select_related("party")
        parties = grouped(served.order_by("party__code"), "calendar_id")
        own: Rows = defaultdict(list)
        for day in self.pack_days():
            own[day.calendar_id].append(day)
        return tuple(
            packs.Calendar.model_construct(
                **keys_of(row, columns.CALENDAR),
                parties=tuple(one.party.code for one in parties[row.pk]),
                years=(row.years_from or 0, row.years_until or 0),
                days=tuple(
                    packs.CalendarDay.model_construct(**keys_of(one, columns.HOLIDAY))
                    for one in own[row.pk]
                    if one.is_holiday
                ),
                exceptions=tuple(one.day for one in own[row.pk] if not one.is_holiday),
            )
            for row in here
        )

    def pack_days(self) -> list[Holiday]:
        """What packs said of days, in order; what a person said of one does not count here."""
        said = Holiday.objects.filter(calendar__agreement=self.agreement).exclude(
            origin=Holiday.Origin.PERSON
        )
        return [row for row in said.standing() if row.origin == Holiday.Origin.PACK]

    def instruments(self) -> tuple[packs.Instrument, ...]:
        rows = self.agreement.instruments.filter(in_pack=True).order_by("place", "pk")
        held = Position.objects.filter(instrument__in=rows).select_related("party").order_by("party__code")
        positions = grouped(held, "instrument_id")
        laid_down = Provision.objects.filter(instrument__in=rows, in_pack=True).select_related("parent")
        provisions = grouped(laid_down.order_by("place", "pk"), "instrument_id")
        return tuple(
            packs.Instrument.model_construct(
                **keys_of(row, columns.INSTRUMENT),
                positions=tuple(
                    packs.Position.model_construct(party=one.party.code, **keys_of(one, columns.POSITION))
                    for one in positions[row.pk]
                ),
                provisions=tuple(
                    packs.Provision.model_construct(
                        parent=one.parent.anchor if one.parent else None, **keys_of(one, columns.PROVISION)
                    )
                    for one in provisions[row.pk]
                ),
            )
            for row in rows
        )

    def rules(self) -> tuple[packs.Rule, ...]:
        rows = InterpretiveRule.objects.filter(agreement=self.agreement).order_by("place", "pk")
        return tuple(
            packs.Rule.model_construct(
                instrument=row.provision.instrument.code,
                provision=row.provision.anchor,
                **keys_of(row, columns.RULE),
            )
            for row in rows.select_related("provision__instrument")
        )

    def triggers(self) -> tuple[packs.Trigger, ...]:
        rows = self.agreement.triggers.filter(in_pack=True).order_by("place", "pk")
        return tuple(packs.Trigger.model_construct(**keys_of(row, columns.TRIGGER)) for row in rows)

    def events(self) -> tuple[packs.Event, ...]:
        rows = self.agreement.events.filter(in_pack=True, tier=Tier.PUBLIC).order_by("place", "pk")
        through = Obligation.touched_by.through.objects.filter(event__in=rows)
        touches: dict[int, list[str]] = defaultdict(list)
        for event_id, code in through.values_list("event_id", "obligation__code"):
            touches[event_id].append(code)
        return tuple(
            packs.Event.model_construct(
                **keys_of(row, columns.EVENT),
                touches=packs.ALL if row.touches_all else tuple(sorted(touches[row.pk])),
                trigger=code_of(row.trigger),
            )
            for row in rows.select_related("trigger")
        )

    def obligations(self) -> tuple[packs.Obligation, ...]:
        rows = Obligation.objects.filter(agreement=self.agreement, in_pack=True).order_by("place", "pk")
        rows = rows.select_related("provision__instrument", "trigger", "after_obligation", "deadline_from")
        owed = Commitment.objects.filter(obligation__in=rows, in_pack=True).select_related("party")
        parts = grouped(owed.order_by("place", "pk"), "obligation_id")
        gates = grouped(
            Gate.objects.filter(obligation__in=rows)
            .select_related("after_obligation", "after_trigger")
            .order_by("place"),
            "obligation_id",
        )
        shown_by = grouped(Indicator.objects.filter(obligation__in=rows).order_by("place"), "obligation_id")
        return tuple(self.obligation(row, parts[row.pk], gates[row.pk], shown_by[row.pk]) for row in rows)

    def obligation(
        self, row: Obligation, parts: list[Commitment], gates: list[Gate], indicators: list[Indicator]
    ) -> packs.Obligation:
        return packs.Obligation.model_construct(
            **keys_of(row, columns.OBLIGATION),
            instrument=row.provision.instrument.code,
            provision=row.provision.anchor,
            obligors=tuple(one.party.code for one in parts),
            shares={one.party.code: one.share for one in parts if one.share},
            deadline=deadline(row),
            deadline_from=code_of(row.deadline_from),
            review_every=(
                packs.ReviewPeriod.model_construct(months=row.review_months) if row.review_months else None
            ),
            gates=tuple(gate(one) for one in gates),
            indicators=tuple(one.text for one in indicators),
        )


def deadline(row: Obligation) -> packs.Deadline:
    days = {
        name: date.fromisoformat(row.terms[name]) for name in ("date", "first", "until") if name in row.terms
    }
    return packs.Deadline.model_construct(
        trigger=code_of(row.trigger),
        after=code_of(row.after_obligation),
        **(keys_of(row, columns.DEADLINE) | row.terms | days),
    )


def gate(row: Gate) -> packs.Gate:
    return packs.Gate.model_construct(
        obligation=code_of(row.after_obligation),
        trigger=code_of(row.after_trigger),
        text=row.condition,
    )
