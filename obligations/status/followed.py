"""What can be followed, by which words it is named, and what somebody follows."""

from typing import Any

from django.db.models import QuerySet, TextChoices
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Provision
from obligations.models import Following, Obligation, SavedView
from parties.access import Viewer
from parties.rights import Right, may


class FollowedKind(TextChoices):
    AGREEMENT = "agreement", _("an agreement")
    PROVISION = "provision", _("an article, with all below it")
    PARTY = "party", _("what a party owes in the agreement")
    OBLIGATION = "obligation", _("an obligation")
    VIEW = "view", _("a view of the desk that you saved")


def key_of(provision: Provision) -> str:
    return f"{provision.instrument.code}/{provision.anchor}"


def subject_named(kind: str, key: str, whole: Agreement, viewer: Viewer) -> dict[str, Any]:
    """What `commands.care.follow` takes. Raises Http404 where there is no such thing in the agreement.

    `key` is the code of an obligation or a party, that of a provision as `key_of` gives it, and empty of the agreement.
    """
    if kind == FollowedKind.OBLIGATION:
        own = Obligation.objects.visible_to(viewer).filter(agreement=whole)
        return {"obligation": get_object_or_404(own, code=key)}
    if kind == FollowedKind.PROVISION:
        instrument, _slash, anchor = key.partition("/")
        provisions = Provision.objects.visible_to(viewer).filter(instrument__agreement=whole)
        return {"provision": get_object_or_404(provisions, instrument__code=instrument, anchor=anchor)}
    if kind == FollowedKind.PARTY:
        return {"agreement": whole, "party": get_object_or_404(whole.parties.all(), code=key)}
    if kind == FollowedKind.AGREEMENT:
        return {"agreement": whole}
    raise Http404


def followings(viewer: Viewer) -> list[Following]:
    """What the viewer follows, in the agreements in which they may follow anything, by agreement."""
    rows = Following.objects.visible_to(viewer).current().order_by("agreement__code", "pk")
    rows = rows.select_related("agreement", "obligation", "provision__instrument", "party")
    return [row for row in rows if may(viewer, Right.FOLLOW, row.agreement_id)]


def views_followed(viewer: Viewer) -> QuerySet[SavedView]:
    return SavedView.objects.filter(user=viewer.user_id, follows=True)
