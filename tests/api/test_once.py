"""A program that sends an act again, with the same `Idempotency-Key`, is answered as it was the first time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agreement.models import LedgerEntry, SignOff
from obligations.models import Gate, Proposal, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db

SAID: dict[str, Any] = {
    "effective_on": "2024-01-10",
    "level": 1,
    "reason": "As the minutes say.",
    "tier": "public",
}
WHY = {"reason": "As the minutes say."}


@dataclass
class Sending:
    """An act as a program sends it: its account, path and body, and the field that can be worded otherwise."""

    who: User
    path: str
    body: dict[str, Any]
    field: str = "reason"
    form: bool = False


def sendings() -> dict[str, Sending]:
    owed, beta = make.commitment("O-1", days=30), make.party("beta")
    alpha, mediator, other = make.representative(), make.mediator(), make.representative(beta)
    claim = make.claim(owed, alpha, level=2, tier=Tier.PARTIES)
    request = make.request(owed)
    event, evidence = make.event("E-1", tier=Tier.PARTIES), make.evidence_link(owed.obligation, alpha)
    Gate.objects.create(obligation=owed.obligation, place=0, condition="The text says so.")
    about = {"title": "Minutes", "represents_on": "2024-01-10", "language": "en", "tier": "public"}
    link = {"url": "https://example.org/", "quote": "It opened.", "seen_on": "2024-01-11"}
    row = {
        "obligation": "O-1",
        "party": "alpha",
        "level": "1",
        "effective_on": "2024-01-10",
        "tier": "public",
    }
    return {
        "finding": Sending(mediator, f"commitments/{owed.pk}/findings/", SAID),
        "finding with seen": Sending(
            mediator, f"commitments/{owed.pk}/findings/", {**SAID, "seen": claim.key}
        ),
        "claim": Sending(alpha, f"commitments/{owed.pk}/claims/", {**SAID, "tier": "parties"}),
        "contest": Sending(other, f"statements/{claim.key}/contests/", {**WHY, "tier": "parties"}),
        "answer": Sending(other, f"statements/{claim.key}/answers/", {**WHY, "tier": "parties"}),
        "withdrawal": Sending(alpha, f"statements/{claim.key}/withdrawals/", WHY),
        "release": Sending(alpha, f"statements/{claim.key}/releases/", {"tier": "public", **WHY}),
        "release of an event": Sending(
            mediator, f"events/accord/{event.code}/releases/", {"tier": "public", **WHY}
        ),
        "request": Sending(
            mediator,
            f"commitments/{owed.pk}/requests/",
            {"party": "alpha", "reply_by": "2026-04-01", "tier": "parties", "words": "How is it?"},
            "words",
        ),
        "request taken back": Sending(mediator, f"requests/{request.key}/taken-back/", WHY),
        "reading": Sending(
            mediator,
            f"commitments/{owed.pk}/readings/",
            {"kind": "waiver", "effective_on": "2024-01-10", **WHY},
        ),
        "trigger": Sending(mediator, "triggers/accord/T-START/dates/", {"occurred_on": "2023-03-20", **WHY}),
        "gate": Sending(
            mediator, "obligations/accord/O-1/gates/0/openings/", {"opened_on": "2024-01-10", **WHY}
        ),
        "link": Sending(alpha, "obligations/accord/O-1/evidence/", {**about, **link}, "title"),
        "file": Sending(alpha, "obligations/accord/O-1/evidence/", about, "title", form=True),
        "attachment": Sending(alpha, f"evidence/{evidence.key}/statements/", {"statement": claim.key}, ""),
        "sheet": Sending(mediator, "bulk/", {"agreement": "accord", "rows": [{**row, **WHY}]}, ""),
    }


NAMES = [
    "finding",
    "finding with seen",
    "claim",
    "contest",
    "answer",
    "withdrawal",
    "release",
    "release of an event",
    "request",
    "request taken back",
    "reading",
    "trigger",
    "gate",
    "link",
    "file",
    "attachment",
    "sheet",
]


def send(program: Program, one: Sending, key: str | None = "key-1", **changes: Any) -> Any:
    body = one.body | changes
    headers = {"Idempotency-Key": key} if key else {}
    if one.form:
        body["file"] = SimpleUploadedFile("minutes.txt", b"Seen on site.\n")
        return program.post(f"/api/v1/{one.path}", body, headers=headers)
    return program.post(f"/api/v1/{one.path}", body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_sent_again_is_answered_as_the_first_time(
    name: str, program: Callable[[User], Program]
) -> None:
    one = sendings()[name]
    asking = program(one.who)
    first = send(asking, one)
    assert first.status_code in (200, 201), first.content
    entries = LedgerEntry.objects.count()
    again = send(asking, one)
    assert (again.status_code, again.json(), again.get("Location")) == (
        first.status_code,
        first.json(),
        first.get("Location"),
    )
    assert LedgerEntry.objects.count() == entries


@pytest.mark.parametrize("name", NAMES)
def test_without_a_key_the_same_words_are_one_act(name: str, program: Callable[[User], Program]) -> None:
    one = sendings()[name]
    asking = program(one.who)
    first, again = (send(asking, one, key=None) for _ in range(2))
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert first.status_code in (200, 201)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("attachment", "sheet")])
def test_the_same_key_with_another_body_is_422(name: str, program: Callable[[User], Program]) -> None:
    one = sendings()[name]
    asking = program(one.who)
    send(asking, one)
    entries = LedgerEntry.objects.count()
    answer = send(asking, one, **{one.field: "Other words."})
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert "other content" in answer.json()["detail"]
    assert LedgerEntry.objects.count() == entries


def test_a_key_in_quotes_is_the_same_key(program: Callable[[User], Program]) -> None:
    one = sendings()["claim"]
    asking = program(one.who)
    assert send(asking, one, '"key-1"').json() == send(asking, one, "key-1").json()


def test_a_key_that_can_be_none_is_400(program: Callable[[User], Program]) -> None:
    one = sendings()["claim"]
    answer = send(program(one.who), one, "x" * 101)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["idempotency_key"])


def test_what_was_refused_may_be_sent_again_put_right(program: Callable[[User], Program]) -> None:
    one = sendings()["claim"]
    asking = program(one.who)
    assert send(asking, one, level=7).status_code == 400
    assert send(asking, one).status_code == 201


def test_a_proposal_that_is_sent_again_is_the_same_202(program: Callable[[User], Program]) -> None:
    one = sendings()["finding"]
    agreement = make.agreement()
    agreement.sign_off = [SignOff.COMPLETE_FINDINGS]
    agreement.save()
    asking = program(one.who)
    first, again = (send(asking, one, level=3) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert first["Location"] == again["Location"]
    assert Proposal.objects.count() == 1
    body = {"verdict": "approve", "reason": "Right.", "digest": first.json()["digest"]}
    second = Sending(
        make.mediator("second@trial.invalid"), f"proposals/{first.json()['id']}/signatures/", body
    )
    signing = program(second.who)
    signed, signed_again = (send(signing, second) for _ in range(2))
    assert (signed.status_code, signed.json()) == (signed_again.status_code, signed_again.json())
    assert Statement.objects.findings().count() == 1


def test_a_retry_with_what_was_seen_is_no_conflict_and_anothers_finding_is(
    program: Callable[[User], Program],
) -> None:
    one = sendings()["finding with seen"]
    asking = program(one.who)
    first = send(asking, one, key=None)
    assert send(asking, one, key=None).json() == first.json()
    other = program(make.mediator("second@trial.invalid"))
    conflict = send(other, one, key=None)
    assert conflict.status_code == 409
    assert conflict.json()["theirs"] == first.json()
