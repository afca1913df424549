"""Statements that are loaded with a pack: claims, findings and contests, checked against what the pack says."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from agreement.packs.draft import Record, records, require_format
from agreement.packs.model import Obligation, Pack, Statement, Statements
from agreement.packs.problems import PackError, Problem
from agreement.packs.shape import advice, shaped
from agreement.packs.source import Document, LinedDict, read_document, shown

MEASURES = {
    # A thing to be done once reaches a level, a standing duty is judged by period, the other kinds can be either.
    "one_off": ("level",),
    "standing": ("conduct",),
    "recurring": ("level", "conduct"),
    "conditional": ("level", "conduct"),
}


def read_statements(path: Path, pack: Pack) -> Statements:
    """Read the statements that speak of a pack, in their order. Raises ``PackError``."""
    document = read_document(path)
    require_format(document)
    read, found = shaped(document, Statements)
    problems = [document.place(steps).problem(message) for steps, message in found]
    problems += _check_agreement(document, pack)
    problems += _Checker(pack, records(document, "statements", found)).problems()
    if read is None or problems:
        raise PackError(problems)
    return read.model_copy(update={"statements": _with_subjects(read.statements)})


def _check_agreement(document: Document, pack: Pack) -> Iterator[Problem]:
    code = document.root.get("agreement")
    if isinstance(code, str) and code != pack.agreement.code:
        message = (
            f"these statements speak of {shown(code)}, the pack is {pack.agreement.code}; use the right pair"
        )
        yield document.place(("agreement",)).problem(message)


class _Checker:
    """Checks statements in their order, since an objection may only look back."""

    def __init__(self, pack: Pack, records: list[Record]) -> None:
        self.records = records
        self.roles = {actor.code: actor.role for actor in pack.actors}
        self.obligations = {obligation.code: obligation for obligation in pack.obligations}
        self.events = {event.code for event in pack.events}
        self.earlier: dict[str, Record] = {}
        self.subjects: dict[str, Obligation | None] = {}

    def problems(self) -> Iterator[Problem]:
        for record in self.records:
            if record.sound:
                yield from self._references(record)
                yield from self._measure(record)
                yield from self._speaker(record)
            yield from self._remember(record)

    def _remember(self, record: Record) -> Iterator[Problem]:
        key = record.entry.get("key")
        if not isinstance(key, str):
            return
        if key in self.earlier:
            message = (
                f"{shown(key)} is taken, in line {self.earlier[key].place('key').line}; give this one its own"
            )
            yield record.place("key").problem(message)
            return
        self.subjects[key] = self._subject(record.entry)
        self.earlier[key] = record

    def _references(self, record: Record) -> Iterator[Problem]:
        yield from _refer(record, "by", "actor", self.roles)
        yield from _refer(record, "obligation", "obligation", self.obligations)
        yield from _refer(record, "event", "event", self.events)
        yield from _refer(record, "objects_to", "earlier statement", self.earlier)
        obligation = self._subject(record.entry)
        owing = _obligors(obligation)
        for index, obligor in enumerate(record.entry.get("obligors", ())):
            if obligation and obligor not in owing:
                message = f"{obligor} does not owe {obligation.code}; {advice(obligor, owing)}"
                yield record.place("obligors", index).problem(message)

    def _measure(self, record: Record) -> Iterator[Problem]:
        entry, obligation = record.entry, self._subject(record.entry)
        if entry["kind"] == "contest":
            return
        given = [word for word in ("level", "conduct") if word in entry]
        if len(given) != 1:
            yield record.place().problem("must have either level or conduct, and not both")
        elif obligation and given[0] not in MEASURES[obligation.kind]:
            message = f"{obligation.code} is {obligation.kind}; use {' or '.join(MEASURES[obligation.kind])} instead"
            yield record.place(given[0]).problem(message)

    def _speaker(self, record: Record) -> Iterator[Problem]:
        by, kind = record.entry["by"], record.entry["kind"]
        role = self.roles.get(by)
        if role is None:
            return
        if kind == "finding" and role != "facilitator":
            yield record.place("by").problem(
                f"{by} is no facilitator, so it makes no finding; make this a claim"
            )
        if kind != "finding" and role != "party" and by not in _obligors(self._subject(record.entry)):
            yield record.place("by").problem(f"{by} is no party and owes nothing here, so it makes no {kind}")

    def _subject(self, entry: LinedDict) -> Obligation | None:
        """The obligation that a statement speaks of: its own, or that of the statement that it objects to."""
        target = entry.get("objects_to")
        return (
            self.subjects.get(str(target)) if target else self.obligations.get(str(entry.get("obligation")))
        )


def _refer(record: Record, key: str, what: str, known: Iterable[str]) -> Iterator[Problem]:
    value = record.entry.get(key)
    if value is not None and value not in known:
        yield record.place(key).problem(f"there is no {what} {shown(value)}; {advice(value, sorted(known))}")


def _obligors(obligation: Obligation | None) -> list[str]:
    return [commitment.obligor for commitment in obligation.commitments] if obligation else []


def _with_subjects(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """A contest speaks of what the statement that it objects to speaks of."""
    known: dict[str | None, Statement] = {}
    for one in statements:
        if target := known.get(one.objects_to):
            one = one.model_copy(update={"obligation": target.obligation, "obligors": target.obligors})
        known[one.key] = one
    return tuple(known.values())
