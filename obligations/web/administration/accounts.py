"""Accounts and mandates: the pages by which administrators invite, switch, give and withdraw.

The administrator of an agreement meets the accounts with a mandate there, and no others: any other key answers 404.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.db.models import (
    Case,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
    prefetch_related_objects,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agreement.commands.accounts import administers, close_account
from agreement.commands.mandates import link_was_shown
from agreement.commands.powers import subjects
from agreement.models import LedgerEntry, Mandate
from agreement.viewers import viewer_of
from obligations.commands.proposals import Command
from obligations.forms.base import CommandForm
from obligations.lists.places import AN_INSTANT, EPOCH, SMALL_NUMBER, text_part
from obligations.models import Proposal
from obligations.web.administration.administered import (
    accounts_seen_by,
    administered,
    for_administrators,
    mandates_elsewhere,
)
from obligations.web.administration.forms import AccountReasonForm, InviteForm, MandateForm, SwitchForm
from obligations.web.base.act import ActView
from obligations.web.base.table import TableColumn, paged
from obligations.words.notices import LINK_WAS_SHOWN
from parties.access import Viewer
from parties.links import mail_password_link, password_link
from parties.models import User
from parties.once import is_on_record, was_sent_before
from parties.second_factor import factors, has_factor
from parties.texts import LIMITS

NEWEST = 30
# What the commands on accounts enter, in words.
ENTERED = {
    "add_factor": gettext_lazy("Second factor added"),
    "close_account": gettext_lazy("Closed"),
    "end_session": gettext_lazy("Session ended by its owner"),
    "give_mandate": gettext_lazy("Mandate given"),
    "make_account": gettext_lazy("Account made"),
    "make_token": gettext_lazy("API token made"),
    "remove_factor": gettext_lazy("Second factor removed"),
    "reset_factor": gettext_lazy("Second factor taken away"),
    "revoke_token": gettext_lazy("API token revoked"),
    "revoke_tokens": gettext_lazy("All API tokens revoked"),
    "send_link": gettext_lazy("Link to set a password given out"),
    "sign_out_everywhere": gettext_lazy("Signed out everywhere"),
    "switch_account": gettext_lazy("Switched on or off"),
    "withdraw_mandate": gettext_lazy("Mandate withdrawn"),
}


LINK_AGAIN = gettext_lazy(
    "This was sent before, and the link went out then. For another link open this page anew, and say why."
)


class MandateAct(ActView):
    """Gives a mandate in an agreement that the viewer administers."""

    def form_arguments(self) -> dict[str, Any]:
        return {"agreements": administered(self.viewer)}

    def confirmation(self, made: Mandate) -> str:
        words = {"role": made.get_role_display(), "agreement": made.agreement, "email": made.user.email}
        return _("Recorded for %(email)s: %(role)s in %(agreement)s.") % words


EMAIL = ("email", text_part(LIMITS["email"]))
ORDERS = {
    "email": (EMAIL,),
    "signed_in": (("signed_in", AN_INSTANT), EMAIL),
    "state": (("state", SMALL_NUMBER), EMAIL),
}
# Switched off, waiting for the first sign-in, and all others.
STATE = Case(When(is_active=False, then=0), When(elsewhere=False, last_login=None, then=1), default=2)
CELLS = "administration/cells"
COLUMNS = (
    TableColumn("email", gettext_lazy("Account"), f"{CELLS}/account.html", "email"),
    TableColumn("mandates", gettext_lazy("Mandates"), f"{CELLS}/mandates.html"),
    TableColumn("signed_in", gettext_lazy("Last sign-in"), f"{CELLS}/signed_in.html", "signed_in", down=True),
    TableColumn("factor", gettext_lazy("Second factor"), f"{CELLS}/factor.html"),
    TableColumn("state", gettext_lazy("State"), f"{CELLS}/state.html", "state"),
)


class Accounts(MandateAct):
    """The accounts that the viewer may see, with their mandates there; the form brings one more in."""

    template, form_class, command = "administration/accounts.html", InviteForm, Command.INVITE

    def go_on(self, made: Any, told: str) -> HttpResponse:
        answer = super().go_on(made, told)
        if isinstance(made, Mandate) and link_was_shown(made.user):
            messages.warning(self.request, LINK_WAS_SHOWN)
        return answer

    def next_page(self, made: Any) -> str:
        if isinstance(made, Proposal):
            return reverse("accounts")
        return reverse("account", args=[made.user.key])

    def context(self, form: InviteForm) -> dict[str, Any]:
        theirs = administered(self.viewer)
        seen = accounts_seen_by(self.viewer).annotate(elsewhere=Exists(mandates_elsewhere(self.viewer)))
        # What the server keeps orders nothing for others than who keeps it.
        own = Q() if self.viewer.keeps_accounts else Q(elsewhere=False)
        signed_in = Case(When(own & Q(last_login__isnull=False), then="last_login"), default=Value(EPOCH))
        factor = Exists(factors().filter(user=OuterRef("pk")))
        rows = seen.annotate(signed_in=signed_in, state=STATE, factor=factor)

        def load(shown: list[Any]) -> list[Any]:
            mandates = Mandate.objects.filter(agreement__in=theirs).select_related("agreement", "party")
            prefetch_related_objects(shown, Prefetch("mandates", mandates, "theirs"))
            return shown

        return {
            "total": seen.count(),
            "keeps_all": self.viewer.keeps_accounts,
            "agreements": theirs,
            **paged(self.request, rows, _("Accounts"), COLUMNS, ORDERS, "email", load),
        }


@for_administrators
@require_safe
def account(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    context = about(get_object_or_404(accounts_seen_by(viewer), key=key), viewer)
    return render(request, "administration/account.html", context)


class AccountAct(ActView):
    """An act on one account, from the page of that account, where `name` is the form that sends it."""

    http_method_names = ["post"]
    template = "administration/account.html"
    form_class: ClassVar[type[CommandForm]] = AccountReasonForm
    name: ClassVar[str]

    def prepare(self) -> None:
        self.account = accounts_seen_by(self.viewer).filter(key=self.kwargs["key"]).first()

    def instead(self) -> HttpResponse | None:
        """Sent again, after the account was left by it: the list."""
        if self.account is None and not is_on_record(self.viewer):
            raise Http404
        return redirect("accounts") if self.account is None else None

    def said(self, form: Any) -> dict[str, Any]:
        return super().said(form) | {"account": self.account}

    def next_page(self, made: Any) -> str:
        """Its last mandate there may just have been withdrawn."""
        assert self.account is not None
        is_left = not accounts_seen_by(self.viewer).filter(pk=self.account.pk).exists()
        return reverse("accounts") if is_left else reverse("account", args=[self.account.key])

    def context(self, form: Any) -> dict[str, Any]:
        assert self.account is not None
        return about(self.account, self.viewer) | {self.name: form}


class Switch(AccountAct):
    name, form_class, command = "switch_form", SwitchForm, Command.SWITCH_ACCOUNT

    def said(self, form: SwitchForm) -> dict[str, Any]:
        self.on = form.cleaned_data["on"] == "yes"
        return super().said(form) | {"on": self.on}

    def confirmation(self, made: Any) -> str:
        return _("It may sign in now.") if self.on else _("It is switched off: it signs in no more.")


class ResetFactor(AccountAct):
    """Takes the second factor of another's account away."""

    name, command = "factor_form", Command.RESET_FACTOR
    done = gettext_lazy("Its second factor is taken away; its owner is told by mail.")


class Close(AccountAct):
    name, command = "close_form", staticmethod(close_account)
    done = gettext_lazy("It is closed: what was personal of it is gone.")


class GiveMandate(MandateAct, AccountAct):
    name, form_class, command = "mandate_form", MandateForm, Command.GIVE_MANDATE


class WithdrawMandate(AccountAct):
    name, command = "withdraw_form", Command.WITHDRAW_MANDATE

    def sent(self, form: Any) -> HttpResponse | None:
        assert self.account is not None
        theirs = self.account.mandates.filter(agreement__in=administered(self.viewer))
        self.mandate = (
            theirs.select_related("agreement").filter(agreement__code=self.kwargs["agreement"]).first()
        )
        if self.mandate is None and is_on_record(self.viewer):
            return self.go_on(None, _("The mandate is withdrawn."))
        if self.mandate is None:
            raise Http404
        return super().sent(form)

    def said(self, form: Any) -> dict[str, Any]:
        assert self.mandate is not None
        return super().said(form) | {"agreement": self.mandate.agreement}

    def confirmation(self, made: Any) -> str:
        assert self.mandate is not None
        words = {"role": self.mandate.get_role_display(), "agreement": self.mandate.agreement}
        return _("Withdrawn: %(role)s in %(agreement)s.") % words


class SendLink(AccountAct):
    """Whether a link may go out is asked when it is recorded, and of nothing that comes after."""

    name, command = "link_form", Command.SEND_LINK

    def said(self, form: Any) -> dict[str, Any]:
        self.shown = not settings.MAIL_LEAVES
        return super().said(form) | {"shown": self.shown}

    def confirmation(self, made: User) -> str:
        return str(LINK_AGAIN) if was_sent_before(made) else give_link(self.request, made, shown=self.shown)


def give_link(request: HttpRequest, account: User, *, shown: bool) -> str:
    """Send the link by which the owner sets a password; or show it here, once, where there is no mail server."""
    if not shown:
        if mail_password_link(request, account):
            return _("A link to set a password was sent to %(email)s.") % {"email": account.email}
        return _("The mail server did not take the link for %(email)s: send it again when it does.") % {
            "email": account.email
        }
    return _("No mail server is set, so give this link to its owner; it works once: %(link)s") % {
        "link": password_link(request, account)
    }


def about(account: User, viewer: Viewer) -> dict[str, Any]:
    """What the page of an account shows: its mandates, what was entered of it, and the forms of what can be done."""
    theirs = administered(viewer)
    entries = entries_of(account, viewer, [each.code for each in theirs])
    everywhere = list(account.mandates.values_list("agreement", flat=True))
    return {
        "account": account,
        "is_own": account.pk == viewer.user_id,
        "is_administered_here": administers(viewer, account, everywhere),
        "mandates": account.mandates.filter(agreement__in=theirs).select_related("agreement", "party"),
        "entries": [
            (ENTERED.get(entry.command, entry.command), entry)
            for entry in entries.select_related("actor", "agreement").order_by("-at", "-id")[:NEWEST]
        ],
        "switch_form": SwitchForm(auto_id="switch_%s", initial={"on": "no" if account.is_active else "yes"}),
        "close_form": AccountReasonForm(auto_id="close_%s"),
        "may_close": viewer.keeps_accounts
        and not account.is_active
        and not (everywhere or account.is_closed),
        "link_form": AccountReasonForm(auto_id="link_%s"),
        "withdraw_form": AccountReasonForm(auto_id="withdraw_%s"),
        "mandate_form": MandateForm(agreements=theirs),
        "factor_form": AccountReasonForm(auto_id="factor_%s"),
        "has_factor": has_factor(account),
        "administers": bool(theirs),
        "mails": settings.MAIL_LEAVES,
    }


def entries_of(account: User, viewer: Viewer, codes: list[str]) -> QuerySet[LedgerEntry]:
    """What was entered of an account, as far as it concerns nobody but the agreements that the viewer administers."""
    entries = LedgerEntry.objects.filter(subject__in=subjects(account))
    if viewer.keeps_accounts:
        return entries
    of_these = Q(before__agreements__contained_by=codes) & ~Q(before__agreements=[])
    return entries.filter(Q(agreement__code__in=codes) | (Q(agreement__isnull=True) & of_these))
