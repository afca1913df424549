"""Events that mediators record: dated, sourced, seen by those they are for, and known from when they were recorded."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agreement.models import Event, LedgerEntry
from agreement.viewers import viewer_for
from obligations.commands import Refused, record_event
from obligations.deadlines.moment import Moment
from obligations.models import Obligation
from obligations.status import recall
from parties.access import PUBLIC_VIEWER, Tier, Viewer
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
DAY = date(2024, 2, 1)


def recorded(owed: Obligation, actor: Viewer, **more: Any) -> Event:
    said: dict[str, Any] = {
        "agreement": owed.agreement,
        "obligations": [owed],
        "happened_on": DAY,
        "title": "They met.",
        "source": "minutes",
        "tier": Tier.PUBLIC,
        "now": NOW,
    }
    return record_event(actor=actor, **(said | more))


def test_an_event_stands_in_the_ledger_with_what_it_touches() -> None:
    owed = make.commitment("FIRST").obligation
    made = recorded(owed, make.a_mediator())
    assert list(made.obligations.all()) == [owed]
    entry = LedgerEntry.objects.get(command="record_event")
    assert entry.subject == made.code
    assert "agreement.event" in entry.content
    assert "obligations.obligation_touched_by" in entry.content


def test_it_was_not_known_before_it_was_recorded() -> None:
    made = recorded(make.commitment("FIRST").obligation, make.a_mediator())
    before = Moment(NOW, NOW, known_at=NOW - timedelta(days=1), known_on=(NOW - timedelta(days=2)).date())
    after = Moment(NOW, NOW, known_at=NOW + timedelta(days=1), known_on=NOW.date())
    assert list(recall.events_of(Event.objects.all(), before)) == []
    assert list(recall.events_of(Event.objects.all(), after)) == [made]


def test_what_is_for_the_mediators_is_seen_by_nobody_else() -> None:
    recorded(make.commitment("FIRST").obligation, make.a_mediator(), tier=Tier.MEDIATORS)
    assert not Event.objects.visible_to(PUBLIC_VIEWER, NOW).exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " "}, "title"),
        ({"source": ""}, "source"),
        ({"happened_on": date(2030, 1, 1)}, "happened_on"),
        ({"happened_on": date(1800, 1, 1)}, "happened_on"),
        ({"precision": "guessed"}, "precision"),
        ({"tier": "everybody"}, "tier"),
        ({"tier": Tier.IN_CONFIDENCE}, "confidant"),
        ({"obligations": []}, "obligations"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(said: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        recorded(make.commitment("FIRST").obligation, make.a_mediator(), **said)
    assert list(refused.value.errors) == [field]
    assert not Event.objects.exists()


def test_what_was_announced_may_lie_ahead() -> None:
    owed = make.commitment("FIRST").obligation
    assert recorded(owed, make.a_mediator(), happened_on=date(2030, 1, 1), precision="scheduled").pk


def test_a_party_records_none() -> None:
    owed = make.commitment("FIRST").obligation
    with pytest.raises(PermissionDenied):
        recorded(owed, viewer_for(make.representative()))


def test_what_is_made_public_waits_for_a_second_mediator_where_that_is_wanted() -> None:
    owed = make.commitment("FIRST").obligation
    owed.agreement.sign_off = ["publications"]
    owed.agreement.save()
    with pytest.raises(Refused, match=r"^tier: What mediators make public"):
        recorded(owed, make.a_mediator())
    assert recorded(owed, make.a_mediator(), tier=Tier.MEDIATORS).pk
