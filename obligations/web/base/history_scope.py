"""What a page over an agreement is about: who looks, at which agreement, at whose commitments, in which article."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.models import Commitment
from obligations.status.freshness import freshness_of
from obligations.web.base.choices import Option, known, options
from obligations.web.base.register import Register, register_of
from parties.access import Viewer
from parties.models import Party
from parties.tier_words import held_in

if TYPE_CHECKING:
    from obligations.models.commitment import CommitmentQuerySet


@dataclass(frozen=True)
class HistoryScope:
    """`party` and `provision` are codes, empty where none is chosen; `problems` what the address asks for in vain."""

    viewer: Viewer
    now: datetime
    agreement: Agreement
    agreements: list[Agreement]
    register: Register
    party: str
    provision: str
    problems: list[str]

    @cached_property
    def picked(self) -> "CommitmentQuerySet":
        """The commitments that are asked about, in the order of the text."""
        owed = Commitment.objects.visible_to(self.viewer).filter(agreement=self.agreement)
        if self.party:
            owed = owed.filter(party__code=self.party)
        if self.provision:
            own = Q(obligation__provision__anchor=self.provision)
            owed = owed.filter(own | Q(obligation__provision__parent__anchor=self.provision))
        return owed.order_by("obligation__place", "party__name", "pk")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.party or self.provision)

    @property
    def parties(self) -> list[Party]:
        """Those asked about, in alphabetical order; all who owe something where none is chosen."""
        return [one for one in self.register.parties if self.party in ("", one.code)]

    @property
    def party_choices(self) -> list[Option]:
        return options("party", self.register) or []

    @property
    def provision_choices(self) -> list[Option]:
        return options("provision", self.register) or []

    @property
    def provision_name(self) -> str:
        named = (one for one in self.register.provisions if one.anchor == self.provision)
        found = next(named, None)
        return " · ".join(filter(None, (found.label, found.heading))) if found else ""

    @property
    def seen_tiers(self) -> str:
        """Which tiers the page shows, in words: it is printed and carried into meetings."""
        return held_in(self.viewer, self.agreement.pk)


def scope_of(request: HttpRequest, names: Collection[str]) -> HistoryScope | None:
    """The scope that the address asks for; None where the viewer can read no such agreement, or none at all.

    `names` are the parameters that the page knows beside these three.
    """
    viewer = viewer_of(request)
    readable = list(Agreement.objects.visible_to(viewer))
    code = request.GET.get("agreement") or (readable[0].code if readable else "")
    agreement = next((one for one in readable if one.code == code), None)
    if agreement is None:
        return None
    now = timezone.now()
    register = register_of(agreement, freshness_of(viewer, now))
    party, provision = request.GET.get("party", ""), request.GET.get("provision", "")
    unknown = sorted(set(request.GET) - {"agreement", "party", "provision", *names})
    problems = [_("There is no parameter “%(name)s”.") % {"name": name} for name in unknown]
    problems += missing("party", _("Party"), party, register)
    problems += missing("provision", _("Article"), provision, register)
    return HistoryScope(viewer, now, agreement, readable, register, party, provision, problems)


def missing(name: str, label: "str | Promise", value: str, register: Register) -> list[str]:
    if not value or value in (known(name, register) or ()):
        return []
    return [_("%(filter)s: there is no “%(value)s”.") % {"filter": label, "value": value}]


def nothing_to_read(request: HttpRequest, title: str) -> HttpResponse:
    """There is no such agreement for this viewer: 404 where one was asked for by its code."""
    readable = list(Agreement.objects.visible_to(viewer_of(request)))
    asked = request.GET.get("agreement", "")
    context = {"asked": asked, "choice": readable, "page_title": title}
    return render(request, "changes/none.html", context, status=404 if asked else 200)
