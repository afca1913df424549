"""The holidays that packs bring."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from agreement.calendars import LIBRARY, VERSION, PackDay, given_by
from agreement.models import Agreement, Calendar, CalendarParty, Holiday
from agreement.packs.model import Calendar as PackCalendar
from obligations.packs import mapping
from obligations.packs.difference import Change, Difference, kind_of
from parties.access import Viewer
from parties.models import Party

Origin = Holiday.Origin


@transaction.atomic
def load_calendars(
    agreement: Agreement,
    pack_calendars: Sequence[PackCalendar],
    parties: Mapping[str, Party],
    actor: Viewer,
    now: datetime,
    outset: bool,
    written: Difference | None = None,
) -> list[Holiday]:
    """Write what a pack's calendars say and what is not on record yet; the days that are new.

    Days are append-only: another name, or a day that is gone from its source, is one more row. A day of which a person
    said something is left to that. `outset` is for the agreement's first load: these days count as known all along.
    Resets no clock: the caller does, where `written` notes a change, and enters the days in the ledger.
    """
    written = Difference() if written is None else written
    rows = written.put(agreement.calendars.all(), ("code",), calendar_values(agreement, pack_calendars))
    calendars = {code: row for (code,), row in rows.items()}
    serve(agreement, pack_calendars, calendars, parties, written)
    standing: dict[int, dict[date, Holiday]] = {row.pk: {} for row in calendars.values()}
    for row in Holiday.objects.filter(calendar__in=standing).standing():
        standing[row.calendar_id][row.day] = row
    new = [
        row
        for wanted in pack_calendars
        for row in missing(wanted, calendars[wanted.code], standing[calendars[wanted.code].pk], agreement)
    ]
    for row in new:
        row.recorded_at, row.from_outset = now, outset
    Holiday.objects.bulk_create(new, batch_size=2000)
    note_days(new, written)
    return new


def note_days(new: Sequence[Holiday], written: Difference) -> None:
    """A line for each day, but one for all that a calendar has from its library."""
    kind = kind_of(Holiday)
    computed = Counter(row.calendar.code for row in new if row.origin == Origin.LIBRARY)
    for code, number in computed.items():
        written.changes.append(Change(kind, "added", code, note=f"{number:,} of its library"))
    for row in new:
        if row.origin != Origin.LIBRARY:
            name = row.name if row.is_holiday else f"no longer a day off: {row.name}"
            written.changes.append(Change(kind, "added", f"{row.calendar.code} {row.day}", note=name))
    if new:
        written.tally("added", kind, len(new))


def calendar_values(
    agreement: Agreement, pack_calendars: Sequence[PackCalendar]
) -> Iterator[dict[str, object]]:
    for place, wanted in enumerate(pack_calendars):
        yield mapping.CALENDAR.values_of(wanted) | {
            "agreement_id": agreement.pk,
            "library_version": VERSION if wanted.library else "",
            "years_from": wanted.first_year,
            "years_until": wanted.last_year,
            "known_until": wanted.known_until,
            "place": place,
            "in_pack": True,
        }


def serve(
    agreement: Agreement,
    pack_calendars: Sequence[PackCalendar],
    calendars: Mapping[str, Calendar],
    parties: Mapping[str, Party],
    written: Difference,
) -> None:
    """Which party has which calendar. One that the pack names no more is nobody's own; readings may still name it."""
    wanted = [
        {
            "agreement_id": agreement.pk,
            "party_id": parties[code].pk,
            "calendar_id": calendars[calendar.code].pk,
        }
        for calendar in pack_calendars
        for code in calendar.parties
    ]
    there = CalendarParty.objects.filter(agreement=agreement).order_by()
    served = written.put(there.all(), ("party_id",), wanted)
    written.note("removed", written.unwanted[CalendarParty])
    written.touch(written.unwanted[CalendarParty])
    there.exclude(party_id__in=[key for (key,) in served]).delete()
    left = agreement.calendars.filter(in_pack=True).exclude(pk__in=[row.pk for row in calendars.values()])
    written.note("kept", left)
    written.touch(left)
    left.update(in_pack=False)


def missing(
    wanted: PackCalendar, calendar: Calendar, standing: Mapping[date, Holiday], agreement: Agreement
) -> Iterator[Holiday]:
    """The rows that bring a calendar to what the pack says."""
    sources = {
        Origin.LIBRARY: f"{LIBRARY} {VERSION}, {wanted.library}",
        Origin.PACK: f"pack {agreement.code}",
    }
    wanted_days = {given.day: given for given in given_by(wanted)}
    for day, given in wanted_days.items():
        if differs(standing.get(day), given):
            yield Holiday(calendar=calendar, source=sources[given.origin], **asdict(given))
    for day, row in standing.items():
        if day not in wanted_days and (source := sources.get(Origin(row.origin))):
            gone = PackDay(day, row.name, is_holiday=False, origin=Origin.WITHDRAWN)
            yield Holiday(calendar=calendar, source=source, **asdict(gone))


def differs(row: Holiday | None, given: PackDay) -> bool:
    """Whether what is given is to be written. What a person said of the day stays."""
    if row is None:
        return True
    on_record = (row.name, row.is_holiday, row.origin)
    return row.origin != Origin.PERSON and on_record != (given.name, given.is_holiday, given.origin)
