"""A form that is sent again, as by a second click or by a browser that asks once more, is recorded once."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone

from agreement.models import LedgerEntry, Mandate
from agreement.viewers import viewer_for
from normalization_tracker.context import page as context_of
from obligations.bulk.run import preview
from obligations.bulk.sheet import Row
from obligations.models import Draft, Gate, GateOpening, Reading, Statement
from parties.access import Tier
from parties.once import FIELD
from tests import make
from tests.pages.desk_data import filled, overdue, signed_in

pytestmark = pytest.mark.django_db

CLAIM = {"verdict": "2", "effective_on": "2024-01-10", "reason": "Half way, as it stands.", "tier": "public"}
WHY = {"reason": "As the minutes say."}


def twice(client: Client, address: str, said: dict[str, Any], key: str = "key-1") -> list[Any]:
    """Both answers, which are to lead to the same page, and nothing is entered by the second."""
    sent = {**said, FIELD: key}
    first = client.post(address, sent)
    entries = LedgerEntry.objects.count()
    again = client.post(address, sent)
    assert first.status_code == 302, first.content.decode()
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert LedgerEntry.objects.count() == entries
    return [first, again]


def test_each_form_has_a_key_of_its_own() -> None:
    request = RequestFactory().get("/")
    request.user = make.mediator()
    shown = [render_to_string("components/written_by.html", context_of(request)) for _ in range(2)]
    keys = [re.search(rf'name="{FIELD}" value="([^"]+)"', one) for one in shown]
    assert len({key[1] for key in keys if key}) == 2


def test_a_finding_sent_again_is_recorded_once() -> None:
    owed = overdue()
    twice(signed_in(make.mediator()), f"/desk/findings/{owed.pk}/", filled())
    assert Statement.objects.count() == 1


def test_a_claim_a_contest_and_their_withdrawal_sent_again_are_recorded_once() -> None:
    owed = make.commitment()
    alpha = signed_in(make.representative())
    page = f"/obligations/accord/{owed.obligation.code}"
    twice(alpha, f"{page}/claim/?commitment={owed.pk}", CLAIM)
    claim = Statement.objects.get()
    beta = signed_in(make.representative(make.party("beta")))
    twice(beta, f"{page}/contest/?statement={claim.key}", {**WHY, "tier": "public"})
    twice(alpha, f"{page}/withdraw/?statement={claim.key}", WHY, "key-2")
    assert Statement.objects.count() == 3


def test_the_same_key_with_other_words_says_what_to_do() -> None:
    owed = make.commitment()
    client = signed_in(make.representative())
    address = f"/obligations/accord/{owed.obligation.code}/claim/?commitment={owed.pk}"
    client.post(address, {**CLAIM, FIELD: "key-1"})
    answer = client.post(address, {**CLAIM, "reason": "Other words.", FIELD: "key-1"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This was sent before with other content, and that is on record." in page
    assert "Other words." in page
    new = re.search(rf'name="{FIELD}" value="([^"]+)"', page)
    assert new is not None
    assert new[1] != "key-1"
    assert client.post(address, {**CLAIM, "reason": "Other words.", FIELD: new[1]}).status_code == 302
    assert Statement.objects.count() == 2


def test_what_a_form_refused_may_be_put_right_under_its_key() -> None:
    owed = make.commitment()
    client = signed_in(make.representative())
    address = f"/obligations/accord/{owed.obligation.code}/claim/?commitment={owed.pk}"
    assert client.post(address, {**CLAIM, "reason": "", FIELD: "key-1"}).status_code == 422
    assert client.post(address, {**CLAIM, FIELD: "key-1"}).status_code == 302


def test_a_gate_that_is_opened_twice_is_open_and_one_that_is_closed_twice_is_closed() -> None:
    owed = make.commitment()
    Gate.objects.create(obligation=owed.obligation, place=0, condition="The text says so.")
    client = signed_in(make.mediator())
    address = f"/obligations/accord/{owed.obligation.code}/gate/0/"
    twice(client, address, {"opened_on": "2024-01-10", "act": "open", **WHY})
    assert GateOpening.objects.standing().count() == 1
    twice(client, address, {"act": "close", **WHY}, "key-2")
    assert not GateOpening.objects.standing().exists()
    assert GateOpening.objects.count() == 2


def test_a_form_that_opens_a_gate_never_closes_one_that_another_opened() -> None:
    owed = make.commitment()
    Gate.objects.create(obligation=owed.obligation, place=0, condition="The text says so.")
    address = f"/obligations/accord/{owed.obligation.code}/gate/0/"
    said: dict[str, Any] = {"opened_on": "2024-01-10", "act": "open", **WHY}
    signed_in(make.mediator()).post(address, said)
    answer = signed_in(make.mediator("second@trial.invalid")).post(address, said)
    assert answer.status_code == 422
    assert "It is open already." in answer.content.decode()
    assert GateOpening.objects.standing().count() == 1


def test_a_mandate_sent_again_is_given_and_withdrawn_once() -> None:
    make.mediator("other@trial.invalid")
    administrator = signed_in(make.administrator())
    new = {"email": "new@trial.invalid", "name": "", "agreement": "accord", "role": "analyst"}
    twice(administrator, "/administration/accounts/", {**new, "party": "", "clearance": "public", **WHY})
    mandate = Mandate.objects.get(user__email="new@trial.invalid")
    address = f"/administration/accounts/{mandate.user.key}/mandate/accord/withdraw/"
    sent = {**WHY, FIELD: "key-2"}
    for _click in range(2):
        assert administrator.post(address, sent).status_code == 302
    assert LedgerEntry.objects.filter(command="withdraw_mandate").count() == 1


def test_a_sheet_sent_again_is_recorded_once() -> None:
    make.commitment("O-1")
    mediator = make.mediator()
    cells: dict[str, Any] = {
        "obligation": "O-1",
        "party": "alpha",
        "level": "1",
        "effective_on": "2024-01-10",
        "tier": "public",
    }
    rows: list[dict[str, Any]] = [{"number": 2, "cells": {**cells, **WHY}, "errors": {}}]
    draft = Draft.objects.create(
        user=mediator,
        kind=Draft.Kind.BULK,
        agreement=make.agreement(),
        content={"name": "a", "rows": rows},
        saved_at=timezone.now(),
    )
    shown = preview(
        make.agreement(), [Row(**row) for row in rows], viewer_for(mediator), timezone.now()
    ).digest
    twice(signed_in(mediator), f"/bulk/accord/{draft.key}/", {"shown": shown})
    assert Statement.objects.count() == 1


def test_who_may_see_it_is_changed_once() -> None:
    author = make.representative()
    claim = make.claim(make.commitment(), author, tier=Tier.PARTIES)
    address = f"/obligations/accord/{claim.commitment.obligation.code}/release/?statement={claim.key}"
    twice(signed_in(author), address, {"tier": "public", "publish_on": "", **WHY})


def answer_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_reading_sent_again_is_recorded_once_on_each_commitment() -> None:
    owed = make.commitment("O-1", days=30)
    client = signed_in(make.mediator())
    address = f"/obligations/accord/{owed.obligation.code}/reading/?kind=waiver"
    said: dict[str, Any] = {"commitments": [str(owed.pk)], "effective_on": "2024-01-10", "seen": "0", **WHY}
    shown = re.search(r'name="shown" value="([0-9a-f]+)"', answer_of(client.post(address, said)))
    assert shown
    twice(client, address, {**said, "shown": shown[1]})
    assert Reading.objects.count() == 1
