"""Who looks after what, and what is new to whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agreement.models import LedgerEntry
from agreement.viewers import viewer_for
from obligations.commands import Refused
from obligations.commands.care import acknowledge_breach, assign, follow
from obligations.commands.desk import QUIET, drop_view, save_view, visit
from obligations.flagging import sweep
from obligations.models import Assignment, BreachAcknowledgement, Following, SavedView
from obligations.status.breaches import breaches_of
from obligations.status.care import News, acknowledged, care_of, news_since
from parties.access import Viewer
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mediator() -> Viewer:
    return viewer_for(make.mediator())


def said(actor: Viewer) -> dict[str, Any]:
    return {"actor": actor, "now": NOW}


def test_a_breach_is_acknowledged_once_and_stays_open(mediator: Viewer) -> None:
    owed = make.commitment(days=30)
    (breach,) = breaches_of([owed], mediator, NOW)
    made = acknowledge_breach(commitment=owed, breach=breach.key, note="Asked on Monday.", **said(mediator))
    assert acknowledged([breach.key], mediator) == {breach.key: made}
    assert acknowledged([breach.key], viewer_for(make.representative(owed.party))) == {}
    assert breaches_of([owed], mediator, NOW)[0].is_open
    entry = LedgerEntry.objects.get(command="acknowledge_breach")
    assert (entry.subject, entry.reason, entry.after) == (
        "O-1 alpha",
        "Asked on Monday.",
        {"breach": breach.key},
    )
    with pytest.raises(Refused, match="acknowledged already"):
        acknowledge_breach(commitment=owed, breach=breach.key, note="Again.", **said(mediator))


def test_only_an_open_breach_of_the_commitment_is_acknowledged(mediator: Viewer) -> None:
    owed, other = make.commitment(days=30), make.commitment("O-2")
    (breach,) = breaches_of([owed], mediator, NOW)
    with pytest.raises(Refused, match="no such breach"):
        acknowledge_breach(commitment=other, breach=breach.key, **said(mediator))
    make.finding(owed, 3)
    with pytest.raises(Refused, match="no such breach"):
        acknowledge_breach(commitment=owed, breach=breach.key, **said(mediator))
    assert not BreachAcknowledgement.objects.exists()


def test_an_obligation_has_the_owner_that_was_named_last_or_none(mediator: Viewer) -> None:
    owed = make.obligation()
    first, second = make.mediator("first@trial.invalid"), make.mediator("second@trial.invalid")
    assign(obligation=owed, owner=first, **said(mediator))
    assign(obligation=owed, owner=second, **said(mediator))
    assert care_of([owed.pk], mediator)[owed.pk].owner == second
    with pytest.raises(Refused, match="so already"):
        assign(obligation=owed, owner=second, **said(viewer_for(first)))
    assign(obligation=owed, owner=None, **said(mediator))
    assert care_of([owed.pk], mediator) == {}
    assert Assignment.objects.count() == LedgerEntry.objects.filter(command="assign").count() == 3
    with pytest.raises(Refused, match="Choose a mediator"):
        assign(obligation=owed, owner=make.analyst(), **said(mediator))


def test_who_follows_follows_until_they_say_otherwise(mediator: Viewer) -> None:
    owed, other = make.obligation(), viewer_for(make.mediator("other@trial.invalid"))
    follow(obligation=owed, follows=True, **said(mediator))
    assert care_of([owed.pk], mediator)[owed.pk].follows
    assert care_of([owed.pk], other) == {}
    with pytest.raises(Refused, match="so already"):
        follow(obligation=owed, follows=True, actor=mediator, now=NOW + timedelta(hours=1))
    follow(obligation=owed, follows=False, **said(mediator))
    assert care_of([owed.pk], mediator) == {}
    assert Following.objects.count() == 2


def test_nobody_but_a_mediator_looks_after_anything() -> None:
    owed = make.commitment(days=30)
    party = viewer_for(make.representative(owed.party))
    for act in (
        lambda: acknowledge_breach(commitment=owed, breach="x", **said(party)),
        lambda: assign(obligation=owed.obligation, owner=None, **said(party)),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_the_first_visit_begins_where_the_ledger_is_and_what_others_record_after_it_is_new(
    mediator: Viewer,
) -> None:
    owed, other = make.commitment(days=30), make.commitment("O-2")
    make.claim(owed, make.representative(owed.party))
    assert news_since(visit(**said(mediator)), mediator) == News()
    make.claim(other, make.representative(make.party("beta")))
    sweep(NOW)
    assert news_since(visit(**said(mediator)), mediator).commitments == [owed.pk, other.pk]


def test_what_one_records_oneself_is_not_new(mediator: Viewer) -> None:
    owed = make.commitment()
    visit(**said(mediator))
    make.request(owed, actor=mediator)
    assert news_since(visit(**said(mediator)), mediator) == News()


def test_new_stays_new_until_the_visit_ends_by_quiet_or_by_saying_so(mediator: Viewer) -> None:
    owed, speaker = make.commitment(), make.representative()
    visit(**said(mediator))
    make.claim(owed, speaker)
    at = NOW
    for _minutes in range(3):  # it is looked at again and again
        at += timedelta(minutes=20)
        assert news_since(visit(actor=mediator, now=at), mediator).commitments == [owed.pk]
    make.contest(make.finding(owed, 1), speaker)
    later = at + QUIET + timedelta(minutes=1)
    (now_here,) = visit(actor=mediator, now=later)
    assert now_here.left_at == at
    # The visit before ended before the contest was shown: that is new, the claim is not.
    assert news_since([now_here], mediator).commitments == [owed.pk]
    assert news_since(visit(actor=mediator, now=later, all_seen=True), mediator) == News()


def test_a_view_is_saved_under_its_name_and_saved_anew_in_its_place(mediator: Viewer) -> None:
    save_view(name=" Late ", query="queue=overdue&commitment=4&after=9~4", **said(mediator))
    view = save_view(name="Late", query="queue=overdue&party=alpha", **said(mediator))
    assert [(one.name, one.query) for one in SavedView.objects.all()] == [
        ("Late", "queue=overdue&party=alpha")
    ]
    with pytest.raises(Refused, match="what it is called"):
        save_view(name=" ", query="", **said(mediator))
    drop_view(view=view, **said(viewer_for(make.mediator("other@trial.invalid"))))
    assert SavedView.objects.count() == 1
    drop_view(view=view, **said(mediator))
    assert SavedView.objects.count() == 0
