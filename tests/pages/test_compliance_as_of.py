"""The compliance pages as of another day: other counts, the same days in every link, and the way back."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

DAYS = "as_of=2024-03-01&known_at=2024-05-01"
WITH_DAYS = "as_of=2024-03-01&amp;known_at=2024-05-01"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(make.analyst())
    return client


@pytest.fixture(autouse=True)
def history() -> None:
    """O-1 complete since January 2024 and taken back in June; O-2 came with a later pack."""
    owed = make.commitment(days=150)
    make.finding(owed, 3, date(2024, 1, 10), now=datetime(2024, 1, 11, 9, tzinfo=UTC))
    make.finding(owed, 1, date(2024, 6, 1), now=datetime(2024, 6, 2, 9, tzinfo=UTC))
    make.obligation("O-2", recorded_at=datetime(2025, 1, 1, tzinfo=UTC))
    make.commitment("O-2")


def page(client: Client, address: str, status: int = 200) -> str:
    with time_machine.travel(NOW, tick=False):
        answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def listed(client: Client, query: str) -> list[str]:
    return re.findall(r'obligations/accord/([^/]+)/[^"]*">O-', page(client, f"/commitments/?{query}"))


def test_figures_and_rows_are_those_of_the_day(reader: Client) -> None:
    assert listed(reader, "timeliness=overdue") == ["O-1"]
    assert listed(reader, f"timeliness=overdue&{DAYS}") == []
    assert listed(reader, f"timeliness=met_late&level=3&{DAYS}") == ["O-1"]
    assert listed(reader, "as_of=2023-12-31&timeliness=overdue") == ["O-1"]
    assert listed(reader, "timeliness=overdue&known_at=2024-02-01") == []


def test_what_was_not_known_then_is_not_counted(reader: Client) -> None:
    assert listed(reader, "") == ["O-1", "O-2"]
    assert listed(reader, DAYS) == ["O-1"]
    assert "1 of 1" in page(reader, f"/commitments/?{DAYS}")


def test_every_link_of_the_dashboard_keeps_the_days_but_the_one_to_today(reader: Client) -> None:
    shown = page(reader, f"/compliance/?{DAYS}&party=alpha")
    links = list(re.findall(r'href="(/(?:compliance|commitments)/[^"]*\?[^"]*)"', shown))
    back = [one for one in links if "as_of" not in one]
    assert back == ["/compliance/?party=alpha"]
    assert len(links) > 5
    assert all(WITH_DAYS in one for one in links if one not in back)
    rows = page(reader, f"/commitments/?{DAYS}")
    assert f'href="/obligations/accord/O-1/?{WITH_DAYS}"' in rows


def test_the_form_keeps_the_days_and_the_filters(reader: Client) -> None:
    shown = page(reader, f"/compliance/?{DAYS}&party=alpha&kind=one_off")
    forms = re.findall(r"<form.*?</form>", shown[shown.index("<main") :], re.DOTALL)
    (form,) = [one for one in forms if 'method="post"' not in one]
    assert 'name="as_of" value="2024-03-01"' in form
    assert 'name="known_at" max="2026-03-02" value="2024-05-01"' in form
    assert '<option value="alpha" selected>' in form
    assert 'name="kind" value="one_off" checked' in form


@pytest.mark.parametrize("path", ["/compliance/", "/commitments/"])
def test_a_day_that_nothing_can_be_said_of_is_an_error_and_counts_nothing(reader: Client, path: str) -> None:
    shown = page(reader, f"{path}?known_at=2026-03-03", 400)
    assert "As known on: This day has not come yet" in shown
    assert "O-1" not in shown


def test_a_day_to_come_is_a_look_ahead_and_says_so(reader: Client) -> None:
    shown = page(reader, "/compliance/?as_of=2026-12-01")
    assert "Looking ahead to" in shown
    assert "what falls due by then, with nothing recorded after" in shown
    assert "O-1" in page(reader, "/commitments/?as_of=2026-12-01")


def test_pages_of_another_day_cost_as_many_queries_for_many_rows(
    reader: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(3, 30):
        make.commitment(f"O-{number}", days=150)
    for path in ("/compliance/", "/commitments/"):
        with django_assert_max_num_queries(20):
            page(reader, f"{path}?{DAYS}")
