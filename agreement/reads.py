"""Who reads confidences is noted: each answer to an account that rows in confidence were loaded for."""

from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from agreement.commands.notes import note_reads
from parties.confidences import noting

# What was asked or sent is wrong, has moved, or could not be taken just now: the page is shown with that.
WRONG = (400, 409, 413, 422, 503)


class ConfidencesRead:
    """Inside of the sessions. An answer whose reading cannot be noted is not given."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with noting() as read:
            response = self.get_response(request)
        user = request.user
        if read and gives_rows(request, response) and isinstance(user, AbstractBaseUser) and user.pk:
            note_reads(user=user.pk, read=read, now=timezone.now())
        return response


def gives_rows(request: HttpRequest, response: HttpResponseBase) -> bool:
    """A page that says what is wrong shows what it is about as well; a problem that a program is told does not."""
    is_page = not request.path.startswith("/api/")
    return 200 <= response.status_code < 300 or (is_page and response.status_code in WRONG)
