"""Evidence: files and links, their versions, and the statements that rest on them."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from agreement.ledger import enter
from obligations.commands.errors import Refused
from obligations.commands.evidence_checks import link_errors, refuse_what_cannot_be
from obligations.commands.evidence_store import note_newest
from obligations.commands.protected import refuse_publication
from obligations.commands.statements import record_claim, record_contest
from obligations.commands.widening import refuse_wider
from obligations.files import ScannerAway, TooLarge, Unacceptable, store
from obligations.files.intake import Examined, examine
from obligations.models import Attachment, Evidence, Obligation, Statement
from parties.access import Grant, Role, Viewer
from parties.models import Party
from parties.once import once
from parties.rights import Right, require
from parties.texts import tidy

logger = logging.getLogger(__name__)
SAID_WITH_EVIDENCE: dict[str, Callable[..., Statement]] = {
    Statement.Kind.CLAIM: record_claim,
    Statement.Kind.CONTEST: record_contest,
}


class RefusedAsTooLarge(Refused):
    """The file has more bytes than are taken."""


class RefusedForNow(Refused):
    """The file could not be scanned: the same may be taken later."""


def add_file(
    *,
    obligation: Obligation,
    actor: Viewer,
    now: datetime,
    upload: Any,
    file_name: str,
    replaces: Evidence | None = None,
    statement: Statement | None = None,
    wider: bool = False,
    **said: Any,
) -> Evidence:
    """Keep a file as evidence about an obligation, in the name of the actor's own side.

    `upload` is a binary file that can be read twice; its type is told by its content. `said` has `title`,
    `represents_on`, `language` (BCP 47) and `tier`, and may have `origin`, `supports` (texts of the obligation's
    indicators) and `confidant`. `replaces` makes it a newer version of that evidence; `statement` attaches it to one of
    the own side; `wider` says that more people than see these are meant to see it. Raises PermissionDenied, Refused
    (Wider among them), RefusedAsTooLarge and RefusedForNow; nothing is kept then.
    """
    grant = require(actor, Right.ADD_EVIDENCE, obligation.agreement_id)
    made = draft(Evidence.Kind.FILE, obligation, grant, actor, now, replaces, **said)
    refuse_what_cannot_be(made, actor, now)
    require_own_version(made, grant)
    require_own_statement(made, statement, grant)
    refuse_wider_evidence(made, statement, now, wider)
    refuse_publication(made, actor, now, _("Hand it in for the mediators, and propose its publication then."))
    about = {"obligation": obligation, "statement": statement, "replaces": replaces, **said}
    with taken_in(upload, file_name) as file:
        return store_file(made=made, about=about, actor=actor, now=now, **file)


@contextmanager
def taken_in(upload: Any, file_name: str) -> Iterator[dict[str, Any]]:
    """A file as `store_file` takes it, looked at outside of any transaction: a scan takes its time.

    What the block wrote to the store is removed where it raises.
    """
    with refusing():
        file = examine(upload, file_name)
    written: list[str] = []
    try:
        yield {"upload": upload, "file": file, "written": written}
    except BaseException:
        # What lay there before is somebody's, though no row of this database may name it.
        for sha256 in written:
            remove_unless_needed(sha256)
        raise


@once(without=["made", "upload", "written"])
def store_file(
    *,
    made: Evidence,
    upload: Any,
    file: Examined,
    about: dict[str, Any],
    written: list[str],
    actor: Viewer,
    now: datetime,
) -> Evidence:
    """The end of `add_file`: the same file, with the same words (`about`), is the same evidence.

    `written` takes the hash of a file that was not there before.
    """
    made.sha256, made.size, made.media_type, made.file_name = (
        file.sha256,
        file.size,
        file.media_type,
        file.name,
    )
    lock_file(file.sha256)
    if not write_bytes(file.sha256, upload):
        written.append(file.sha256)
    record(made, about["statement"], actor, now)

    def note() -> None:  # what raises is logged by its name, which a partial does not have
        note_newest(made.key)

    transaction.on_commit(note, robust=True)
    return made


@once()
def record_with_evidence(
    *, kind: str, evidence: Sequence[Evidence], actor: Viewer, now: datetime, **said: Any
) -> Statement:
    """Record a claim or a contest (`said` is as their commands take it), with the evidence that it rests on."""
    statement = SAID_WITH_EVIDENCE[kind](actor=actor, now=now, **said)
    for one in evidence:
        attach(evidence=one, statement=statement, actor=actor, now=now)
    return statement


@once()
def add_link(
    *,
    obligation: Obligation,
    actor: Viewer,
    now: datetime,
    url: str,
    quote: str,
    seen_on: date,
    replaces: Evidence | None = None,
    statement: Statement | None = None,
    wider: bool = False,
    **said: Any,
) -> Evidence:
    """Keep an address as evidence, with the words that were read there on the day `seen_on`. Nothing is fetched.

    The rest is as in `add_file`.
    """
    grant = require(actor, Right.ADD_EVIDENCE, obligation.agreement_id)
    made = draft(Evidence.Kind.LINK, obligation, grant, actor, now, replaces, **said)
    made.url, made.quote, made.seen_on = tidy(url), tidy(quote), seen_on
    refuse_what_cannot_be(made, actor, now, link_errors(made))
    require_own_version(made, grant)
    require_own_statement(made, statement, grant)
    refuse_wider_evidence(made, statement, now, wider)
    refuse_publication(made, actor, now, _("Hand it in for the mediators, and propose its publication then."))
    record(made, statement, actor, now)
    return made


@once()
def attach(*, evidence: Evidence, statement: Statement, actor: Viewer, now: datetime) -> Attachment:
    """Say that a statement of the actor's own side rests on evidence about the same obligation.

    Who may see the evidence stays as it is, and who may not see the statement does not learn that it rests on this.
    """
    grant = require(actor, Right.ADD_EVIDENCE, evidence.agreement_id)
    require_own_statement(evidence, statement, grant)
    lock_obligation(evidence)
    if Attachment.objects.filter(evidence=evidence, statement=statement).exists():
        raise Refused({"statement": _("It is attached to this statement.")})
    made = attached(evidence, statement, actor, now)
    enter(
        agreement_id=evidence.agreement_id,
        actor=actor,
        now=now,
        command="attach_evidence",
        subject=f"{evidence.obligation.code} {evidence.key}",
        after={"evidence": evidence.key, "statement": statement.key},
        rows=[made],
    )
    return made


def draft(
    kind: str,
    obligation: Obligation,
    grant: Grant,
    actor: Viewer,
    now: datetime,
    replaces: Evidence | None,
    *,
    title: str,
    represents_on: date,
    language: str,
    tier: str,
    origin: str = "",
    supports: Sequence[str] = (),
    confidant: Party | None = None,
) -> Evidence:
    """Not written yet. A representative's is the own party's, a mediator's is the mediators'."""
    return Evidence(
        kind=kind,
        agreement_id=obligation.agreement_id,
        obligation=obligation,
        by_id=side_of(grant),
        title=tidy(title),
        represents_on=represents_on,
        language=tidy(language),
        origin=tidy(origin),
        supports=list(supports),
        tier=tier,
        confidant=confidant,
        replaces=replaces,
        first_id=(replaces.first_id or replaces.pk) if replaces else None,
        uploaded_at=now,
        uploaded_by_id=actor.user_id,
    )


def side_of(grant: Grant) -> int | None:
    """The key of the party in whose name a representative acts; None for the mediators' side."""
    return grant.party_id if grant.role == Role.REPRESENTATIVE else None


def require_own_version(made: Evidence, grant: Grant) -> None:
    older = made.replaces
    if older is not None and older.by_id != side_of(grant):
        raise PermissionDenied(_("Another version is made by the side whose evidence it is."))
    if older is not None and older.obligation_id != made.obligation_id:
        raise Refused({"replaces": _("A version is about the same obligation.")})


def require_own_statement(evidence: Evidence, statement: Statement | None, grant: Grant) -> None:
    if statement is None:
        return
    if statement.by_id != side_of(grant):
        raise PermissionDenied(_("Evidence is attached by the side whose statement it is."))
    if statement.commitment.obligation_id != evidence.obligation_id:
        raise Refused({"statement": _("Choose a statement on the same obligation.")})


def refuse_wider_evidence(made: Evidence, statement: Statement | None, now: datetime, wider: bool) -> None:
    """Raises Wider where more would see it than see the statement that rests on it, or the version that it replaces."""
    referents = [one for one in (statement, made.replaces) if one is not None]
    refuse_wider(made.audience(now), referents, made.obligation.agreement, now, wider)


def record(made: Evidence, statement: Statement | None, actor: Viewer, now: datetime) -> None:
    """Write the row, with its attachment, and enter it in the ledger; in the caller's transaction."""
    if made.replaces_id:
        lock_obligation(made)  # one successor each
        if Evidence.objects.filter(replaces=made.replaces_id).exists():
            raise Refused({"replaces": _("There is a newer version of it by now: replace that one.")})
    made.begin_as(made.tier, made.confidant)
    made.save(force_insert=True)
    rows: list[Model] = [made]
    if statement is not None:
        rows.append(attached(made, statement, actor, now))
    enter(
        agreement_id=made.agreement_id,
        actor=actor,
        now=now,
        command="add_evidence_version" if made.replaces_id else "add_evidence",
        subject=f"{made.obligation.code} {made.key}",
        after=facts(made) | ({"statement": statement.key} if statement else {}),
        rows=rows,
    )


def lock_obligation(evidence: Evidence) -> None:
    """Who adds to the same obligation at the same time waits here."""
    Obligation.objects.select_for_update(of=("self",), no_key=True).get(pk=evidence.obligation_id)


def facts(made: Evidence) -> dict[str, Any]:
    """What the ledger keeps of it, beside the row itself."""
    shared = {
        "evidence": made.key,
        "title": made.title,
        "tier": made.tier,
        "represents_on": made.represents_on,
        "replaces": made.replaces.key if made.replaces else None,
    }
    if made.is_file:
        return shared | {"sha256": made.sha256, "size": made.size, "media_type": made.media_type}
    return shared | {"url": made.url, "seen_on": made.seen_on}


def attached(evidence: Evidence, statement: Statement, actor: Viewer, now: datetime) -> Attachment:
    return Attachment.objects.create(
        evidence=evidence, statement=statement, attached_at=now, attached_by_id=actor.user_id
    )


@contextmanager
def refusing() -> Iterator[None]:
    """What is wrong with a file, as what a command refuses."""
    try:
        yield
    except TooLarge as error:
        raise RefusedAsTooLarge({"file": str(error)}) from error
    except ScannerAway as error:
        raise RefusedForNow({"file": str(error)}) from error
    except Unacceptable as error:
        raise Refused({"file": str(error)}) from error


def write_bytes(sha256: str, upload: Any) -> bool:
    """Write the bytes; whether they were there before.

    Where the store fails, whatever it is, that is logged and told in a sentence, and nothing new stays in it.
    """
    was_there = True
    try:
        was_there = store.exists(sha256)
        store.put(sha256, upload)
    except Exception as error:
        logger.exception("The store of evidence did not take a file.")
        if not was_there:
            remove_unless_needed(sha256)
        raise RefusedForNow(
            {"file": _("The file could not be stored. Nothing was kept; try again later.")}
        ) from error
    return was_there


def lock_file(sha256: str) -> None:
    """Until the transaction ends, nobody else writes or removes the file of this hash."""
    key = int.from_bytes(bytes.fromhex(sha256)[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def remove_unless_needed(sha256: str) -> bool:
    """Remove a stored file that no row names; whether it was removed. Where that fails, the nightly sweep does it."""
    try:
        with transaction.atomic():
            lock_file(sha256)
            if Evidence.objects.filter(sha256=sha256).exists():
                return False
            store.remove(sha256)
            return True
    except Exception:  # of the database or of any store
        logger.exception("Could not look after the stored file %s; the sweep will.", sha256)
        return False
