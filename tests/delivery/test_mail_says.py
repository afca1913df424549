"""What mails, feeds and calendars say of requests and of what was said in another language than their reader's."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.formats import date_format

from agreement.viewers import viewer_for
from obligations.commands import record_answer, take_back_request
from obligations.commands.replies import translate_statement
from obligations.deadlines import day_in
from obligations.delivery.calendar import calendar_of
from obligations.delivery.feeds import Feed
from obligations.delivery.kinds import Kind
from obligations.models import How
from parties.access import Tier
from parties.models import Party, User
from tests import make
from tests.delivery.mail_data import told, wanting, wants

# An entry has its place at the commit.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site", "public_reading")]


def test_a_mail_on_a_request_says_who_is_asked_until_when_and_leads_to_where_it_is_answered() -> None:
    alpha = make.party("alpha")
    owed, user, other = make.commitment("ONE", alpha), make.representative(alpha), make.mediator()
    told()
    for one in (user, other):
        wanting(one, How.AT_ONCE)
    now = timezone.now()
    day = day_in(now, owed.agreement.zone) + timedelta(days=7)
    asked = make.request(owed, reply_by=day, now=now, words="Shta është bërë?", language="sq")
    mails = {one.to[0]: one for one in told()}
    for one in mails.values():
        assert one.subject == "Accord: ONE, a request, owed by Alpha"
        assert f"Alpha is asked for a reply. Reply by {date_format(day)}, in 7 days" in " ".join(
            one.body.split()
        )
        assert '“<span lang="sq">Shta është bërë?</span>”' in one.alternatives[0][0]
    claim_at = f"https://tracker.example.org/obligations/accord/ONE/claim/?commitment={owed.pk}"
    assert claim_at in mails["alpha@trial.invalid"].body
    assert claim_at not in mails["mediator@trial.invalid"].body
    take_back_request(request=asked, reason="Not needed.", actor=make.a_mediator(), now=timezone.now())
    for one in told():
        assert one.subject == "Accord: ONE, a request taken back, owed by Alpha"
        said = " ".join(one.body.split())
        assert f"Alpha was asked for a reply by {date_format(day)} and is asked no more." in said
        assert claim_at not in one.body


def test_a_mail_has_the_readers_own_translation_under_what_was_said_where_there_is_one() -> None:
    alpha = make.party("alpha")
    owed, readers = make.commitment("ONE", alpha), [make.mediator(), make.mediator("second@trial.invalid")]
    User.objects.filter(pk=readers[1].pk).update(language="sq")
    said = make.claim(owed, make.representative(alpha), reason="Готово & тачно.", language="sr")
    told()
    for one in readers:
        wanting(one, How.AT_ONCE)
    answer = make.finding(owed, 1, reason="Почето.", language="sr")
    translate_statement(
        statement=answer,
        language="en",
        text="Begun & <no> more.",
        actor=make.a_mediator(),
        now=timezone.now(),
    )
    translate_statement(
        statement=said, language="sq", text="U krye.", actor=make.a_mediator(), now=timezone.now()
    )
    mails = {one.to[0]: one for one in told()}
    english = mails["mediator@trial.invalid"]
    assert "A mediator's translation: Begun & <no> more." in english.body
    assert (
        'A mediator&#x27;s translation: <span lang="en">Begun &amp; &lt;no&gt; more.</span>'
        in english.alternatives[0][0]
    )
    assert "Почето." in english.body
    assert "Begun" not in mails["second@trial.invalid"].body, "it is not their language"


def test_the_translation_of_what_is_in_confidence_stands_in_no_mail() -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    owed, readers = make.commitment("ONE", alpha), [make.representative(alpha), make.representative(beta)]
    told()
    for one in readers:
        wanting(one, How.AT_ONCE)
    hidden = make.finding(owed, 1, reason="Почето.", language="sr", tier=Tier.IN_CONFIDENCE, confidant=alpha)
    translate_statement(
        statement=hidden, language="en", text="Between us.", actor=make.a_mediator(), now=timezone.now()
    )
    (sent,) = told()
    assert sent.to == ["alpha@trial.invalid"]
    assert "something to read in confidence" in sent.body
    assert "Between us" not in sent.body + sent.alternatives[0][0]


def test_a_feed_says_whether_a_request_was_made_or_taken_back() -> None:
    asked = make.request(make.commitment("ONE", make.party("alpha")), tier=Tier.PUBLIC)
    take_back_request(request=asked, reason="Not needed.", actor=make.a_mediator(), now=timezone.now())
    feed = Feed(
        make.agreement(), [Kind.REQUEST], "https://f.example.org/", "https://f.example.org", timezone.now()
    )
    assert [one["title"].partition(":")[0] for one in feed.items()] == ["A request taken back", "A request"]


def test_the_calendar_leads_who_is_asked_to_where_it_is_answered() -> None:
    alpha = make.party("alpha")
    owed, now = make.commitment("ONE", alpha), timezone.now()
    make.request(owed, reply_by=day_in(now, owed.agreement.zone), now=now)
    shown = {
        user.email: calendar_of(viewer_for(user), {}, "https://t.example.org", now)
        .decode()
        .replace("\r\n ", "")
        for user in (make.representative(alpha), make.mediator())
    }
    claim_at = f"https://t.example.org/obligations/accord/ONE/claim/?commitment={owed.pk}"
    assert claim_at in shown["alpha@trial.invalid"]
    assert claim_at not in shown["mediator@trial.invalid"]


def test_an_observer_that_is_asked_is_led_to_the_obligation_and_to_no_claim_that_it_cannot_make() -> None:
    owed, now = make.commitment("ONE", make.party("alpha")), timezone.now()
    observer = make.observer()
    monitor = Party.objects.get(mandates__user=observer)
    make.request(owed, monitor, reply_by=day_in(now, owed.agreement.zone), now=now, tier=Tier.PUBLIC)
    shown = calendar_of(viewer_for(observer), {}, "https://t.example.org", now).decode().replace("\r\n ", "")
    assert "https://t.example.org/obligations/accord/ONE/" in shown
    assert "/claim/" not in shown


def test_what_is_said_or_asked_about_a_confidence_is_told_as_one_whatever_its_own_tier() -> None:
    alpha, now = make.party("alpha"), timezone.now()
    owed, mediator, user = make.commitment("ONE", alpha), make.a_mediator(), make.representative(alpha)
    said = make.claim(owed, user, tier=Tier.IN_CONFIDENCE, confidant=alpha)
    finding = make.finding(owed, 1, tier=Tier.IN_CONFIDENCE, confidant=alpha)
    contest = make.contest(finding, user, tier=Tier.PARTIES, wider=True)
    told()
    wanting(user, How.AT_ONCE)
    for about in (said, contest):
        record_answer(statement=about, actor=mediator, now=now, reason="As said.", tier="parties", wider=True)
    day = day_in(now, owed.agreement.zone) + timedelta(days=7)
    make.request(owed, statement=finding, reply_by=day, now=now, words="Is it so?", wider=True)
    mails = told()
    assert mails
    for mail in mails:
        for text in ("ONE", "As said.", "Is it so?"):
            assert text not in mail.subject + mail.body + mail.alternatives[0][0]
    calendar = calendar_of(viewer_for(user), {}, "https://t.example.org", now).decode().replace("\r\n ", "")
    assert day.strftime("%Y%m%d") in calendar
    assert "A reply is asked for" not in calendar
    assert finding.key not in calendar


def test_what_was_asked_and_taken_back_since_is_told_once_as_taken_back() -> None:
    alpha = make.party("alpha")
    owed, user = make.commitment("ONE", alpha), make.representative(alpha)
    told()
    wanting(user, How.DAILY)
    now = timezone.now()
    asked = make.request(owed, reply_by=day_in(now, owed.agreement.zone) + timedelta(days=7), now=now)
    take_back_request(request=asked, reason="Not needed.", actor=make.a_mediator(), now=timezone.now())
    told()
    (one,) = told(now + timedelta(days=1))
    said = " ".join(one.body.split())
    assert said.count("and is asked no more.") == 1
    assert "is asked for a reply" not in said


def test_what_is_gathered_leaves_at_an_hour_that_was_chosen_since() -> None:
    owed, user = make.commitment("ONE", make.party("alpha")), make.analyst()
    told()
    now = timezone.now().replace(hour=8, minute=0)
    with time_machine.travel(now, tick=False):
        wanting(user, How.DAILY, hour=18)
        make.finding(owed, 1)
        assert told() == []
        wants(user, How.DAILY, hour=12)
        assert len(told(now.replace(hour=12))) == 1
