"""Statements that are loaded with a pack: claims, findings and contests, checked against what the pack says."""

from collections.abc import Iterator
from pathlib import Path

from agreement.packs.draft import Record
from agreement.packs.model import Obligation, Pack, Statement, Statements
from agreement.packs.read import records, require_format
from agreement.packs.schema import advice, shaped
from agreement.packs.source import Document, LinedDict, PackError, Problem, read_document, shown
from agreement.packs.validate import refer

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
    read, misfits = shaped(document, Statements)
    problems = [document.place(steps).problem(message) for steps, message in misfits]
    problems += _check_agreement(document, pack)
    problems += _Checker(pack, records(document, "statements", read or Statements)).problems()
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

    def __init__(self, pack: Pack, records: list[Record[Statement]]) -> None:
        self.records = records
        self.roles = {actor.code: actor.role for actor in pack.actors}
        self.obligations = {obligation.code: obligation for obligation in pack.obligations}
        self.events = {event.code for event in pack.events}
        self.earlier: dict[str, LinedDict] = {}
        self.subjects: dict[str, Obligation | None] = {}

    def problems(self) -> Iterator[Problem]:
        for record in self.records:
            subject = self._subject(record.written)
            if record.sound:
                yield from self._references(record.sound, subject)
                yield from self._measure(record.sound, subject)
                yield from self._speaker(record.sound, subject)
            yield from self._remember(record.written, subject)

    def _remember(self, entry: LinedDict, subject: Obligation | None) -> Iterator[Problem]:
        key = entry.get("key")
        if not isinstance(key, str):
            return
        if key in self.earlier:
            line = self.earlier[key].place("key").line
            message = f"{shown(key)} is taken, in line {line}; give this one its own"
            yield entry.place("key").problem(message)
            return
        self.subjects[key] = subject
        self.earlier[key] = entry

    def _references(self, statement: Statement, subject: Obligation | None) -> Iterator[Problem]:
        yield from refer(statement, "by", "actor", self.roles)
        yield from refer(statement, "obligation", "obligation", self.obligations)
        yield from refer(statement, "event", "event", self.events)
        yield from refer(statement, "objects_to", "earlier statement", self.earlier)
        for index, obligor in enumerate(statement.obligors):
            if subject and obligor not in subject.obligors:
                message = f"{obligor} does not owe {subject.code}; {advice(obligor, list(subject.obligors))}"
                yield statement.place("obligors", index).problem(message)

    def _measure(self, statement: Statement, subject: Obligation | None) -> Iterator[Problem]:
        if statement.kind == "contest":
            return
        given = [word for word in ("level", "conduct") if word in statement.written]
        if len(given) != 1:
            yield statement.at.problem("must have either level or conduct, and not both")
        elif subject and given[0] not in MEASURES[subject.kind]:
            message = f"{subject.code} is {subject.kind}; use {' or '.join(MEASURES[subject.kind])} instead"
            yield statement.place(given[0]).problem(message)

    def _speaker(self, statement: Statement, subject: Obligation | None) -> Iterator[Problem]:
        by, kind, role = statement.by, statement.kind, self.roles.get(statement.by)
        if role is None:
            return
        if kind == "finding" and role != "facilitator":
            yield statement.place("by").problem(
                f"{by} is no facilitator, so it makes no finding; make this a claim"
            )
        if kind != "finding" and role != "party" and not (subject and by in subject.obligors):
            yield statement.place("by").problem(
                f"{by} is no party and owes nothing here, so it makes no {kind}"
            )

    def _subject(self, entry: LinedDict) -> Obligation | None:
        """The obligation that a statement speaks of: its own, or that of the statement that it objects to."""
        target = entry.get("objects_to")
        return (
            self.subjects.get(str(target)) if target else self.obligations.get(str(entry.get("obligation")))
        )


def _with_subjects(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """A contest speaks of what the statement that it objects to speaks of."""
    known: dict[str | None, Statement] = {}
    for statement in statements:
        if target := known.get(statement.objects_to):
            statement = statement.model_copy(
                update={"obligation": target.obligation, "obligors": target.obligors}
            )
        known[statement.key] = statement
    return tuple(known.values())
