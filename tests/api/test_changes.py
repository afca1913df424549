"""The stream of changes, for programs that read on from a cursor."""

import re
from collections.abc import Callable

import pytest

from agreement.viewers import viewer_for
from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_change_names_what_changed_and_where_to_read_it(anybody: Program) -> None:
    owed = make.commitment()
    said = make.claim(owed, make.representative(owed.party))
    answer = anybody.read("changes/")
    (row,) = answer["results"]
    assert re.fullmatch("[0-9a-f-]{36}", row.pop("id"))
    assert row == {
        "kind": "statement",
        "agreement": "accord",
        "key": said.key,
        "obligation": "O-1",
        "commitment": owed.pk,
        "recorded_at": "2026-03-02T09:00:00Z",
        "url": "http://testserver/obligations/accord/O-1/",
        "api_url": f"http://testserver/api/v1/statements/{said.key}/",
    }
    assert anybody.get(row["api_url"]).json()["reason"] == said.reason
    assert answer["next"] is None


def test_an_empty_answer_goes_on_too(anybody: Program) -> None:
    owed = make.commitment()
    speaker = make.representative(owed.party)
    empty = anybody.read("changes/", after=anybody.read("changes/")["cursor"])
    assert empty["results"] == []
    said = make.claim(owed, speaker)
    rows = anybody.read("changes/", after=empty["cursor"])["results"]
    assert [row["key"] for row in rows] == [said.key]


def test_pages_lead_on_until_there_is_no_more_at_present(anybody: Program) -> None:
    owed = make.commitment()
    speaker = make.representative(owed.party)
    said = [make.claim(owed, speaker, reason=f"Claim {number}.").key for number in range(5)]
    found, address = [], "/api/v1/changes/?limit=2"
    while address:
        answer = anybody.get(address).json()
        found += [row["key"] for row in answer["results"]]
        address = answer["next"]
    assert found == said


def test_from_now_nothing_is_told_of_before(anybody: Program) -> None:
    owed = make.commitment()
    speaker = make.representative(owed.party)
    make.claim(owed, speaker)
    held = anybody.read("changes/", after="now")
    assert held["results"] == []
    later = make.claim(owed, speaker, reason="More.")
    assert [row["key"] for row in anybody.read("changes/", after=held["cursor"])["results"]] == [later.key]


@pytest.mark.parametrize("after", ["x", "NOW", "gAAAAA" + "b" * 120])
def test_a_cursor_that_was_not_given_out_is_refused_with_what_to_do(after: str, anybody: Program) -> None:
    make.commitment()
    problem = anybody.read("changes/", 400, after=after)
    assert "no cursor of this server" in str(problem["errors"]["after"])


def test_kinds_and_an_agreement_pick_what_is_told(
    anybody: Program, program: Callable[[User], Program]
) -> None:
    owed = make.commitment()
    make.claim(owed, make.representative(owed.party))
    mediator = make.mediator()
    hidden = make.finding(owed, 1, tier=Tier.MEDIATORS, actor=viewer_for(mediator))
    make.reading(owed, "suspend", reason="Agreed.")
    assert [row["kind"] for row in anybody.read("changes/", kind=["reading"])["results"]] == ["reading"]
    rows = program(mediator).read("changes/", kind=["statement"], agreement="accord")["results"]
    assert hidden.key in [row["key"] for row in rows]
    assert "There is no" in str(anybody.read("changes/", 400, kind="claim")["errors"])
