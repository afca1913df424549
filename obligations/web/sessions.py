"""The own sessions, ended one by one, and when one signed in from where."""

from typing import Any

from allauth.usersessions.models import UserSession
from axes.models import AccessLog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreement.commands import end_session
from agreement.commands.tokens import mark
from agreement.viewers import viewer_of
from obligations.web.base.guards import user_of
from obligations.web.base.sessions import limits
from parties.devices import in_words

NEWEST = 50


@login_required
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    longest, idle = limits(viewer_of(request))
    log = AccessLog.objects.filter(username=user.email).order_by("-attempt_time")[:NEWEST]
    context: dict[str, Any] = {
        "sessions": [(one, in_words(one.user_agent), mark(one.session_key)) for one in own_sessions(request)],
        "log": [(one, in_words(one.user_agent)) for one in log],
        "hours": longest and int(longest.total_seconds() // 3600),
        "minutes": idle and int(idle.total_seconds() // 60),
        "newest": NEWEST,
    }
    return render(request, "account/sessions.html", context)


def own_sessions(request: HttpRequest) -> list[UserSession]:
    """Those that are open, this one first, then as they were last seen."""
    open_ones: list[UserSession] = UserSession.objects.purge_and_list(user_of(request))
    return sorted(open_ones, key=lambda one: (not one.is_current(), -one.last_seen_at.timestamp()))


@login_required
@require_POST
def end(request: HttpRequest, named: str) -> HttpResponse:
    session = next((one for one in own_sessions(request) if mark(one.session_key) == named), None)
    if session is None:
        raise Http404
    device = in_words(session.user_agent)
    end_session(session=session, actor=viewer_of(request), now=timezone.now())
    messages.success(request, _("Ended: %(device)s.") % {"device": device})
    return redirect("own-sessions")


urlpatterns = [
    path("", sessions, name="own-sessions"),
    path("<slug:named>/end/", end, name="own-session-end"),
]
