"""Accounts and mandates: the pages by which administrators make, switch, give and withdraw."""

from collections.abc import Callable
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.password_reset import (
    get_reset_password_from_key_url,
    request_password_reset,
)
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreement.commands import (
    give_mandate,
    make_account,
    record_link,
    switch_account,
    withdraw_mandate,
)
from agreement.models import LedgerEntry, Mandate
from agreement.viewers import viewer_of
from obligations.administration.forms import MakeAccountForm, MandateForm, ReasonForm
from obligations.administration.guard import administered, for_administrators
from obligations.commands import Refused
from parties.access import Viewer
from parties.models import User

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


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts with their mandates in the agreements that the viewer administers; the form makes another."""
    viewer = viewer_of(request)
    form = MakeAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_account(actor=viewer, now=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Account made for %(email)s.") % {"email": made.email})
            return redirect("account", made.pk)
    theirs = administered(viewer)
    mandates: dict[int, list[Mandate]] = {}
    for one in Mandate.objects.filter(agreement__in=theirs).select_related("agreement", "party"):
        mandates.setdefault(one.user_id, []).append(one)
    listed = [(one, mandates.get(one.pk, [])) for one in User.objects.order_by("email")]
    context = {"accounts": listed, "form": form}
    return render(request, "administration/accounts.html", context, status=422 if form.errors else 200)


@for_administrators
@require_safe
def account(request: HttpRequest, key: int) -> HttpResponse:
    return show(request, get_object_or_404(User, pk=key), {})


def acting(form_of: Callable[[HttpRequest, Viewer], ReasonForm], name: str) -> Callable[[Any], Any]:
    """A view that takes a form to a command: `act(request, account, form, **where)` gives the confirmation."""

    def decorate(act: Callable[..., str]) -> Callable[..., HttpResponse]:
        @for_administrators
        @require_POST
        def view(request: HttpRequest, key: int, **where: Any) -> HttpResponse:
            one = get_object_or_404(User, pk=key)
            form = form_of(request, viewer_of(request))
            if form.is_valid():
                try:
                    done = act(request, one, form, **where)
                except Refused as refused:
                    form.refuse(refused)
                else:
                    messages.success(request, done)
                    return redirect("account", key)
            return show(request, one, {name: form}, status=422)

        return view

    return decorate


def reason(request: HttpRequest, viewer: Viewer) -> ReasonForm:
    return ReasonForm(request.POST)


@acting(reason, "switch_form")
def switch(request: HttpRequest, one: User, form: ReasonForm) -> str:
    on = request.POST.get("on") == "yes"
    switch_account(
        account=one, on=on, actor=viewer_of(request), now=timezone.now(), reason=form.cleaned_data["reason"]
    )
    return _("It may sign in now.") if on else _("It is switched off: it signs in no more.")


@acting(lambda request, viewer: MandateForm(request.POST, agreements=administered(viewer)), "mandate_form")
def mandate(request: HttpRequest, one: User, form: MandateForm) -> str:
    made = give_mandate(account=one, actor=viewer_of(request), now=timezone.now(), **form.said())
    words = {"role": made.get_role_display(), "agreement": made.agreement}
    return _("Recorded: %(role)s in %(agreement)s.") % words


@acting(reason, "withdraw_form")
def withdraw(request: HttpRequest, one: User, form: ReasonForm, agreement: str) -> str:
    viewer = viewer_of(request)
    theirs = one.mandates.filter(agreement__in=administered(viewer)).select_related("agreement")
    held = get_object_or_404(theirs, agreement__code=agreement)
    withdraw_mandate(mandate=held, actor=viewer, now=timezone.now(), reason=form.cleaned_data["reason"])
    return _("Withdrawn: %(role)s in %(agreement)s.") % {
        "role": held.get_role_display(),
        "agreement": held.agreement,
    }


@acting(reason, "link_form")
def link(request: HttpRequest, one: User, form: ReasonForm) -> str:
    """Send the link by which the owner sets a password; without a mail server it is shown here, once."""
    shown = not settings.EMAIL_HOST
    record_link(
        account=one,
        actor=viewer_of(request),
        now=timezone.now(),
        reason=form.cleaned_data["reason"],
        shown=shown,
    )
    if not shown:
        request_password_reset(request, one.email, [one], default_token_generator)
        return _("A link to set a password was sent to %(email)s.") % {"email": one.email}
    key = f"{user_pk_to_url_str(one)}-{default_token_generator.make_token(one)}"
    address = get_reset_password_from_key_url(request, key)
    return _("No mail server is set, so give this link to its owner; it works once: %(link)s") % {
        "link": address
    }


def show(request: HttpRequest, one: User, forms: dict[str, ReasonForm], status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    theirs = administered(viewer)
    entries = LedgerEntry.objects.filter(
        Q(agreement__in=theirs) | Q(agreement__isnull=True), subject=f"account {one.pk}"
    )
    context = {
        "account": one,
        "is_own": one.pk == viewer.user_id,
        "mandates": one.mandates.filter(agreement__in=theirs).select_related("agreement", "party"),
        "entries": [
            (ENTERED.get(entry.command, entry.command), entry)
            for entry in entries.select_related("actor", "agreement").order_by("-at", "-id")[:NEWEST]
        ],
        "switch_form": ReasonForm(auto_id="switch_%s"),
        "link_form": ReasonForm(auto_id="link_%s"),
        "withdraw_form": ReasonForm(auto_id="withdraw_%s"),
        "mandate_form": MandateForm(agreements=theirs),
        "administers": bool(theirs),
        "mails": bool(settings.EMAIL_HOST),
        **forms,
    }
    return render(request, "administration/account.html", context, status=status)
