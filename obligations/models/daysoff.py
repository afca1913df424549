"""The days off of an agreement's calendars, as the arithmetic of time limits takes them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from agreement.models import Calendar, CalendarParty, Holiday
from obligations.deadlines.conventions import Holidays
from parties.content import PackText
from parties.known import OUTSET, is_known

# The instant since when a row is known (None: from the outset), its day, its name, and whether it is a day off.
Row = tuple[datetime | None, date, str, bool]


@dataclass(slots=True)
class Calendars:
    """`rows` are in the order of their recording, by the code of the calendar."""

    parties: dict[int, tuple[str, ...]]
    ends: dict[str, date | None]
    rows: dict[str, list[Row]]
    answers: dict[datetime | None, Mapping[str, Holidays]] = field(default_factory=dict)
    instants: frozenset[datetime] = field(init=False)

    def __post_init__(self) -> None:
        # Once for all commitments: each of them asks.
        self.instants = frozenset(
            since for rows in self.rows.values() for since, *_row in rows if since is not None
        )

    def known(self, known_at: datetime | None) -> Mapping[str, Holidays]:
        """Every calendar as known at an instant: the newest word on a day stands."""
        if known_at not in self.answers:
            self.answers[known_at] = {
                code: Holidays(standing(rows, known_at), self.ends[code]) for code, rows in self.rows.items()
            }
        return self.answers[known_at]

    def own(self, party_id: int) -> tuple[str, ...]:
        """The calendar that the party's commitments count by; none where it has none."""
        return self.parties.get(party_id, ())

    def turns(self) -> frozenset[datetime]:
        """When a day was added or struck after the outset."""
        return self.instants


def standing(rows: list[Row], known_at: datetime | None) -> dict[date, str]:
    days: dict[date, str] = {}
    for since, day, name, is_holiday in rows:
        if is_known(known_at, since or OUTSET):
            if is_holiday:
                days[day] = name
            else:
                days.pop(day, None)
    return days


def calendars_of(agreement_id: int) -> Calendars:
    """All calendars of an agreement: three queries."""
    calendars = list(Calendar.objects.filter(agreement=agreement_id).order_by("code"))
    served: dict[int, list[str]] = defaultdict(list)
    codes = {one.pk: one.code for one in calendars}
    for calendar_id, party_id in CalendarParty.objects.filter(agreement=agreement_id).values_list(
        "calendar_id", "party_id"
    ):
        served[party_id].append(codes[calendar_id])
    rows: dict[str, list[Row]] = {code: [] for code in codes.values()}
    known = Holiday.objects.filter(calendar__agreement=agreement_id).order_by("recorded_at", "id")
    columns = known.values_list("calendar_id", "from_outset", "recorded_at", "day", "name", "is_holiday")
    for calendar_id, from_outset, recorded_at, day, name, is_holiday in columns.iterator():
        since, named = None if from_outset else recorded_at, PackText(name, agreement_id)
        rows[codes[calendar_id]].append((since, day, named, is_holiday))
    return Calendars(
        parties={party: tuple(sorted(own)) for party, own in served.items()},
        ends={one.code: one.known_until for one in calendars},
        rows=rows,
    )
