"""Many statements at once over the API."""

from collections.abc import Callable

import pytest

from obligations.models import Statement
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db

ROW = {
    "obligation": "O-1",
    "party": "alpha",
    "level": 3,
    "effective_on": "2024-01-10",
    "reason": "Seen.",
    "tier": "public",
}


def test_a_preview_says_what_each_row_does_and_confirmed_it_is_recorded(
    program: Callable[[User], Program],
) -> None:
    make.commitment(days=30)
    mediator = program(make.mediator())
    body = {"agreement": "accord", "rows": [ROW]}
    told = mediator.write("bulk/", body | {"preview": True}, 200)
    assert told["recorded"] == 0
    assert told["rows"][0]["effect"].startswith("268 days after the due date")
    assert not Statement.objects.exists()
    done = mediator.write("bulk/", body | {"shown": told["digest"]})
    assert done["recorded"] == 1
    # Sent twice, it is recorded once, and answered as the first time.
    assert mediator.write("bulk/", body) == done
    assert mediator.write("bulk/", body | {"shown": told["digest"]}) == done
    assert Statement.objects.count() == 1


def test_what_came_between_is_a_conflict(program: Callable[[User], Program]) -> None:
    owed = make.commitment(days=30)
    mediator = program(make.mediator())
    body = {"agreement": "accord", "rows": [ROW]}
    shown = mediator.write("bulk/", body | {"preview": True}, 200)["digest"]
    make.finding(owed, level=1)
    mediator.write("bulk/", body | {"shown": shown}, 409)
    assert Statement.objects.count() == 1


def test_errors_name_row_and_column_and_nothing_is_written(program: Callable[[User], Program]) -> None:
    make.commitment(days=30)
    mediator = program(make.mediator())
    rows = [ROW, ROW | {"obligation": "NONE", "tier": ""}]
    problem = mediator.write("bulk/", {"agreement": "accord", "rows": rows}, 400)
    assert set(problem["errors"]) == {"rows.2.obligation", "rows.2.tier"}
    assert not Statement.objects.exists()


def test_who_records_nothing_there_is_refused(program: Callable[[User], Program]) -> None:
    make.commitment(days=30)
    program(make.analyst()).write("bulk/", {"agreement": "accord", "rows": [ROW]}, 403)
    make.agreement("other")
    elsewhere = make.mediator("elsewhere@trial.invalid", make.agreement("other"))
    program(elsewhere).write("bulk/", {"agreement": "accord", "rows": [ROW]}, 403)


def test_what_is_wrong_in_a_row_is_named_by_the_same_path_whoever_finds_it(
    program: Callable[[User], Program],
) -> None:
    make.commitment()
    row = {
        "obligation": "O-1",
        "party": "alpha",
        "level": "2",
        "effective_on": "2024-01-10",
        "reason": "Seen.",
    }
    mediator = program(make.mediator())
    for wrong, path in (({"reason": "x" * 20_001, "tier": "public"}, "rows.2.reason"), ({}, "rows.2.tier")):
        rows = [row | {"tier": "public"}, row | {"reason": "Again."} | wrong]
        errors = mediator.write("bulk/", {"agreement": "accord", "rows": rows, "shown": "x"}, 400)["errors"]
        assert list(errors) == [path]
