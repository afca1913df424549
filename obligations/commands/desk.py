"""Saved views of the desk. Private, so in no ledger."""

from datetime import datetime

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from obligations.commands.errors import Refused
from obligations.models import SavedView
from parties.access import Viewer
from parties.once import once
from parties.texts import LIMITS, text_errors, tidy

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
