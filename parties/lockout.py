"""Who may go on trying to sign in. Failures are counted in the database, for all processes and without the cache.

Three counts of the last hour (AXES_COOLOFF_TIME):

- of an account from an address: from AXES_FAILURE_LIMIT on, that pair is stopped;
- of an account from all addresses: from LOCKOUT_OF_ACCOUNT on, strange addresses are stopped for it;
- of the accounts that failed from an address: from LOCKOUT_OF_ADDRESS on, it is stopped for those it is strange to.

An address is strange to an account that did not sign in from it within LOCKOUT_KNOWN_DAYS. So one address locks an
account for no other address, many addresses cannot guess at one account for long, and one address cannot try many
accounts, while those who work there sign in. The link for a new password signs in too, and so is the way out for an
owner who is stopped at a strange address.
"""

from datetime import timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone


def address_tried(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The e-mail address of an attempt, in lower case, whichever way it came: a page, the admin or the API."""
    given = credentials or request.POST
    names = ("email", "login", "username")
    return next((str(given[name]).strip().lower() for name in names if given.get(name)), None)


class Handler(AxesDatabaseHandler):
    """The library's, which stops a pair of account and address; here the two other counts are asked as well."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        if super().is_locked(request, credentials):
            return True
        email, address = get_client_username(request, credentials), request.axes_ip_address
        if not is_attacked(email, request) and not is_attacking(address, request):
            return False
        return not is_known(email, address)


def is_attacked(email: str | None, request: Any) -> bool:
    """Whether too many attempts at the account failed, wherever they came from; no address counts above its limit."""
    recent = AccessAttempt.objects.filter(username=email, attempt_time__gte=get_cool_off_threshold(request))
    by_address = recent.values("ip_address").annotate(failures=Sum("failures_since_start"))
    most: int = settings.AXES_FAILURE_LIMIT
    return bool(sum(min(row["failures"], most) for row in by_address) >= settings.LOCKOUT_OF_ACCOUNT)


def is_attacking(address: str | None, request: Any) -> bool:
    """Whether attempts at too many accounts failed from the address."""
    threshold = get_cool_off_threshold(request)
    recent = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=threshold)
    return bool(recent.values("username").distinct().count() >= settings.LOCKOUT_OF_ADDRESS)


def is_known(email: str | None, address: str | None) -> bool:
    """Whether the account signed in from the address not long ago."""
    since = timezone.now() - timedelta(days=settings.LOCKOUT_KNOWN_DAYS)
    return bool(
        AccessLog.objects.filter(username=email, ip_address=address, attempt_time__gte=since).exists()
    )


def stopped(request: HttpRequest, response: HttpResponse | None, credentials: Any = None) -> HttpResponse:
    """The page in place of an answer to an attempt that was not looked at."""
    page = render(request, "lockout.html", {"mails": settings.MAIL_LEAVES}, status=429)
    page["Retry-After"] = str(int(timedelta(hours=settings.AXES_COOLOFF_TIME).total_seconds()))
    return page
