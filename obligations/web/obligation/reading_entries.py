"""The readings of a commitment, each with what came of it: as the thread of an obligation shows them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from agreement.models import Calendar
from obligations.deadlines import Moment
from obligations.deadlines.outlook import is_counted, without_act
from obligations.models import Breach, Commitment, Obligation, Reading
from obligations.status.records import Records
from obligations.web.obligation.effects import effect_of, grounds_of, would
from obligations.words.readings import effect_in_words, reading_in_words
from parties.known import is_known
from parties.models import Party

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
    """Of calendars and of parties, by code."""

    calendars: Mapping[str, str] = field(default_factory=dict)
    parties: Mapping[str, str] = field(default_factory=dict)


def names_of(owed: Obligation, commitments: Iterable[Commitment]) -> Names:
    """The names that the page of an obligation asks for: no query where it asks for none."""
    readings = [one for commitment in commitments for one in commitment.records.readings]  # type: ignore[attr-defined]
    calendars = Calendar.objects.filter(agreement=owed.agreement_id)
    if not is_counted(owed.rule) and not any(one.calendars for one in readings):
        calendars = calendars.none()
    parties = Party.objects.filter(code__in={code for one in readings for code in one.agreed_by})
    return Names(dict(calendars.values_list("code", "name")), dict(parties.values_list("code", "name")))


def reading_entries(
    commitment: Commitment, breaches: Iterable[Breach], moment: Moment, names: Names
) -> Iterator[ReadingEntry]:
    """As known at the moment, in the order of their recording; those that hold from a later day are not there yet."""
    records: Records = commitment.records  # type: ignore[attr-defined]
    known = [one for one in records.readings if is_known(moment.known_at, one.recorded_at)]
    by_key = {one.pk: one for one in known}
    taken_back = {one.withdraws_id: one for one in known if one.withdraws_id}
    for reading in known:
        reading.commitment = commitment
        if moment.spoken_on and reading.effective_on and reading.effective_on > moment.spoken_on:
            continue
        if reading.withdraws_id:
            reading.withdraws = by_key[reading.withdraws_id]
        effect, withdrawal = effect_of(commitment, reading), taken_back.get(reading.pk)
        lasting = withdrawal or reading.kind in LASTING or not moment.is_present
        yield ReadingEntry(
            reading,
            reading_in_words(reading, names.calendars),
            tuple(sorted(names.parties.get(code, code) for code in reading.agreed_by)),
            effect_in_words(effect) if effect else "",
            "" if lasting else would(commitment, without_act(grounds_of(commitment), reading.pk), moment.now),
            withdrawal,
            tuple(
                row for row in breaches if row.closing_reading_id == reading.pk and row.outcome in Breach.VOID
            ),
        )


def alike(commitments: Iterable[Commitment], key: str, moment: Moment) -> list[Reading]:
    """The reading with that key, and what was said alike of other commitments; none where it is not there."""
    entries = [entry for one in commitments for entry in reading_entries(one, (), moment, Names())]
    wanted = next((entry for entry in entries if entry.reading.key == key), None)
    return [entry.reading for entry in entries if wanted and entry.likeness == wanted.likeness]
