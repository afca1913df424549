"""Which requests may be answered from the replica, and whether it is near enough behind the primary.

As-of views, exports, and what everybody sees who shows no credential; whoever recorded something that the replica does
not have yet is answered by the primary. While the replica is away, or too far behind, all are.
"""

import math
import time
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import Error, connections
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from normalization_tracker.middleware import HEALTH, Middleware
from normalization_tracker.running.database import giving_up_after
from parties.models import SentOnce
from parties.replica import PRIMARY, REPLICA, may_be_old

# Parameters of addresses that ask for other days than the present, or for a file.
NAMED = ("as_of", "known_at", "format")
# How the machine is; what is of an account, though no credential is shown.
NEVER = (*HEALTH, "/account/", "/calendar/")
PATIENCE = 1.0  # seconds that a replica may take to say where it is
LOOK_EVERY = 1.0  # seconds for which a process believes what it saw
# An act is recorded with the instant at which it was begun; so long may it take.
LONGEST_ACT = timedelta(minutes=5)

_look_again, _was_near = 0.0, False


class NamedReads(Middleware):
    """Before all that reads. What the replica broke off is asked of the primary once more."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_on() or not may_be_asked(request):
            return self.get_response(request)
        with may_be_old(partial(suffices, request)) as choice:
            response = self.get_response(request)
        if choice.is_replica and response.status_code == 503:
            return self.get_response(request)
        return response


def is_on() -> bool:
    return REPLICA in settings.DATABASES


def may_be_asked(request: HttpRequest) -> bool:
    if request.method not in ("GET", "HEAD") or request.path_info.startswith(NEVER):
        return False
    return shows_nothing(request) or any(request.GET.get(name) for name in NAMED)


def shows_nothing(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and "Authorization" not in request.headers


def suffices(request: HttpRequest) -> bool:
    return is_near() and (shows_nothing(request) or has_own_acts(request))


def has_own_acts(request: HttpRequest) -> bool:
    """Whether the replica has all that the account recorded: each act is a row in the transaction that recorded it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    since = timezone.now() - LONGEST_ACT - timedelta(seconds=settings.REPLICA_LAG_SECONDS)
    acts = SentOnce.objects.using(PRIMARY).filter(user=user.pk, at__gt=since).values_list("pk", flat=True)
    keys = list(acts)
    try:
        there = SentOnce.objects.using(REPLICA).filter(pk__in=keys).count()
    except Error:
        return False
    return there == len(keys)


def is_near() -> bool:
    """Whether the replica is no further behind than it may be; looked at once a second, by one of the threads."""
    global _look_again, _was_near
    if (now := time.monotonic()) >= _look_again:
        _look_again = now + LOOK_EVERY + PATIENCE
        _was_near = trouble() == ""
        _look_again = time.monotonic() + LOOK_EVERY
    return _was_near


def trouble() -> str:
    """What is wrong with the replica, for as long as everything is read from the primary; empty where nothing is."""
    try:
        behind = lag()
    except Error as error:
        return f"the replica does not answer ({type(error).__name__})"
    if behind is None:
        return "the database that REPLICA_URL names is no standby of the primary"
    if behind <= settings.REPLICA_LAG_SECONDS:
        return ""
    return "the replica is behind" + (f" by {behind:.0f} s" if math.isfinite(behind) else "")


def lag() -> float | None:
    """Seconds by which the replica may be behind the primary; None where it is none of its. Raises Error.

    It is not behind once it has replayed all that the primary had written when it was asked: the second time, what
    was on its way has come. Else it has at least what was committed last of what it replayed.
    """
    with connections[PRIMARY].cursor() as cursor:
        cursor.execute(WRITTEN)
        written, now, primary = cursor.fetchone()
    with giving_up_after(PATIENCE), connections[REPLICA].cursor() as cursor:
        for _turn in range(2):
            cursor.execute(STATE, [written])
            is_standby, has_all, replayed, follows = cursor.fetchone()
            if not is_standby or follows != primary:  # places of another's log say nothing
                return None
            if has_all:
                return 0.0
    return max(float(now - replayed), 0.0) if replayed else math.inf


# A database has the number of the one that it is a copy of; one that was made anew, as for a restore, has another.
WHICH = "(SELECT system_identifier FROM pg_control_system())"
WRITTEN = f"SELECT pg_current_wal_lsn()::text, extract(epoch FROM clock_timestamp()), {WHICH}"
STATE = f"""SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s::pg_lsn,
    extract(epoch FROM pg_last_xact_replay_timestamp()), {WHICH}"""
