"""Requests over the API."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.make import NOW

pytestmark = pytest.mark.django_db

BODY = {"party": "alpha", "reply_by": "2026-03-09", "words": "How does it stand?", "tier": "parties"}


def test_a_mediator_asks_and_takes_it_back(program: Callable[[User], Program], anybody: Program) -> None:
    owed = make.commitment()
    mediator = program(make.mediator())
    made = mediator.write(f"commitments/{owed.pk}/requests/", BODY)
    assert (made["state"], made["tier"], made["statement"]) == ("open", "parties", None)
    assert anybody.read("requests/")["count"] == 0
    anybody.read(f"requests/{made['id']}/", 404)
    back = mediator.write(f"requests/{made['id']}/taken-back/", {"reason": "Asked twice."}, 200)
    assert (back["state"], back["taken_back_because"]) == ("taken_back", "Asked twice.")


def test_what_became_of_it_is_null_for_who_may_not_see_every_reply(
    program: Callable[[User], Program], anybody: Program
) -> None:
    owed = make.commitment()
    alpha = make.representative(owed.party)
    request = make.request(owed, tier="public")
    make.claim(owed, alpha, now=NOW + timedelta(hours=1), tier="in_confidence", confidant=owed.party)
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        seen = anybody.read(f"requests/{request.key}/")
        assert (seen["state"], seen["reply"], seen["replied_at"], seen["late"]) == (None, None, None, False)
        own = program(alpha).read("requests/", party="alpha")["results"][0]
        assert own["state"] == "answered"
        assert program(alpha).read(f"statements/{own['reply']}/")["tier"] == "in_confidence"


def test_what_cannot_be_asked_is_a_problem_of_its_field(program: Callable[[User], Program]) -> None:
    owed = make.commitment()
    mediator = program(make.mediator())
    problem = mediator.write(
        f"commitments/{owed.pk}/requests/", BODY | {"reply_by": "2026-03-01", "party": "nobody"}, 400
    )
    assert set(problem["errors"]) == {"party"}
    problem = mediator.write(f"commitments/{owed.pk}/requests/", BODY | {"statement": "unknown"}, 400)
    assert set(problem["errors"]) == {"statement"}
    program(make.representative(owed.party)).write(f"commitments/{owed.pk}/requests/", BODY, 403)
