"""Mail: who is told what of a change, when, and what is tried again; nothing of what is hidden."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from agreement.models import Agreement
from agreement.viewers import viewer_for
from obligations.commands.care import acknowledge_breach, follow
from obligations.delivery.kinds import Kind
from obligations.delivery.mail import SORTS, gather, made, send_all, send_next
from obligations.flagging import sweep
from obligations.models import BreachStatus, How, Message, Sort
from parties.access import Role, Tier
from tests import make
from tests.delivery.mail_data import told, wanting, wants
from tests.make import NOW

# An entry has its place at the commit.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


def test_what_was_committed_before_is_told_to_nobody_and_what_follows_once() -> None:
    owed, user = make.commitment("ONE", make.party("alpha")), make.mediator()
    make.finding(owed, 1)
    assert told() == []
    wanting(user, How.AT_ONCE)
    make.finding(owed, 2)
    (first,) = told()
    assert first.to == ["mediator@trial.invalid"]
    assert first.subject == "Accord: ONE, finding, owed by Alpha"
    assert "https://tracker.example.org/obligations/accord/ONE/" in first.body
    assert told() == []


def test_of_what_became_overdue_every_mediator_is_told_once_where_nobody_owns_it_and_nobody_else() -> None:
    make.commitment(days=150)
    mediators = [make.mediator(), make.mediator("second@trial.invalid")]
    make.mediator("elsewhere@trial.invalid", of=make.agreement("other"))
    make.analyst()
    told()
    sweep(timezone.now())
    left = told()
    assert sorted(one.to[0] for one in left) == sorted(user.email for user in mediators)
    assert left[0].subject == "Accord: O-1, a breach opened, owed by Alpha"
    sweep(timezone.now())
    assert told() == []


def test_who_lacks_a_second_factor_that_is_wanted_is_told_once_there_is_one() -> None:
    owed = make.commitment("ONE", make.party("alpha"))
    wanting(make.mediator(), How.AT_ONCE)
    make.finding(owed, 1)
    gather(timezone.now())
    make.finding(owed, 2)
    Agreement.objects.update(second_factor=["mediator"])
    assert told() == []
    Agreement.objects.update(second_factor=[])
    (one,) = told()
    assert one.subject == "Accord: ONE, finding, owed by Alpha", "what was not gathered yet"
    (other,) = told(timezone.now() + timedelta(minutes=20))
    assert other.subject == "Accord: ONE, finding, owed by Alpha", "what waited to be sent"


def test_what_waits_for_a_second_factor_ends_after_its_time_and_is_no_failure() -> None:
    owed = make.commitment("ONE", make.party("alpha"))
    wanting(make.mediator(), How.AT_ONCE)
    make.finding(owed, 1)
    gather(timezone.now())
    Agreement.objects.update(second_factor=["mediator"])
    for days in (0, 1, 89):
        assert told(timezone.now() + timedelta(days=days)) == []
        assert Message.objects.filter(sent_at=None, attempts=0).count() == 1
    assert told(timezone.now() + timedelta(days=91)) == []
    assert Message.objects.get().failed == "Its recipient set up no second factor for ninety days."


def test_of_what_is_in_confidence_a_mail_says_only_that_there_is_something_to_read() -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    owed, of_alpha, of_beta = (
        make.commitment("ONE", alpha),
        make.representative(alpha),
        make.representative(beta),
    )
    told()
    for user in (of_alpha, of_beta):
        wanting(user, How.AT_ONCE)
    make.finding(owed, 1, tier=Tier.IN_CONFIDENCE, confidant=alpha, reason="Between us.")
    (one,) = told()
    assert one.to == ["alpha@trial.invalid"]
    html = one.alternatives[0][0]
    assert "something to read in confidence" in one.body
    assert "Between us" not in one.subject + one.body + html
    assert "Intermediate" not in one.subject + one.body + html


def test_nor_does_it_name_what_is_asked_in_confidence_or_what_mediators_alone_know() -> None:
    alpha = make.party("alpha")
    owed, user, mediator = (
        make.commitment("ONE", alpha, days=150),
        make.representative(alpha),
        make.mediator(),
    )
    told()
    sweep(timezone.now())
    told()
    for one in (user, mediator):
        wanting(one, How.AT_ONCE)
    make.request(owed, tier=Tier.IN_CONFIDENCE, now=timezone.now(), words="Between us?")
    breach = BreachStatus.objects.filter(commitment=owed).values_list("key", flat=True)[0]
    acknowledge_breach(commitment=owed, breach=breach, note="", actor=make.a_mediator(), now=timezone.now())
    left = told()
    assert sorted(one.to[0] for one in left) == ["alpha@trial.invalid", "mediator@trial.invalid"]
    for one in left:
        whole = one.subject + one.body + one.alternatives[0][0]
        assert "something to read in confidence" in whole
        assert "ONE" not in whole
        assert "Between us" not in whole


def test_a_breach_that_only_some_know_of_is_named_in_no_mail() -> None:
    owed, mediator = make.commitment("ONE", make.party("alpha"), days=150), make.mediator()
    make.finding(owed, 3, date(2023, 6, 1))
    told()
    wanting(mediator, How.AT_ONCE)
    make.finding(owed, 1, date(2023, 6, 2), tier=Tier.MEDIATORS, actor=viewer_for(mediator))
    sweep(timezone.now())
    (one,) = [one for one in told() if one.to == [mediator.email]]
    assert one.subject == "Accord: There is something to read in confidence"
    assert "ONE" not in one.body + one.alternatives[0][0]


def test_every_kind_of_change_is_of_a_sort_that_people_choose() -> None:
    assert set(SORTS) == set(Kind)
    assert {*SORTS.values(), Sort.REMINDERS, Sort.ESCALATION} == set(Sort)


def test_one_message_that_cannot_be_made_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    owed, first, second = (
        make.commitment("ONE", make.party("alpha")),
        make.analyst("1@x.invalid"),
        make.analyst("2@x.invalid"),
    )
    told()
    for user in (first, second):
        wanting(user, How.AT_ONCE)
    make.finding(owed, 1)
    whole = made

    def spoiled(message: Message, now: datetime) -> Any:
        if message.recipient == first:
            raise ValueError("a header with a line's end")
        return whole(message, now)

    monkeypatch.setattr("obligations.delivery.mail.made", spoiled)
    assert [one.to for one in told()] == [["2@x.invalid"]]
    assert "a header" in Message.objects.get(recipient=first).failed


def test_what_gathered_for_a_week_is_tried_as_long_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    owed, user = make.commitment("ONE", make.party("alpha")), make.analyst()
    told()
    wanting(user, How.WEEKLY)
    make.finding(owed, 1)
    gather(timezone.now())
    Message.objects.update(made_at=timezone.now() - timedelta(days=6), next_at=timezone.now())

    def away(self: Any, messages: list[Any]) -> int:
        raise ConnectionRefusedError("nobody there")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        for minutes in (0, 2, 5):
            send_next(timezone.now() + timedelta(minutes=minutes))
    assert Message.objects.get().attempts == 3
    assert len(told(timezone.now() + timedelta(hours=1))) == 1


def test_who_lost_the_mandate_before_it_left_is_told_nothing() -> None:
    owed, user = make.commitment("ONE", make.party("alpha")), make.analyst()
    told()
    wanting(user, How.AT_ONCE)
    make.finding(owed, 1)
    gather(timezone.now())
    user.mandates.all().delete()
    assert not send_next(timezone.now()) or mail.outbox == []
    assert mail.outbox == []
    assert Message.objects.get().sent_at is not None


def test_who_mediates_no_more_when_it_leaves_is_told_what_is_left_to_see_and_nothing_that_waits() -> None:
    owed, user = make.commitment("ONE", make.party("alpha"), days=150), make.mediator("late@trial.invalid")
    told()
    wanting(user, How.DAILY)
    sweep(timezone.now())
    make.finding(owed, 1, tier=Tier.MEDIATORS, reason="Between us.")
    make.evidence_link(owed.obligation)
    gather(timezone.now())
    message = Message.objects.get(recipient=user)
    message.breaches = list(BreachStatus.objects.values_list("key", flat=True))
    message.requests = [make.request(owed, tier=Tier.IN_CONFIDENCE, words="Between us?").pk]
    message.save()
    user.mandates.update(role=Role.ANALYST)
    (one,) = [one for one in told(timezone.now() + timedelta(days=1)) if one.to == [user.email]]
    whole = one.subject + one.body + one.alternatives[0][0]
    assert "ONE" in whole
    for hidden in ("Between us", "in confidence", "waits on the desk", "a reply"):
        assert hidden not in whole


def test_what_is_told_once_a_day_leaves_in_one_mail_at_the_hour_in_the_zone() -> None:
    owed, user = make.commitment("ONE", make.party("alpha")), make.analyst()
    told()
    wanting(user, How.DAILY, hour=18)
    for level in (1, 2, 3):
        make.finding(owed, level)
        assert told() == []
    evening = NOW.replace(hour=18)
    with time_machine.travel(evening, tick=False):
        (one,) = told()
    assert one.subject == "Accord: 3 changes"
    assert one.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert told(evening) == []


def test_of_many_changes_a_mail_says_that_there_are_many_and_where() -> None:
    user = make.analyst()
    told()
    wanting(user, How.AT_ONCE)
    for n in range(22):
        make.finding(make.commitment(f"C{n}", make.party("alpha")), 1)
    (one,) = told()
    assert one.subject == "Accord: more than 20 changes and reminders"
    assert "https://tracker.example.org/changes/?agreement=accord" in one.body


def test_after_six_mails_in_an_hour_what_comes_is_gathered_for_an_hour(on_the_day: Any) -> None:
    owed, user = make.commitment("ONE", make.party("alpha")), make.analyst()
    told()
    wanting(user, How.AT_ONCE)
    left = []
    for number in range(12):
        make.finding(owed, number % 3)
        left += told()
        on_the_day.shift(timedelta(minutes=1))
    assert len(left) == 6
    on_the_day.shift(timedelta(hours=1))
    (one,) = told()
    assert one.subject == "Accord: 6 changes"
    assert "finding" in one.body.lower()
    make.finding(owed, 1)
    assert len(told()) == 1


def test_what_changes_under_an_article_is_told_to_its_follower_with_why_and_not_to_anothers() -> None:
    alpha = make.party("alpha")
    one, other = make.commitment("ONE", alpha), make.commitment("TWO", alpha)
    elsewhere = make.provision("art_9")
    other.obligation.__class__.objects.filter(pk=other.obligation_id).update(provision=elsewhere)
    first, second = make.analyst("first@trial.invalid"), make.analyst("second@trial.invalid")
    told()
    for user, provision in ((first, one.obligation.provision), (second, elsewhere)):
        follow(provision=provision, follows=True, actor=viewer_for(user), now=timezone.now())
        wants(user, How.AT_ONCE)
    make.finding(one, 1)
    (mail_of_it,) = told()
    assert mail_of_it.to == ["first@trial.invalid"]
    said = "You follow it, its article, its party or the agreement."
    assert said in mail_of_it.body.replace("\n", " ")
    assert said in mail_of_it.alternatives[0][0]


def test_each_line_says_why_it_came_to_its_reader_but_of_what_is_in_confidence_nothing() -> None:
    alpha = make.party("alpha")
    owed, user = make.commitment("ONE", alpha), make.representative(alpha)
    told()
    wanting(user, How.AT_ONCE)
    make.finding(owed, 1)
    assert "You represent the party that owes it." in told()[0].body
    make.finding(owed, 2, tier=Tier.IN_CONFIDENCE, confidant=alpha)
    (secret,) = told()
    assert "You represent the party" not in secret.body + secret.alternatives[0][0]


def test_nobody_is_told_of_what_they_did_themselves() -> None:
    alpha = make.party("alpha")
    owed, user = make.commitment("ONE", alpha), make.representative(alpha)
    told()
    wanting(user, How.AT_ONCE)
    make.claim(owed, user, 1)
    assert told() == []


def test_a_mail_that_is_not_taken_is_tried_again_with_the_same_id_later_each_time_and_given_up(
    monkeypatch: pytest.MonkeyPatch, on_the_day: Any
) -> None:
    owed, user = make.commitment("ONE", make.party("alpha")), make.analyst()
    told()
    wanting(user, How.AT_ONCE)
    make.finding(owed, 1)
    tried: list[tuple[datetime, str]] = []

    def away(self: Any, messages: list[Any]) -> int:
        tried.extend((timezone.now(), one.extra_headers["Message-ID"]) for one in messages)
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
    gather(timezone.now())
    for _minute in range(0, 4 * 24 * 60, 10):
        send_all(timezone.now)
        on_the_day.shift(timedelta(minutes=10))
    message = Message.objects.get()
    assert message.given_up_at is not None
    assert "nobody there" in message.failed
    assert len({named for _at, named in tried}) == 1
    pauses = [after - before for (before, _), (after, _) in itertools.pairwise(tried)]
    assert pauses == sorted(pauses)
    assert pauses[-1] <= timedelta(hours=6, minutes=10)
