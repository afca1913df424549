"""A desk with work on it, and requests to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from obligations.models import Commitment, SweepRun
from parties.models import User
from tests import make

HTMX = {"HX-Request": "true"}
LONG_AGO = datetime(2024, 5, 1, tzinfo=UTC)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def desk(user: User, **query: Any) -> str:
    response = signed_in(user).get("/desk/", query)
    assert response.status_code == 200
    return response.content.decode()


def overdue(code: str = "LATE", party: str = "alpha") -> Commitment:
    """30 days after 18 March 2023: due on 17 April 2023."""
    return make.commitment(code, make.party(party), days=30)


def soon(code: str = "SOON", days: int = 5) -> Commitment:
    """Due so many days from today."""
    today = timezone.now().date()
    fixed: dict[str, Any] = {"rule": "fixed", "terms": {"date": (today + timedelta(days=days)).isoformat()}}
    return make.commitment(code, make.party("alpha"), **fixed)


def immediate(code: str = "NOW") -> Commitment:
    return make.commitment(code, make.party("alpha"), rule="immediate", trigger=make.trigger())


def swept(ago: timedelta) -> None:
    at = timezone.now() - ago
    SweepRun.objects.create(started_at=at, finished_at=at, flagged=0)


def filled(**changes: Any) -> dict[str, Any]:
    """A form as a mediator sends it."""
    data = {
        "verdict": "3",
        "effective_on": "2024-01-10",
        "reason": "Seen on the spot.",
        "source": "",
        "tier": "public",
        "seen": "none",
    }
    return data | changes


def send(
    user: User, commitment: Commitment, query: str = "", htmx: bool = False, **changes: Any
) -> HttpResponse:
    headers = HTMX if htmx else {}
    address = f"/desk/findings/{commitment.pk}/{query}"
    response = signed_in(user).post(address, filled(**changes), headers=headers)
    assert isinstance(response, HttpResponse)
    return response
