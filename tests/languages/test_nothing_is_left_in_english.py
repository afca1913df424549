"""Every text that somebody reads is a message of the catalogues, or data.

All pages, files, forms and mails in a language whose messages are in other letters: what is still in Latin letters, and
neither data nor a name of a format, was not marked for translation. By default as one of those who read, in turn, who
sends half of the forms.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as project
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from agreement.models import Agreement
from obligations.commands.messages import subscribe_all
from obligations.delivery.mail import gather, send_next
from obligations.delivery.reminders import give
from obligations.delivery.webhooks import switched_off
from obligations.lists.takeaway import FORMATS
from obligations.models import How, Sort, Subscription, Webhook
from parties.devices import signed_in_anew
from parties.models import User
from tests.browser.walk import states
from tests.browser.worlds import EMAILS, full
from tests.canary.addresses import routes
from tests.effort import in_turn
from tests.languages.leaks import DAY, Leaks
from tests.languages.pseudo import LANGUAGE, TAG, spoken
from tests.languages.reading import texts_of
from tests.languages.said_by_packs import say_all
from tests.languages.visits import Visitor
from tests.make import NOW
from tests.pages.forms_found import asked
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
WHO = ("nobody", "representative of alpha", "mediator", "administrator")
OF_ERRORS = sorted(
    path.name for path in Path(project.BASE_DIR, "templates").glob("*.html") if path.name != "base.html"
)
# What everybody is given something of.
KINDS = {"text/html", "text/csv", "text/calendar", "image/svg+xml", "application/pdf", "application/atom+xml"}
# Read by programs alone, or by who keeps the server; and a sheet of the codes that are typed in it.
NOT_VISITED = {"healthz", "livez", "readyz", "kept-mail", "bulk-template"}


def build(*, packs: bool = False) -> Leaks:
    with time_machine.travel(NOW, tick=False):
        full()
        asked()
        say_all(Agreement.objects.get(code="accord"))
        User.objects.update(language=LANGUAGE)
        with connection.cursor() as cursor:  # entries of the ledger have their places, as after a commit
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return Leaks(packs=packs)


leaks = made_once(build)


@pytest.fixture(autouse=True)
def on_the_day(settings: Settings) -> Iterator[None]:
    settings.PUBLIC_READING = True
    cache.clear()
    with time_machine.travel(NOW, tick=False), spoken():
        yield


@pytest.mark.parametrize("who", in_turn(WHO))
def test_nothing_that_somebody_reads_is_left_in_english(who: str, leaks: Leaks) -> None:
    visitor = Visitor(EMAILS[who], leaks)
    for route in routes():
        if not route.name.startswith("api:") and route.name not in NOT_VISITED:
            visitor.open(route)
    files = (f"{reverse('timeline')}?format={form}" for form in FORMATS)
    for address in (*files, *states(who, all_of_them=True), *(asked() if who == "mediator" else ())):
        visitor.get(address)
    for form in in_turn(list(visitor.forms.values()), 2):
        for filled in (True, False):
            visitor.send(form, filled=filled)
    assert visitor.kinds.keys() >= KINDS
    assert visitor.found == {}


@pytest.mark.parametrize("template", OF_ERRORS)
def test_no_page_of_an_error_is_left_in_english(template: str, leaks: Leaks) -> None:
    page = render_to_string(template, {"detail": "", "language_tag": TAG})
    assert [text for text in texts_of("html", page.encode()) if leaks.in_text(text)] == []


def test_no_mail_is_left_in_english(leaks: Leaks, settings: Settings) -> None:
    settings.SITE_ADDRESS = "https://tracker.example.org"
    subscribe_all(NOW)
    Subscription.objects.update(wants=dict.fromkeys(Sort.values, How.AT_ONCE.value), position=0, part=0)
    gather(NOW)
    give(NOW)
    while send_next(NOW):
        pass
    told_by_hand()
    read = [text for one in mail.outbox for text in texts_of_mail(one)]
    assert len(mail.outbox) > 5
    assert [text for text in read if leaks.in_text(text) or DAY.search(text)] == []


def told_by_hand() -> None:
    """What does not come from the stream of changes."""
    asks = RequestFactory().post("/", headers={"user-agent": "Mozilla/5.0 Firefox/140"})
    mail.send_mail(*signed_in_anew(asks), None, [EMAILS["mediator"]])
    mail.send_mail(*switched_off(Webhook.objects.all()[0]), None, [EMAILS["mediator"]])
    Client().post("/account/password/reset/", {"email": EMAILS["mediator"]})


def texts_of_mail(one: Any) -> list[str]:
    """The subject, the plain text, whose lines are broken, and the page."""
    pages = [
        text for page, _kind in getattr(one, "alternatives", ()) for text in texts_of("html", page.encode())
    ]
    return [one.subject, " ".join(one.body.split()), *pages]
