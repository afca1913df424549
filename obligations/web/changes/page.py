"""How changes stand on the page: first what concerns the whole agreement, then party by party, article by article."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import ngettext

from obligations.web.base.register import Place, Register, alphabetical, place_of
from obligations.web.changes.change import Change, ChangeKind
from parties.models import Party

Row = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Article:
    place: Place
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class OfParty:
    """What changed of one party's commitments; `total` counts it on all pages."""

    party: Party
    total: int
    articles: list[Article]


@dataclass(frozen=True, slots=True)
class Grouped:
    whole: list[Change]
    parties: list[OfParty]


def in_order(changes: Iterable[Change], register: Register) -> list[Change]:
    """As the page has them: parties by name, articles in the order of the text, the newest first."""
    order = {row: at for at, row in enumerate(rows_of(register))}
    names = {party.pk: at for at, party in enumerate(register.parties)}

    def place(change: Change) -> tuple[int, int]:
        if change.commitment is None:
            return -1, 0
        return names.get(change.commitment.party_id, len(names)), order.get(row(change, register), len(order))

    newest_first = sorted(changes, key=lambda one: one.place, reverse=True)
    return sorted(newest_first, key=place)


def rows_of(register: Register) -> dict[Row, Place]:
    """The rows of the text in its order, by the key of the instrument and the anchor of the row."""
    found: dict[Row, Place] = {}
    for provision in register.provisions:
        anchor = register.row_of[provision.pk]
        if anchor in ("", provision.anchor):
            found.setdefault((provision.instrument_id, anchor), place_of(provision))
    return found


def row(change: Change, register: Register) -> Row:
    assert change.commitment is not None
    provision = change.commitment.obligation.provision
    return provision.instrument_id, register.row_of[provision.pk]


def grouped(
    changes: Sequence[Change], totals: Counter[int], register: Register, parties: Sequence[Party]
) -> Grouped:
    """Of one page of `in_order`. Each of `parties` has its place, also where nothing changed."""
    rows = rows_of(register)
    found: dict[int, dict[Row, list[Change]]] = defaultdict(lambda: defaultdict(list))
    whole = []
    for change in changes:
        if change.commitment is None:
            whole.append(change)
        else:
            found[change.commitment.party_id][row(change, register)].append(change)
    return Grouped(
        whole,
        [
            OfParty(
                one,
                totals[one.pk],
                [Article(rows[key], entries) for key, entries in found[one.pk].items()],
            )
            for one in alphabetical(parties)
        ],
    )


def totals_of(changes: Iterable[Change]) -> Counter[int]:
    """How many there are of each party, by its key."""
    return Counter(one.commitment.party_id for one in changes if one.commitment is not None)


def counts_in_words(changes: Iterable[Change]) -> list[tuple[str, str]]:
    """Each kind that there is with how many, in the order of kinds: ("finding", "3 findings")."""
    counted = Counter(one.kind for one in changes)
    return [(kind.value, counted_words(kind, counted[kind])) for kind in ChangeKind if counted[kind]]


def counted_words(kind: ChangeKind, n: int) -> str:
    words = {
        ChangeKind.CLAIM: ngettext("%(n)d claim", "%(n)d claims", n),
        ChangeKind.FINDING: ngettext("%(n)d finding", "%(n)d findings", n),
        ChangeKind.CONTEST: ngettext("%(n)d contest", "%(n)d contests", n),
        ChangeKind.ANSWER: ngettext("%(n)d answer", "%(n)d answers", n),
        ChangeKind.WITHDRAWAL: ngettext("%(n)d withdrawal", "%(n)d withdrawals", n),
        ChangeKind.BREACH_OPENED: ngettext("%(n)d breach opened", "%(n)d breaches opened", n),
        ChangeKind.BREACH_CLOSED: ngettext("%(n)d breach closed", "%(n)d breaches closed", n),
        ChangeKind.BREACH_VOIDED: ngettext(
            "%(n)d breach that counts no more", "%(n)d breaches that count no more", n
        ),
        ChangeKind.READING: ngettext("%(n)d reading", "%(n)d readings", n),
        ChangeKind.DUE_DATE: ngettext("%(n)d due date moved", "%(n)d due dates moved", n),
        ChangeKind.TRIGGER_DATE: ngettext("%(n)d date of a trigger", "%(n)d dates of triggers", n),
        ChangeKind.HOLIDAY: ngettext("%(n)d day off", "%(n)d days off", n),
    }
    return words[kind] % {"n": n}
