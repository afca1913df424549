"""What readings do: those on record, as the thread of an obligation shows them, and one that is not recorded yet."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from agreement.models import Calendar
from obligations.commands.reading_checks import refuse_what_cannot_be
from obligations.commands.readings import reading_on
from obligations.deadlines import Grounds, Moment
from obligations.deadlines.moment import INSTANT
from obligations.deadlines.outlook import (
    Look,
    ReadingProspect,
    is_counted,
    prospect_of_reading,
    with_act,
    without_act,
)
from obligations.models import Breach, Obligation, Reading
from obligations.status.records import standing_acts
from obligations.status.status import Standing
from obligations.words.numbers import called
from obligations.words.readings import effect_in_words, reading_in_words
from parties.access import Viewer
from parties.alphabets import by_name
from parties.known import is_known
from parties.models import Party


@dataclass(frozen=True, slots=True)
class Effect:
    """What it does, in words that are the same for all these parties."""

    parties: tuple[Party, ...]
    words: str


def told_together(effects: Iterable[tuple[Party, str]]) -> list[Effect]:
    """One for each thing that happens, with the parties for which it does."""
    alike: dict[str, list[Party]] = {}
    for party, words in effects:
        alike.setdefault(words, []).append(party)
    return [Effect(tuple(parties), words) for words, parties in alike.items()]


def look_at(standing: Standing, at: datetime, known_by: datetime | None = None) -> Look:
    """The findings that the viewer may see, of those that were on record by an instant where one is given."""
    known = (
        finding
        for finding in reversed(standing.findings)
        if known_by is None or finding.recorded_at <= known_by
    )
    return Look(tuple(one.fact() for one in known), at, standing.commitment.agreement.due_soon_days)


def effect_of(standing: Standing, reading: Reading) -> ReadingProspect | None:
    """What a reading on record did when it was recorded, for the viewer; None where no terms were known by then."""
    records = standing.records
    at = reading.recorded_at
    grounds = records.grounds(at + INSTANT)
    if grounds is None:
        return None
    place = records.readings.index(reading)
    before, after = (
        replace(grounds, acts=standing_acts(records.readings[:end])) for end in (place, place + 1)
    )
    return prospect_of_reading(before, after, look_at(standing, at, known_by=at))


def grounds_of(standing: Standing) -> Grounds:
    grounds = standing.records.grounds()
    assert grounds is not None, "a commitment has terms from the moment that it is made"
    return grounds


def effects_of_recording(
    kind: Reading.Kind, owed: Sequence[Standing], viewer: Viewer, now: datetime, **said: Any
) -> list[Effect]:
    """What a reading would do. `said` as `readings.record` takes it; Refused where it could not be recorded."""
    asked = [reading_on(standing.commitment, kind, viewer, now, **said) for standing in owed]
    refuse_what_cannot_be(asked, now)
    return told_together(
        (one.commitment.party, would(one, with_act(grounds_of(one), reading.act()), now))
        for one, reading in zip(owed, asked, strict=True)
    )


def effects_of_taking_back(
    owed: Iterable[Standing], readings: Iterable[Reading], now: datetime
) -> list[Effect]:
    return told_together(taken_back(owed, list(readings), now))


def taken_back(
    owed: Iterable[Standing], readings: Sequence[Reading], now: datetime
) -> Iterator[tuple[Party, str]]:
    for standing in owed:
        for reading in readings:
            if reading.commitment_id == standing.commitment.pk:
                then = without_act(grounds_of(standing), reading.pk)
                yield standing.commitment.party, would(standing, then, now)


def would(standing: Standing, then: Grounds, now: datetime) -> str:
    return effect_in_words(prospect_of_reading(grounds_of(standing), then, look_at(standing, now)))


def mark_of(effects: Iterable[Effect], *said: object) -> str:
    """Stands for an effect that was shown, and for what was said to have it."""
    told = [(effect.words, [party.pk for party in effect.parties]) for effect in effects]
    return hashlib.sha256(repr((told, said)).encode()).hexdigest()[:16]


# What nobody can take back.
LASTING = (Reading.Kind.WITHDRAWAL, Reading.Kind.SUPERSESSION)


@dataclass(frozen=True, slots=True)
class ReadingEntry:
    """One reading in words, with the parties that agreed to it, by name.

    `effect` is what it did for the viewer; `taken_back` the withdrawal that followed, and `would` what one would do
    now, empty where there can be none. `voided` are breaches that it left without ground, for those who may know what
    the sweep flagged.
    """

    reading: Reading
    words: str
    agreed_by: tuple[str, ...]
    effect: str
    would: str
    taken_back: Reading | None = None
    voided: tuple[Breach, ...] = ()

    @property
    def likeness(self) -> object:
        """The same for what was said at one time of several commitments, and taken back together."""
        reading, earlier = self.reading, self.reading.withdraws
        return (
            *(
                reading.kind,
                reading.convention,
                tuple(reading.calendars),
                reading.due_on,
                reading.effective_on,
            ),
            *(
                reading.reason,
                reading.source,
                reading.agreed_on,
                tuple(reading.agreed_by),
                reading.recorded_at,
            ),
            earlier and (earlier.kind, earlier.recorded_at),
            self.taken_back and self.taken_back.recorded_at,
        )


@dataclass(frozen=True, slots=True)
class Names:
    """The names of calendars and of parties, by code."""

    calendars: Mapping[str, str] = field(default_factory=dict)
    parties: Mapping[str, str] = field(default_factory=dict)


def names_of(owed: Obligation, standings: Iterable[Standing]) -> Names:
    """The names that the page of an obligation asks for: no query where it asks for none."""
    readings = [reading for standing in standings for reading in standing.records.readings]
    calendars = Calendar.objects.filter(agreement=owed.agreement_id)
    if not is_counted(owed.rule) and not any(reading.calendars for reading in readings):
        calendars = calendars.none()
    agreed_by = {code for reading in readings for code in reading.agreed_by}
    parties = Party.objects.filter(code__in=agreed_by, participations__agreement=owed.agreement_id)
    return Names({one.code: one.name for one in calendars}, {one.code: one.name for one in by_name(parties)})


def reading_entries(
    standing: Standing, breaches: Iterable[Breach], moment: Moment, names: Names
) -> Iterator[ReadingEntry]:
    """The readings known at the moment, in the order of their recording; those that hold from a later day are not
    there yet.
    """
    known = [one for one in standing.records.readings if is_known(moment.known_at, one.recorded_at)]
    by_key = {one.pk: one for one in known}
    taken_back = {one.withdraws_id: one for one in known if one.withdraws_id}
    for reading in known:
        reading.commitment = standing.commitment
        if moment.spoken_on and reading.effective_on and reading.effective_on > moment.spoken_on:
            continue
        if reading.withdraws_id:
            reading.withdraws = by_key[reading.withdraws_id]
        effect, withdrawal = effect_of(standing, reading), taken_back.get(reading.pk)
        lasting = withdrawal or reading.kind in LASTING or not moment.is_present
        yield ReadingEntry(
            reading,
            reading_in_words(reading, names.calendars),
            tuple(called(reading.agreed_by, names.parties)),
            effect_in_words(effect) if effect else "",
            "" if lasting else would(standing, without_act(grounds_of(standing), reading.pk), moment.now),
            withdrawal,
            tuple(
                row for row in breaches if row.closing_reading_id == reading.pk and row.outcome in Breach.VOID
            ),
        )


def alike(standings: Iterable[Standing], key: str, moment: Moment) -> list[Reading]:
    """The reading with that key, and what was said alike of other commitments; none where it is not there."""
    entries = [entry for standing in standings for entry in reading_entries(standing, (), moment, Names())]
    wanted = next((entry for entry in entries if entry.reading.key == key), None)
    return [entry.reading for entry in entries if wanted and entry.likeness == wanted.likeness]
