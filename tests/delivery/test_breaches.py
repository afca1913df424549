"""Breaches in the stream: opened and closed for each audience by what it may see, under one key."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from agreement.models import LedgerEntry
from agreement.viewers import viewer_for
from obligations.commands.releases import release
from obligations.commands.replies import withdraw_statement
from obligations.commands.triggers import set_trigger_date
from obligations.delivery.stream import read
from obligations.flagging import sweep
from obligations.models import Commitment
from obligations.status.breaches import breaches_of
from parties.access import PUBLIC_VIEWER, Tier, Viewer
from tests import make
from tests.make import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("public_reading")]


@pytest.fixture
def mediator() -> Viewer:
    return viewer_for(make.mediator())


def turns(viewer: Viewer) -> list[str]:
    """What breaches did, all of them under keys that the viewer can look up."""
    found = read(viewer, NOW, {}, kinds=["breach_opened", "breach_closed"]).changes
    return [one.kind.removeprefix("breach_") for one in found]


def key_of(owed: Commitment, viewer: Viewer) -> str:
    (breach,) = breaches_of([owed], viewer, NOW)
    return breach.key


def test_what_the_worker_flags_is_told_once_under_the_key_that_all_have(mediator: Viewer) -> None:
    owed = make.commitment(days=30)
    for _minute in range(3):
        sweep(NOW)
    for viewer in (mediator, PUBLIC_VIEWER):
        (change,) = read(viewer, NOW, {}).changes
        assert (change.kind, change.key) == ("breach_opened", key_of(owed, viewer))
        assert change.commitment == owed.pk
        assert change.page == "/obligations/accord/O-1/"
    assert key_of(owed, mediator) == key_of(owed, PUBLIC_VIEWER)


def test_a_finding_closes_it_for_those_who_see_the_finding_and_its_release_for_the_others(
    mediator: Viewer,
) -> None:
    owed = make.commitment(days=30)
    sweep(NOW)
    hidden = make.finding(owed, 3, tier=Tier.MEDIATORS)
    assert turns(mediator) == ["opened", "closed"]
    assert turns(PUBLIC_VIEWER) == ["opened"]
    release(subject=hidden, tier=Tier.PUBLIC, actor=mediator, now=NOW, reason="Agreed.")
    assert turns(mediator) == turns(PUBLIC_VIEWER) == ["opened", "closed"]


def test_what_a_hidden_finding_kept_from_being_late_is_late_for_all_others(mediator: Viewer) -> None:
    owed = make.commitment(days=30)
    make.finding(owed, 3, date(2023, 4, 1), tier=Tier.MEDIATORS)
    sweep(NOW)
    assert turns(mediator) == []
    assert turns(PUBLIC_VIEWER) == turns(viewer_for(make.representative(owed.party))) == ["opened"]


def test_a_breach_whose_finding_is_withdrawn_opens_again(mediator: Viewer) -> None:
    owed = make.commitment(days=30)
    sweep(NOW)
    found = make.finding(owed, 3)
    withdraw_statement(statement=found, actor=mediator, now=NOW + timedelta(hours=1), reason="Wrong.")
    sweep(NOW + timedelta(hours=2))
    assert turns(mediator) == turns(PUBLIC_VIEWER) == ["opened", "closed", "opened"]


def test_a_breach_that_turns_out_to_be_none_closes(mediator: Viewer) -> None:
    owed = make.commitment(days=30)
    sweep(NOW)
    trigger = owed.obligation.trigger
    assert trigger is not None
    on = date(2026, 2, 20)
    set_trigger_date(trigger=trigger, occurred_on=on, actor=mediator, now=NOW, reason="It began later.")
    assert turns(PUBLIC_VIEWER) == ["opened", "closed"]


def test_a_finding_that_is_made_narrower_takes_the_closing_with_it(mediator: Viewer) -> None:
    owed = make.commitment(days=30)
    sweep(NOW)
    found = make.finding(owed, 3)
    release(subject=found, tier=Tier.MEDIATORS, actor=mediator, now=NOW, reason="Too early.")
    sweep(NOW)
    assert turns(mediator) == ["opened", "closed"]
    assert turns(PUBLIC_VIEWER) == ["opened", "opened"]


def test_many_turn_in_one_entry_and_are_told_in_pages(mediator: Viewer) -> None:
    for number in range(5):
        make.commitment(f"O-{number}", days=30)
    sweep(NOW)
    assert LedgerEntry.objects.filter(command="turn_breaches").count() == 1
    first = read(PUBLIC_VIEWER, NOW, {}, limit=2)
    rest = read(PUBLIC_VIEWER, NOW, first.places)
    assert (first.more, rest.more) == (True, False)
    told = [one.obligation for one in (*first.changes, *rest.changes)]
    assert sorted(filter(None, told)) == [f"O-{number}" for number in range(5)]


def test_a_sweep_that_finds_nothing_asks_twice(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make.commitment(days=30)
    sweep(NOW)
    with django_assert_num_queries(6):  # flagged and told, each in a transaction
        sweep(NOW)
