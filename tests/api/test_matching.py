"""Who owns an obligation is replaced only as it was read: nobody's word is overwritten unseen."""

from collections.abc import Callable
from typing import Any

import pytest

from agreement.viewers import viewer_for
from obligations.commands.care import assign
from obligations.models import Assignment, Obligation
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.make import NOW

pytestmark = pytest.mark.django_db
PATH = "/api/v1/obligations/accord/O-1/owner/"
Programs = Callable[[User], Program]


def put(program: Program, owner: str | None, **headers: str) -> Any:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return program.post(PATH, {"owner": owner}, content_type="application/json", headers=names)


def test_an_owner_is_replaced_by_who_read_who_it_is_and_who_did_not_is_told(program: Programs) -> None:
    make.commitment("O-1")
    one, other = make.mediator(), make.mediator("other@trial.invalid")
    mine = program(one)
    assert put(mine, one.email).status_code == 428
    read = mine.get(PATH)
    assert read.json() == {"owner": None, "follows": False}
    assign(obligation=Obligation.objects.get(), owner=other, actor=viewer_for(other), now=NOW)
    late = put(mine, one.email, If_Match=read["ETag"])
    assert (late.status_code, late["Content-Type"]) == (412, "application/problem+json")
    assert late.json()["current"] == {"owner": other.email, "follows": False}
    assert Assignment.objects.count() == 1
    done = put(mine, one.email, If_Match=mine.get(PATH)["ETag"])
    assert (done.status_code, done.json()["owner"], done["ETag"]) == (200, one.email, mine.get(PATH)["ETag"])


def test_sent_again_by_its_key_it_is_answered_as_the_first_time(program: Programs) -> None:
    make.commitment("O-1")
    user = make.mediator()
    mine = program(user)
    tag = mine.get(PATH)["ETag"]
    first, again = (put(mine, user.email, If_Match=tag, Idempotency_Key="one") for _turn in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert Assignment.objects.count() == 1


def test_who_owns_it_is_read_by_mediators_alone(program: Programs, anybody: Program) -> None:
    make.commitment("O-1")
    assert program(make.analyst()).get(PATH).status_code == 403
    assert anybody.get(PATH).status_code == 401
    assert program(make.mediator()).get(PATH.replace("O-1", "O-2")).status_code == 404
