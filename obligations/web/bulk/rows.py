"""What the rows of a sheet say: which commitment, which statement, and all that is wrong with them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agreement.models import Agreement
from agreement.readers import readers_in
from obligations.models import Commitment, Statement
from obligations.models.statement import Conduct, Level
from obligations.web.bulk.sheet import Row
from parties.access import TIERS_OF_A_PARTY, Role, Tier, Viewer
from parties.models import Party
from parties.texts import text_errors

KINDS = {
    Role.MEDIATOR: (Statement.Kind.FINDING,),
    Role.REPRESENTATIVE: (Statement.Kind.CLAIM, Statement.Kind.CONTEST),
}
NOT_ASSESSABLE = "not assessable"
YES_AND_NO = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Said:
    """A row as the commands take it. `errors` are sentences by column; with any, nothing else can be relied on."""

    row: Row
    kind: str = ""
    commitment: Commitment | None = None
    refers_to: Statement | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class Book:
    """What the rows of one agreement's sheets refer to, as the author sees it: four queries."""

    def __init__(self, agreement: Agreement, viewer: Viewer, now: datetime) -> None:
        self.agreement, self.viewer, self.now = agreement, viewer, now
        grant = viewer.grant(agreement.pk)
        self.role = grant.role if grant else None
        self.own = Party.objects.filter(pk=grant.party_id).first() if grant and grant.party_id else None
        self.kinds = KINDS.get(self.role, ()) if self.role else ()
        self.parties = {one.code: one for one in agreement.parties.all()}
        self.readers = readers_in(agreement)
        self.tiers = tuple(Tier) if self.role == Role.MEDIATOR else TIERS_OF_A_PARTY
        self.shares: dict[str, dict[str, Commitment]] = {}
        rows = Commitment.objects.visible_to(viewer).filter(agreement=agreement)
        for one in rows.select_related("agreement", "obligation", "party").order_by(
            "obligation__place", "party__name", "pk"
        ):
            self.shares.setdefault(one.obligation.code, {})[one.party.code] = one

    def said(self, row: Row) -> Said:
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
        fields |= self.who_sees(cells, errors)
        fields |= self.measure(kind, cells, commitment, errors)
        refers_to = self.refers_to(kind, cells, commitment, errors)
        errors = text_errors(("reason",), reason=fields["reason"], source=fields["source"]) | errors
        return Said(row, kind, commitment, refers_to, fields, errors)

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

    def refers_to(
        self, kind: str, cells: dict[str, str], commitment: Commitment | None, errors: dict[str, str]
    ) -> Statement | None:
        """A statement on the row's commitment that the author may see; only a finding can do without."""
        key = cells.get("refers_to", "")
        if not key and kind != Statement.Kind.CONTEST:
            return None
        if kind == Statement.Kind.CLAIM:
            errors["refers_to"] = _("A claim has none.")
            return None
        seen = Statement.objects.visible_to(self.viewer, self.now).filter(commitment=commitment)
        found = seen.select_related("agreement", "commitment").filter(key=key).first()
        if found is None:
            errors["refers_to"] = _("Name a statement on this commitment that you can see.")
        return found


def verdict(cells: dict[str, str], commitment: Commitment | None, errors: dict[str, str]) -> dict[str, Any]:
    """Which one it must be the commands judge; here the words are read, and set right by column."""
    level, conduct = cells.get("level", "").lower().replace("_", " "), cells.get("conduct", "").lower()
    said: dict[str, Any] = {}
    if level == NOT_ASSESSABLE:
        said["not_assessable"] = True
    elif level:
        names = {str(one.value): one.value for one in Level} | {
            str(one.label).lower(): one.value for one in Level
        }
        said["level"] = names.get(level)
        if said["level"] is None:
            errors["level"] = _("Give 0, 1, 2 or 3, or “not assessable”.")
    if conduct:
        names_of = {one.value: one.value for one in Conduct} | {
            str(one.label).lower(): one.value for one in Conduct
        }
        said["conduct"] = names_of.get(conduct)
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


def day(cells: dict[str, str], errors: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(cells.get("effective_on", ""))
    except ValueError:
        errors.setdefault("effective_on", _("Give a date, or write it as 2023-03-18."))
        return None


def all_said(book: Book, rows: Iterable[Row]) -> list[Said]:
    return [book.said(row) for row in rows]
