"""What can be followed, as pages show it: what it is, and whether one follows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Provision
from obligations.models import Following, SavedView
from obligations.status.followed import FollowedKind, key_of
from parties.access import Viewer
from parties.models import Party
from parties.rights import Right, may

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


SAID = {
    FollowedKind.AGREEMENT: _("You follow this agreement."),
    FollowedKind.PROVISION: _("You follow this article."),
    FollowedKind.PARTY: _("You follow this party."),
    FollowedKind.OBLIGATION: _("You follow this obligation."),
    FollowedKind.VIEW: _("You follow this view."),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What `components/follow.html` shows. `agreement` is a code, empty of a saved view."""

    of: FollowedKind
    key: str
    name: str
    follows: bool
    agreement: str = ""

    @property
    def said(self) -> "StrOrPromise":
        """That one follows it."""
        return SAID[self.of]


def to_follow(
    agreement: Agreement, viewer: Viewer, provisions: Iterable[Provision], parties: Iterable[Party] = ()
) -> dict[Any, Subject]:
    """The agreement, and of its provisions and parties these, by themselves; none for who has no mandate. One query."""
    if not may(viewer, Right.FOLLOW, agreement.pk):
        return {}
    rows = Following.objects.visible_to(viewer).current().filter(agreement=agreement, obligation=None)
    followed: set[Any] = {*rows.values_list("provision", "party")}
    code = agreement.code
    whole = Subject(
        FollowedKind.AGREEMENT, code, agreement.short_title or agreement.title, (None, None) in followed, code
    )
    return {
        agreement: whole,
        **{
            one: Subject(FollowedKind.PROVISION, key_of(one), one.label, (one.pk, None) in followed, code)
            for one in provisions
        },
        **{
            one: Subject(FollowedKind.PARTY, one.code, one.name, (None, one.pk) in followed, code)
            for one in parties
        },
    }


def view_to_follow(view: SavedView) -> Subject:
    return Subject(FollowedKind.VIEW, view.key, view.name, view.follows)
