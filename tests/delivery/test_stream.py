"""The stream of changes: each once, in order, as far as the viewer may see it."""

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from agreement.viewers import viewer_for
from obligations.commands.care import acknowledge_breach
from obligations.commands.events import record_event
from obligations.commands.releases import publish_due, release
from obligations.commands.replies import withdraw_statement
from obligations.commands.requests import take_back_request
from obligations.commands.triggers import set_trigger_date
from obligations.delivery.cursor import Places, WrongCursor, opened, sealed
from obligations.delivery.kinds import Kind
from obligations.delivery.stream import Change, present, read
from obligations.status.breaches import breaches_of
from parties.access import PUBLIC_VIEWER, Tier, Viewer
from tests import make
from tests.make import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("public_reading")]


@pytest.fixture
def mediator() -> Viewer:
    return viewer_for(make.mediator())


def told(viewer: Viewer, places: Places | None = None, **asked: Any) -> list[tuple[str, str]]:
    return [(one.kind.value, one.key) for one in read(viewer, NOW, places or {}, **asked).changes]


def page_by_page(viewer: Viewer, limit: int) -> list[Change]:
    found: list[Change] = []
    places: Places = {}
    while True:
        page = read(viewer, NOW, places, limit=limit)
        assert len(page.changes) <= limit
        found, places = found + page.changes, page.places
        if not page.more:
            return found


def test_what_is_said_is_told_with_its_addresses_and_not_a_word_of_it() -> None:
    owed = make.commitment()
    said = make.claim(owed, make.representative(owed.party))
    (change,) = read(PUBLIC_VIEWER, NOW, {}).changes
    assert (change.kind, change.key, change.obligation) == (Kind.STATEMENT, said.key, "O-1")
    assert change.commitment == owed.pk
    assert change.api == f"/api/v1/statements/{said.key}/"
    assert change.page == "/obligations/accord/O-1/"
    assert said.reason not in repr(change)


def test_every_kind_of_act_is_told_by_its_key(mediator: Viewer) -> None:
    act: dict[str, Any] = {"actor": mediator, "now": NOW}
    owed = make.commitment(days=30)
    asked = make.request(owed, actor=mediator)
    take_back_request(request=asked, reason="Settled.", **act)
    said = make.finding(owed, 1)
    gone = withdraw_statement(statement=said, reason="Wrong.", **act)
    read_as = make.reading(owed, "suspend", reason="Agreed.")
    on = date(2024, 1, 2)
    trigger = owed.obligation.trigger
    assert trigger is not None
    set_trigger_date(trigger=trigger, occurred_on=on, reason="Told.", **act)
    shown = make.evidence_link(owed.obligation)
    happened = record_event(
        agreement=owed.agreement,
        obligations=[owed.obligation],
        title="A meeting",
        happened_on=on,
        precision="day",
        source="example.org",
        tier=Tier.PUBLIC,
        **act,
    )
    assert [one for one in told(mediator) if "breach" not in one[0]] == [
        ("request", asked.key),
        ("request", asked.key),
        ("statement", said.key),
        ("withdrawal", gone.key),
        ("reading", read_as.key),
        ("trigger", "T-START"),
        ("evidence", shown.key),
        ("event", happened.code),
    ]


def test_that_a_breach_is_acknowledged_is_told_to_mediators_alone(mediator: Viewer) -> None:
    owed = make.commitment(days=30)
    (breach,) = breaches_of([owed], mediator, NOW)
    acknowledge_breach(commitment=owed, breach=breach.key, actor=mediator, now=NOW)
    assert told(mediator) == [("breach_acknowledged", breach.key)]
    assert told(PUBLIC_VIEWER) == told(viewer_for(make.representative(owed.party))) == []


def test_a_held_cursor_meets_what_was_hidden_at_its_release(mediator: Viewer) -> None:
    owed = make.commitment()
    hidden = make.finding(owed, 1, tier=Tier.MEDIATORS)
    held = read(PUBLIC_VIEWER, NOW, {})
    assert held.changes == []
    release(subject=hidden, tier=Tier.PUBLIC, actor=mediator, now=NOW, reason="Agreed.")
    assert told(PUBLIC_VIEWER, held.places) == [("release", hidden.key)]


def test_a_planned_publication_is_met_when_it_has_come(mediator: Viewer) -> None:
    hidden = make.finding(make.commitment(), 1, tier=Tier.MEDIATORS)
    at = NOW + timedelta(days=1)
    release(subject=hidden, tier=Tier.PUBLIC, publish_at=at, actor=mediator, now=NOW, reason="Agreed.")
    held = read(PUBLIC_VIEWER, NOW, {})
    assert held.changes == []
    publish_due(now=at)
    assert [one.kind for one in read(PUBLIC_VIEWER, at, held.places).changes] == [Kind.RELEASE]
    assert [one.kind for one in read(PUBLIC_VIEWER, at, {}).changes] == [Kind.STATEMENT, Kind.RELEASE]


def test_who_was_not_told_of_a_narrower_release_is_not_told_of_it_after_a_wider_one(mediator: Viewer) -> None:
    hidden = make.finding(make.commitment(), 1, tier=Tier.MEDIATORS)
    for tier in (Tier.PARTIES, Tier.PUBLIC):
        release(subject=hidden, tier=tier, actor=mediator, now=NOW, reason="Agreed.")
    kinds = [kind for kind, _key in told(PUBLIC_VIEWER)]
    assert kinds == ["statement", "release"]
    assert [kind for kind, _key in told(mediator)] == ["statement", "release", "release"]


def test_pages_of_any_size_hold_each_change_once_and_in_order(mediator: Viewer) -> None:
    owed, other = make.commitment(), make.commitment("B-1", of=make.agreement("bond"))
    speaker = make.representative(owed.party)
    for number in range(7):
        make.claim(owed, speaker, reason=f"Claim {number}.")
        make.finding(owed, 1, tier=Tier.MEDIATORS if number % 2 else Tier.PUBLIC, reason=f"Seen {number}.")
    make.finding(other, 1)
    for viewer in (mediator, PUBLIC_VIEWER):
        at_once = read(viewer, NOW, {}).changes
        assert len({one.id for one in at_once}) == len(at_once)
        for limit in (1, 2, 5, 100):
            assert page_by_page(viewer, limit) == at_once


def test_of_one_agreement_alone_is_read_on_and_the_others_stay(mediator: Viewer) -> None:
    owed, other = make.commitment(), make.commitment("B-1", of=make.agreement("bond"))
    make.claim(owed, make.representative(owed.party))
    make.finding(other, 1)
    first = read(PUBLIC_VIEWER, NOW, {}, agreements=[owed.agreement])
    assert [one.agreement for one in first.changes] == ["accord"]
    rest = read(PUBLIC_VIEWER, NOW, first.places)
    assert [one.agreement for one in rest.changes] == ["bond"]
    assert rest.places == present([owed.agreement, other.agreement])


def test_a_cursor_is_another_text_each_time_and_takes_no_change(mediator: Viewer) -> None:
    places: Places = {1: (12, 3), 2**31: (2**40, 2**31 - 1)}
    one, other = sealed(places), sealed(places)
    assert one != other
    assert len(one) == len(sealed({1: (0, 0), 2: (0, 0)}))
    assert opened(one) == opened(other) == places
    for wrong in ("", "x", "ž", one[:-2], one[:40] + ("A" if one[40] != "A" else "B") + one[41:]):
        with pytest.raises(WrongCursor):
            opened(wrong)


def test_what_is_hidden_costs_no_query_for_each_of_it(
    mediator: Viewer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    owed = make.commitment()
    for number in range(12):
        make.finding(owed, 1, tier=Tier.MEDIATORS, reason=f"Seen {number}.")
    make.claim(owed, make.representative(owed.party))
    with django_assert_num_queries(4):  # agreements, heads, entries, statements
        held = read(PUBLIC_VIEWER, NOW, {})
    assert len(held.changes) == 1
    with django_assert_num_queries(2):  # agreements, heads
        assert read(PUBLIC_VIEWER, NOW, held.places).changes == []
