"""What pictures are drawn from: on each day the series gives the numbers that the lists of that day have."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from agreement.viewers import viewer_for
from obligations.deadlines import moment_of, present
from obligations.models import Commitment
from obligations.status.filters import Chosen
from obligations.status.over_time import due_next, late_counts, level_changes, rows_in_text
from obligations.status.reading import Listed
from parties.access import PUBLIC_VIEWER, Tier, Viewer
from tests import make
from tests.make import NOW
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
TODAY = NOW.date()
DAYS = [date(2023, 3, 1), date(2024, 1, 10), date(2024, 6, 1), date(2025, 3, 1), TODAY]


def made() -> None:
    """Findings that rise, fall and are taken as not assessable, on several days; and some that not everybody sees."""
    for number, party in enumerate(["alpha", "beta", "alpha"], start=1):
        owed = make.commitment(f"O-{number}", make.party(party), days=30, tags=["papers"][: number % 2])
        for level, day in (
            (1, date(2024, 1, 10)),
            (3, date(2024, 6, 1)),
            (number % 3, date(2025, 2, number)),
        ):
            make.finding(owed, level, day, now=datetime(2025, 6, number, 9, tzinfo=UTC))
    hidden = Commitment.objects.get(obligation__code="O-1")
    make.finding(hidden, 0, date(2025, 3, 1), tier=Tier.MEDIATORS)
    make.finding(make.commitment("O-4"), None, date(2024, 5, 1), not_assessable=True)
    make.commitment("O-5", kind="standing")


world = made_once(made)


def listed(viewer: Viewer, day: date | None, known: date | None = None, **chosen: Chosen) -> Listed:
    zone = make.agreement().zone
    moment = moment_of(day, known, NOW, zone) if day or known else present(NOW)
    return Listed(viewer, moment, {"agreement": ("accord",), **chosen})


def in_the_series(rows: Listed, day: date) -> Counter[Any]:
    counted: Counter[Any] = Counter()
    for one in level_changes(rows, day):
        counted[one.party_id, one.level, one.not_assessable] += one.n
    return +counted


def in_the_lists(rows: Listed) -> Counter[Any]:
    return Counter(rows.select(("s.party_id, s.level, s.not_assessable", [])))


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("known", [None, date(2025, 6, 2)])
@pytest.mark.parametrize("who", ["public", "mediator"])
def test_the_series_up_to_a_day_has_the_numbers_of_that_day(who: str, day: date, known: date | None) -> None:
    viewer = PUBLIC_VIEWER if who == "public" else viewer_for(make.mediator())
    series = in_the_series(listed(viewer, None, known), day)
    assert series == in_the_lists(listed(viewer, day, known))
    assert in_the_series(listed(viewer, day, known), day) == series


def test_what_not_everybody_sees_is_in_the_series_of_those_who_see_it() -> None:
    seen = in_the_series(listed(viewer_for(make.mediator()), None), TODAY)
    assert in_the_series(listed(PUBLIC_VIEWER, None), TODAY) != seen
    assert any(level == 0 for _party, level, _not in seen - in_the_series(listed(PUBLIC_VIEWER, None), TODAY))


def test_a_filter_of_how_it_stands_follows_the_same_commitments_back() -> None:
    rows = listed(PUBLIC_VIEWER, None, level=("2",))
    now, then = in_the_series(rows, TODAY), in_the_series(rows, date(2024, 1, 15))
    assert {level for _party, level, _not in now} == {2}
    assert {level for _party, level, _not in then} == {1}
    assert now.total() == then.total()


def test_a_topic_is_followed_by_its_obligations() -> None:
    rows = listed(PUBLIC_VIEWER, None, tag=("papers",))
    assert in_the_series(rows, TODAY).total() == 2


def test_the_series_goes_through_no_statement() -> None:
    with connection.execute_wrapper(noting := Noted()):
        level_changes(listed(PUBLIC_VIEWER, None), TODAY)
    (sql,) = [one for one in noting.statements if "commitmentstatus" in one]
    assert not [one for one in noting.statements if "obligations_statement " in one]
    assert "GROUP BY" in sql


class Noted:
    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(sql)
        return execute(sql, params, many, context)


def test_rows_stand_in_the_order_of_the_text_and_more_than_wanted_are_none() -> None:
    rows = rows_in_text(listed(PUBLIC_VIEWER, None), 10)
    assert [row.code for row in rows] == ["O-1", "O-3", "O-4", "O-5", "O-2"]  # by place, then by party
    assert rows_in_text(listed(PUBLIC_VIEWER, None), 4) == []


def test_what_is_overdue_is_counted_by_its_days_and_named_with_them() -> None:
    late = [row for row in rows_in_text(listed(PUBLIC_VIEWER, None), 10) if row.days_late]
    assert late
    assert sum(one.n for one in late_counts(listed(PUBLIC_VIEWER, None))) == len(late)
    assert due_next(listed(PUBLIC_VIEWER, None), 5) == []
    (first, *_rest) = due_next(listed(PUBLIC_VIEWER, date(2023, 3, 20)), 5)
    assert (first.code, first.due_on) == ("O-1", late[0].due_on)
