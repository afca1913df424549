"""Each day of the ladder is told once, a missed one is made up, what does not run is not told, nor what is new."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from obligations.delivery.mail import send_next
from obligations.delivery.reminders import give, rung
from obligations.models import Commitment, Message
from parties.models import User
from tests import make

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = date(2026, 3, 20)
LADDER = [-30, -7, -1, 0, 1, 7]


@pytest.fixture(autouse=True)
def there_is_an_address(settings: Settings) -> Iterator[None]:
    settings.SITE_ADDRESS = "https://tracker.example.org"
    with time_machine.travel(START, tick=False):
        yield


@given(days=st.integers(-400, 400), step=st.integers(0, 30))
def test_the_newest_day_of_the_ladder_never_goes_back_and_comes_each_week_in_the_end(
    days: int, step: int
) -> None:
    on, later = DUE + timedelta(days=days), DUE + timedelta(days=days + step)
    now, then = rung(LADDER, DUE, on), rung(LADDER, DUE, later)
    assert (now is None) == (days < -30)
    if now is not None:
        assert then is not None
        assert now <= days
        assert now <= then
        assert days <= 7 or days - now < 7


def owed(code: str = "ONE") -> tuple[Commitment, User]:
    alpha = make.party("alpha")
    made = make.commitment(code, alpha, rule="fixed", terms={"date": DUE.isoformat()}, now=START)
    return made, User.objects.filter(email="alpha@trial.invalid").first() or make.representative(alpha)


def told(day: date) -> list[Any]:
    """What leaves on that day."""
    mail.outbox.clear()
    now = datetime(day.year, day.month, day.day, 9, 5, tzinfo=UTC)
    give(now)
    while send_next(now):
        pass
    return [one.subject for one in mail.outbox]


@pytest.mark.django_db
def test_what_is_new_is_not_told_and_each_day_of_the_ladder_once_a_missed_one_made_up() -> None:
    owed()
    assert told(date(2026, 3, 2)) == []
    assert told(date(2026, 3, 13)) == ["Accord: ONE due on 20 Mar 2026, in 7 days"]
    assert "You represent the party that owes it." in mail.outbox[0].body
    assert told(date(2026, 3, 13)) == []
    assert told(date(2026, 3, 14)) == []
    # Nobody looked on the day before, and on the day.
    assert told(date(2026, 3, 21)) == ["Accord: ONE was due on 20 Mar 2026, 1 day ago"]
    assert told(date(2026, 3, 27)) == ["Accord: ONE was due on 20 Mar 2026, 7 days ago"]
    assert told(date(2026, 4, 2)) == []
    assert told(date(2026, 4, 5)) == ["Accord: ONE was due on 20 Mar 2026, 16 days ago"]


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["complete", "waive", "suspend"])
def test_of_what_is_met_waived_or_suspended_nobody_is_reminded(act: str) -> None:
    commitment, _user = owed()
    told(date(2026, 3, 2))
    if act == "complete":
        make.finding(commitment, 3, date(2026, 3, 1), now=START)
    else:
        make.reading(commitment, act, effective_on=date(2026, 3, 1), now=START)
    assert told(date(2026, 3, 13)) == []


@pytest.mark.django_db
def test_what_was_met_between_the_making_and_the_sending_is_not_told() -> None:
    commitment, _user = owed()
    told(date(2026, 3, 2))
    later = datetime(2026, 3, 13, 9, tzinfo=UTC)
    assert give(later) == 1
    make.finding(commitment, 3, date(2026, 3, 1), now=START)
    assert send_next(later)
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_plan_tells_of_what_would_be_reminded_and_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    owed()
    told(date(2026, 3, 2))
    with time_machine.travel(datetime(2026, 3, 13, 9, tzinfo=UTC), tick=False):
        call_command("reminders", "--plan")
    assert "ONE alpha, due 2026-03-20, day -7" in capsys.readouterr().out
    assert not Message.objects.exists()
    assert len(told(date(2026, 3, 13))) == 1
