"""Drafts: kept for the one who typed, offered again, and gone once sent."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from obligations.models import Draft, Statement
from tests import make
from tests.pages.desk_data import HTMX, desk, filled, overdue, signed_in

pytestmark = pytest.mark.django_db

CLAIM = {"verdict": "2", "effective_on": "2024-01-10", "reason": "Half way, as it stands.", "tier": "public"}


def page(client: Client, address: str) -> str:
    return " ".join(unescape(client.get(address).content.decode()).split())


def test_a_claim_is_saved_as_it_is_offered_again_and_gone_when_sent() -> None:
    owed = overdue()
    client = signed_in(make.representative(owed.party))
    address = f"/obligations/accord/LATE/claim/?commitment={owed.pk}"
    unfinished = {"reason": "Half \x00way", "effective_on": "soon", "save_draft": "1"}
    assert client.post(address, unfinished)["Location"] == address
    again = page(client, address)
    assert "Your draft, saved" in again
    assert "Half way" in again
    assert 'value="soon"' in again
    client.post(address, CLAIM | {"save_draft": "1"})
    assert "Half way, as it stands." in page(client, "/drafts/")
    assert address in page(client, "/drafts/")
    assert not Statement.objects.exists()
    client.post(address, CLAIM)
    assert Statement.objects.get().reason == "Half way, as it stands."
    assert not Draft.objects.exists()


def test_a_finding_is_saved_from_the_desk_and_there_again_in_its_form() -> None:
    owed = overdue()
    mediator = make.mediator()
    client = signed_in(mediator)
    sent = filled(reason="A draft of mine.", verdict="2", save_draft="1")
    assert client.post(f"/desk/findings/{owed.pk}/", sent, headers=HTMX).status_code == 302
    shown = desk(mediator, commitment=owed.pk)
    assert "A draft of mine." in shown
    assert (
        'value="2" id="id_verdict_2" checked' in " ".join(shown.split()).replace("required id", "id")
        or "checked" in shown
    )
    client.post(f"/desk/findings/{owed.pk}/", filled(reason="A draft of mine."))
    assert not Draft.objects.exists()


def test_a_draft_whose_finding_was_overtaken_meets_the_other_version_when_it_is_sent() -> None:
    owed = overdue()
    client = signed_in(make.mediator())
    client.post(f"/desk/findings/{owed.pk}/", filled(save_draft="1", seen="none"))
    make.finding(owed, 1)
    seen = Draft.objects.get().content["seen"]
    answer = client.post(f"/desk/findings/{owed.pk}/", filled(seen=seen))
    assert answer.status_code == 422
    assert "<mark>Minimal</mark>" in answer.content.decode()


def test_a_contest_is_saved_and_thrown_away() -> None:
    owed = overdue()
    said = make.finding(owed, 1)
    client = signed_in(make.representative(owed.party))
    address = f"/obligations/accord/LATE/contest/?statement={said.key}"
    client.post(address, {"reason": "Not so", "tier": "public", "save_draft": "1"})
    assert "Not so" in page(client, address)
    client.post(address, {"drop_draft": "1"})
    assert not Draft.objects.exists()


def test_an_answer_to_what_the_mediators_ask_about_is_saved_and_gone_when_sent() -> None:
    owed = overdue()
    said = make.finding(owed, 1)
    make.request(owed, statement=said)
    client = signed_in(make.representative(owed.party))
    address = f"/obligations/accord/LATE/answer/?statement={said.key}"
    assert "Save as draft" in page(client, address)
    sent = {"reason": "We began in May.", "tier": "parties"}
    assert client.post(address, sent | {"save_draft": "1"})["Location"] == address
    assert "We began in May." in page(client, address)
    assert "We began in May." in page(client, "/drafts/")
    assert address in page(client, "/drafts/")
    assert not Statement.objects.filter(kind="answer").exists()
    client.post(address, sent)
    assert Statement.objects.get(kind="answer").reason == "We began in May."
    assert not Draft.objects.exists()


def test_a_mediator_who_goes_on_with_a_draft_of_an_answer_ends_on_a_page_that_mediators_have() -> None:
    owed = overdue()
    said = make.claim(owed, make.representative(owed.party), 2)
    client, sent = signed_in(make.mediator()), {"reason": "We saw it ourselves.", "tier": "parties"}
    client.post(f"/obligations/accord/LATE/answer/?statement={said.key}", sent | {"save_draft": "1"})
    (address,) = set(re.findall(r'href="(/obligations/[^"]*/answer/[^"]*)"', page(client, "/drafts/")))
    assert "/party/" not in page(client, address)
    answer = client.post(address, sent, follow=True)
    assert answer.status_code == 200
    assert Statement.objects.get(kind="answer").reason == "We saw it ourselves."


def test_nobody_else_sees_a_draft_or_throws_it_away() -> None:
    owed = overdue()
    address = f"/desk/findings/{owed.pk}/"
    signed_in(make.mediator()).post(address, filled(reason="CANARY", save_draft="1"))
    key = Draft.objects.get().key
    other, admin = make.mediator("second@trial.invalid"), make.administrator()
    assert "CANARY" not in desk(other, commitment=owed.pk)
    for user in (other, admin, make.representative(owed.party)):
        client = signed_in(user)
        assert "CANARY" not in page(client, "/drafts/")
        assert client.post("/drafts/", {"key": key}).status_code == 404
    assert Draft.objects.count() == 1


def test_a_claim_sent_twice_is_recorded_once() -> None:
    owed = overdue()
    said = make.finding(owed, 1)
    client = signed_in(make.representative(owed.party))
    for _click in range(2):
        client.post(f"/obligations/accord/LATE/claim/?commitment={owed.pk}", CLAIM)
    assert Statement.objects.filter(kind="claim").count() == 1
    contest: dict[str, Any] = {"reason": "Not so.", "tier": "public"}
    for _click in range(2):
        client.post(f"/obligations/accord/LATE/contest/?statement={said.key}", contest)
    assert Statement.objects.filter(kind="contest").count() == 1
