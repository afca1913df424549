"""Before a page is asked for: sessions that are over end, and who lacks a second factor is led to set one up."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from agreement.commands.tokens import mark
from agreement.viewers import viewer_of
from parties.access import Role, Viewer
from parties.unsent import UNSENT, is_by, unsent_of

# Seconds: a look and a write for each page would cost more than some pages.
LOOKED_AT_EVERY = 60
# What is asked whether the server is well, by the names of the addresses: it looks at nobody.
OF_THE_MACHINE = ("healthz", "livez", "readyz")


class LimitedSessions:
    """Middleware: a session that is over is ended before its page is asked for, and who asks is signed in no more.

    What they sent is then kept as over any session that has ended (`parties.unsent`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *of_the_view: object) -> None:
        if request.resolver_match and request.resolver_match.url_name in OF_THE_MACHINE:
            return
        key = request.session.session_key
        if (
            settings.SESSION_COOKIE_NAME not in request.COOKIES
            or not key
            or not request.user.is_authenticated
        ):
            return
        now = timezone.now()
        looked_at = f"session:{mark(key)}:{now:%d-%H-%M}"
        if cache.get(looked_at):
            return
        rows = UserSession.objects.filter(session_key=key)
        times = rows.values_list("created_at", "last_seen_at").first()
        if times is None:
            UserSession.objects.create_from_request(request)
        elif is_over(viewer_of(request), began=times[0], seen=times[1], now=now):
            logout(
                request
            )  # the row stays, so that nothing that is asked beside this takes the session for a new one
            return
        else:
            rows.update(last_seen_at=now)
        # Not before: what is asked beside this looks for itself whether the session is over.
        cache.set(looked_at, 1, timeout=LOOKED_AT_EVERY)


def is_over(viewer: Viewer, *, began: datetime, seen: datetime, now: datetime) -> bool:
    longest, idle = limits(viewer)
    return bool((longest and now - began >= longest) or (idle and now - seen >= idle))


def limits(viewer: Viewer) -> tuple[timedelta | None, timedelta | None]:
    """How long a session of the viewer lasts in all, and without a page: the shortest of its roles; None for no end."""
    roles = {grant.role for grant in viewer.grants} | (
        {Role.ADMINISTRATOR} if viewer.keeps_accounts else set()
    )
    hours = shortest(settings.SESSION_HOURS, roles)
    minutes = shortest(settings.SESSION_IDLE_MINUTES, roles)
    return (timedelta(hours=hours) if hours else None), (timedelta(minutes=minutes) if minutes else None)


def shortest(limits: dict[str, int], roles: Iterable[Role]) -> int | None:
    return min((limits[role] for role in roles if limits.get(role)), default=None)


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
