"""Things that changed at known moments, and the page that tells of them."""

import re
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from obligations.models import Commitment
from parties.models import Party, User
from tests import make

PAGE = "/changes/"
# A month in which things were recorded, and days around it.
BEFORE, DURING, AFTER = (datetime(2024, month, 10, 9, 0, tzinfo=UTC) for month in (4, 5, 6))
MAY = {"since": "2024-05-01", "until": "2024-05-31"}
SPOKEN_OF = date(2024, 3, 1)


def owed(code: str = "O-1", party: str = "alpha", **fields: Any) -> Commitment:
    """Due on 17 April 2023, where nothing else is said."""
    fields.setdefault("days", 30)
    return make.commitment(code, make.party(party), **fields)


def due_in_may() -> Commitment:
    return make.commitment("MAY", make.party("alpha"), rule="fixed", terms={"date": "2024-05-15"})


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def page(client: Client, status: int = 200, **query: Any) -> str:
    answer = client.get(PAGE, {**MAY, **query})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def words(html: str) -> str:
    """The text, spaces made single."""
    body = html.split("<main", 1)[1].split("</main>")[0]
    return re.sub(r" (?=[.,:])", "", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def told(html: str) -> list[str]:
    """What each entry begins with, in the order of the page."""
    return re.findall(r'<p class="row said">\s*(?:<span>\s*)?<b>\s*([^<]+?)\s*</b>', html)


def section(html: str, party: str) -> str:
    """The part of the page on one party."""
    found = re.search(rf'<section class="card[^>]*id="party-{party}".*?</section>', html, re.DOTALL)
    assert found is not None
    return found[0]


def speakers(*parties: Party) -> dict[int, User]:
    return {party.pk: make.representative(party) for party in parties}
