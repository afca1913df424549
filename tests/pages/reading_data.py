"""Readings on the pages: what tests of them share."""

import re
from typing import Any

from django.test import Client

from obligations.models import Commitment

PAGE = "/obligations/accord/LATE/"
FORM = f"{PAGE}reading/"


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def page(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def thread(client: Client) -> list[str]:
    """The words of each entry, newest first."""
    entries = page(client).split('class="thread"')[1].split("</ol>")[0]
    return [text(entry) for entry in re.split(r'<p class="when">', entries)[1:]]


def shown(response: Any) -> str:
    """What stands for the effect that a form has in sight."""
    found = re.search(r'name="shown" value="([^"]*)"', response.content.decode())
    assert found
    return found[1]


def filled(*commitments: Commitment, **changes: Any) -> dict[str, Any]:
    data = {"commitments": [one.pk for one in commitments], "reason": "Both asked for it.", "source": ""}
    return data | changes


def send(client: Client, kind: str, data: dict[str, Any]) -> Any:
    """As a mediator who looks at the effect first: sent, shown, and sent again."""
    first = client.post(f"{FORM}?kind={kind}", data)
    if first.status_code != 200:
        return first
    return client.post(f"{FORM}?kind={kind}", data | {"shown": shown(first)})
