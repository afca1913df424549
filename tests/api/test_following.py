"""What one's own account follows by the API: every sort of it, each once, by who has a mandate, and nobody else's."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from agreement.viewers import viewer_for
from obligations.commands.desk import save_view
from obligations.models import Commitment
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.make import NOW

pytestmark = pytest.mark.django_db
Programs = Callable[[User], Program]


@pytest.fixture
def owed() -> Commitment:
    return make.commitment("ONE", make.party("alpha"))


@pytest.fixture
def analyst() -> User:
    return make.analyst()


def bodies(owed: Commitment, user: User) -> list[dict[str, str]]:
    """Of each sort one."""
    provision, there = owed.obligation.provision, {"agreement": "accord"}
    view = save_view(name="Late", query="queue=overdue", actor=viewer_for(user), now=NOW)
    return [
        {"of": "agreement", **there},
        {"of": "provision", **there, "key": f"{provision.instrument.code}/{provision.anchor}"},
        {"of": "party", **there, "key": "alpha"},
        {"of": "obligation", **there, "key": "ONE"},
        {"of": "view", "key": view.key},
    ]


def listed(one: Program) -> list[dict[str, Any]]:
    return one.read("following/")["results"]  # type: ignore[no-any-return]


def test_every_sort_is_followed_listed_and_ended_by_its_address(
    owed: Commitment, analyst: User, program: Programs
) -> None:
    mine, all_of_them = program(analyst), bodies(owed, analyst)
    made = [mine.write("following/", body) for body in all_of_them]
    assert listed(mine) == made
    said = [(one["of"], one["agreement"], one["key"]) for one in made]
    assert said == [(one["of"], one.get("agreement"), one.get("key", "")) for one in all_of_them]
    for one in made:
        address = f"/api/v1/following/{one['id']}/"
        assert mine.delete(address).status_code == 204
        assert mine.delete(address).status_code == 404
    assert listed(mine) == []
    assert mine.write("following/", all_of_them[3])["id"] == made[3]["id"]


def test_what_is_not_there_is_of_another_agreement_or_is_anothers_is_not_found(
    owed: Commitment, analyst: User, program: Programs
) -> None:
    theirs = bodies(owed, make.mediator())[-1]
    elsewhere = make.agreement("bond")
    mine, other = program(analyst), program(make.mediator("other@trial.invalid", elsewhere))
    for of, key in itertools.product(("provision", "party", "obligation", "view"), ("", "none", "main/none")):
        mine.write("following/", {"of": of, "agreement": "accord", "key": key}, 404)
    mine.write("following/", theirs, 404)
    made = mine.write("following/", {"of": "obligation", "agreement": "accord", "key": "ONE"})
    assert other.delete(f"/api/v1/following/{made['id']}/").status_code == 404
    assert listed(other) == []
    other.write("following/", {"of": "obligation", "agreement": "bond", "key": "ONE"}, 404)
    assert "agreement" in mine.write("following/", {"of": "party", "key": "alpha"}, 400)["errors"]
    mine.write("following/", {"of": "everything"}, 400)


def test_who_has_no_mandate_there_follows_nothing_there_nor_does_a_program_that_only_reads(
    owed: Commitment, analyst: User, program: Programs, anybody: Program
) -> None:
    body = bodies(owed, analyst)[0]
    program(make.mediator("other@trial.invalid", make.agreement("bond"))).write("following/", body, 403)
    anybody.write("following/", body, 401)
    reads = Program(headers={"Authorization": f"Token {make.token(analyst, scope='read')}"})
    assert listed(reads) == []
    reads.write("following/", body, 403)
