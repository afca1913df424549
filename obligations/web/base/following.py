"""What can be followed, as pages show it: what it is, and whether one follows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Provision
from obligations.models import Following, SavedView
from parties.access import Viewer
from parties.models import Party
from parties.rights import Right, may


class Of(TextChoices):
    """The sorts of what can be followed, each with what is said where one does."""

    AGREEMENT = "agreement", _("You follow this agreement.")
    PROVISION = "provision", _("You follow this article.")
    PARTY = "party", _("You follow this party.")
    OBLIGATION = "obligation", _("You follow this obligation.")
    VIEW = "view", _("You follow this view.")


@dataclass(frozen=True, slots=True)
class Subject:
    """What `components/follow.html` shows. `agreement` is a code, empty of a saved view."""

    of: Of
    key: object
    name: str
    follows: bool
    agreement: str = ""


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
        Of.AGREEMENT, code, agreement.short_title or agreement.title, (None, None) in followed, code
    )
    return {
        agreement: whole,
        **{
            one: Subject(Of.PROVISION, one.pk, one.label, (one.pk, None) in followed, code)
            for one in provisions
        },
        **{one: Subject(Of.PARTY, one.code, one.name, (None, one.pk) in followed, code) for one in parties},
    }


def view_to_follow(view: SavedView) -> Subject:
    return Subject(Of.VIEW, view.key, view.name, view.follows)
