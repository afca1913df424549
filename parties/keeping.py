"""What somebody sent when their session had ended: kept through signing in, and there again after it.

Nothing is stored of who is not signed in: the page that asks to sign in holds the fields itself, signed. A form says
who wrote in it, so that whoever signs in next at the same machine is not shown another's text.
"""

from collections.abc import Callable
from typing import Any, TypedDict

from allauth.account.forms import LoginForm
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

AUTHOR = "written_by"
SALT, AUTHOR_SALT = "parties.keeping", "parties.keeping.author"
# Of characters; a statement is a page or two.
MOST = 200_000
LONGEST_SECONDS = 12 * 3600
TECHNICAL = frozenset({"csrfmiddlewaretoken", AUTHOR, "kept"})


SILENT = frozenset({"seen", "shown"})
# What the fields of forms are called where their names alone say little.
LABELS = {
    "verdict": gettext_lazy("Level or conduct"),
    "effective_on": gettext_lazy("So since"),
    "tier": gettext_lazy("Who may see it"),
    "words": gettext_lazy("What you ask"),
}


class Kept(TypedDict):
    """`path` is where the form was sent; `by` is the key of the account that wrote in it."""

    path: str
    by: int
    fields: dict[str, list[str]]


def author_mark(user_pk: int) -> str:
    """What a form carries to say who writes in it."""
    return signing.dumps(user_pk, salt=AUTHOR_SALT)


def kept_of(request: HttpRequest) -> str:
    """The signed fields of a form that was sent; empty where it is none of ours, or too long."""
    try:
        by = signing.loads(request.POST.get(AUTHOR, ""), salt=AUTHOR_SALT)
    except signing.BadSignature:
        return ""
    fields = {name: values for name, values in request.POST.lists() if name not in TECHNICAL}
    if sum(len(one) for values in fields.values() for one in map(str, values)) > MOST:
        return ""
    kept: Kept = {"path": request.get_full_path(), "by": by, "fields": fields}
    return signing.dumps(kept, salt=SALT, compress=True)


def read(signed: str) -> Kept | None:
    try:
        kept: Kept = signing.loads(signed, salt=SALT, max_age=LONGEST_SECONDS)
    except signing.BadSignature:
        return None
    return kept


class KeepWhatWasSent:
    """Middleware. A form that is answered with "sign in first" is answered with a sign-in that keeps its fields."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "POST":
            return response
        if request.user.is_authenticated:
            there = request.session.get("kept")
            if there and there["path"] == request.get_full_path():
                del request.session["kept"]  # it was sent; what is wrong with it stands in its form
            return response
        if not asks_to_sign_in(response):
            return response
        signed = kept_of(request)
        return sign_in_page(request, signed) if signed else response


def asks_to_sign_in(response: HttpResponseBase) -> bool:
    to = response.headers.get("Location", "")
    return response.status_code == 302 and to.partition("?")[0] == resolve_url(settings.LOGIN_URL)


def sign_in_page(request: HttpRequest, signed: str) -> HttpResponse:
    """For htmx too, in place of the whole page."""
    context = {"form": LoginForm(request=request), "kept": signed, "session_ended": True}
    page = render(request, "account/login.html", context)
    page["HX-Retarget"], page["HX-Reswap"], page["HX-Replace-Url"] = "body", "innerHTML", "false"
    add_never_cache_headers(page)
    return page


class SignIn(LoginView):
    """The library's, with what was sent before it."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        kept = read(self.request.POST.get("kept", ""))
        if kept is None or not self.request.user.is_authenticated:
            return response
        if kept["by"] != self.request.user.pk:
            messages.warning(
                self.request, _("What was sent before was written by another account; it is gone.")
            )
            return response
        self.request.session["kept"] = kept
        return redirect("kept")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"kept": self.request.POST.get("kept", "")}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """What was sent when the session had ended: to be sent now, or thrown away."""
    there: Kept | None = request.session.get("kept")
    if there is None or request.method == "POST":
        request.session.pop("kept", None)
        return redirect("home")
    fields = [(name, one) for name, values in there["fields"].items() for one in values]
    told = [
        (LABELS.get(name, name.replace("_", " ")), one) for name, one in fields if one and name not in SILENT
    ]
    return render(request, "account/kept.html", {"path": there["path"], "fields": fields, "told": told})
