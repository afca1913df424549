"""How somebody works on the desk: saved views, and how far in the ledger they have seen. Private, so in no ledger."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from agreement.models import ChainHead
from obligations.commands.errors import Refused
from obligations.models import DeskVisit, SavedView
from parties.access import Role, Viewer
from parties.once import once
from parties.texts import LIMITS, text_errors, tidy

# A visit ends when the desk was not opened for so long.
QUIET = timedelta(minutes=30)
# How far it was shown is noted no more often than this; what came meanwhile is shown again as new.
NOTED_EACH = timedelta(minutes=1)
# Of an address of the desk: what names one row, or a page, is no part of a view.
OF_ONE_ROW = ("commitment", "claim", "page", "view", "picked", "proposal")


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
def drop_view(*, view: SavedView, actor: Viewer, now: datetime) -> None:
    """Remove an own view. Nothing where it is gone already."""
    SavedView.objects.filter(user=actor.user_id, pk=view.pk).delete()


@transaction.atomic
def visit(*, actor: Viewer, now: datetime, all_seen: bool = False) -> list[DeskVisit]:
    """The actor's visits, one each agreement that they mediate, once the desk was opened at `now`.

    The first visit begins where the ledger is: before it, nothing is new. `all_seen` ends the visit.
    """
    mediated = actor.agreements_as(Role.MEDIATOR)
    there = {
        one.agreement_id: one for one in DeskVisit.objects.filter(user=actor.user_id, agreement__in=mediated)
    }
    due = [key for key in mediated if all_seen or key not in there or is_due(there[key], now)]
    if due:
        heads = dict(ChainHead.objects.filter(chain__in=due).values_list("chain", "position"))
        there |= {one.agreement_id: one for one in noted(due, there, heads, actor, now, all_seen)}
    return [there[key] for key in mediated]


def is_due(visit: DeskVisit, now: datetime) -> bool:
    return now - visit.opened_at > NOTED_EACH


def noted(
    due: Iterable[int],
    there: dict[int, DeskVisit],
    heads: dict[int, int],
    actor: Viewer,
    now: datetime,
    all_seen: bool,
) -> list[DeskVisit]:
    """Visits as they are from now on, saved in one statement."""
    assert actor.user_id is not None
    rows = []
    for key in due:
        head, last = heads.get(key, 0), there.get(key)
        row = DeskVisit(user_id=actor.user_id, agreement_id=key, head=head, opened_at=now)
        if all_seen or last is None:
            row.seen, row.left_at = head, now if all_seen else None
        elif now - last.opened_at > QUIET:
            row.seen, row.left_at = last.head, last.opened_at
        else:
            row.seen, row.left_at = last.seen, last.left_at
        rows.append(row)
    return DeskVisit.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "agreement"],
        update_fields=["seen", "head", "left_at", "opened_at"],
    )
