"""The own account: its tokens, and the end of all that it has open."""

from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from agreement.commands import choose_language, make_token, revoke_token, revoke_tokens, sign_out_everywhere
from agreement.viewers import viewer_of
from obligations.forms.base import FIELD, CommandForm, Text, select
from obligations.web.base.act import ActView
from obligations.web.base.guards import own_page, user_of
from parties.errors import Refused
from parties.models import ApiToken
from parties.second_factor import has_factor
from parties.tokens import in_force


class TokenForm(CommandForm):
    """How long it lasts is asked in days."""

    shown_at: ClassVar[dict[str, str]] = {"expiry": "days"}

    name = Text(
        "name",
        label=gettext_lazy("Name"),
        help_text=gettext_lazy(
            "What you find it by in the list: such as the name of the program that will use it."
        ),
    )
    scope = select(
        gettext_lazy("What it may do"),
        choices=ApiToken.Scope.choices,
        initial=ApiToken.Scope.READ,
        help_text=gettext_lazy(
            "It sees what you see. One that reads and writes also acts in your name. "
            "With one for a calendar you get an address."
        ),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days until it ends"),
        min_value=1,
        max_value=settings.API_TOKEN_MOST_DAYS,
        initial=settings.API_TOKEN_DAYS,
        widget=forms.NumberInput(attrs=FIELD),
    )

    def said(self) -> dict[str, Any]:
        data = super().said()
        return data | {"expiry": timedelta(days=data.pop("days"))}


@login_required
@require_safe
def own_work(request: HttpRequest) -> HttpResponse:
    """Lead to the page of what the account is here to do: signing in ends here."""
    name, _title = own_page(viewer_of(request))
    return redirect(name)


@csrf_exempt  # the button stands on every page, and pages for everybody hold nothing that is one reader's own
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Chosen by the button in the header: kept in a cookie, and with the account of who is signed in."""
    return (language_of_account if request.user.is_authenticated else set_language)(request)


@csrf_protect
def language_of_account(request: HttpRequest) -> HttpResponse:
    response = set_language(request)
    with suppress(Refused):  # a language that is not offered: nothing changes, as without an account
        choose_language(account=user_of(request), language=request.POST.get("language", ""))
    return response


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What one has here, and the button that ends all of it."""
    tokens = in_force(user_of(request), timezone.now()).count()
    shown = {"tokens": tokens, "has_factor": has_factor(user_of(request))}
    return render(request, "account/own.html", shown)


class Tokens(ActView):
    """The tokens that are in force; the form makes another, once the password was given anew."""

    template, form_class, command = "account/tokens.html", TokenForm, staticmethod(make_token)

    def said(self, form: TokenForm) -> dict[str, Any]:
        said = form.said()
        return said | {"account": user_of(self.request), "expiry": self.now + said["expiry"]}

    def context(self, form: TokenForm) -> dict[str, Any]:
        return {"tokens": in_force(user_of(self.request), self.now)}

    def go_on(self, made: tuple[ApiToken, str], told: str) -> HttpResponse:
        """The secret is shown now, and never again."""
        token, secret = made
        if token.scope == ApiToken.Scope.CALENDAR:
            secret = self.request.build_absolute_uri(reverse("own-calendar", args=[secret]))
        shown = {"made": token, "secret": secret}
        return render(self.request, "account/token_made.html", shown)


@login_required
@require_POST
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    now = timezone.now()
    token = get_object_or_404(in_force(user_of(request), now), key=key)
    revoke_token(token=token, actor=viewer_of(request), now=now)
    messages.success(request, _("Revoked: %(name)s.") % {"name": token.name})
    return redirect("own-tokens")


@login_required
@require_POST
def revoke_all(request: HttpRequest) -> HttpResponse:
    revoked = revoke_tokens(account=user_of(request), actor=viewer_of(request), now=timezone.now())
    text = ngettext("%(n)s token is revoked.", "%(n)s tokens are revoked.", revoked)
    messages.success(request, text % {"n": revoked})
    return redirect("own-tokens")


@login_required
@require_POST
def everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of the account, this one too, and every token."""
    sign_out_everywhere(account=user_of(request), actor=viewer_of(request), now=timezone.now())
    logout(request)
    messages.success(request, _("Signed out everywhere: no session and no token of your account is open."))
    return redirect("home")


# Mypy knows no types of allauth.
confirmed: Any = reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator, unused-ignore]

urlpatterns = [
    path("", own, name="own-account"),
    path("language/", language, name="language"),
    path("sign-out-everywhere/", everywhere, name="sign-out-everywhere"),
    path("work/", own_work, name="own-work"),
    path("tokens/", login_required(confirmed(Tokens.as_view())), name="own-tokens"),
    path("tokens/revoke/", revoke_all, name="own-tokens-revoke"),
    path("tokens/<code:key>/revoke/", revoke, name="own-token-revoke"),
]
