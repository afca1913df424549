"""From checked values to the dataclasses of model.py. Nothing is checked here."""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import TypeVar

from agreement.packs.draft import Draft, Entry, Record
from agreement.packs.model import (
    Actor,
    Agreement,
    Calendar,
    CalendarDay,
    Commitment,
    Deadline,
    Event,
    Gate,
    Group,
    Instrument,
    Naming,
    Obligation,
    Pack,
    Position,
    Provision,
    Rule,
    Trigger,
)

T = TypeVar("T")


def build(draft: Draft) -> Pack:
    """The pack that a draft without problems describes."""
    assert draft.agreement is not None

    def all_of(section: str, make: Callable[[Record], T]) -> tuple[T, ...]:
        return tuple(make(record) for record in draft.sections[section])

    return Pack(
        agreement=_agreement(draft.agreement),
        naming=_naming(draft.naming.entry) if draft.naming else None,
        actors=all_of("actors", _actor),
        groups=all_of("groups", _group),
        calendars=all_of("calendars", _calendar),
        instruments=all_of("instruments", _instrument),
        rules=all_of("rules", _rule),
        triggers=all_of("triggers", _trigger),
        events=all_of("events", _event),
        obligations=all_of("obligations", _obligation),
        digest=hashlib.sha256(b"".join(document.content for document in draft.documents)).hexdigest(),
    )


def line(entry: Entry, key: str) -> str:
    """A text of one line: line breaks and runs of spaces become one space. ``""`` where it is left out."""
    return " ".join(entry.get(key, "").split())


def prose(entry: Entry, key: str) -> str:
    """A text that keeps its line breaks. ``""`` where it is left out."""
    text: str = entry.get(key, "")
    return text.strip()


def day(entry: Entry, key: str) -> dt.date | None:
    """A day, or ``None`` where it is left out or null."""
    text = entry.get(key)
    return dt.date.fromisoformat(text) if text is not None else None


def _agreement(record: Record) -> Agreement:
    entry = record.entry
    return Agreement(
        code=entry["code"],
        title=line(entry, "title"),
        short_title=line(entry, "short_title"),
        as_of=dt.date.fromisoformat(entry["as_of"]),
        time_zone=entry["time_zone"],
        counting=entry["counting"],
        due_soon_days=entry["due_soon_days"],
        review_every_months=entry["review_every"]["months"],
        sign_off=tuple(sorted(entry.get("sign_off", ()))),
        at=record.place(),
    )


def _naming(entry: Entry) -> Naming:
    return Naming(label=line(entry, "label"), marker=entry["marker"], footnote=line(entry, "footnote"))


def _actor(record: Record) -> Actor:
    entry = record.entry
    name, note = line(entry, "name"), line(entry, "note")
    return Actor(entry["code"], name, entry["role"], entry["mark"], note, record.place())


def _group(record: Record) -> Group:
    return Group(code=record.entry["code"], label=line(record.entry, "label"))


def _calendar(record: Record) -> Calendar:
    entry = record.entry
    first_year, last_year = entry["years"]
    days = (CalendarDay(dt.date.fromisoformat(d["date"]), line(d, "name")) for d in entry.get("days", ()))
    return Calendar(
        code=entry["code"],
        name=line(entry, "name"),
        parties=owners(entry),
        library=entry.get("library", ""),
        first_year=first_year,
        last_year=last_year,
        days=tuple(sorted(days, key=lambda day: day.date)),
        exceptions=tuple(sorted(map(dt.date.fromisoformat, entry.get("except", ())))),
        source=line(entry, "source"),
        note=prose(entry, "note"),
        at=record.place(),
    )


def owners(calendar: Entry) -> tuple[str, ...]:
    """The actors whose calendar it is: one as ``party``, or several as ``parties``."""
    several = calendar.get("parties", ())
    return tuple(sorted(several)) if several else (calendar["party"],) if "party" in calendar else ()


def _instrument(record: Record) -> Instrument:
    entry = record.entry
    return Instrument(
        code=entry["code"],
        kind=entry["kind"],
        title=line(entry, "title"),
        short_title=line(entry, "short_title"),
        date=day(entry, "date"),
        in_effect_from=day(entry, "in_effect_from"),
        derived_from=entry.get("derived_from"),
        source=line(entry, "source"),
        note=prose(entry, "note"),
        # No party comes before another: by code, whatever the order in the file.
        positions=tuple(sorted(map(_position, entry["positions"]), key=lambda position: position.party)),
        provisions=tuple(_provision(provision) for provision in entry["provisions"]),
        at=record.place(),
    )


def _position(entry: Entry) -> Position:
    return Position(entry["party"], entry["position"], day(entry, "date"), prose(entry, "note"))


def _provision(entry: Entry) -> Provision:
    return Provision(entry["anchor"], line(entry, "label"), line(entry, "heading"), entry.get("parent"))


def _rule(record: Record) -> Rule:
    entry = record.entry
    return Rule(entry["code"], entry["instrument"], entry["provision"], prose(entry, "text"))


def _trigger(record: Record) -> Trigger:
    entry = record.entry
    return Trigger(
        entry["code"], line(entry, "label"), day(entry, "date"), prose(entry, "note"), record.place()
    )


def _event(record: Record) -> Event:
    entry = record.entry
    touches_all = entry["touches"] == ["all"]
    return Event(
        code=entry["code"],
        date=dt.date.fromisoformat(entry["date"]),
        precision=entry["precision"],
        title=line(entry, "title"),
        touches=() if touches_all else tuple(sorted(entry["touches"])),
        touches_all=touches_all,
        trigger=entry.get("trigger"),
        source=line(entry, "source"),
        at=record.place(),
    )


def _deadline(entry: Entry) -> Deadline:
    return Deadline(
        rule=entry["rule"],
        date=day(entry, "date"),
        days=entry.get("days"),
        working_days=entry.get("working_days"),
        weeks=entry.get("weeks"),
        months=entry.get("months"),
        years=entry.get("years"),
        period=entry.get("period"),
        rrule=entry.get("rrule"),
        first=day(entry, "first"),
        until=day(entry, "until"),
        trigger=entry.get("trigger"),
        after=entry.get("after"),
        qualifier=entry.get("qualifier"),
        expected_due=day(entry, "expected_due"),
    )


def _gate(entry: Entry) -> Gate:
    return Gate(entry.get("obligation"), entry.get("trigger"), prose(entry, "text"))


def _obligation(record: Record) -> Obligation:
    entry = record.entry
    shares = entry.get("shares", {})
    return Obligation(
        code=entry["code"],
        instrument=entry["instrument"],
        provision=entry["provision"],
        title=line(entry, "title"),
        summary=prose(entry, "summary"),
        kind=entry["kind"],
        commitments=tuple(Commitment(obligor, line(shares, obligor)) for obligor in entry["obligors"]),
        beneficiaries=tuple(entry.get("beneficiaries", ())),
        deadline=_deadline(entry["deadline"]),
        deadline_at=record.place("deadline"),
        deadline_from=entry.get("deadline_from"),
        review_every_months=entry.get("review_every", {}).get("months"),
        gates=tuple(_gate(gate) for gate in entry.get("gates", ())),
        tags=tuple(entry.get("tags", ())),
        indicators=tuple(" ".join(text.split()) for text in entry.get("indicators", ())),
        confidence=entry["confidence"],
        confidence_note=prose(entry, "confidence_note"),
        source=line(entry, "source"),
        at=record.place(),
    )
