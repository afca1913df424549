"""Recording a sheet: all of it or nothing. Its preview is the same run, rolled back: it cannot say otherwise."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from agreement.commands.signatures import AwaitsSignature
from agreement.models import Agreement
from obligations.commands import Refused, clock, record_claim, record_contest, record_finding
from obligations.models import Commitment, Statement
from obligations.models.statement import Level
from obligations.status.status import Standing, standing_of, with_standing
from obligations.web.base.prospects import effect_of
from obligations.web.bulk.rows import Book, Said, all_said
from obligations.web.bulk.sheet import Row
from parties.access import Viewer
from parties.once import UNBOUND, once, one_act

# The column at which a command's sentence belongs, where it goes by another name.
COLUMN = {
    "confidant": "in_confidence_with",
    "statement": "refers_to",
    "cites": "refers_to",
    "commitment": "obligation",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a row: a statement with its effect, or errors by column, or nothing since it is there already.

    `statement` is saved only where the sheet was recorded. `repeats` says where the same stands.
    """

    said: Said
    statement: Statement | None = None
    effect: str = ""
    repeats: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return self.said.row.number


@dataclass(frozen=True, slots=True)
class Result:
    """`digest` changes with what the outcomes say, and with any statement that the author sees on what they touch."""

    outcomes: tuple[Outcome, ...]
    digest: str
    recorded: bool = False

    @property
    def new(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.statement is not None]

    @property
    def number_recorded(self) -> int:
        """How many statements were recorded."""
        return len(self.new) if self.recorded else 0

    @property
    def repeated(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.repeats]

    @property
    def wrong(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.errors]


def preview(agreement: Agreement, rows: Sequence[Row], viewer: Viewer, now: datetime) -> Result:
    """What recording the rows now would do. Nothing is kept."""
    with one_act(), transaction.atomic():
        result = Run(agreement, rows, viewer, now).result()
        transaction.set_rollback(True)
    return result


def in_short(result: Result) -> Any:
    """What is stored of a sheet that was recorded: of each row its statement, what it did, where it stood before."""
    if not result.recorded:
        return UNBOUND
    told = [(one.statement and one.statement.pk, one.effect, one.repeats) for one in result.outcomes]
    return [result.digest, told]


def in_full(stored: Any, arguments: dict[str, Any]) -> Result:
    digest, told = stored
    statements = Statement.objects.in_bulk([key for key, _effect, _repeats in told if key])
    outcomes = (
        Outcome(Said(row), statements.get(key), effect, repeats)
        for row, (key, effect, repeats) in zip(arguments["rows"], told, strict=True)
    )
    return Result(tuple(outcomes), digest, recorded=True)


@once(without=["shown"], to_json=in_short, from_json=in_full)
def record(
    *, agreement: Agreement, rows: Sequence[Row], actor: Viewer, now: datetime, shown: str | None
) -> Result:
    """Record all rows or none: none where one is wrong, or where `shown`, a preview's digest, stands for another."""
    with transaction.atomic():
        result = Run(agreement, rows, actor, now).result()
        if shown not in (None, result.digest) or result.wrong or not result.new:
            transaction.set_rollback(True)
            return result
    return Result(result.outcomes, result.digest, recorded=True)


class Run:
    """One run over a sheet, inside the caller's transaction."""

    def __init__(self, agreement: Agreement, rows: Sequence[Row], viewer: Viewer, now: datetime) -> None:
        self.agreement, self.viewer, self.now = agreement, viewer, now
        self.all = all_said(Book(agreement, viewer, now), rows)
        self.touched = {one.commitment.pk for one in self.all if one.commitment}
        # All at once and in the order of keys: two sheets wait for each other, and neither for ever.
        clock.lock_all(self.touched)
        self.on_record = self.seen()
        self.standings: dict[int, Commitment] = {}
        self.done: dict[tuple[Any, ...], int] = {}

    def result(self) -> Result:
        self.load(self.touched)
        before = sorted(self.on_record.values())
        outcomes = tuple(self.outcome(one) for one in self.all)
        return Result(outcomes, digest_of(outcomes, before))

    def seen(self) -> dict[tuple[Any, ...], int]:
        """What the author sees on these commitments, by all that makes two statements the same."""
        rows = (
            Statement.objects.visible_to(self.viewer, self.now).in_force().filter(commitment__in=self.touched)
        )
        return {identity(one): one.pk for one in rows}

    def load(self, keys: Iterable[int]) -> None:
        rows = Commitment.objects.filter(pk__in=list(keys))
        self.standings |= {one.pk: one for one in with_standing(rows, self.viewer, self.now)}

    def outcome(self, said: Said) -> Outcome:
        if said.errors or said.commitment is None:
            return Outcome(said, errors=said.errors)
        same = would_be(said, self.viewer)
        if same in self.on_record:
            return Outcome(said, repeats=_("Already recorded."))
        if same in self.done:
            return Outcome(said, repeats=_("The same as row %(row)s.") % {"row": self.done[same]})
        # As it stands before this row: what it does is told from there.
        if said.commitment.pk not in self.standings:
            self.load([said.commitment.pk])
        try:
            statement = self.say(said, said.commitment)
        except AwaitsSignature:
            return Outcome(said, errors=signature_errors(said))
        except Refused as refused:
            return Outcome(
                said, errors={COLUMN.get(name, name): text for name, text in refused.errors.items()}
            )
        effect = self.effect(statement)
        self.done[same] = said.row.number
        self.stale(statement)
        return Outcome(said, statement, effect)

    def say(self, said: Said, commitment: Commitment) -> Statement:
        common: dict[str, Any] = {"actor": self.viewer, "now": self.now, **said.fields}
        if said.kind == Statement.Kind.FINDING:
            return record_finding(commitment=commitment, cites=said.refers_to, **common)
        if said.kind == Statement.Kind.CLAIM:
            return record_claim(commitment=commitment, **common)
        if said.refers_to is None:
            raise ValueError("a contest without what it objects to")
        return record_contest(statement=said.refers_to, **common)

    def effect(self, statement: Statement) -> str:
        """In the words of the desk."""
        if statement.kind == Statement.Kind.CLAIM:
            return _("It waits for a finding; no clock changes.")
        if statement.kind == Statement.Kind.CONTEST:
            return _("It waits for the mediators; no clock changes.")
        commitment = self.standings[statement.commitment_id]
        return effect_of(commitment, statement.effective_on, statement.level)

    def stale(self, statement: Statement) -> None:
        """Rows further down meet what this one changed: its commitment, and clocks that start with its obligation."""
        if statement.kind != Statement.Kind.FINDING:
            return
        owed = statement.commitment.obligation_id
        for key, one in list(self.standings.items()):
            if key == statement.commitment_id:
                self.add(one, statement)
            elif one.obligation.after_obligation_id == owed:
                del self.standings[key]

    def add(self, commitment: Commitment, statement: Statement) -> None:
        """The finding in the commitment's standing: without a query, unless it recurs."""
        standing: Standing = commitment.standing  # type: ignore[attr-defined]
        if standing.periods_due:
            del self.standings[commitment.pk]
            return
        said = sorted(
            [*standing.statements, statement], key=lambda one: (one.effective_on, one.recorded_at, one.pk)
        )
        records = commitment.records  # type: ignore[attr-defined]
        commitment.standing = standing_of(commitment, reversed(said), records, self.now)  # type: ignore[attr-defined]


def signature_errors(said: Said) -> dict[str, str]:
    """A sheet proposes nothing: what wants two mediators is signed by itself, with all that it rests on in sight."""
    return {
        "level" if said.fields.get("level") == Level.COMPLETE else "tier": _(
            "This agreement wants a second mediator for this: leave the row out, and record it on the desk, where "
            "it is proposed."
        )
    }


def identity(statement: Statement) -> tuple[Any, ...]:
    verdict = (statement.level, statement.not_assessable, statement.conduct)
    return (
        statement.commitment_id,
        statement.kind,
        statement.by_id,
        statement.effective_on,
        *verdict,
        statement.refers_to_id,
        statement.reason,
    )


def would_be(said: Said, viewer: Viewer) -> tuple[Any, ...]:
    fields = said.fields
    grant = viewer.grant(said.commitment.agreement_id) if said.commitment else None
    return (
        said.commitment and said.commitment.pk,
        said.kind,
        None if said.kind == Statement.Kind.FINDING else grant and grant.party_id,
        fields["effective_on"],
        fields.get("level"),
        fields.get("not_assessable", False),
        fields.get("conduct", ""),
        said.refers_to and said.refers_to.pk,
        fields["reason"],
    )


def digest_of(outcomes: Iterable[Outcome], on_record: list[int]) -> str:
    told = [
        [one.number, one.said.row.cells, one.effect, one.repeats, sorted(one.errors.items())]
        for one in outcomes
    ]
    return salted_hmac("obligations.web.bulk", json.dumps([told, on_record], sort_keys=True)).hexdigest()
