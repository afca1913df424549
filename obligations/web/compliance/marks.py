"""Commitments and periods as marks: what a picture shows one by one, with the word for each and where it leads.

No query, no clock. What is shown of each party is shown of the other, in the same order; a party's parts stand with it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreement.models import Agreement
from obligations.models.statement import Conduct, Level
from obligations.status.filters import GAPS, NOT_ASSESSABLE, asked_by
from obligations.status.over_time import LateCount, Row
from obligations.status.periods import SeenPeriod
from obligations.web.base.register import Place, Register
from obligations.web.base.selection import address, narrowed
from obligations.words.method import DELIVERABLES, Selection
from parties.models import Party

# More than so many commitments are not shown one by one, but as numbers.
ONE_BY_ONE = 600
# With more parties than that a picture tells of all of them in one, and folds what is of each.
FEW = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """What was found, as a mark: its value among levels and conducts, empty without a finding; `year` of an old one."""

    value: str = ""
    found_on: date | None = None
    year: str = ""

    @property
    def word(self) -> str:
        return word_of(self.value)

    @property
    def look(self) -> str:
        """Its classes on a page."""
        if self.value in Conduct.values:
            return f"conduct c-{self.value}{' old' if self.year else ''}"
        return f"level {f'l{self.value}' if self.value.isdigit() else 'la' if self.value else 'ln'}"

    @property
    def sprite(self) -> str:
        """Its name among the marks of charts."""
        if self.value in Conduct.values:
            return f"c-{self.value}"
        return f"d{self.value}" if self.value.isdigit() else "da" if self.value else "dn"


def word_of(value: str) -> str:
    if value in Conduct.values:
        return str(Conduct(value).label)
    if value == NOT_ASSESSABLE:
        return _("Not assessable")
    return str(Level(int(value)).label) if value else _("No finding")


def mark_of(row: Row) -> Mark:
    """A standing duty of whose last period nothing was found shows what was found last, as an old finding."""
    if row.not_assessable:
        return Mark(NOT_ASSESSABLE, row.found_on)
    if row.level is not None:
        return Mark(str(row.level), row.found_on)
    if row.conduct:
        return Mark(row.conduct, row.found_on)
    if row.last_conduct and row.last_on:
        return Mark(row.last_conduct, row.last_on, f"{row.last_on:%Y}")
    return Mark()


@dataclass(frozen=True, slots=True)
class MarkedCommitment:
    """A commitment in a picture: what it is called there, and where it leads."""

    row: Row
    mark: Mark
    href: str

    @property
    def short(self) -> str:
        """The part of its code that tells it apart from others of its text."""
        first, _dash, rest = self.row.code.rpartition("-")
        return rest if first and rest[:1].isdigit() else self.row.code

    @property
    def said(self) -> str:
        if not self.mark.found_on:
            return self.mark.word
        return f"{self.mark.word}, {date_format(self.mark.found_on)}"


@dataclass(frozen=True, slots=True)
class Counted:
    """So many commitments alike, where a picture does not name them."""

    mark: Mark
    short: str
    href: str

    @property
    def said(self) -> str:
        return self.mark.word


@dataclass(frozen=True)
class Sides:
    """The parties that a picture shows: those of the agreement, in the order in which pages show them."""

    parties: Sequence[Party]
    # By the key of whoever owes something, the code of the party that it is shown with.
    shown_with: Mapping[int, str]

    @property
    def are_two(self) -> bool:
        return len(self.parties) == 2

    @property
    def are_many(self) -> bool:
        return len(self.parties) > FEW


def sides_of(register: Register, parties: Sequence[Party]) -> tuple[Sides, list[Party]]:
    """Of the `parties` shown, those of the agreement with their parts; and all other actors."""
    shown = {party.code for party in parties}
    tops = [party for party in parties if shown.isdisjoint(register.above.get(party.code, ()))]
    ours = [party for party in tops if party.code in register.principals] or tops
    codes = {party.code for party in ours}
    shown_with = {
        party.pk: next(
            (code for code in (party.code, *register.above.get(party.code, ())) if code in codes), ""
        )
        for party in parties
    }
    others = [party for party in parties if not shown_with[party.pk]]
    return Sides(ours, shown_with), others


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a picture by article: the place, and what each party owes there."""

    place: Place
    cells: Sequence[Sequence[MarkedCommitment | Counted]]
    # Lists what is owed there.
    query: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    title: str
    lines: list[Line]


def ones(rows: Iterable[Row], agreement: Agreement, only: str) -> list[MarkedCommitment]:
    """`only` is what the addresses go on with, to speak of the same day."""
    return [
        MarkedCommitment(row, mark_of(row), reverse("obligation", args=[agreement.code, row.code]) + only)
        for row in rows
    ]


def strips(
    rows: Iterable[MarkedCommitment], places: Mapping[int, Place], sides: Sides, active: Selection
) -> list[Strip]:
    """What was found of each commitment by article, without the earlier agreements."""
    lines: dict[Place, list[MarkedCommitment]] = defaultdict(list)
    for one in rows:
        place = places[one.row.provision_id]
        if place.provision and sides.shown_with.get(one.row.party_id):
            lines[place].append(one)
    by_text: dict[str, list[Line]] = defaultdict(list)
    for place, own in lines.items():
        split: dict[int, list[MarkedCommitment]] = defaultdict(list)
        for one in own:
            split[index_of(sides, one.row.party_id)].append(one)
        cells = [split[at] for at in range(len(sides.parties))]
        chosen = narrowed(active, {"provision": (place.provision,)})
        by_text[place.section].append(Line(place, cells, address(chosen) if chosen else ""))
    return [Strip(title, own) for title, own in by_text.items()]


def index_of(sides: Sides, party_id: int) -> int:
    return [party.code for party in sides.parties].index(sides.shown_with[party_id])


@dataclass(frozen=True, slots=True)
class Gap:
    """How many levels the newest claims of the party, and of another about it, are above what was found."""

    own: int | None
    other: int | None


T = TypeVar("T")


@dataclass(frozen=True)
class Pair(Generic[T]):
    """One obligation in a mirrored picture, with what it shows of each party; None for who is not bound by it."""

    code: str
    title: str
    href: str
    of: list[T | None]

    @property
    def shown(self) -> list[T]:
        return [one for one in self.of if one is not None]


def gap(claim: str) -> int | None:
    asked = asked_by(GAPS, claim)
    return int(asked) if asked else None


def gaps(rows: Iterable[MarkedCommitment], sides: Sides) -> list[Pair[Gap]]:
    """The obligations on which a claim is another than what was found, with the claims on them."""
    found = pairs(
        [(one, Gap(gap(one.row.own_claim), gap(one.row.other_claim))) for one in rows],
        sides,
    )
    return [pair for pair in found if any(one.own or one.other for one in pair.shown)]


@dataclass(frozen=True, slots=True)
class Late:
    """Days since the due day, or since what is due at once was to begin; or how many are late by as much."""

    days: int
    is_late: bool
    since: date | None = None
    is_count: bool = False


def late(rows: Iterable[MarkedCommitment], sides: Sides) -> list[Pair[Late]]:
    """What is overdue and what is due at once and not complete, the longest first."""
    found = [
        (one, Late(one.row.days_late or one.row.days_running or 0, bool(one.row.days_late), one.row.due_on))
        for one in rows
        if one.row.days_late or (one.row.days_running is not None and one.row.kind in DELIVERABLES)
    ]
    longest = pairs(found, sides)
    return sorted(longest, key=lambda pair: -max(one.days for one in pair.shown))


def late_by(counted: Iterable[LateCount], sides: Sides) -> list[Pair[Late]]:
    """How many are late by how much, where they are too many to be named."""
    numbers: Counter[tuple[int, str]] = Counter()
    for one in counted:
        numbers[one.bin, sides.shown_with.get(one.party_id, "")] += one.n
    return [
        Pair(
            str(label),
            "",
            "",
            [Late(numbers[at, party.code], True, is_count=True) for party in sides.parties],
        )
        for at, label in enumerate(LATE_BY)
    ]


def in_one(pairs: Sequence[Pair[Late]]) -> tuple[list[Pair[Late]], Sides]:
    """Of many parties one bar each: how many are late in all, or the longest of those that are bound."""
    counted = any(one.is_count for pair in pairs for one in pair.shown)
    told = _("All parties") if counted else _("The longest of its parties")
    found = []
    for pair in pairs:
        longest = max(pair.shown, key=lambda one: one.days)
        together = replace(longest, days=sum(one.days for one in pair.shown)) if counted else longest
        found.append(replace(pair, of=[together]))
    return found, Sides([Party(name=told)], {})


LATE_BY = (
    gettext_lazy("up to 30 days"),
    gettext_lazy("31 to 90 days"),
    gettext_lazy("91 to 180 days"),
    gettext_lazy("181 to 365 days"),
    gettext_lazy("1 to 2 years"),
    gettext_lazy("more than 2 years"),
)


def pairs(found: Sequence[tuple[MarkedCommitment, T]], sides: Sides) -> list[Pair[T]]:
    by_code: dict[str, Pair[T]] = {}
    for one, shown in found:
        if sides.shown_with.get(one.row.party_id):
            nothing: list[T | None] = [None] * len(sides.parties)
            pair = by_code.setdefault(one.row.code, Pair(one.row.code, one.row.title, one.href, nothing))
            pair.of[index_of(sides, one.row.party_id)] = shown
    return list(by_code.values())


@dataclass(frozen=True, slots=True)
class Slot:
    """One period of a duty, or none there: what was found in it, and whether it is still to end."""

    period: SeenPeriod | None
    mark: Mark

    @property
    def is_running(self) -> bool:
        return self.period is not None and not self.period.elapsed


@dataclass(frozen=True, slots=True)
class Duty:
    """A standing duty, and the periods of each party in the order of the columns."""

    code: str
    title: str
    href: str
    of: list[list[Slot]]


@dataclass(frozen=True, slots=True)
class Duties:
    """`spans` are the columns: the first and last day of each; `unseen` the codes of duties without any finding.

    `newest` are the periods that ended last, of which `assessed` have a finding."""

    spans: list[tuple[date, date]]
    lines: list[Duty]
    unseen: list[str]
    assessed: int
    newest: list[Slot]

    @property
    def newest_span(self) -> tuple[date, date] | None:
        period = self.newest[0].period if self.newest else None
        return (period.starts_on, period.ends_on) if period else None

    @property
    def years(self) -> list[tuple[int, int]]:
        """Each year, and how many columns begin in it."""
        counted: dict[int, int] = defaultdict(int)
        for first, _last in self.spans:
            counted[first.year] += 1
        return list(counted.items())


# So many columns of periods are shown: the newest.
COLUMNS = 8


def duties(rows: Iterable[MarkedCommitment], periods: Iterable[SeenPeriod], sides: Sides) -> Duties:
    """The reviews of standing duties by half-year, or by whatever periods the agreement has."""
    by_key: dict[int, list[SeenPeriod]] = defaultdict(list)
    ends: dict[date, date] = {}
    for period in periods:
        if period.due_on is None:
            by_key[period.commitment_id].append(period)
            first = ends.get(period.ends_on, period.starts_on)
            ends[period.ends_on] = min(first, period.starts_on)
    spans = [(ends[last], last) for last in sorted(ends)][-COLUMNS:]
    places = {last: at for at, (_first, last) in enumerate(spans)}
    lines: dict[str, Duty] = {}
    for one in rows:
        own = by_key.get(one.row.commitment_id)
        if not own or not sides.shown_with.get(one.row.party_id):
            continue
        nothing: list[list[Slot]] = [[] for _party in sides.parties]
        duty = lines.setdefault(one.row.code, Duty(one.row.code, one.row.title, one.href, nothing))
        slots = [Slot(None, Mark())] * len(spans)
        for period in own:
            if period.ends_on in places:
                slots[places[period.ends_on]] = Slot(period, Mark(period.conduct or "", period.found_on))
        duty.of[index_of(sides, one.row.party_id)] = slots
    seen = [duty for duty in lines.values() if any(slot.mark.value for own in duty.of for slot in own)]
    unseen = [code for code, duty in lines.items() if duty not in seen]
    newest = newest_ended([own for duty in lines.values() for own in duty.of])
    return Duties(spans, seen, unseen, sum(1 for slot in newest if slot.mark.value), newest)


def newest_ended(lines: Iterable[Sequence[Slot]]) -> list[Slot]:
    """The last period of each that has ended, where it is the last of all that have."""
    ended = [
        (at, slot) for own in lines for at, slot in enumerate(own) if slot.period and slot.period.elapsed
    ]
    last = max((at for at, _slot in ended), default=0)
    return [slot for at, slot in ended if at == last]
