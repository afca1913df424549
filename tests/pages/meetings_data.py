"""A meeting, its mediator, and what was said before it."""

from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from obligations.models import Meeting
from parties.access import Tier
from parties.models import User
from tests import make

AFTER_IT = datetime(2026, 3, 17, 9, tzinfo=UTC)


def get(client: Client, name: str, meeting: Meeting, **query: str) -> str:
    answer = client.get(reverse(name, args=[meeting.key]), query)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def a_mediator() -> User:
    return User.objects.filter(mandates__role="mediator").first() or make.mediator()


def spoken() -> dict[str, Any]:
    """Two parties of one late obligation; the first hides something in each tier."""
    alpha, beta = make.party("alpha"), make.party("beta")
    owed = make.commitment("O-1", alpha, days=30)
    make.commitment("O-1", beta, days=30)
    speaker = make.representative(alpha)
    finding = make.finding(owed, 1, reason="Openly found.", source="example.org/found")
    make.finding(owed, 2, reason="For the parties.", tier=Tier.PARTIES)
    make.finding(owed, 2, reason="For alpha alone.", tier=Tier.IN_CONFIDENCE, confidant=alpha)
    make.finding(owed, 2, reason="For mediators.", tier=Tier.MEDIATORS)
    make.contest(finding, speaker, reason="It is done.")
    people = {"alpha": speaker, "beta": make.representative(beta), "mediator": make.mediator()}
    return {"alpha": alpha, "beta": beta, "owed": owed, "finding": finding, "people": people}
