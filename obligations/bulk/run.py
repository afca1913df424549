"""Recording a sheet: all of it or nothing, and only what its preview says: recording begins with the same run."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from agreement.commands.powers import AwaitsSignature
from agreement.models import Agreement
from obligations.bulk.rows import Book, ParsedRow, all_said
from obligations.bulk.sheet import Row
from obligations.commands import (
    Refused,
    clock,
    record_claim,
    record_contest,
    record_finding,
    record_observation,
)
from obligations.commands.desk import save_sheet
from obligations.commands.protected import wanted_of
from obligations.commands.statements import Beside
from obligations.commands.widening import requests_awaiting
from obligations.commands.work import ask_for_work
from obligations.models import Commitment, Draft, PartyRequest, Statement, Work
from obligations.models.statement import Level
from obligations.status.status import Standing, standing_of, with_standing
from obligations.words.prospects import effect_of
from parties import progress
from parties.access import Audience, Grant, Tier, Viewer
from parties.once import UNBOUND, once, one_act

# The column at which a command's sentence belongs, where it goes by another name.
COLUMN = {
    "confidant": "in_confidence_with",
    "statement": "refers_to",
    "cites": "refers_to",
    "by": "observer",
    "commitment": "obligation",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a row: a statement with its effect, or errors by column, or nothing since it is there already.

    `statement` is a row only where the sheet was recorded. `in_english` is the effect again, for the digest. `repeats`
    says where the same stands.
    """

    said: ParsedRow
    statement: Statement | None = None
    effect: str = ""
    in_english: str = ""
    repeats: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return self.said.row.number


@dataclass(frozen=True, slots=True)
class Result:
    """`digest` changes with what the outcomes are, and with any statement that the author sees on what they touch. It
    is the same in every language.
    """

    outcomes: tuple[Outcome, ...]
    digest: str
    recorded: bool = False

    @property
    def new(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.statement is not None]

    @property
    def number_recorded(self) -> int:
        """How many statements were recorded."""
        return len(self.new) if self.recorded else 0

    @property
    def repeated(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.repeats]

    @property
    def wrong(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.errors]


def preview(agreement: Agreement, rows: Sequence[Row], viewer: Viewer, now: datetime) -> Result:
    """What recording the rows now would do. Nothing is written, and no row is locked: others go on writing."""
    with one_act():
        return Run(agreement, all_said(Book(agreement, viewer, now), rows), viewer, now).result()


def in_short(result: Result) -> Any:
    """What is stored of a sheet that was recorded: of each row its statement, what it did, where it stood before."""
    if not result.recorded:
        return UNBOUND
    told = [
        (outcome.statement and outcome.statement.pk, outcome.effect, outcome.repeats)
        for outcome in result.outcomes
    ]
    return [result.digest, told]


def in_full(stored: Any, arguments: dict[str, Any]) -> Result:
    digest, told = stored
    statements = Statement.objects.in_bulk([key for key, _effect, _repeats in told if key])
    outcomes = (
        Outcome(ParsedRow(row), statements.get(key), effect, repeats=repeats)
        for row, (key, effect, repeats) in zip(arguments["rows"], told, strict=True)
    )
    return Result(tuple(outcomes), digest, recorded=True)


@once(without=["shown"], to_json=in_short, from_json=in_full)
def record(
    *, agreement: Agreement, rows: Sequence[Row], actor: Viewer, now: datetime, shown: str | None
) -> Result:
    """Record all rows or none: none where one is wrong, or where `shown`, a preview's digest, stands for another."""
    said = all_said(Book(agreement, actor, now), rows)
    progress.expect(lambda: 2 * len(said))  # each row is looked at, and recorded
    with transaction.atomic():
        # All at once and in the order of keys: two sheets wait for each other, and neither for ever.
        clock.lock_all(touched_by(said))
        result = Run(agreement, said, actor, now).result()
        if shown not in (None, result.digest) or result.wrong or not result.new:
            return result
        outcomes = tuple(written(outcome, actor, now) for outcome in progress.each(result.outcomes))
        done = Result(outcomes, result.digest, recorded=True)
        if done.wrong:
            transaction.set_rollback(True)
            return Result(outcomes, result.digest)
    return done


def touched_by(said: Iterable[ParsedRow]) -> set[int]:
    return {one.commitment.pk for one in said if one.commitment}


def written(outcome: Outcome, actor: Viewer, now: datetime) -> Outcome:
    """Recorded, in the caller's transaction; what is left out stays as it is."""
    if outcome.statement is None:
        return outcome
    try:
        return replace(outcome, statement=say(outcome.said, actor, now))
    except Refused as refused:
        return Outcome(outcome.said, errors=errors_by_column(outcome.said, refused))


def say(said: ParsedRow, actor: Viewer, now: datetime, tried: Beside | None = None) -> Statement:
    """Record what the row says; with `tried`, only check it."""
    common: dict[str, Any] = {"actor": actor, "now": now, "tried": tried, **said.fields}
    if said.commitment is None:
        raise ValueError("a row without its commitment")
    if said.kind == Statement.Kind.FINDING:
        return record_finding(commitment=said.commitment, cites=said.refers_to, **common)
    if said.kind == Statement.Kind.CLAIM:
        return record_claim(commitment=said.commitment, **common)
    if said.kind == Statement.Kind.OBSERVATION:
        return record_observation(commitment=said.commitment, **common)
    if said.refers_to is None:
        raise ValueError("a contest without what it objects to")
    return record_contest(statement=said.refers_to, **common)


class Run:
    """What recording a sheet does, row by row: by the checks of the commands, and by the functions that set the clocks.

    A few queries whatever the number of rows. What an earlier row changes for a later one is kept here: how its
    commitment stands, the clocks that start with its fulfilment, and who still waits for what.
    """

    def __init__(self, agreement: Agreement, said: list[ParsedRow], viewer: Viewer, now: datetime) -> None:
        self.viewer, self.now, self.all = viewer, now, said
        touched = touched_by(said)
        self.on_record = self.seen(touched)
        rows = Commitment.objects.filter(pk__in=touched)
        self.standings = {one.commitment.pk: one for one in with_standing(rows, viewer, now)}
        self.beside = OnRecord(agreement, touched, viewer)
        self.done: dict[tuple[Any, ...], tuple[int, Audience]] = {}

    def result(self) -> Result:
        before = sorted(pk for those in self.on_record.values() for pk in those)
        outcomes = tuple(self.outcome(one) for one in progress.each(self.all))
        return Result(outcomes, digest_of(outcomes, before))

    def seen(self, touched: set[int]) -> dict[tuple[Any, ...], dict[int, Audience]]:
        """What the author sees on these commitments and who else does, by all that makes two statements the same."""
        rows = Statement.objects.visible_to(self.viewer, self.now).in_force().filter(commitment__in=touched)
        found: dict[tuple[Any, ...], dict[int, Audience]] = defaultdict(dict)
        for row in rows:
            found[identity(row)][row.pk] = row.audience(self.now)
        return found

    def outcome(self, said: ParsedRow) -> Outcome:
        if said.errors or said.commitment is None:
            return Outcome(said, errors=said.errors)
        same = would_be(said, self.viewer)
        if repeats := self.repeats(same, readers_of(said)):
            return Outcome(said, repeats=repeats)
        try:
            statement = say(said, self.viewer, self.now, self.beside.beside(said))
        except Refused as refused:
            return Outcome(said, errors=errors_by_column(said, refused))
        # As it stands before this row: what it does is told from there.
        effect = self.effect(statement)
        in_english = effect
        if translation.get_language() != "en":
            with translation.override("en"):
                in_english = self.effect(statement)
        self.done[same] = said.row.number, readers_of(said)
        statement.pk = -said.row.number  # what clocks tell it by; no row has such a number
        self.beside.take_in(statement)
        self.take_in(statement)
        return Outcome(said, statement, effect, in_english)

    def repeats(self, same: tuple[Any, ...], readers: Audience) -> str:
        """Where the same stands already, and whether for others than `readers`; empty where it stands nowhere."""
        if there := self.on_record.get(same):
            if readers in there.values():
                return _("Already recorded.")
            return _(
                "Already recorded, but for other readers than the row says: change that on the page of the obligation."
            )
        if same not in self.done:
            return ""
        number, theirs = self.done[same]
        if readers == theirs:
            return _("The same as row %(row)s.") % {"row": number}
        return _("The same as row %(row)s, but for other readers.") % {"row": number}

    def effect(self, statement: Statement) -> str:
        """In the words of the desk."""
        if statement.kind == Statement.Kind.FINDING:
            standing = self.standings[statement.commitment_id]
            return effect_of(standing, statement.effective_on, statement.level)
        if statement.kind == Statement.Kind.CLAIM:
            return _("It waits for a finding; no clock changes.")
        if Statement.Kind.OBSERVATION in (statement.kind, statement.refers_to and statement.refers_to.kind):
            return _("It stands beside claims and findings; no clock changes.")
        return _("It waits for the mediators; no clock changes.")

    def take_in(self, statement: Statement) -> None:
        """Rows further down meet what a finding changes: its commitment, and clocks that start with its obligation."""
        if statement.kind != Statement.Kind.FINDING:
            return
        own = self.standings[statement.commitment_id]
        self.stand(own, statement)
        if statement.tier == Tier.PUBLIC:
            for one in list(self.standings.values()):
                if one.records.take_in(statement, own.commitment.obligation_id):
                    self.stand(one)

    def stand(self, standing: Standing, *new: Statement) -> None:
        """Work out how it stands, with what is new. No query."""
        said = sorted(
            [*reversed(standing.statements), *new], key=lambda one: (one.effective_on, one.recorded_at)
        )
        key = standing.commitment.pk
        self.standings[key] = standing_of(standing.records, reversed(said), self.now, standing.periods)


class OnRecord:
    """What the rows of a sheet are judged by beside themselves, less what earlier rows answer: three queries."""

    def __init__(self, agreement: Agreement, touched: set[int], viewer: Viewer) -> None:
        grant = viewer.grant(agreement.pk)
        self.wanted = wanted_of(viewer, agreement.pk)
        self.contested: dict[int, list[Statement]] = defaultdict(list)
        for claim in Statement.objects.filter(commitment__in=touched).contested_claims().select_related("by"):
            self.contested[claim.commitment_id].append(claim)
        self.requests: dict[tuple[int, int | None], list[PartyRequest]] = defaultdict(list)
        if grant and grant.party_id:
            for one in requests_awaiting(grant.party_id, touched):
                self.requests[one.commitment_id, one.statement_id].append(one)

    def beside(self, said: ParsedRow) -> Beside:
        assert said.commitment is not None
        about = said.commitment.pk, said.refers_to.pk if said.refers_to else None
        requests = self.requests[about] if said.kind != Statement.Kind.FINDING else []
        return Beside(
            contested=self.contested[said.commitment.pk], requests=tuple(requests), wanted=self.wanted
        )

    def take_in(self, statement: Statement) -> None:
        """A finding judges all claims that were there; what a party says replies to what it was asked."""
        if statement.kind == Statement.Kind.FINDING:
            self.contested.pop(statement.commitment_id, None)
        else:
            self.requests.pop((statement.commitment_id, statement.refers_to_id), None)


def errors_by_column(said: ParsedRow, refused: Refused) -> dict[str, str]:
    if isinstance(refused, AwaitsSignature):
        return signature_errors(said)
    return {COLUMN.get(name, name): text for name, text in refused.errors.items()}


def signature_errors(said: ParsedRow) -> dict[str, str]:
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


def would_be(said: ParsedRow, viewer: Viewer) -> tuple[Any, ...]:
    fields = said.fields
    grant = viewer.grant(said.commitment.agreement_id) if said.commitment else None
    return (
        said.commitment and said.commitment.pk,
        said.kind,
        author_of(said, grant),
        fields["effective_on"],
        fields.get("level"),
        fields.get("not_assessable", False),
        fields.get("conduct", ""),
        said.refers_to and said.refers_to.pk,
        fields["reason"],
    )


def readers_of(said: ParsedRow) -> Audience:
    tier, confidant = Tier(said.fields["tier"]), said.fields.get("confidant")
    return Audience(tier, confidant.pk if confidant and tier == Tier.IN_CONFIDENCE else None)


def author_of(said: ParsedRow, grant: Grant | None) -> int | None:
    """The key of the party or observer in whose name it would be said; None for the mediators."""
    if (by := said.fields.get("by")) is not None:
        return int(by.pk)
    return grant.party_id if grant else None


def digest_of(outcomes: Iterable[Outcome], on_record: list[int]) -> str:
    told = [
        [
            outcome.number,
            outcome.said.row.cells,
            outcome.in_english,
            bool(outcome.repeats),
            sorted(outcome.errors),
        ]
        for outcome in outcomes
    ]
    return salted_hmac("obligations.web.bulk", json.dumps([told, on_record], sort_keys=True)).hexdigest()


# Rows that are recorded while their author waits: each takes about twenty milliseconds.
AT_ONCE = 100


def record_later(*, draft: Draft, shown: str, actor: Viewer, now: datetime) -> Work:
    """Have a worker record a saved sheet as its preview, whose digest is `shown`, said. The sheet stays until then."""
    told = {"about": draft.content["name"], "said": {"of": draft.key, "shown": shown}}
    return ask_for_work(kind=Work.Kind.SHEET, agreement=draft.agreement, actor=actor, now=now, **told)


@once(without=["shown"])
def send_sheet(
    *, agreement: Agreement, content: dict[str, Any], shown: str, actor: Viewer, now: datetime
) -> Work:
    """Save a sheet and have a worker record it: one act."""
    draft = save_sheet(agreement=agreement, content=content, actor=actor, now=now)
    return record_later(draft=draft, shown=shown, actor=actor, now=now)


def recording_of(draft: Draft) -> Work | None:
    """The open work that records the sheet."""
    rows = Work.objects.open().filter(user=draft.user_id, kind=Work.Kind.SHEET, said__of=draft.key)
    return rows.first()
