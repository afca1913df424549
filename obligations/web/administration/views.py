"""The administrator's desk: whether the machine does its work; and the table of rights that the commands ask."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreement.commands.powers import wants
from agreement.ledger.seal import unstamped
from agreement.ledger.witness import troubles
from agreement.models import Agreement, LedgerCheck, LedgerEntry, Mandate, SignOff
from agreement.models.ledger import BREAKS
from agreement.viewers import viewer_of
from normalization_tracker.roles import application_may_change_records
from obligations import drift
from obligations.commands.retention import KEPT
from obligations.files import scanner
from obligations.models import DriftCheck, Forgotten, Proposal, SweepRun
from obligations.web.administration import accounts, imports, mails, powers, reads
from obligations.web.administration.administered import administered, for_administrators
from obligations.web.administration.health import looked_at, run_now
from obligations.words.ages import ago, older_than
from obligations.words.notices import unread
from parties.access import Clearance, Grant, Role, Tier
from parties.rates import costly
from parties.rights import Right

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table; `cells` are words, or whether it may be."""

    name: "StrOrPromise"
    cells: list["StrOrPromise | bool"]


@for_administrators
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    context = {
        "roles": [role.label for role in Role],
        "acts": [Line(str(act.meaning), [role in act.roles for role in Role]) for act in Right],
        "tiers": [Line(tier.label, [reach(role, tier) for role in Role]) for tier in Tier],
        "holders": [(one, holders(one), signed(one), policy_in_words(one)) for one in administered(viewer)],
        "policies": viewer.agreements_as(*Right.SET_POLICY.roles),
    }
    return render(request, "administration/rights.html", context)


def reach(role: Role, tier: Tier) -> "StrOrPromise | bool":
    """Whether the role reads the tier, and under which condition, by the rule of `parties.access`."""
    if tier in Grant(0, role).reads:
        own = role == Role.REPRESENTATIVE and tier == Tier.IN_CONFIDENCE
        return _("the own party's") if own else True
    if tier in Grant(0, role, clearance=Clearance.PARTIES).reads:
        return _("with clearance")
    return False


def signed(agreement: Agreement) -> list["StrOrPromise"]:
    """What wants a second mediator there."""
    return [SignOff(one).label for one in agreement.sign_off if one != SignOff.POWERS]


def policy_in_words(agreement: Agreement) -> str:
    """Whether acts of power want a second administrator there."""
    if wants(agreement.pk, SignOff.POWERS):
        return _("A second administrator signs acts of power.")
    if SignOff.POWERS in agreement.sign_off:
        return _("A second administrator signs acts of power as soon as there are two who can sign in.")
    return _("One administrator alone gives powers: the policy says so.")


def with_factor(agreement: Agreement) -> list["StrOrPromise"]:
    """The roles that sign in there with a second factor."""
    return [role.label for role in Role if role in agreement.second_factor]


def holders(agreement: Agreement) -> list[tuple["StrOrPromise", list[str]]]:
    """Each role with the names of those who have it and may sign in; a role that nobody has is there too."""
    there = Mandate.objects.filter(agreement=agreement, user__is_active=True).select_related("user", "party")
    names: dict[str, list[str]] = {role.value: [] for role in Role}
    for mandate in there.order_by("user__email"):
        said = f"{mandate.user} ({mandate.party})" if mandate.party else str(mandate.user)
        names[mandate.role].append(said)
    return [(role.label, names[role.value]) for role in Role]


# A check runs each night; after this long one has been missed.
STALE_SECONDS = 36 * 60 * 60


@for_administrators
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """Show administrators the acts of power that they are told of or that wait, and the checks of the machine."""
    viewer = viewer_of(request)
    own = {
        "notices": unread(viewer),
        "to_sign": Proposal.objects.visible_to(viewer).of_power().unsettled().count(),
    }
    return render(request, "administration/page.html", of_the_machine() | own)


@for_administrators
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """What wants a second signature in each agreement that the viewer administers, and who a second factor."""
    viewer = viewer_of(request)
    own = set(viewer.agreements_as(*Right.SET_POLICY.roles))
    listed = [
        (one, signed(one), policy_in_words(one), with_factor(one), one.pk in own)
        for one in administered(viewer)
    ]
    return render(request, "administration/policies.html", {"listed": listed})


@for_administrators
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """What is kept how long and why. How many rows went is counted over the whole server, and so for who keeps it."""
    carried_out = {row.name: row for row in Forgotten.objects.all()}
    context = {
        "rows": [(kept, carried_out.get(kept.name)) for kept in KEPT],
        "keeps_all": viewer_of(request).keeps_accounts,
    }
    return render(request, "administration/retention.html", context)


def of_the_machine() -> dict[str, Any]:
    now = timezone.now()
    check = DriftCheck.objects.first()
    sweep = SweepRun.objects.first()
    verified = LedgerCheck.objects.first()
    return {
        **looked_at(now),
        "verified": verified,
        "verified_when": ago(verified.finished_at, now) if verified else "",
        "verified_stale": verified is not None and older_than(verified.finished_at, now, STALE_SECONDS),
        "one_role": application_may_change_records(),
        "breaks": LedgerEntry.objects.filter(command__in=BREAKS).order_by("-id"),
        "witness_troubles": troubles(now),
        "unstamped": unstamped(now).exists(),
        "check": check,
        "advice": drift.advice(one["field"] for one in check.differences) if check else [],
        "checked": ago(check.finished_at, now) if check else "",
        "check_stale": check is not None and older_than(check.finished_at, now, STALE_SECONDS),
        "more": max(check.found - len(check.differences), 0) if check else 0,
        "earlier": DriftCheck.objects.all()[1:15],
        "swept": ago(sweep.finished_at, now) if sweep else "",
        "scanner_on": scanner.is_on(),
        "scanner_answers": scanner.is_on() and scanner.answers(),
    }


urlpatterns = [
    path("", administration, name="administration"),
    path("accounts/", for_administrators(accounts.Accounts.as_view()), name="accounts"),
    path("accounts/<slug:key>/", accounts.account, name="account"),
    path("accounts/<slug:key>/close/", for_administrators(accounts.Close.as_view()), name="account-close"),
    path("accounts/<slug:key>/link/", for_administrators(accounts.SendLink.as_view()), name="account-link"),
    path(
        "accounts/<slug:key>/mandate/",
        for_administrators(accounts.GiveMandate.as_view()),
        name="account-mandate",
    ),
    path(
        "accounts/<slug:key>/mandate/<slug:agreement>/withdraw/",
        for_administrators(accounts.WithdrawMandate.as_view()),
        name="account-withdraw",
    ),
    path(
        "accounts/<slug:key>/second-factor/",
        for_administrators(accounts.ResetFactor.as_view()),
        name="account-factor",
    ),
    path("accounts/<slug:key>/switch/", for_administrators(accounts.Switch.as_view()), name="account-switch"),
    path("health/<slug:part>/run/", run_now, name="run-now"),
    path("confidences/", reads.reads, name="confidence-reads"),
    path("imports/", for_administrators(costly(imports.Imports.as_view())), name="imports"),
    path("mail/", mails.log, name="mail-log"),
    path("mail/<code:key>/again/", mails.again, name="mail-again"),
    path("notices/<slug:key>/", powers.notice, name="notice"),
    path("policy/", policies, name="policies"),
    path("policy/<slug:code>/", for_administrators(powers.Policy.as_view()), name="policy"),
    path("proposals/", powers.powers, name="powers"),
    path("proposals/<slug:key>/", for_administrators(powers.Power.as_view()), name="power"),
    path("retention/", retention, name="administration-retention"),
    path("rights/", rights, name="rights"),
]
