"""From the rows of an agreement to the pack that it was loaded from, as far as packs go.

What people recorded is no part of it: statements, readings, the days that a mediator gave to triggers. Nor is what the
last pack named no more.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F, Model, QuerySet

from agreement.models import (
    Agreement,
    CalendarParty,
    Event,
    Holiday,
    Position,
    Provision,
    SignOff,
    Translation,
)
from agreement.packs import model as packs
from obligations.models import Commitment, Indicator, Obligation
from obligations.packs import mapping
from obligations.packs.mapping import Mapped, columns_of, rows_in
from parties.access import Tier
from parties.content import as_written

Rows = dict[int, list[Any]]


def pack_of(agreement: Agreement) -> packs.Pack:
    """The pack whose loading would change nothing. Reads each table once."""
    naming = agreement.naming
    pack = packs.Pack.model_construct(
        agreement=head(agreement),
        naming=packs.Naming.model_construct(**naming) if naming else None,
        actors=tuple(actors(agreement)),
        groups=tuple(packs.Group.model_construct(**group) for group in agreement.groups),
        topics=tuple(packs.Topic.model_construct(**topic) for topic in agreement.topics),
        calendars=tuple(calendars(agreement)),
        instruments=tuple(instruments(agreement)),
        rules=tuple(
            mapping.RULE.entry_of(row, **provision_of(row))
            for row in named(agreement, mapping.RULE, "provision__instrument")
        ),
        triggers=tuple(map(mapping.TRIGGER.entry_of, named(agreement, mapping.TRIGGER))),
        events=tuple(events(agreement)),
        obligations=tuple(obligations(agreement)),
    )
    return pack.model_copy(update={"translations": tuple(translations(agreement, pack))})


def translations(agreement: Agreement, pack: packs.Pack) -> Iterator[packs.Translations]:
    """What is no name and no other text of the pack is the name of a day off."""
    names, texts = {actor.name for actor in pack.actors}, set(packs.texts_of(pack))
    rows: dict[str, list[Translation]] = defaultdict(list)
    for row in agreement.translations.order_by("pk"):
        rows[row.language].append(row)
    for told in agreement.languages:
        forms: dict[str, dict[str, Any]] = defaultdict(dict)
        given: dict[bool, dict[str, str]] = {True: {}, False: {}}
        for row in rows[told["language"]]:
            if row.source in names:
                forms[row.source][row.form or "name"] = row.text
            else:
                given[row.source in texts][row.source] = row.text
        yield packs.Translations.model_construct(
            **told,
            format=packs.FORMAT,
            translation_of=agreement.code,
            names={source: packs.Name.model_construct(**words) for source, words in forms.items()},
            texts=given[True],
            days=given[False],
        )


def named(agreement: Agreement, mapped: Mapped, *related: str) -> QuerySet[Any]:
    """The rows that the pack names, in its order, with those that they refer to."""
    return in_pack(mapped.model, agreement).select_related(*mapped.references.values(), *related)


def in_pack(model: type[Model], agreement: Agreement) -> QuerySet[Any]:
    rows = rows_in(model, agreement).order_by("place", "pk")
    return rows.filter(in_pack=True) if "in_pack" in columns_of(model) else rows


def grouped(rows: Any, by: str) -> Rows:
    """Rows by the key of what they belong to, in their order."""
    groups: Rows = defaultdict(list)
    for row in rows:
        groups[getattr(row, by)].append(row)
    return groups


def provision_of(row: Any) -> dict[str, Any]:
    return {"instrument": row.provision.instrument.code, "provision": row.provision.anchor}


def head(row: Agreement) -> Any:
    assert row.facts_as_of is not None
    return mapping.AGREEMENT.entry_of(row, sign_off=tuple(sorted(set(row.sign_off) - {SignOff.POWERS.value})))


def actors(agreement: Agreement) -> Iterator[packs.Actor]:
    for row in named(agreement, mapping.PARTICIPATION, "party"):
        yield mapping.PARTICIPATION.entry_of(row, **mapping.PARTY.keys_of(row.party))


def calendars(agreement: Agreement) -> Iterator[packs.Calendar]:
    served = rows_in(CalendarParty, agreement).select_related("party").order_by("party__code")
    parties = grouped(served, "calendar_id")
    # What packs said of days, in order; what a person said of one does not count here.
    days_of_packs = Holiday.objects.filter(calendar__agreement=agreement).exclude(
        origin=Holiday.Origin.PERSON
    )
    own = grouped(
        (day for day in days_of_packs.standing() if day.origin == Holiday.Origin.PACK), "calendar_id"
    )
    for row in named(agreement, mapping.CALENDAR):
        days = own[row.pk]
        yield mapping.CALENDAR.entry_of(
            row,
            parties=tuple(served.party.code for served in parties[row.pk]),
            years=(row.years_from or 0, row.years_until or 0),
            days=tuple(mapping.HOLIDAY.entry_of(day) for day in days if day.is_holiday),
            exceptions=tuple(day.day for day in days if not day.is_holiday),
        )


def instruments(agreement: Agreement) -> Iterator[packs.Instrument]:
    first = F("since").asc(nulls_first=True)
    rows = rows_in(Position, agreement).select_related("party").order_by("party__code", first)
    positions = grouped(rows, "instrument_id")
    provisions = grouped(in_pack(Provision, agreement).select_related("parent"), "instrument_id")
    for row in named(agreement, mapping.INSTRUMENT):
        yield mapping.INSTRUMENT.entry_of(
            row,
            positions=tuple(map(mapping.POSITION.entry_of, positions[row.pk])),
            provisions=tuple(
                mapping.PROVISION.entry_of(
                    provision, parent=provision.parent.anchor if provision.parent else None
                )
                for provision in provisions[row.pk]
            ),
        )


def places(agreement: Agreement, joins: type[Model], by: str) -> Rows:
    """The provisions that rows of another model name beside their own, by the keys of these."""
    found: Rows = defaultdict(list)
    rows = rows_in(joins, agreement).select_related("provision__instrument")
    for row in rows.order_by("provision__instrument__code", "provision__anchor"):
        found[getattr(row, by)].append(packs.Place.model_construct(**provision_of(row)))
    return found


def events(agreement: Agreement) -> Iterator[packs.Event]:
    touches: dict[int, list[str]] = defaultdict(list)
    through = rows_in(Obligation.touched_by.through, agreement)
    for event_id, code in through.values_list("event_id", "obligation__code"):
        touches[event_id].append(code)
    provisions = places(agreement, Event.provisions.through, "event_id")
    for row in named(agreement, mapping.EVENT).filter(tier=Tier.PUBLIC):
        codes = packs.ALL if row.touches_all else tuple(sorted(touches[row.pk]))
        yield mapping.EVENT.entry_of(row, touches=codes, provisions=tuple(provisions[row.pk]))


def obligations(agreement: Agreement) -> Iterator[packs.Obligation]:
    owed = grouped(in_pack(Commitment, agreement).select_related("party"), "obligation_id")
    gates = grouped(named(agreement, mapping.GATE), "obligation_id")
    others = places(agreement, Obligation.also_under.through, "obligation_id")
    indicators = grouped(in_pack(Indicator, agreement), "obligation_id")
    for row in named(agreement, mapping.OBLIGATION, "provision__instrument", "trigger", "after_obligation"):
        parts = owed[row.pk]
        yield mapping.OBLIGATION.entry_of(
            row,
            **provision_of(row),
            obligors=tuple(part.party.code for part in parts),
            shares={part.party.code: as_written(part.share) for part in parts if part.share},
            also_under=tuple(others[row.pk]),
            deadline=deadline(row),
            gates=tuple(map(mapping.GATE.entry_of, gates[row.pk])),
            indicators=tuple(as_written(indicator.text) for indicator in indicators[row.pk]),
        )


def deadline(row: Obligation) -> Any:
    days = {
        name: date.fromisoformat(row.terms[name]) for name in ("date", "first", "until") if name in row.terms
    }
    return mapping.DEADLINE.entry_of(row, **row.terms | days)
