"""Pages of mail: what each wants to be told, what stops it, what was given up, and what a trial keeps."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from obligations.delivery.mail import gather
from obligations.models import How, Message, Sort, Subscription
from parties.models import User
from tests import make
from tests.delivery.mail_data import told, wanting

# An entry has its place at the commit.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


def test_one_click_stops_all_of_an_agreement_also_what_waits() -> None:
    owed, user = make.commitment("ONE", make.party("alpha")), make.analyst()
    told()
    wanting(user, How.AT_ONCE)
    make.finding(owed, 1)
    gather(timezone.now())
    address = f"/mail/stop/{Subscription.objects.get(user=user).key}/"
    client = Client(enforce_csrf_checks=True)
    assert client.get(address).status_code == 200
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert told() == []
    make.finding(owed, 2)
    assert told() == []
    assert client.post("/mail/stop/none/").status_code == 404


def test_each_says_on_a_page_what_they_want() -> None:
    make.commitment("ONE", make.party("alpha"))
    user, client = make.analyst(), Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    assert "Hour of the day" in client.get("/account/mail/").content.decode()
    form = dict.fromkeys(Sort.values, "weekly") | {
        "hour": "6",
        "weekday": "2",
        "time_zone": "Europe/Belgrade",
    }
    assert client.post("/account/mail/", form).status_code == 302
    own = Subscription.objects.get(user=user)
    assert (own.how("breaches"), own.hour, own.weekday, own.time_zone) == ("weekly", 6, 2, "Europe/Belgrade")
    assert client.post("/account/mail/", form | {"hour": "25"}).status_code == 422


def test_administrators_see_what_was_given_up_and_send_it_again() -> None:
    owed, user = make.commitment("ONE", make.party("alpha")), make.analyst()
    keeper = User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD + "-Long-9")
    told()
    wanting(user, How.AT_ONCE)
    make.finding(owed, 1)
    gather(timezone.now())
    Message.objects.update(given_up_at=timezone.now(), failed="nobody there", attempts=9)
    client = Client()
    client.force_login(keeper, "allauth.account.auth_backends.AuthenticationBackend")
    assert "nobody there" in client.get("/administration/mail/").content.decode()
    assert client.post(f"/administration/mail/{Message.objects.get().key}/again/").status_code == 302
    assert len(told()) == 1


def test_on_a_trial_who_keeps_the_server_reads_what_would_have_left(
    settings: Settings, tmp_path: Path
) -> None:
    settings.MAIL_FOLDER = settings.EMAIL_FILE_PATH = str(tmp_path)
    owed, user = make.commitment("ONE", make.party("alpha")), make.analyst()
    told()
    wanting(user, How.AT_ONCE)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    for level in (1, 2):
        make.finding(owed, level, reason="Seen, čist.")
        told()
    keeper, client = (
        User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD + "-Long-9"),
        Client(),
    )
    client.force_login(keeper, "allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/mail/").content.decode()
    assert page.count("<details") - page.count('<details class="menu') == 2
    assert "Seen, čist." in page
    client.force_login(make.administrator(), "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/mail/").status_code == 403
    settings.MAIL_FOLDER = ""
    assert client.get("/mail/").status_code == 404
