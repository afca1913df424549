"""What somebody sent when their session had ended: carried through signing in, and there again after it.

Nothing is stored of who is not signed in: the page that asks to sign in holds the fields itself, signed. A form says
who wrote in it, so that whoever signs in next at the same machine is not shown another's text. No password is carried.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from allauth.account.forms import LoginForm
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.forms import ChoiceField, Field
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import csrf
from django.views.decorators.http import require_http_methods

from parties.access import Audience, Tier
from parties.once import FIELD
from parties.tier_words import IN_ANY_AGREEMENT

AUTHOR, UNSENT = "written_by", "unsent"
# In the session of who gave the right password, until the second step.
AWAITS = "unsent_awaits"
SALT, AUTHOR_SALT = "parties.unsent", "parties.unsent.author"
# Of characters; a statement is a page or two.
MOST = 200_000
LONGEST_SECONDS = 12 * 3600
TECHNICAL = frozenset({"csrfmiddlewaretoken", AUTHOR, UNSENT})
# What nobody typed: hidden fields, and the names of buttons.
SILENT = frozenset(
    {
        "cites",
        "commitments",
        "digest",
        "drop",
        "drop_draft",
        "key",
        "pack",
        "save_draft",
        "seen",
        "shown",
        "statement",
    }
    | {"supports", "wider", FIELD}
)
# What the fields of forms are called where their names alone say little.
LABELS = {
    "act": gettext_lazy("What you chose"),
    "on": gettext_lazy("May it sign in"),
    "wanted": gettext_lazy("What wants a second signature"),
    "second_factor": gettext_lazy("Who signs in with a second factor"),
    "verdict": gettext_lazy("Level or conduct"),
    "effective_on": gettext_lazy("Since which day"),
    "tier": gettext_lazy("Who may see it"),
    "words": gettext_lazy("What you ask"),
    "becomes": gettext_lazy("What it is"),
    "url": gettext_lazy("Address"),
    "quote": gettext_lazy("The words that you rely on"),
}


# What a form was for, by the name of its address.
FOR = {
    "accounts": gettext_lazy("An account and its mandate"),
    "account-factor": gettext_lazy("A second factor taken away"),
    "account-link": gettext_lazy("A link to set a password"),
    "account-mandate": gettext_lazy("A mandate"),
    "account-switch": gettext_lazy("An account switched on or off"),
    "account-withdraw": gettext_lazy("A mandate withdrawn"),
    "bulk-sheet": gettext_lazy("A sheet of statements"),
    "bulk-upload": gettext_lazy("A sheet of statements"),
    "calendar-change": gettext_lazy("A day of a calendar"),
    "desk-finding": gettext_lazy("A finding"),
    "evidence-add-file": gettext_lazy("Evidence"),
    "evidence-add-link": gettext_lazy("Evidence"),
    "evidence-attach": gettext_lazy("Evidence for a statement"),
    "gate": gettext_lazy("A gate"),
    "obligation-answer": gettext_lazy("An answer"),
    "obligation-request": gettext_lazy("A request"),
    "obligation-request-back": gettext_lazy("A request taken back"),
    "obligation-claim": gettext_lazy("A claim"),
    "obligation-contest": gettext_lazy("A contest"),
    "obligation-release": gettext_lazy("Who may see it"),
    "obligation-withdraw": gettext_lazy("A withdrawal"),
    "policy": gettext_lazy("The policy of an agreement"),
    "power": gettext_lazy("A second signature"),
    "proposal": gettext_lazy("A second signature"),
    "reading": gettext_lazy("A reading"),
    "reading-take-back": gettext_lazy("A reading taken back"),
}


class Unsent(TypedDict):
    """`path` is where the form was sent; `by` tells the account that wrote in it, see `author_mark`.

    `files` are the names of the files that were chosen, by field: they have to be chosen again. Of a form with a
    password, `is_secret`, nothing is carried.
    """

    path: str
    by: str
    fields: dict[str, list[str]]
    files: dict[str, str]
    is_secret: bool


def author_mark(user_pk: int) -> str:
    """What a form carries to say who writes in it. It tells no number of an account, and nobody else can make it."""
    return signing.Signer(salt=AUTHOR_SALT).sign(salted_hmac(AUTHOR_SALT, str(user_pk)).hexdigest())


def is_mark(text: str) -> bool:
    try:
        signing.Signer(salt=AUTHOR_SALT).unsign(text)
    except signing.BadSignature:
        return False
    return True


def unsent_of(request: HttpRequest) -> Unsent | None:
    """What was typed in a form that was sent; None where it is no form of ours, or too long."""
    by = request.POST.get(AUTHOR, "")
    if not is_mark(by):
        return None
    path, is_secret = request.get_full_path(), any("password" in name.lower() for name in request.POST)
    if is_secret:
        return {"path": path, "by": by, "fields": {}, "files": {}, "is_secret": True}
    fields = {name: [*map(str, values)] for name, values in request.POST.lists() if name not in TECHNICAL}
    if sum(len(value) for values in fields.values() for value in values) > MOST:
        return None
    files = {name: str(getattr(file, "name", "")) for name, file in request.FILES.items()}
    return {"path": path, "by": by, "fields": fields, "files": files, "is_secret": False}


def signed(unsent: Unsent) -> str:
    return signing.dumps(unsent, salt=SALT, compress=True)


def read(text: str) -> Unsent | None:
    """What `signed` gave; None of anything else, and of what is older than half a day."""
    try:
        unsent: Unsent = signing.loads(text, salt=SALT, max_age=LONGEST_SECONDS)
    except signing.BadSignature:
        return None
    return unsent


class OverAnEndedSession:
    """Middleware. A form that is answered with "sign in first" is answered with a sign-in that carries its fields."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "POST" or request.user.is_authenticated or not asks_to_sign_in(response):
            return response
        unsent = unsent_of(request)
        return sign_in_page(request, unsent) if unsent else response

    def process_view(self, request: HttpRequest, *of_the_view: object) -> HttpResponseBase | None:
        """What was unsent is sent now; its form says what is wrong. Nobody sends what another account wrote.

        Not called where the token is wrong: then it is unsent still.
        """
        if request.method != "POST" or not request.user.is_authenticated:
            return None
        by = request.POST.get(AUTHOR, "")
        if is_mark(by) and not constant_time_compare(by, author_mark(request.user.pk)):
            return csrf.csrf_failure(request, "written by another account")
        there = request.session.get(UNSENT)
        if there and there["path"] == request.get_full_path():
            del request.session[UNSENT]
        return None


def asks_to_sign_in(response: HttpResponseBase) -> bool:
    to = response.headers.get("Location", "")
    return response.status_code == 302 and to.partition("?")[0] == resolve_url(settings.LOGIN_URL)


def whole_page(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    """For htmx too, in place of the whole page."""
    page = render(request, template, context)
    page["HX-Retarget"], page["HX-Reswap"], page["HX-Replace-Url"] = "body", "innerHTML", "false"
    return page


def sign_in_page(request: HttpRequest, unsent: Unsent) -> HttpResponse:
    context = {
        "form": LoginForm(request=request),
        UNSENT: signed(unsent),
        "session_ended": True,
        "organisations": settings.OIDC_PROVIDERS,
    }
    page = whole_page(request, "account/login.html", context)
    add_never_cache_headers(page)
    return page


def refused_as_forged(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form whose token is not the session's: one that was open while somebody signed out, or in again elsewhere.

    Its author is shown what it held, and sends it anew. Nobody can forge the mark that says who wrote in it. A page
    that asked to sign in may carry it still, where its author has signed in from another.
    """
    unsent = read(request.POST.get(UNSENT, "")) or unsent_of(request)
    if unsent is not None and not request.user.is_authenticated:
        return sign_in_page(request, unsent)
    if unsent is not None and not unsent["is_secret"] and is_by(request.user, unsent):
        request.session[UNSENT] = unsent
        return page_of(request, unsent)
    return csrf.csrf_failure(request, reason)


def is_by(user: Any, unsent: Unsent) -> bool:
    return constant_time_compare(unsent["by"], author_mark(user.pk))


class SignIn(LoginView):
    """The library's, with what was sent before it: it waits in the session where a second step is to come.

    An organisation's own page is opened in another tab, since no form may lead there: the page that holds the text
    stays open, and asks for it back.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and (text := request.POST.get(UNSENT, "")):
            return given_back(request, redirect("home"), text)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        text = self.request.POST.get(UNSENT, "")
        if text and not self.request.user.is_authenticated:
            self.request.session[AWAITS] = text
            return response
        return given_back(self.request, response, text)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        shown = {UNSENT: self.request.POST.get(UNSENT, ""), "organisations": settings.OIDC_PROVIDERS}
        return context | shown


class SecondStep(AuthenticateView):
    """The library's: a code, or a security key, after the password."""

    def form_valid(self, form: Any) -> HttpResponse:
        text = self.request.session.pop(AWAITS, "")
        return given_back(self.request, super().form_valid(form), text)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Without what a security key is asked, where there is none."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"has_key": is_mfa_enabled(self.stage.login.user, [Authenticator.Type.WEBAUTHN])}


def given_back(request: HttpRequest, response: HttpResponse, text: str) -> HttpResponse:
    """Where one goes who has signed in: on, or to what was sent before."""
    unsent = read(text)
    if unsent is None or not request.user.is_authenticated:
        return response
    if not is_by(request.user, unsent):
        messages.warning(request, _("What was sent before was written by another account; it is gone."))
        return response
    if unsent["is_secret"]:
        messages.warning(request, _("Nothing was recorded. No password is kept: type it again."))
        return redirect(unsent["path"])
    request.session[UNSENT] = unsent
    return redirect(UNSENT)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsent(request: HttpRequest) -> HttpResponse:
    """What was sent when the session had ended: to be sent now, or thrown away."""
    there: Unsent | None = request.session.get(UNSENT)
    if there is None or request.method == "POST":
        request.session.pop(UNSENT, None)
        return redirect("home")
    return page_of(request, there)


def page_of(request: HttpRequest, there: Unsent) -> HttpResponse:
    form = fields_of(there["path"])
    fields = [(name, value) for name, values in there["fields"].items() for value in values]
    typed = [
        (label(name, form), words)
        for name, value in fields
        if name not in SILENT and (words := in_words(name, value, form))
    ]
    files = [(name, label(name, form), file) for name, file in there["files"].items()]
    context: Mapping[str, object] = {
        "about": about(there["path"]),
        "path": there["path"],
        "fields": fields,
        "typed": typed,
        "files": files,
    }
    return whole_page(request, "account/unsent.html", context)


def fields_of(path: str) -> Mapping[str, Field]:
    """The fields of the form that was sent there, as its class has them."""
    try:
        view = getattr(resolve(path.partition("?")[0]).func, "view_class", None)
    except Resolver404:
        return {}
    return getattr(getattr(view, "form_class", None), "base_fields", {})


def label(name: str, form: Mapping[str, Field]) -> object:
    """What the form calls the field."""
    return LABELS.get(name) or (name in form and form[name].label) or name.replace("_", " ")


def about(path: str) -> str:
    """What the form was for, and of which obligation: "A claim: ohrid-2023, AX-4.1"."""
    try:
        at = resolve(path.partition("?")[0])
    except Resolver404:
        return ""
    named = ", ".join(str(at.kwargs[name]) for name in ("agreement", "code") if name in at.kwargs)
    return ": ".join(filter(None, [str(FOR.get(at.url_name or "", "")), named]))


def in_words(name: str, value: str, form: Mapping[str, Field]) -> str:
    """A value as its author knows it: of a tier, who could read it. Empty for a choice that only a number names."""
    tier, _colon, party = value.partition(":")
    field = form.get(name)
    if isinstance(field, ChoiceField) and name not in LABELS:
        choices: Any = field.choices
        return str(dict(choices).get(value, ""))
    if name != "tier" or tier not in Tier.values:
        return value
    return f"{capfirst(Tier(tier).label)}: {party or IN_ANY_AGREEMENT.option(Audience(Tier(tier)))}"
