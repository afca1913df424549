"""The own account: its tokens, and the end of all that it has open."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreement.commands import make_token, revoke_token, revoke_tokens, sign_out_everywhere
from agreement.viewers import viewer_of
from obligations.commands import Refused
from obligations.web.account.forms import TokenForm
from parties.models import User
from parties.tokens import in_force


def user_of(request: HttpRequest) -> User:
    """Who is signed in: the decorators of these views let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What one has here, and the button that ends all of it."""
    tokens = in_force(user_of(request), timezone.now()).count()
    return render(request, "account/own.html", {"tokens": tokens})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator, unused-ignore]
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens that are in force; the form makes another, once the password was given anew."""
    user, now = user_of(request), timezone.now()
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = make_token(account=user, actor=viewer_of(request), now=now, **form.given(now))
        except Refused as refused:
            form.refuse(refused)
        else:
            return render(request, "account/token_made.html", {"made": made, "secret": secret})
    context: dict[str, Any] = {"form": form, "tokens": in_force(user, now)}
    return render(request, "account/tokens.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    now = timezone.now()
    token = None if "\x00" in key else in_force(user_of(request), now).filter(key=key).first()
    if token is None:
        raise Http404
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
