"""Each day of the ladder is told once, a missed one is made up, what does not run is not told, nor what is new."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from agreement.models import Agreement, Calendar, CalendarParty, Holiday
from agreement.viewers import viewer_for
from obligations.commands.care import acknowledge_breach, assign, follow
from obligations.commands.messages import set_wants
from obligations.commands.periods import make_periods
from obligations.deadlines import Holidays
from obligations.deadlines.ladder import day_of, newest_step
from obligations.delivery.mail import send_next
from obligations.delivery.reminders import give
from obligations.flagging import sweep
from obligations.models import BreachStatus, Commitment, How, Message, Sort
from parties.access import Tier
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
    now, then = newest_step(LADDER, DUE, on), newest_step(LADDER, DUE, later)
    assert (now is None) == (days < -30)
    if now is not None:
        assert then is not None
        assert now <= days
        assert now <= then
        assert days <= 7 or days - now < 7


@given(days=st.integers(-60, 60))
def test_working_days_leave_out_weekends_and_days_off_before_and_after(days: int) -> None:
    off = Holidays({date(2026, 3, 17): "A day off"})
    told = day_of(days, DUE, off)
    assert days == 0 or off.is_working(told)
    assert (told - DUE).days * (1 if days >= 0 else -1) >= abs(days)
    assert newest_step([days], DUE, told, off, again=False) == days
    assert newest_step([days], DUE, told - timedelta(days=1), off, again=False) is None


def test_a_day_before_or_after_all_years_that_are_counted_stops_nothing() -> None:
    assert newest_step([-366, 366], date(9999, 12, 30), date(9999, 12, 30), Holidays()) == -366
    assert newest_step([-366], date(1900, 1, 2), date(1900, 1, 1), Holidays()) == -366


def owed(code: str = "ONE") -> tuple[Commitment, User]:
    alpha = make.party("alpha")
    made = make.commitment(code, alpha, rule="fixed", terms={"date": DUE.isoformat()}, now=START)
    return made, User.objects.filter(email="alpha@trial.invalid").first() or make.representative(alpha)


def whole(one: Any) -> str:
    return f"{one.subject} {one.body} {one.alternatives[0][0]}"


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


@pytest.mark.django_db
def test_in_working_days_where_the_pack_asks_by_the_calendar_of_the_party_that_owes() -> None:
    commitment, _user = owed()
    make.agreement()
    Agreement.objects.update(reminder_counting="working-days", reminders=[-3, 1])
    calendar = Calendar.objects.create(agreement=commitment.agreement, code="own", name="Own")
    CalendarParty.objects.create(calendar=calendar, agreement=commitment.agreement, party=commitment.party)
    Holiday.objects.create(
        calendar=calendar,
        day=date(2026, 3, 17),
        name="Off",
        origin="pack",
        recorded_at=START,
        from_outset=True,
    )
    told(date(2026, 3, 2))
    # Due on a Friday: Thursday, Wednesday, and Monday before the Tuesday off.
    assert told(date(2026, 3, 15)) == []
    assert told(date(2026, 3, 16)) == ["Accord: ONE due on 20 Mar 2026, in 4 days"]
    assert told(date(2026, 3, 22)) == []
    assert told(date(2026, 3, 23)) == ["Accord: ONE was due on 20 Mar 2026, 3 days ago"]


@pytest.mark.django_db
def test_of_a_request_its_party_is_reminded_until_it_replies_and_nobody_who_would_not_see_the_reply() -> None:
    commitment, speaker = owed()
    Agreement.objects.update(reminders=[-7, -1])
    follower = make.analyst(cleared=True)
    follow(obligation=commitment.obligation, follows=True, actor=viewer_for(follower), now=START)
    make.request(commitment, now=START, tier=Tier.PARTIES, reply_by=date(2026, 3, 12))
    told(date(2026, 3, 2))
    assert told(date(2026, 3, 5)) == ["Accord: ONE, reply by 12 Mar 2026, in 7 days"]
    assert [one.to for one in mail.outbox] == [[speaker.email]]
    assert "Reply by 12 Mar 2026, in 7 days" in " ".join(mail.outbox[0].body.split())
    assert "Some of it is not public" in mail.outbox[0].body
    make.claim(commitment, speaker, now=START + timedelta(days=4))
    assert told(date(2026, 3, 11)) == []


@pytest.mark.django_db
def test_of_a_request_in_confidence_a_reminder_says_only_that_there_is_something_to_read() -> None:
    commitment, _speaker = owed()
    Agreement.objects.update(reminders=[-7])
    make.request(
        commitment, now=START, tier=Tier.IN_CONFIDENCE, reply_by=date(2026, 3, 11), words="Between us?"
    )
    told(date(2026, 3, 2))
    assert told(date(2026, 3, 4)) == ["Accord: There is something to read in confidence"]
    assert "ONE" not in whole(mail.outbox[0])


@pytest.mark.django_db
def test_of_what_falls_due_again_and_again_each_day_is_told() -> None:
    monthly = {"rrule": "FREQ=MONTHLY", "first": "2026-03-20"}
    make.commitment(
        "AGAIN", make.party("alpha"), kind="recurring", rule="recurring", terms=monthly, now=START
    )
    make.representative(make.party("alpha"))
    make_periods(None, START)
    told(date(2026, 3, 2))
    assert told(date(2026, 3, 13)) == ["Accord: AGAIN due on 20 Mar 2026, in 7 days"]


def overdue(code: str = "ONE") -> Commitment:
    """Flagged on 2 March, and owned, so that its opening concerns the owner alone."""
    late = make.commitment(
        code, make.party("alpha"), rule="fixed", terms={"date": "2026-02-20"}, now=START - timedelta(days=30)
    )
    owner = User.objects.filter(email="owner@trial.invalid").first() or make.mediator("owner@trial.invalid")
    assign(obligation=late.obligation, owner=owner, actor=make.a_mediator(), now=START)
    sweep(START)
    return late


def wants(user: User, how: How) -> None:
    said = dict.fromkeys(Sort.values, How.NEVER.value) | {Sort.ESCALATION.value: how.value}
    set_wants(
        agreement=make.agreement(),
        wants=said,
        hour=7,
        weekday=0,
        time_zone="UTC",
        actor=viewer_for(user),
        now=START,
    )


@pytest.mark.django_db
def test_what_nobody_acknowledged_is_told_to_the_mediators_who_take_it_once_each_step() -> None:
    overdue()
    Agreement.objects.update(escalation=[3, 10], reminders=[])
    for user in User.objects.all():
        wants(user, How.NEVER)
    taken = make.mediator("takes@trial.invalid")
    make.analyst()
    make.representative(make.party("alpha"))
    assert told(date(2026, 3, 4)) == []
    assert told(date(2026, 3, 5)) == ["Accord: ONE was due on 20 Feb 2026, 13 days ago"]
    assert [one.to for one in mail.outbox] == [[taken.email]]
    assert "It still waits on the desk, and you mediate." in mail.outbox[0].body
    assert told(date(2026, 3, 6)) == []
    # Nobody looked on the twelfth.
    assert told(date(2026, 3, 15)) == ["Accord: ONE was due on 20 Feb 2026, 23 days ago"]
    assert told(date(2026, 5, 15)) == []


@pytest.mark.django_db
def test_what_was_acknowledged_or_met_before_the_day_or_before_it_leaves_is_not_told_further() -> None:
    first, second, third = overdue(), overdue("TWO"), overdue("THREE")
    Agreement.objects.update(escalation=[3], reminders=[])
    mediator = make.a_mediator()

    def acknowledge(one: Commitment) -> None:
        key = BreachStatus.objects.filter(commitment=one).values_list("key", flat=True)[0]
        acknowledge_breach(commitment=one, breach=key, actor=mediator, now=START)

    acknowledge(first)
    later = datetime(2026, 3, 5, 9, 5, tzinfo=UTC)
    mail.outbox.clear()
    assert give(later) == 2
    acknowledge(second)
    make.finding(third, 3, date(2026, 2, 1), now=START)
    while send_next(later):
        pass
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_breach_that_a_hidden_finding_ended_is_told_to_no_mediator_and_one_that_it_made_names_nothing() -> (
    None
):
    open_for_all, hidden = overdue(), overdue("TWO")
    Agreement.objects.update(escalation=[3], reminders=[])
    make.finding(open_for_all, 3, date(2026, 2, 1), now=START, tier=Tier.MEDIATORS)
    make.finding(hidden, 3, date(2026, 2, 1), now=START)
    make.finding(hidden, 1, date(2026, 2, 2), now=START, tier=Tier.MEDIATORS)
    sweep(START + timedelta(minutes=1))
    assert set(told(date(2026, 3, 5))) == {"Accord: There is something to read in confidence"}
    said = whole(mail.outbox[0])
    assert "TWO" not in said
    assert "ONE" not in said


@pytest.mark.django_db
def test_the_page_of_mail_names_to_mediators_who_is_told_further_and_offers_it_to_nobody_else() -> None:
    mediator, analyst = make.mediator("takes@trial.invalid"), make.analyst()
    wants(make.mediator("not@trial.invalid"), How.NEVER)
    for user, shown in ((mediator, True), (analyst, False)):
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        page = client.get("/account/mail/").content.decode()
        assert ("Told to these mediators now: takes@trial.invalid." in page) == shown
        assert ('name="escalation"' in page) == shown
