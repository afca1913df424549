"""Numbers tell nothing: no serial number of what not everybody may see leaves the server, to whomever it speaks.

The sequences of all such tables begin at a number that nothing else has, so that one of theirs is known where it is
met.
Since no number leaves, none that a proposal or a preview used up while it was tried can be missed either.
"""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from pytest_django import Settings

from agreement.models import (
    Agreement,
    Calendar,
    CalendarParty,
    Instrument,
    InterpretiveRule,
    Participation,
    Position,
    Provision,
    Trigger,
)
from obligations.models import Commitment, Gate, Indicator, Obligation, Terms
from parties.models import Party
from tests.canary.addresses import addresses
from tests.canary.filters_asked import filtered
from tests.canary.hidden import ALL, hide, of_names
from tests.canary.reader import Answer, Reader
from tests.canary.world import ACCOUNTS, build
from tests.effort import every, in_turn
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]

FIRST = 777_777_700_000_000
NUMBER = re.compile(r"(?<!\d)7777777\d{8}(?!\d)")
# What a pack gives: whoever may read the agreement has the whole of it.
OF_PACKS: set[type[Model]] = {
    Agreement,
    Calendar,
    CalendarParty,
    Commitment,
    Gate,
    Indicator,
    Instrument,
    InterpretiveRule,
    Obligation,
    Participation,
    Party,
    Position,
    Provision,
    Terms,
    Trigger,
}


def begin_far_off() -> None:
    ours = [apps.get_app_config(name) for name in ("agreement", "obligations")]
    models = [model for app in ours for model in app.get_models(include_auto_created=True)]
    with connection.cursor() as cursor:
        for model in set(models) - OF_PACKS:
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key])
            if sequence := cursor.fetchone()[0]:
                cursor.execute("SELECT setval(%s, %s)", [sequence, FIRST])


def made() -> None:
    begin_far_off()
    build()
    hide(*of_names(ALL))


world = made_once(made)


VIEWERS = ["nobody", "representative of alpha", "mediator", "mediator elsewhere", "administrator"]


@pytest.mark.parametrize("viewer", in_turn(VIEWERS))
def test_no_serial_number_leaves_the_server(viewer: str, settings: Settings) -> None:
    settings.PUBLIC_READING = True
    settings.ALLOWED_HOSTS = ["testserver"]
    asked = [*addresses(), *every(filtered(), VIEWERS.index(viewer), 10)]
    answers = Reader(ACCOUNTS[viewer]).answers(one for one in asked if not of_the_ledger(one))
    assert len(answers) > 100
    told = {address: numbers(answer) for address, answer in answers.items() if numbers(answer)}
    assert told == {}


def of_the_ledger(address: str) -> bool:
    """Its entries name rows by number, to mediators alone: what is hashed already cannot be said in another way."""
    return any(address.startswith(path) for path in ("/ledger/", "/api/v1/ledger/"))


def numbers(answer: Answer) -> list[str]:
    """With what stands before them."""
    return [
        answer.everything[max(0, at.start() - 40) : at.end()] for at in NUMBER.finditer(answer.everything)
    ]
