"""A database from before the ledger named rows that may change: they are entered once, as they are."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection

from agreement.models import LedgerEntry
from obligations.migrations import _taken_over as taken_over
from tests import make
from tests.ledger.data import faults, tamper

pytestmark = pytest.mark.django_db(transaction=True)
# What the builders write past the commands, and what no entry named at any time.
BUILDERS = {"obligations.terms", "agreement.triggerdate"}


def named_wrongly() -> list[str]:
    return [one for one in faults() if one.split()[0] not in BUILDERS]


def test_what_was_there_is_entered_once_and_guarded_from_then_on() -> None:
    owed = make.commitment(days=30)
    make.mediator()
    owed.obligation.touched_by.add(make.event())
    make.event("E-2", happened_on=date(2024, 1, 1), title="Ü \u2028 \U0001f30a")
    assert named_wrongly()
    taken_over.enter(apps, None)
    assert named_wrongly() == []
    entries = LedgerEntry.objects.filter(command="take_over")
    assert set(entries.values_list("agreement", flat=True)) == {None, owed.agreement_id}
    tamper("UPDATE agreement_mandate SET role = 'administrator'")
    assert [one.split(": ")[1].split()[0] for one in named_wrongly()] == ["agreement.mandate"]


def test_an_empty_database_gets_no_entry() -> None:
    taken_over.enter(apps, None)
    connection.check_constraints()
    assert not LedgerEntry.objects.exists()
