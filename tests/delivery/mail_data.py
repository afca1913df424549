"""Who wants to be told how, and what then leaves."""

from datetime import datetime
from typing import Any

from django.core import mail
from django.utils import timezone

from agreement.viewers import viewer_for
from obligations.commands.care import follow
from obligations.commands.messages import set_wants
from obligations.delivery.mail import gather, send_next
from obligations.models import How, Sort
from parties.access import Role
from parties.models import User
from tests import make


def told(now: datetime | None = None) -> list[Any]:
    """What leaves by now, of what was committed since the last time."""
    mail.outbox.clear()
    gather(now or timezone.now())
    while send_next(now or timezone.now()):
        pass
    return list(mail.outbox)


def wanting(user: User, how: How, hour: int = 7) -> None:
    """So that they are told of all in the agreement, which they follow."""
    if not user.mandates.filter(role=Role.REPRESENTATIVE).exists():
        follow(agreement=make.agreement(), follows=True, actor=viewer_for(user), now=timezone.now())
    wants(user, how, hour)


def wants(user: User, how: How, hour: int = 7) -> None:
    set_wants(
        agreement=make.agreement(),
        wants=dict.fromkeys(Sort.values, how.value),
        hour=hour,
        weekday=0,
        time_zone="UTC",
        actor=viewer_for(user),
        now=timezone.now(),
    )
