"""A confidential claim is answered as a new user would, with as little filled in as is taken: nobody else learns of it.

On the desk, on every page that answers it, and over the API; what nobody can read without an account is compared before
and after, on every address, the files of evidence among them.
"""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest

from obligations.models import Evidence, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.canary.reader import Reader
from tests.canary.world import ACCOUNTS, build, owed
from tests.effort import effort, in_turn
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
world = made_once(build)
PAGE = "/obligations/accord/LATE/"
JSON = "application/json"
WORDS = "zqleastqz"


def claim() -> Statement:
    alpha = User.objects.get(email=ACCOUNTS["representative of alpha"])
    return make.claim(
        owed("LATE"),
        alpha,
        2,
        date(2023, 4, 20),
        reason="Told in confidence.",
        tier=Tier.IN_CONFIDENCE,
        confidant=make.party("alpha"),
    )


def starting(page: str, marker: str) -> dict[str, str]:
    """What a browser would send of a form that is opened: each field with what it begins with."""
    form = next(one for one in page.split("<form")[1:] if marker in one).split("</form>")[0]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        said = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if said.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        sent[said.get("name", "")] = unescape(said.get("value", ""))
    for name, options in re.findall(r'<select name="([a-z_]+)"[^>]*>(.*?)</select>', form, re.S):
        values = re.findall(r'<option value="([^"]*)"', options)
        picked = re.findall(r'<option value="([^"]*)" selected', options)
        sent[name] = (picked or values or [""])[0]
    return sent


def form(reader: Reader, address: str, marker: str, to: str = "", **least: str) -> int:
    page = reader.client.get(address).content.decode()
    sent = starting(page, marker) | least
    return int(reader.client.post(to or address, sent).status_code)


def on_the_desk(said: Statement) -> int:
    reader, key = Reader(ACCOUNTS["mediator"]), said.commitment_id
    to = f"/desk/findings/{key}/"
    least = {"verdict": "2", "reason": WORDS, "tier": "in_confidence:alpha"}
    return form(reader, f"/desk/?commitment={key}", 'id="finding-form"', to, **least)


def answered(said: Statement) -> int:
    address = f"{PAGE}answer/?statement={said.key}"
    return form(Reader(ACCOUNTS["mediator"]), address, 'name="tier"', reason=WORDS)


def evidence_added(said: Statement) -> int:
    least = {"title": WORDS, "represents_on": "2023-04-20", "language": "en"}
    least |= {"url": f"https://example.org/{WORDS}", "quote": WORDS}
    address = f"{PAGE}evidence/link/?statement={said.key}"
    return form(Reader(ACCOUNTS["representative of alpha"]), address, 'name="tier"', **least)


def asked_about(said: Statement) -> int:
    """Of a finding in confidence on it, which the asked party may see."""
    found = make.finding(
        owed("LATE"), 2, cites=said, reason=WORDS, tier=Tier.IN_CONFIDENCE, confidant=make.party("alpha")
    )
    address = f"{PAGE}request/?statement={found.key}"
    alpha = str(make.party("alpha").pk)
    least = {"party": alpha, "reply_by": "2026-06-01", "words": WORDS}
    return form(Reader(ACCOUNTS["mediator"]), address, 'name="tier"', **least)


def contested(said: Statement) -> int:
    found = make.finding(
        owed("LATE"), 2, cites=said, reason=WORDS, tier=Tier.IN_CONFIDENCE, confidant=make.party("alpha")
    )
    address = f"{PAGE}contest/?statement={found.key}"
    return form(Reader(ACCOUNTS["representative of alpha"]), address, 'name="tier"', reason=WORDS)


def replied_to_a_request(said: Statement) -> int:
    make.request(owed("LATE"), make.party("alpha"), tier=Tier.IN_CONFIDENCE, words=WORDS)
    address = f"{PAGE}claim/?commitment={said.commitment_id}"
    return form(
        Reader(ACCOUNTS["representative of alpha"]), address, 'name="tier"', verdict="2", reason=WORDS
    )


def withdrawn(said: Statement) -> int:
    address = f"{PAGE}withdraw/?statement={said.key}"
    reader = Reader(ACCOUNTS["representative of alpha"])
    return form(reader, address, 'name="reason"', reason=WORDS)


def by_api(path: str, viewer: str, **body: Any) -> Callable[[Statement], int]:
    """Refused without a tier, and without a second word where it is wider: then with the least that is taken."""

    def send(said: Statement) -> int:
        client, at = Reader(ACCOUNTS[viewer]).client, f"/api/v1/{path}"
        at = at.format(owed=said.commitment_id, claim=said.key)
        full = {name: said.key if value == "{claim}" else value for name, value in body.items()}
        for more in ({}, {"tier": "public"}):
            assert client.post(at, full | more, content_type=JSON).status_code == 400
        least = {"tier": "in_confidence", "confidant": "alpha"}
        answer = client.post(at, full | least, content_type=JSON)
        return 302 if answer.status_code == 201 else int(answer.status_code)

    return send


WAYS: dict[str, Callable[[Statement], int]] = {
    "desk": on_the_desk,
    "answer": answered,
    "evidence": evidence_added,
    "request": asked_about,
    "contest": contested,
    "claim": replied_to_a_request,
    "withdrawal": withdrawn,
    "API, finding": by_api(
        "commitments/{owed}/findings/",
        "mediator",
        level=2,
        effective_on="2023-04-20",
        reason=WORDS,
        cites="{claim}",
    ),
    "API, answer": by_api("statements/{claim}/answers/", "mediator", reason=WORDS),
    "API, evidence": by_api(
        "obligations/accord/LATE/evidence/",
        "representative of alpha",
        title=WORDS,
        represents_on="2023-04-20",
        language="en",
        url="https://example.org/",
        quote=WORDS,
        seen_on="2023-04-21",
        statement="{claim}",
    ),
}
# What tells of statements, evidence and requests.
READ = (
    PAGE,
    "/obligations/accord/NOW/",
    "/api/v1/statements/?limit=500",
    "/api/v1/evidence/?limit=500",
    "/api/v1/requests/?limit=500",
    "/api/v1/commitments/?limit=500",
    "/compliance/",
    "/changes/?since=2023-01-01",
    "/timeline/",
    f"/search/?q={WORDS}",
)


# Uncleared, an analyst sees what nobody sees.
OTHERS = effort(["representative of beta"], ["analyst", "representative of beta"])


@pytest.mark.parametrize("way", in_turn(list(WAYS), 2))
def test_a_confidence_is_answered_with_the_least_and_nothing_new_is_read_without_an_account(way: str) -> None:
    nobody, others = Reader(""), [Reader(ACCOUNTS[who]) for who in OTHERS]
    said = claim()
    before = [reader.answers(READ) for reader in (nobody, *others)]
    there = set(Statement.objects.values_list("pk", flat=True))
    assert {answer.status for answers in before for answer in answers.values()} == {200}
    assert WAYS[way](said) == 302
    assert [reader.answers(READ) for reader in (nobody, *others)] == before
    made = [*Statement.objects.exclude(pk__in=there), *Evidence.objects.filter(title=WORDS)]
    assert made or way == "request"
    assert {one.tier for one in made} <= {Tier.IN_CONFIDENCE}
    for one in Evidence.objects.filter(title=WORDS):
        assert nobody.get(f"/api/v1/evidence/{one.key}/").status == 404
