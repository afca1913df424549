"""What programs subscribe to outside of the API: the calendar of what falls due, and feeds of what changed."""

import json
from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.urls import path, re_path
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreement.models import Agreement
from agreement.viewers import viewer_for, viewer_of
from obligations.delivery.calendar import calendar_of
from obligations.delivery.feeds import Feed
from obligations.delivery.kinds import Kind
from obligations.status.filters import FILTERS, chosen_in
from parties.access import PUBLIC_VIEWER
from parties.rates import address, costly, use
from parties.texts import is_storable
from parties.tokens import note_use, token_of_calendar


@require_safe
@costly
def calendar(request: HttpRequest, secret: str = "") -> HttpResponseBase:
    """What who is signed in may see; or what the owner of a secret address may, whoever asks for it."""
    now, viewer = timezone.now(), viewer_of(request)
    if secret:
        token = token_of_calendar(secret, now)
        if token is None:
            use(request, "anonymous", address(request))
            raise Http404
        note_use(token, now)
        viewer = viewer_for(token.user).held_back()
    elif viewer.user_id is None and not settings.PUBLIC_READING:
        raise Http404
    wrong = [
        f"{name}: {problem}"
        for name, values in request.GET.lists()
        for problem in {FILTERS[name].problem(value) for value in values if value}
        if problem
    ]
    if wrong:
        return HttpResponseBadRequest("\n".join(wrong), content_type="text/plain; charset=utf-8")
    root = request.build_absolute_uri("/").rstrip("/")
    body = calendar_of(viewer, chosen_in(request.GET), root, now)
    return answer_of(request, body, "text/calendar", "private, no-cache")


@require_safe
@costly
def feed(request: HttpRequest, form: str) -> HttpResponseBase:
    """What everybody may see, whoever asks; of the first agreement where none is named."""
    code, kinds = request.GET.get("agreement", ""), request.GET.getlist("kind")
    if not is_storable(code):
        raise Http404
    readable = Agreement.objects.visible_to(PUBLIC_VIEWER)
    agreement = (readable.filter(code=code) if code else readable.order_by("pk")).first()
    if agreement is None:
        raise Http404
    if unknown := [kind for kind in kinds if kind not in Kind.values]:
        said = _("There is no “%(kind)s”. There are: %(kinds)s.")
        told = said % {"kind": unknown[0], "kinds": ", ".join(Kind.values)}
        return HttpResponseBadRequest(told, content_type="text/plain; charset=utf-8")
    root = request.build_absolute_uri("/").rstrip("/")
    found = Feed(agreement, kinds, request.build_absolute_uri(), root, timezone.now())
    if form == "atom":
        return answer_of(request, found.atom(), "application/atom+xml", "no-cache")
    return answer_of(request, json.dumps(found.json()).encode(), "application/feed+json", "no-cache")


def answer_of(request: HttpRequest, body: bytes, content_type: str, kept: str) -> HttpResponseBase:
    """The body, or that the one that the program has is still the same."""
    answer = HttpResponse(body, content_type=f"{content_type}; charset=utf-8")
    answer["ETag"] = quote_etag(sha256(body).hexdigest()[:32])
    answer["Cache-Control"] = kept
    return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer


urlpatterns = [
    path("calendar.ics", calendar, name="calendar-file"),
    path("calendar/<slug:secret>.ics", calendar, name="own-calendar"),
    re_path(r"^changes\.(?P<form>atom|json)$", feed, name="feed"),
]
