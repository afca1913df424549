"""Who looks after an obligation, and what can be followed, as pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Provision
from obligations.models import Following, Obligation, SavedView
from obligations.status.breaches import SeenBreach
from obligations.status.care import Care, FollowedKind, acknowledged, care_of, key_of, mediators_of
from parties.access import Viewer
from parties.models import Party
from parties.rights import Right, may
from parties.texts import StrOrPromise


def looked_after(owed: Obligation, breaches: Iterable[SeenBreach], viewer: Viewer) -> dict[str, Any]:
    """What `components/care.html` shows: whether one follows it; to a mediator also who owns it, and of `breaches` the
    open ones, with whoever took note of them.
    """
    care = care_of([owed.pk], viewer).get(owed.pk, Care())
    if not may(viewer, Right.ASSIGN, owed.agreement_id):
        return {"care": care}
    still_open = [one for one in breaches if one.is_open]
    noted = acknowledged([one.key for one in still_open], viewer) if still_open else {}
    return {
        "care": care,
        "mediators": mediators_of([owed.agreement_id]),
        "me": viewer.user_id,
        "acknowledged": noted,
        "to_acknowledge": [one for one in still_open if one.key not in noted],
    }


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
    def said(self) -> StrOrPromise:
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
