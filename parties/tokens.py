"""Tokens of programs: whose they are, and when they were last used."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from knox.crypto import hash_token

from parties.models import ApiToken, User

# A write for each read would cost more than the read.
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def in_force(account: User, now: datetime) -> QuerySet[ApiToken]:
    """The tokens of an account that have not ended, the newest first."""
    return ApiToken.objects.filter(Q(expiry__isnull=True) | Q(expiry__gt=now), user=account)


def token_of_calendar(secret: str, now: datetime) -> ApiToken | None:
    """The token in the address of a calendar, with its owner; None where it is not in force."""
    rows = ApiToken.objects.filter(Q(expiry__isnull=True) | Q(expiry__gt=now), scope=ApiToken.Scope.CALENDAR)
    return rows.select_related("user").filter(digest=hash_token(secret), user__is_active=True).first()


def note_use(token: ApiToken, now: datetime) -> None:
    """Write down that the token was used, at most once a minute however many requests come at once."""
    before = now - USE_IS_NOTED_EVERY
    if token.last_used_at is not None and token.last_used_at > before:
        return
    earlier = Q(last_used_at__isnull=True) | Q(last_used_at__lte=before)
    ApiToken.objects.filter(earlier, digest=token.digest).update(last_used_at=now)


def revoke_all(account: User) -> int:
    """Delete every token of an account; how many."""
    return ApiToken.objects.filter(user=account).delete()[0]
