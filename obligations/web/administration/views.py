"""The administrator's desk: whether the machine does its work, who read which confidence, and the table of rights."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from celery import current_app
from django.contrib import messages
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from agreement.commands.powers import wants
from agreement.ledger.seal import unstamped
from agreement.ledger.witness import troubles
from agreement.models import Agreement, ConfidenceRead, LedgerCheck, LedgerEntry, Mandate, SignOff
from agreement.models.ledger import BREAKS
from agreement.viewers import viewer_of
from normalization_tracker.health import behind, parts_now
from normalization_tracker.roles import application_may_change_records
from obligations import drift, heartbeats
from obligations.commands.retention import KEPT
from obligations.files import scanner
from obligations.lists.places import AN_INSTANT, TEXT, text_part
from obligations.models import DriftCheck, Forgotten, Proposal, SweepRun
from obligations.web.administration import accounts, imports, mails, powers
from obligations.web.administration.administered import administered, for_administrators
from obligations.web.base.table import INSTANT_CELL, TableColumn, paged
from obligations.words.health import PARTS, Part
from obligations.words.notices import unread
from obligations.words.numbers import ago, older_than
from parties.access import Clearance, Grant, Role, Tier
from parties.rates import costly
from parties.rights import Right
from parties.texts import StrOrPromise

# Seconds after which what no worker took is not worth doing.
WAITS = 10 * 60


@dataclass(frozen=True, slots=True)
class Row:
    """A part as it is now. `said` is what is wrong with it: empty where nothing is, None where that cannot be known."""

    code: str
    part: Part
    said: str | None
    done: str

    @property
    def typed(self) -> str:
        """What an operator is told, after what the server says of it."""
        return "\n".join(filter(None, (f"# {self.said}" if self.said else "", self.part.typed)))


def looked_at(now: datetime) -> dict[str, Any]:
    """All parts, what does not work first. What cannot be known while the database is away is no fault of its own."""
    found = parts_now()
    try:
        ages = heartbeats.ages()
    except Error:
        ages = {}
    if (seconds := behind()) is not None and isfinite(seconds):
        ages["replica"] = timedelta(seconds=seconds)
    rows = [Row(code, PARTS[code], said, _done(PARTS[code], ages, now)) for code, said in found.items()]
    return {"parts": sorted(rows, key=lambda row: not row.said), "down": sum(bool(row.said) for row in rows)}


def _done(part: Part, ages: dict[str, Any], now: datetime) -> str:
    """When its work was done last, of several the one that is longest ago; empty where it has none."""
    if not part.work:
        return ""
    known = [ages[name] for name in part.work if name in ages]
    return ago(now - max(known), now) if len(known) == len(part.work) else _("not yet")


@for_administrators
@costly
@require_POST
def run_now(request: HttpRequest, part: str) -> HttpResponse:
    """Send for the work of a part. It writes nothing itself: the worker does what it does each time."""
    if part not in PARTS or not PARTS[part].tasks:
        raise Http404
    try:
        for name in PARTS[part].tasks:
            current_app.send_task(f"obligations.tasks.{name}", retry=False, expires=WAITS)
    except OperationalError:
        messages.error(
            request, _("The broker does not answer: nothing was sent for. Try again when it does.")
        )
    else:
        messages.success(request, _("It was sent for. The worker does it now; look again in a minute."))
    return redirect("administration")


MAILBOX, WHAT = text_part(320), text_part(80)
ORDERS = {
    "at": (("last_at", AN_INSTANT), ("user__email", MAILBOX), ("what", WHAT)),
    "who": (("user__email", MAILBOX), ("last_at", AN_INSTANT), ("what", WHAT)),
    "whose": (("confidant__code", TEXT), ("last_at", AN_INSTANT), ("user__email", MAILBOX), ("what", WHAT)),
}
COLUMNS = (
    TableColumn("user", gettext_lazy("Who"), sort="who"),
    TableColumn("confidant", gettext_lazy("Whose confidence"), sort="whose"),
    TableColumn("what", gettext_lazy("What"), path="thing"),
    TableColumn("agreement", gettext_lazy("Agreement"), path="agreement.short_title"),
    TableColumn("first_at", gettext_lazy("First on that day"), INSTANT_CELL),
    TableColumn("last_at", gettext_lazy("Last on that day"), INSTANT_CELL, "at", down=True),
)


@for_administrators
@require_safe
def reads(request: HttpRequest) -> HttpResponse:
    """The newest first, of the agreements whose mandates the viewer gives."""
    rows = ConfidenceRead.objects.filter(agreement__in=administered(viewer_of(request)))
    rows = rows.select_related("user", "confidant", "agreement")
    context = paged(request, rows, _("Readings of confidences"), COLUMNS, ORDERS, "-at")
    days = next(kept.days for kept in KEPT if kept.name == "reads")
    return render(request, "administration/reads.html", context | {"days": days})


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table; `cells` are words, or whether it may be."""

    name: StrOrPromise
    cells: list[StrOrPromise | bool]


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


def reach(role: Role, tier: Tier) -> StrOrPromise | bool:
    """Whether the role reads the tier, and under which condition, by the rule of `parties.access`."""
    if tier in Grant(0, role).reads:
        own = role == Role.REPRESENTATIVE and tier == Tier.IN_CONFIDENCE
        return _("the own party's") if own else True
    if tier in Grant(0, role, clearance=Clearance.PARTIES).reads:
        return _("with clearance")
    return False


def signed(agreement: Agreement) -> list[StrOrPromise]:
    """What wants a second mediator there."""
    return [SignOff(one).label for one in agreement.sign_off if one != SignOff.POWERS]


def policy_in_words(agreement: Agreement) -> str:
    """Whether acts of power want a second administrator there."""
    if wants(agreement.pk, SignOff.POWERS):
        return _("A second administrator signs acts of power.")
    if SignOff.POWERS in agreement.sign_off:
        return _("A second administrator signs acts of power as soon as there are two who can sign in.")
    return _("One administrator alone gives powers: the policy says so.")


def with_factor(agreement: Agreement) -> list[StrOrPromise]:
    """The roles that sign in there with a second factor."""
    return [role.label for role in Role if role in agreement.second_factor]


def holders(agreement: Agreement) -> list[tuple[StrOrPromise, list[str]]]:
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
    path("confidences/", reads, name="confidence-reads"),
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
