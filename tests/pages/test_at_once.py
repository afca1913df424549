"""What a text asks for at once: how long it took, counted and listed; and how many obligations are overdue."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from obligations.commands import Refused
from obligations.deadlines import day_in
from tests import lasting, make

pytestmark = pytest.mark.django_db
START = date(2023, 3, 18)


@pytest.fixture
def reader(client: Client, settings: Any) -> Client:
    settings.PUBLIC_READING = True
    return client


def text(client: Client, address: str) -> str:
    """A page's words with single spaces, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", client.get(address).content.decode()).split())


def test_what_was_due_at_once_says_how_long_it_took_on_every_page_and_in_the_api(reader: Client) -> None:
    done = make.commitment("A-1", rule="immediate", trigger=make.trigger(on=START))
    make.commitment("A-2", rule="urgent", trigger=make.trigger(on=START))
    make.commitment("A-3", days=30)
    make.finding(done, 3, date(2024, 4, 22))  # 401 days
    rows = reader.get("/api/v1/commitments/").json()["results"]
    assert [(row["days_taken"], row["days_running"]) for row in rows] == [
        (401, None),
        (None, (day_in(timezone.now(), done.agreement.zone) - START).days),
        (None, None),
    ]
    assert "days_taken" in reader.get("/api/v1/commitments/?format=csv").getvalue().decode().splitlines()[0]
    told = "omplete 401 days after it was to begin"
    for address in ("/obligations/accord/A-1/", "/commitments/", "/timeline/?party=alpha"):
        assert told in text(reader, address), address
    assert told not in text(reader, "/obligations/accord/A-1/?as_of=2024-04-21")
    assert "Due at once, complete 1 of 2 due at once" in text(reader, "/compliance/")
    listed = "/api/v1/commitments/?clock=immediate&level=3"
    assert [row["obligation"]["code"] for row in reader.get(listed).json()["results"]] == ["A-1"]


def test_what_was_done_before_it_was_to_begin_took_no_days(reader: Client) -> None:
    make.finding(
        make.commitment("A-1", rule="immediate", trigger=make.trigger(on=START)), 3, date(2023, 3, 1)
    )
    (row,) = reader.get("/api/v1/commitments/").json()["results"]
    assert row["days_taken"] == 0
    assert "Complete 0 days after it was to begin" in text(reader, "/obligations/accord/A-1/")


def test_a_standing_duty_takes_no_single_date_and_waits_for_none() -> None:
    duty = make.commitment("S-1", kind="standing", rule="immediate", trigger=make.trigger(on=START))
    with pytest.raises(Refused) as caught:
        make.reading(duty, "give_date", due_on=date(2026, 12, 1))
    assert "no single day could be met" in caught.value.errors["due_on"]
    lasting.standing("S-2")
    make.reading(
        make.commitment("A-1", rule="immediate", trigger=make.trigger(on=START)), "give_date", due_on=START
    )
    mediator = Client()
    mediator.force_login(make.mediator())
    assert "no single day could be met" in text(mediator, "/obligations/accord/S-1/reading/")
    assert "S-1" not in text(mediator, "/desk/?queue=immediate").split("At once, with no day set", 1)[1]


def test_the_headline_of_what_is_overdue_says_of_how_many_obligations_it_is(reader: Client) -> None:
    for code, owing in (("O-1", "alpha beta gamma"), ("O-2", "alpha beta gamma delta")):
        for party in owing.split():
            make.commitment(code, make.party(party), days=30)
    make.finding(make.commitment("O-3", days=30), 3)
    assert "2 obligations, 7 commitments" in text(reader, "/")
    assert "Overdue 7 of 8 with a date" in text(reader, "/compliance/")
    assert "2 obligations, 7 commitments" in text(reader, "/compliance/")
    assert "1 obligation, 1 commitment" in text(reader, "/compliance/?party=delta")
    assert "obligations, " not in text(reader, "/compliance/?as_of=2023-04-01")
