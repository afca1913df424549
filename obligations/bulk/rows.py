"""What the rows of a sheet say, with all that is wrong with them; and the template that is to be filled in."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models.enums import Choices
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from agreement.models import Agreement
from agreement.viewers import observers_in, readers_in
from obligations.bulk.sheet import COLUMNS, NAMES, Row, guarded
from obligations.models import Commitment, Statement
from obligations.models.statement import Conduct, Level
from obligations.words.languages import of_pages
from parties.access import Audience, Role, Tier, Viewer, tiers_of
from parties.alphabets import alphabetical
from parties.languages import code_of, language_errors
from parties.models import Party
from parties.texts import text_errors

# Day, month and year, as written where Albanian and Serbian are spoken; a full stop may follow the year.
WITH_DOTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})\.?", re.ASCII)
# Here the day comes first in some places, and the month in others.
IN_EITHER_ORDER = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})", re.ASCII)


def day_of(text: str) -> date:
    """Raises ValueError with a sentence that says why, and what to write."""
    days: list[date | None]
    if found := WITH_DOTS.fullmatch(text):
        day, month, year = map(int, found.groups())
        days = [day_in(year, month, day)]
    elif found := IN_EITHER_ORDER.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        days = [day_in(year, second, first), day_in(year, first, second)]
    else:
        days = [iso(text)]
    there = sorted({one for one in days if one})
    if not there:
        raise ValueError(_("Give a date, or write it as 2023-03-18 or 18.3.2023."))
    if len(there) > 1:
        told = _("“%(text)s” can be %(first)s or %(second)s: write it so.")
        raise ValueError(told % {"text": text, "first": there[0], "second": there[1]})
    return there[0]


def iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def day_in(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


KINDS = {
    Role.MEDIATOR: (Statement.Kind.FINDING, Statement.Kind.OBSERVATION),
    Role.OBSERVER: (Statement.Kind.OBSERVATION,),
    Role.REPRESENTATIVE: (Statement.Kind.CLAIM, Statement.Kind.CONTEST),
}
NOT_ASSESSABLE = "not assessable"
WIDTHS = {"obligation": 16, "reason": 60, "source": 40, "effective_on": 14}
YES_AND_NO = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row as the commands take it. `errors` are sentences by column; with any, nothing else can be relied on."""

    row: Row
    kind: str = ""
    commitment: Commitment | None = None
    refers_to: Statement | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class Book:
    """What the rows of one agreement's sheets refer to, as the author sees it: six queries."""

    def __init__(self, agreement: Agreement, viewer: Viewer, now: datetime) -> None:
        self.agreement, self.viewer, self.now = agreement, viewer, now
        grant = viewer.grant(agreement.pk)
        self.role = grant.role if grant else None
        self.own = Party.objects.filter(pk=grant.party_id).first() if grant and grant.party_id else None
        self.kinds = KINDS.get(self.role, ()) if self.role else ()
        self.parties = {party.code: party for party in agreement.parties.all()}
        self.observers = {party.code: party for party in observers_in(agreement)}
        self.readers = readers_in(agreement)
        self.tiers = tiers_of(grant) if grant else ()
        self.cited: dict[str, Statement] = {}
        self.shares: dict[str, dict[str, Commitment]] = {}
        rows = Commitment.objects.visible_to(viewer).filter(agreement=agreement)
        rows = rows.select_related("agreement", "obligation__provision__instrument", "party")
        for one in sorted(rows, key=lambda one: (one.obligation.place, alphabetical(one.party), one.pk)):
            self.shares.setdefault(one.obligation.code, {})[one.party.code] = one

    def look_up(self, rows: Iterable[Row]) -> None:
        """What the rows refer to."""
        keys = {key for row in rows if (key := row.cells.get("refers_to"))}
        if keys:
            seen = Statement.objects.visible_to(self.viewer, self.now).filter(agreement=self.agreement)
            rows_of_them = seen.select_related("agreement", "commitment", "by").filter(key__in=keys)
            self.cited = {one.key: one for one in rows_of_them}

    def said(self, row: Row) -> ParsedRow:
        """Every thing that is wrong with the row, at once."""
        errors, cells = dict(row.errors), row.cells
        if cells.get("agreement", self.agreement.code) != self.agreement.code:
            errors["agreement"] = _("This sheet is for the agreement %(code)s.") % {
                "code": self.agreement.code
            }
        kind = self.kind(cells, errors)
        commitment = self.commitment(cells, errors)
        fields: dict[str, Any] = {"reason": cells.get("reason", ""), "source": cells.get("source", "")}
        fields["effective_on"] = day(cells, errors)
        fields["language"] = code_of(cells.get("language", ""))
        errors |= language_errors(language=fields["language"])
        fields |= self.who_sees(cells, errors)
        fields |= self.measure(kind, cells, commitment, errors)
        fields |= self.observer(kind, cells, errors)
        refers_to = self.refers_to(kind, cells, commitment, errors)
        errors = text_errors(("reason",), reason=fields["reason"], source=fields["source"]) | errors
        return ParsedRow(row, kind, commitment, refers_to, fields, errors)

    def kind(self, cells: dict[str, str], errors: dict[str, str]) -> str:
        given = cells.get("kind", "").lower()
        if not given and self.kinds:
            return self.kinds[0]
        if given in self.kinds:
            return given
        errors["kind"] = _("You can record: %(kinds)s.") % {"kinds": ", ".join(self.kinds)}
        return ""

    def commitment(self, cells: dict[str, str], errors: dict[str, str]) -> Commitment | None:
        shares = self.shares.get(cells.get("obligation", ""))
        if shares is None:
            errors["obligation"] = _("No obligation of this agreement has this code.")
            return None
        owing = ", ".join(sorted(shares))
        given = cells.get("party", "")
        if not given and len(shares) == 1:
            return next(iter(shares.values()))
        if given not in shares:
            errors["party"] = _("Name who owes it: %(codes)s.") % {"codes": owing}
        return shares.get(given)

    def who_sees(self, cells: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
        tier = cells.get("tier", "").lower().replace(" ", "_")
        if tier not in Tier.values:
            sentence = _("Say who may see it: there is no default. Choose one of these. %(tiers)s.")
            errors["tier"] = sentence % {"tiers": self.readers.explained(self.tiers)}
        code = cells.get("in_confidence_with", "")
        confidant = self.parties.get(code)
        if code and confidant is None:
            errors["in_confidence_with"] = _("No party of this agreement has this code.")
        if not code and tier == Tier.IN_CONFIDENCE:
            confidant = self.own
        wider = cells.get("wider", "").lower()
        if wider not in ("", *YES_AND_NO):
            errors["wider"] = _("Give yes or no, or leave it empty.")
        return {"tier": tier, "confidant": confidant, "wider": YES_AND_NO.get(wider, False)}

    def measure(
        self, kind: str, cells: dict[str, str], commitment: Commitment | None, errors: dict[str, str]
    ) -> dict[str, Any]:
        if kind != Statement.Kind.CONTEST:
            return verdict(cells, commitment, errors)
        errors |= {name: _("A contest has none.") for name in ("level", "conduct") if name in cells}
        return {}

    def observer(self, kind: str, cells: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
        """In whose name an observation is made: the author's own, or the one that the row names."""
        code = cells.get("observer", "")
        if kind != Statement.Kind.OBSERVATION:
            if code:
                errors["observer"] = _("Only an observation has one.")
            return {}
        by = self.observers.get(code) if code else self.own
        if by is None:
            codes = ", ".join(self.observers) or _("none")
            errors["observer"] = _("Name who observed it. Observers of this agreement: %(codes)s.") % {
                "codes": codes
            }
        return {"by": by}

    def refers_to(
        self, kind: str, cells: dict[str, str], commitment: Commitment | None, errors: dict[str, str]
    ) -> Statement | None:
        """A statement on the row's commitment that the author may see; only a finding can do without."""
        key = cells.get("refers_to", "")
        if not key and kind != Statement.Kind.CONTEST:
            return None
        if kind in (Statement.Kind.CLAIM, Statement.Kind.OBSERVATION):
            sentence = (
                _("A claim has none.") if kind == Statement.Kind.CLAIM else _("An observation has none.")
            )
            errors["refers_to"] = sentence
            return None
        found = self.cited.get(key)
        if found is None or commitment is None or found.commitment_id != commitment.pk:
            errors["refers_to"] = _("Name a statement on this commitment that you can see.")
            return None
        return found


def verdict(cells: dict[str, str], commitment: Commitment | None, errors: dict[str, str]) -> dict[str, Any]:
    """Which one it must be the commands judge; here the words are read, and set right by column."""
    level, conduct = cells.get("level", "").lower().replace("_", " "), cells.get("conduct", "").lower()
    said: dict[str, Any] = {}
    if level == NOT_ASSESSABLE:
        said["not_assessable"] = True
    elif level:
        said["level"] = by_value_or_label(Level, level)
        if said["level"] is None:
            errors["level"] = _("Give 0, 1, 2 or 3, or “not assessable”.")
    if conduct:
        said["conduct"] = by_value_or_label(Conduct, conduct)
        if said["conduct"] is None:
            errors["conduct"] = _("Give one of: %(all)s.") % {"all": ", ".join(Conduct.values)}
    if commitment is not None and not {"level", "conduct"} & set(errors):
        wants = "conduct" if commitment.obligation.has_conduct else "level"
        if len(said) != 1 or (wants == "conduct") != ("conduct" in said):
            errors[wants] = (
                _("This is a duty over time: give its conduct, and no level.")
                if wants == "conduct"
                else _("This has a deliverable: give its level, and no conduct.")
            )
    return said


def by_value_or_label(choices: type[Choices], text: str) -> Any:
    return next((one.value for one in choices if text in (str(one.value), str(one.label).lower())), None)


def day(cells: dict[str, str], errors: dict[str, str]) -> date | None:
    try:
        return day_of(cells.get("effective_on", ""))
    except ValueError as error:
        errors.setdefault("effective_on", str(error))
        return None


def all_said(book: Book, rows: Sequence[Row]) -> list[ParsedRow]:
    book.look_up(rows)
    return [book.said(row) for row in rows]


def places(book: Book) -> Iterator[list[str]]:
    """A row for each commitment, with nothing said."""
    for shares in book.shares.values():
        for commitment in shares.values():
            known = {
                "agreement": book.agreement.code,
                "obligation": commitment.obligation.code,
                "party": commitment.party.code,
            }
            yield [known.get(name, "") for name in NAMES]


def as_csv(book: Book) -> bytes:
    """UTF-8 with a mark, so that spreadsheets take it for what it is."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([NAMES, *(map(guarded, row) for row in places(book))])
    return text.getvalue().encode("utf-8-sig")


def as_workbook(book: Book) -> bytes:
    made = Workbook(write_only=True)
    fill(made.create_sheet(_("Statements")), [list(NAMES), *places(book)], WIDTHS)
    fill(
        made.create_sheet(_("Allowed values")),
        [*columns_told(), [], *values(book)],
        {"A": 24, "B": 30, "C": 70},
    )
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def fill(sheet: WriteOnlyWorksheet, rows: list[list[str]], widths: dict[str, int]) -> None:
    letters = dict(zip(NAMES, "ABCDEFGHIJKLMNOP", strict=False))
    for name, width in widths.items():
        sheet.column_dimensions[letters.get(name, name)].width = width  # type: ignore[attr-defined]
    sheet.freeze_panes = "A2"
    for place, row in enumerate(rows):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, guarded(text))
            if place == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)


def columns_told() -> list[list[str]]:
    return [[_("Column"), _("May hold")], *([column.name, str(column.about)] for column in COLUMNS)]


def values(book: Book) -> Iterator[list[str]]:
    """Every value that a cell may hold: column, value, and what it means."""
    yield [_("Column"), _("Value"), _("Meaning")]
    yield from (["kind", kind, str(kind.label)] for kind in book.kinds)
    yield from (["level", str(level.value), str(level.label)] for level in Level)
    yield ["level", NOT_ASSESSABLE, _("Not assessable")]
    yield from (["conduct", conduct.value, str(conduct.label)] for conduct in Conduct)
    yield from (["language", code, name] for code, name in of_pages())
    yield from (["tier", tier.value, book.readers.option(Audience(tier))] for tier in book.tiers)
    for code, party in sorted(book.parties.items()):
        yield ["in_confidence_with", code, party.name]
    if Statement.Kind.OBSERVATION in book.kinds:
        yield from (["observer", code, party.name] for code, party in book.observers.items())
    yield ["wider", "yes", _("Meant for more people than see what it refers to")]
    for code, shares in book.shares.items():
        obligation = next(iter(shares.values())).obligation
        measure = _("conduct") if obligation.has_conduct else _("level")
        yield ["obligation", code, f"{obligation.title} ({measure}; {', '.join(shares)})"]
