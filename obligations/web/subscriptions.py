"""What programs subscribe to outside of the API: the calendar of what falls due."""

from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.urls import path
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from agreement.viewers import viewer_for, viewer_of
from obligations.delivery.calendar import calendar_of
from obligations.status.filters import FILTERS, chosen_in
from parties.rates import address, costly, use
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
        viewer = viewer_for(token.user)
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
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = quote_etag(sha256(body).hexdigest()[:32])
    answer["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer


urlpatterns = [
    path("calendar.ics", calendar, name="calendar-file"),
    path("calendar/<slug:secret>.ics", calendar, name="own-calendar"),
]
