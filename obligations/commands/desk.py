"""What accounts keep for themselves, and so in no ledger: drafts, saved views of the desk, how far they have seen."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from agreement.models import Agreement, ChainHead
from obligations.commands.errors import Refused
from obligations.models import Commitment, Draft, Obligation, SavedView, Statement, Visit
from parties.access import Role, Viewer
from parties.once import once
from parties.texts import LIMITS, text_errors, tidy


@transaction.atomic
def save_draft(
    *,
    kind: Draft.Kind,
    agreement: Agreement,
    actor: Viewer,
    now: datetime,
    content: dict[str, Any],
    commitment: Commitment | None = None,
    statement: Statement | None = None,
) -> Draft:
    """Keep what somebody typed, in place of an earlier draft of the same form. However often it is sent, it is one."""
    kept = {"agreement": agreement, "content": content, "saved_at": now}
    of: dict[str, Any] = {
        "user_id": actor.user_id,
        "kind": kind,
        "commitment": commitment,
        "statement": statement,
    }
    return Draft.objects.update_or_create(**of, defaults=kept)[0]


@once()
def save_sheet(*, agreement: Agreement, actor: Viewer, now: datetime, content: dict[str, Any]) -> Draft:
    """Keep a sheet of statements until its author has looked at it."""
    assert actor.user_id is not None
    return Draft.objects.create(
        user_id=actor.user_id, kind=Draft.Kind.BULK, agreement=agreement, content=content, saved_at=now
    )


@transaction.atomic
def drop_draft(*, draft: Draft, actor: Viewer) -> None:
    """Throw the actor's own draft away, or clear it once it was sent. Nothing where it is gone already."""
    Draft.objects.of(actor).filter(pk=draft.pk).delete()


# Of an address of the desk: what names one row, or a page, is no part of a view.
OF_ONE_ROW = ("commitment", "claim", "after", "view", "picked", "proposal")


@once()
def save_view(*, name: str, query: str, actor: Viewer, now: datetime) -> SavedView:
    """Give what the desk was asked for a name; the one of that name, where there is one, is it from now on."""
    assert actor.user_id is not None
    asked = QueryDict(query, mutable=True)
    for one in OF_ONE_ROW:
        asked.pop(one, None)
    name, query = tidy(name), asked.urlencode()
    errors = text_errors(("name",), name=name)
    if len(name) > LIMITS["code"]:
        errors["name"] = _("A name has at most %(most)d characters.") % {"most": LIMITS["code"]}
    if len(query) > LIMITS["url"]:
        errors["query"] = _("This asks for too much to be saved.")
    own = SavedView.objects.filter(user=actor.user_id)
    if not errors and not own.filter(name=name).exists() and own.count() >= SavedView.MOST:
        errors["name"] = _("You have %(most)d views: remove one first.") % {"most": SavedView.MOST}
    if errors:
        raise Refused(errors)
    return SavedView.objects.update_or_create(user_id=actor.user_id, name=name, defaults={"query": query})[0]


@transaction.atomic
def follow_view(*, view: SavedView, follows: bool, actor: Viewer, now: datetime) -> None:
    """Want to be told of what changes on the commitments of an own view, or no more. Private, as the view is."""
    SavedView.objects.filter(user=actor.user_id, pk=view.pk).update(follows=follows)


@transaction.atomic
def drop_view(*, view: SavedView, actor: Viewer, now: datetime) -> None:
    """Remove an own view. Nothing where it is gone already."""
    SavedView.objects.filter(user=actor.user_id, pk=view.pk).delete()


# A visit ends when it was not opened for so long.
QUIET = timedelta(minutes=30)
# How far it was shown is noted no more often than this; what came meanwhile is shown again as new.
NOTED_EACH = timedelta(minutes=1)


@transaction.atomic
def visit(*, actor: Viewer, now: datetime, all_seen: bool = False) -> list[Visit]:
    """The actor's visits of the desk, one each agreement that they mediate, once it was opened at `now`.

    The first visit begins where the ledger is: before it, nothing is new. `all_seen` ends the visit, and those of the
    pages of obligations.
    """
    mediated = actor.agreements_as(Role.MEDIATOR)
    own = Visit.objects.filter(user=actor.user_id, agreement__in=mediated)
    if all_seen:
        own.filter(obligation__isnull=False).delete()
    there = {one.agreement_id: one for one in own.filter(obligation=None)}
    if due := [key for key in mediated if all_seen or is_due(there.get(key), now)]:
        assert actor.user_id is not None
        heads = heads_of(due)
        rows = [
            Visit(user_id=actor.user_id, agreement_id=key, head=heads.get(key, 0), opened_at=now)
            for key in due
        ]
        for row in rows:
            since(row, None if all_seen else there.get(row.agreement_id))
            row.left_at = now if all_seen else row.left_at
        there |= {row.agreement_id: row for row in save(rows)}
    return [there[key] for key in mediated]


def visit_obligation(*, obligation: Obligation, actor: Viewer, now: datetime) -> Visit | None:
    """The actor's visit of the obligation's page, once it was opened at `now`; None for who has no mandate there.

    The first one begins where that of the desk did, so that what is new there is new here; else where the ledger is.
    """
    key = obligation.agreement_id
    if actor.user_id is None or actor.grant(key) is None:
        return None
    rows = Visit.objects.filter(
        Q(obligation=obligation) | Q(obligation=None), user=actor.user_id, agreement=key
    )
    last = rows.order_by(F("obligation").asc(nulls_last=True)).first()
    if last and last.obligation_id and not is_due(last, now):
        return last
    row = Visit(user_id=actor.user_id, agreement_id=key, obligation=obligation, opened_at=now)
    row.head = heads_of([key]).get(key, 0)
    since(row, last)
    return save([row])[0]


def since(row: Visit, last: Visit | None) -> None:
    """Set from where on something is new to who comes again: the same place as before, unless that visit is over."""
    if last is None:
        row.seen = row.head
    elif row.obligation_id == last.obligation_id and row.opened_at - last.opened_at > QUIET:
        row.seen, row.left_at = last.head, last.opened_at
    else:
        row.seen, row.left_at = last.seen, last.left_at


def is_due(last: Visit | None, now: datetime) -> bool:
    return last is None or now - last.opened_at > NOTED_EACH


def heads_of(agreements: list[int]) -> dict[int, int]:
    return dict(ChainHead.objects.filter(chain__in=agreements).values_list("chain", "position"))


def save(rows: list[Visit]) -> list[Visit]:
    return Visit.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "agreement", "obligation"],
        update_fields=["seen", "head", "left_at", "opened_at"],
    )
