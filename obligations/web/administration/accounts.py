"""Accounts and mandates: the pages by which administrators invite, switch, give and withdraw.

The administrator of an agreement meets the accounts with a mandate there, and no others: any other key answers 404.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreement.commands.accounts import administers
from agreement.commands.checks import subjects
from agreement.commands.mandates import link_was_shown
from agreement.models import LedgerEntry, Mandate
from agreement.viewers import viewer_of
from obligations.commands import Refused
from obligations.commands.proposals import Command, carry_out
from obligations.models import Proposal
from obligations.web.administration.forms import InviteForm, MandateForm, ReasonForm, SwitchForm
from obligations.web.administration.guard import administered, for_administrators
from obligations.words.notices import LINK_WAS_SHOWN
from obligations.words.proposals import told_of_proposing
from parties.access import Viewer
from parties.links import mail_password_link, password_link
from parties.models import User
from parties.once import is_on_record, was_sent_before

NEWEST = 30
# What the commands on accounts enter, in words.
ENTERED = {
    "give_mandate": gettext_lazy("Mandate given"),
    "make_account": gettext_lazy("Account made"),
    "make_token": gettext_lazy("API token made"),
    "revoke_token": gettext_lazy("API token revoked"),
    "revoke_tokens": gettext_lazy("All API tokens revoked"),
    "send_link": gettext_lazy("Link to set a password given out"),
    "sign_out_everywhere": gettext_lazy("Signed out everywhere"),
    "switch_account": gettext_lazy("Switched on or off"),
    "withdraw_mandate": gettext_lazy("Mandate withdrawn"),
}


def accounts_seen_by(viewer: Viewer) -> QuerySet[User]:
    """All of the server for who keeps them; else those with a mandate in an agreement that the viewer administers."""
    if viewer.keeps_accounts:
        return User.objects.all()
    return User.objects.filter(
        pk__in=Mandate.objects.filter(agreement__in=administered(viewer)).values("user")
    )


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts that the viewer may see, with their mandates there; the form brings one more in."""
    viewer = viewer_of(request)
    theirs = administered(viewer)
    form = InviteForm(request.POST or None, agreements=theirs)
    if request.method == "POST" and form.is_valid():
        try:
            made = carry_out(Command.INVITE, actor=viewer, now=timezone.now(), **form.said())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, given(made))
            if isinstance(made, Mandate) and link_was_shown(made.user):
                messages.warning(request, LINK_WAS_SHOWN)
            return redirect("accounts") if isinstance(made, Proposal) else redirect("account", made.user.key)
    mandates: dict[int, list[Mandate]] = {}
    for mandate in Mandate.objects.filter(agreement__in=theirs).select_related("agreement", "party"):
        mandates.setdefault(mandate.user_id, []).append(mandate)
    listed = [(one, mandates.get(one.pk, [])) for one in accounts_seen_by(viewer).order_by("email")]
    context = {"accounts": listed, "form": form, "keeps_all": viewer.keeps_accounts, "agreements": theirs}
    return render(request, "administration/accounts.html", context, status=422 if form.errors else 200)


@for_administrators
@require_safe
def account(request: HttpRequest, key: str) -> HttpResponse:
    return show(request, get_object_or_404(accounts_seen_by(viewer_of(request)), key=key), {})


def acting(form_of: Callable[[HttpRequest, Viewer], ReasonForm], name: str) -> Callable[[Any], Any]:
    """A view that takes a form to a command: `act(request, account, form, **where)` gives the confirmation."""

    def decorate(act: Callable[..., str]) -> Callable[..., HttpResponse]:
        @for_administrators
        @require_POST
        def view(request: HttpRequest, key: str, **where: Any) -> HttpResponse:
            seen = accounts_seen_by(viewer_of(request))
            account = seen.filter(key=key).first()
            if account is None and is_on_record(viewer_of(request)):
                return redirect("accounts")  # sent again, after the account was left by it
            if account is None:
                raise Http404
            form = form_of(request, viewer_of(request))
            if form.is_valid():
                try:
                    done = act(request, account, form, **where)
                except Refused as refused:
                    form.refuse(refused)
                else:
                    messages.success(request, done)
                    # Its last mandate there may just have been withdrawn.
                    return (
                        redirect("account", key)
                        if seen.filter(pk=account.pk).exists()
                        else redirect("accounts")
                    )
            return show(request, account, {name: form}, status=422)

        return view

    return decorate


def reason(request: HttpRequest, viewer: Viewer) -> ReasonForm:
    return ReasonForm(request.POST)


@acting(lambda request, viewer: SwitchForm(request.POST), "switch_form")
def switch(request: HttpRequest, account: User, form: SwitchForm) -> str:
    on = form.cleaned_data["on"] == "yes"
    done = carry_out(
        Command.SWITCH_ACCOUNT,
        account=account,
        on=on,
        actor=viewer_of(request),
        now=timezone.now(),
        reason=form.cleaned_data["reason"],
    )
    if isinstance(done, Proposal):
        return told_of_proposing(done)
    return _("It may sign in now.") if on else _("It is switched off: it signs in no more.")


@acting(lambda request, viewer: MandateForm(request.POST, agreements=administered(viewer)), "mandate_form")
def mandate(request: HttpRequest, account: User, form: MandateForm) -> str:
    viewer, now = viewer_of(request), timezone.now()
    return given(carry_out(Command.GIVE_MANDATE, account=account, actor=viewer, now=now, **form.said()))


def given(made: Mandate | Proposal) -> str:
    if isinstance(made, Proposal):
        return told_of_proposing(made)
    words = {"role": made.get_role_display(), "agreement": made.agreement, "email": made.user.email}
    return _("Recorded for %(email)s: %(role)s in %(agreement)s.") % words


@acting(reason, "withdraw_form")
def withdraw(request: HttpRequest, account: User, form: ReasonForm, agreement: str) -> str:
    viewer = viewer_of(request)
    theirs = account.mandates.filter(agreement__in=administered(viewer)).select_related("agreement")
    held = theirs.filter(agreement__code=agreement).first()
    if held is None and is_on_record(viewer):
        return _("The mandate is withdrawn.")
    if held is None:
        raise Http404
    done = carry_out(
        Command.WITHDRAW_MANDATE,
        account=account,
        agreement=held.agreement,
        actor=viewer,
        now=timezone.now(),
        reason=form.cleaned_data["reason"],
    )
    if isinstance(done, Proposal):
        return told_of_proposing(done)
    return _("Withdrawn: %(role)s in %(agreement)s.") % {
        "role": held.get_role_display(),
        "agreement": held.agreement,
    }


@acting(reason, "link_form")
def link(request: HttpRequest, account: User, form: ReasonForm) -> str:
    shown = not settings.EMAIL_HOST
    done = carry_out(
        Command.SEND_LINK,
        account=account,
        actor=viewer_of(request),
        now=timezone.now(),
        reason=form.cleaned_data["reason"],
        shown=shown,
    )
    if isinstance(done, Proposal):
        return told_of_proposing(done)
    # Whether a link may go out was asked when it was recorded, and of nothing that came after.
    return str(LINK_AGAIN) if was_sent_before(done) else give_link(request, done, shown=shown)


LINK_AGAIN = gettext_lazy(
    "This was sent before, and the link went out then. For another link open this page anew, and say why."
)


def give_link(request: HttpRequest, account: User, *, shown: bool) -> str:
    """Send the link by which the owner sets a password; or show it here, once, where there is no mail server."""
    if not shown:
        mail_password_link(request, account)
        return _("A link to set a password was sent to %(email)s.") % {"email": account.email}
    return _("No mail server is set, so give this link to its owner; it works once: %(link)s") % {
        "link": password_link(request, account)
    }


def show(
    request: HttpRequest, account: User, forms: dict[str, ReasonForm], status: int = 200
) -> HttpResponse:
    viewer = viewer_of(request)
    theirs = administered(viewer)
    entries = entries_of(account, viewer, [each.code for each in theirs])
    context = {
        "account": account,
        "is_own": account.pk == viewer.user_id,
        "is_administered_here": administers(
            viewer, account, list(account.mandates.values_list("agreement", flat=True))
        ),
        "mandates": account.mandates.filter(agreement__in=theirs).select_related("agreement", "party"),
        "entries": [
            (ENTERED.get(entry.command, entry.command), entry)
            for entry in entries.select_related("actor", "agreement").order_by("-at", "-id")[:NEWEST]
        ],
        "switch_form": SwitchForm(auto_id="switch_%s", initial={"on": "no" if account.is_active else "yes"}),
        "link_form": ReasonForm(auto_id="link_%s"),
        "withdraw_form": ReasonForm(auto_id="withdraw_%s"),
        "mandate_form": MandateForm(agreements=theirs),
        "administers": bool(theirs),
        "mails": bool(settings.EMAIL_HOST),
        **forms,
    }
    return render(request, "administration/account.html", context, status=status)


def entries_of(account: User, viewer: Viewer, codes: list[str]) -> QuerySet[LedgerEntry]:
    """What was entered of an account, as far as it concerns nobody but the agreements that the viewer administers."""
    entries = LedgerEntry.objects.filter(subject__in=subjects(account))
    if viewer.keeps_accounts:
        return entries
    of_these = Q(before__agreements__contained_by=codes) & ~Q(before__agreements=[])
    return entries.filter(Q(agreement__code__in=codes) | (Q(agreement__isnull=True) & of_these))
