"""Dates of triggers that a worker records, as programs are told of them."""

from collections.abc import Callable

import pytest

from obligations.commands import triggers
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.make import NOW

pytestmark = pytest.mark.django_db


def test_programs_are_told_that_it_waits_and_how_far_it_is(
    program: Callable[[User], Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triggers, "AT_ONCE", 2)
    trigger = make.trigger("T-LATER", on=None)
    for number in range(3):
        make.commitment(f"O-{number}", days=10, trigger=trigger)
    mediator, address = program(make.mediator()), f"triggers/accord/{trigger.code}/dates/"
    mediator.read(f"{address}waiting/", 404)
    body = {"occurred_on": "2026-02-01", "reason": "Held."}
    assert mediator.write(address, body, 202)["state"] == "waiting"
    assert (mediator.read(f"{address}waiting/")["done"], mediator.read(f"{address}waiting/")["hanging"]) == (
        0,
        3,
    )
    assert "occurred_on" in mediator.write(address, body | {"reason": "Other."}, 400)["errors"]
    program(make.analyst()).read(f"{address}waiting/", 403)
    assert mediator.read(f"triggers/accord/{trigger.code}/")["dates"] == []
    assert triggers.work_out_dates(lambda: NOW) == 1
    assert mediator.read(f"{address}waiting/")["state"] == "recorded"
    assert mediator.read(f"triggers/accord/{trigger.code}/")["occurred_on"] == "2026-02-01"
