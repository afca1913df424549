"""Who lacks a second factor that a policy wants is led to where it is set up, before anything else."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from agreement.viewers import viewer_of
from obligations.web.base.sessions import OF_THE_MACHINE
from parties.unsent import UNSENT, is_by, unsent_of

# In the session: where somebody was going who was led here first.
GOING_TO = "second_factor_then"
# What is open to who still lacks a second factor.
OPEN = {
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "sign-out-everywhere",
    *OF_THE_MACHINE,
}


class LedToEnrolment:
    """Middleware: pages lead who lacks a second factor that a policy wants to where it is set up.

    What they wrote meanwhile is kept, and where they were going. What asks the API is answered there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *of_the_view: object) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else ""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or name in OPEN:
            return None
        if request.path.startswith("/api/") or not viewer_of(request).lacks_second_factor:
            return None
        if request.method == "POST":
            unsent = unsent_of(request)
            if unsent and not unsent["is_secret"] and is_by(request.user, unsent):
                request.session[UNSENT], request.session[GOING_TO] = unsent, reverse("unsent")
        elif not request.htmx:  # type: ignore[attr-defined]
            request.session.setdefault(GOING_TO, request.get_full_path())
        to = redirect("mfa_index")
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Redirect": to.url})
        return to
