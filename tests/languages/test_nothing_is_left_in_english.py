"""Every text that somebody reads is a message of the catalogues, or data.

All pages, files, forms and mails in a language whose messages are in other letters: what is still in Latin letters, and
neither data nor a name of a format, was not marked for translation. By default as one of those who read, in turn.
"""

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from pytest_django import Settings

from obligations.lists.takeaway import FORMATS
from parties.models import User
from tests.browser.walk import states
from tests.browser.worlds import EMAILS, full
from tests.canary.addresses import routes
from tests.effort import in_turn
from tests.languages.leaks import Leaks
from tests.languages.pseudo import LANGUAGE, spoken
from tests.languages.visits import Visitor
from tests.make import NOW
from tests.pages.forms_found import asked
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
WHO = ("nobody", "representative of alpha", "mediator", "administrator")
# What everybody is given something of.
KINDS = {"text/html", "text/csv", "text/calendar", "image/svg+xml", "application/pdf", "application/atom+xml"}
# Read by programs alone, or by who keeps the server; and a sheet of the codes that are typed in it.
NOT_VISITED = {"healthz", "livez", "readyz", "kept-mail", "bulk-template"}


def build() -> Leaks:
    with time_machine.travel(NOW, tick=False):
        full()
        asked()
        User.objects.update(language=LANGUAGE)
        with connection.cursor() as cursor:  # entries of the ledger have their places, as after a commit
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return Leaks()


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
    for form in list(visitor.forms.values()):
        for filled in (True, False):
            visitor.send(form, filled=filled)
    assert visitor.kinds.keys() >= KINDS
    assert visitor.found == {}
