"""Statements that are loaded with a pack: claims, findings and contests, checked against what the pack says."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from agreement.packs.draft import Record
from agreement.packs.model import Obligation, Pack, Statement, Statements
from agreement.packs.read import records, require_format
from agreement.packs.schema import advice, shaped
from agreement.packs.source import Document, LinedDict, PackError, Problem, read_document, shown
from agreement.packs.validate import refer

# What is reviewed by period, unless it is due on days of its own: there each delivery has a level.
REVIEWED = ("standing", "recurring")
# What a finding can judge.
CITED = ("claim", "observation")


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
    statements = _with_subjects(_in_language(read.statements, read.language))
    return read.model_copy(update={"statements": statements})


def read_all_statements(folder: Path, pack: Pack) -> Statements:
    """Read the statements of all files in a folder, in the order of their names. Raises ``PackError``.

    What one refers to stands in the same file; a key stands once in all of them.
    """
    files = [read_statements(path, pack) for path in sorted(folder.glob("*.yaml"))]
    if not files:
        raise PackError([Problem(str(folder), 0, "", "holds no file of statements")])
    taken: set[str] = set()
    problems = []
    for statement in (statement for file in files for statement in file.statements):
        if statement.key in taken:
            problems.append(
                statement.place("key").problem(f"{shown(statement.key)} is taken in another file")
            )
        taken.add(statement.key)
    if problems:
        raise PackError(problems)
    return files[0].model_copy(update={"statements": tuple(s for file in files for s in file.statements)})


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
        yield from refer(statement, "cites", "earlier statement", self.earlier)
        yield from self._cited(statement, subject)
        for index, obligor in enumerate(statement.obligors):
            if subject and obligor not in subject.obligors:
                message = f"{obligor} does not owe {subject.code}; {advice(obligor, list(subject.obligors))}"
                yield statement.place("obligors", index).problem(message)

    def _cited(self, statement: Statement, subject: Obligation | None) -> Iterator[Problem]:
        # An empty key is refused elsewhere, and is not what a statement without `cites` means.
        cited = self.earlier.get(statement.cites) if statement.cites else None
        if cited is None or subject is None:
            return
        shared = set(statement.obligors) & set(cited.get("obligors") or ())
        if cited.get("kind") not in CITED or self.subjects[str(statement.cites)] is not subject or not shared:
            message = f"{shown(statement.cites)} is no {' or '.join(CITED)} on the same commitment"
            yield statement.place("cites").problem(message)

    def _measure(self, statement: Statement, subject: Obligation | None) -> Iterator[Problem]:
        if statement.kind == "contest":
            return
        given = [word for word in ("level", "conduct") if word in statement.written]
        if len(given) != 1:
            yield statement.at.problem("must have either level or conduct, and not both")
        elif subject and given[0] != (wanted := measure_of(subject)):
            message = f"{subject.code} is {subject.kind}; use {wanted} instead"
            yield statement.place(given[0]).problem(message)

    def _speaker(self, statement: Statement, subject: Obligation | None) -> Iterator[Problem]:
        by, kind, role = statement.by, statement.kind, self.roles.get(statement.by)
        if role is None:
            return
        if kind == "finding" and role != "facilitator":
            yield statement.place("by").problem(
                f"{by} is no facilitator, so it makes no finding; make this a claim"
            )
        if kind == "observation" and role != "observer":
            yield statement.place("by").problem(f"{by} is no observer, so it makes no observation")
        is_said = kind in ("claim", "contest")
        if is_said and role != "party" and not (subject and by in subject.obligors):
            yield statement.place("by").problem(
                f"{by} is no party and owes nothing here, so it makes no {kind}"
            )

    def _subject(self, entry: LinedDict) -> Obligation | None:
        """The obligation that a statement speaks of: its own, or that of the statement that it objects to."""
        target = entry.get("objects_to")
        return (
            self.subjects.get(str(target)) if target else self.obligations.get(str(entry.get("obligation")))
        )


def measure_of(obligation: Obligation) -> str:
    """What is said of it: a level, or the conduct of what is reviewed by period."""
    is_reviewed = obligation.kind in REVIEWED and obligation.deadline.rule != "recurring"
    return "conduct" if is_reviewed else "level"


def _in_language(statements: Iterable[Statement], language: str | None) -> tuple[Statement, ...]:
    """Each in its own, or else in that of its file."""
    return tuple(one.model_copy(update={"language": one.language or language}) for one in statements)


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
