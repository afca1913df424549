"""What readings do, for the parties of one obligation: of those on record, and of one that is not recorded yet."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from obligations.commands.reading_checks import refuse_what_cannot_be
from obligations.commands.readings import reading_on
from obligations.deadlines import Grounds
from obligations.deadlines.moment import INSTANT
from obligations.deadlines.outlook import (
    Look,
    ReadingProspect,
    prospect_of_reading,
    with_act,
    without_act,
)
from obligations.models import Commitment, Reading
from obligations.status.records import Records, standing_acts
from obligations.status.status import Standing
from obligations.words.readings import effect_in_words
from parties.access import Viewer
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


def look_at(commitment: Commitment, at: datetime, known_by: datetime | None = None) -> Look:
    """The findings that the viewer may see, of those that were on record by an instant where one is given."""
    standing: Standing = commitment.standing  # type: ignore[attr-defined]
    known = (one for one in reversed(standing.findings) if known_by is None or one.recorded_at <= known_by)
    return Look(tuple(one.fact() for one in known), at, commitment.agreement.due_soon_days)


def effect_of(commitment: Commitment, reading: Reading) -> ReadingProspect | None:
    """What a reading on record did when it was recorded, for the viewer; None where no terms were known by then."""
    records: Records = commitment.records  # type: ignore[attr-defined]
    at = reading.recorded_at
    grounds = records.grounds(at + INSTANT)
    if grounds is None:
        return None
    place = records.readings.index(reading)
    before, after = (
        replace(grounds, acts=standing_acts(records.readings[:end])) for end in (place, place + 1)
    )
    return prospect_of_reading(before, after, look_at(commitment, at, known_by=at))


def grounds_of(commitment: Commitment) -> Grounds:
    records: Records = commitment.records  # type: ignore[attr-defined]
    grounds = records.grounds()
    assert grounds is not None, "a commitment has terms from the moment that it is made"
    return grounds


def effects_of_recording(
    kind: Reading.Kind, owed: Sequence[Commitment], viewer: Viewer, now: datetime, **said: Any
) -> list[Effect]:
    """What a reading would do. `said` as `readings.record` takes it; Refused where it could not be recorded."""
    asked = [reading_on(one, kind, viewer, now, **said) for one in owed]
    refuse_what_cannot_be(asked, now)
    return told_together(
        (one.party, would(one, with_act(grounds_of(one), reading.act()), now))
        for one, reading in zip(owed, asked, strict=True)
    )


def effects_of_taking_back(
    owed: Iterable[Commitment], readings: Iterable[Reading], now: datetime
) -> list[Effect]:
    return told_together(taken_back(owed, list(readings), now))


def taken_back(
    owed: Iterable[Commitment], readings: Sequence[Reading], now: datetime
) -> Iterator[tuple[Party, str]]:
    for commitment in owed:
        for reading in readings:
            if reading.commitment_id == commitment.pk:
                then = without_act(grounds_of(commitment), reading.pk)
                yield commitment.party, would(commitment, then, now)


def would(commitment: Commitment, then: Grounds, now: datetime) -> str:
    return effect_in_words(prospect_of_reading(grounds_of(commitment), then, look_at(commitment, now)))


def mark_of(effects: Iterable[Effect], *said: object) -> str:
    """Stands for an effect that was shown, and for what was said to have it."""
    told = [(one.words, [party.pk for party in one.parties]) for one in effects]
    return hashlib.sha256(repr((told, said)).encode()).hexdigest()[:16]
