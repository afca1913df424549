"""Who reads confidences is noted: each answer to an account that rows in confidence were loaded for."""

from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from agreement.commands.reads import note_reads
from parties.confidences import noting


class ConfidencesRead:
    """Inside of the sessions. An answer whose reading cannot be noted is not given."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with noting() as read:
            response = self.get_response(request)
        user = request.user
        if read and response.status_code < 400 and isinstance(user, AbstractBaseUser) and user.pk:
            note_reads(user=user.pk, read=read, now=timezone.now())
        return response
