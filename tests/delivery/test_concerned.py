"""Whom a change concerns: each once, with why, and nobody who did it or may not see it."""

from typing import Any

import pytest

from agreement.models import Mandate
from agreement.viewers import viewer_for
from obligations.commands import Refused
from obligations.commands.care import acknowledge_breach, assign, follow
from obligations.commands.desk import follow_view, save_view
from obligations.delivery.concerned import Known, Why, concerns
from obligations.delivery.stream import Change, change_at, read
from obligations.flagging import sweep
from obligations.models import Following
from obligations.status.breaches import breaches_of
from parties.access import Tier, Viewer
from parties.models import User
from tests import make
from tests.make import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("public_reading")]


def acting(user: User) -> dict[str, Any]:
    return {"actor": viewer_for(user), "now": NOW}


def read_by(user: User, kind: str) -> dict[str, Change]:
    return {one.id: one for one in read(viewer_for(user), NOW, {}, kinds=[kind]).changes}


def changes(kind: str) -> list[Change]:
    """All that anybody is told of, each once."""
    found: dict[str, Change] = {}
    for user in User.objects.order_by("pk"):
        found |= read_by(user, kind)
    return sorted(found.values(), key=lambda one: one.place)


def told(change: Change) -> dict[str, tuple[Why, ...]]:
    """By name, why each who is read the change is to be told of it."""
    found = {}
    for user in User.objects.order_by("pk"):
        if change.id in read_by(user, change.kind) and (
            why := concerns(viewer_for(user), change, NOW, Known())
        ):
            found[user.email.partition("@")[0]] = tuple(why)
    return found


def seen(change: Change, viewer: Viewer) -> Change | None:
    return change_at(change.chain, change.place, change.kind, viewer, NOW)


def test_a_claim_concerns_the_owner_and_who_follows_what_it_is_about_and_not_its_author() -> None:
    owed = make.commitment()
    speaker, owner, mediator = (
        make.representative(owed.party),
        make.mediator(),
        make.mediator("other@t.invalid"),
    )
    assign(obligation=owed.obligation, owner=owner, **acting(mediator))
    article, party, everything = (
        make.analyst(f"{name}@t.invalid") for name in ("article", "party", "everything")
    )
    follow(provision=owed.obligation.provision, follows=True, **acting(article))
    follow(agreement=owed.agreement, party=owed.party, follows=True, **acting(party))
    follow(agreement=owed.agreement, follows=True, **acting(everything))
    follow(obligation=owed.obligation, follows=True, **acting(speaker))
    make.claim(owed, speaker)
    (change,) = changes("statement")
    follows = (Why.FOLLOWS,)
    assert told(change) == {
        "mediator": (Why.OWNER,),
        "article": follows,
        "party": follows,
        "everything": follows,
    }


def test_who_follows_an_article_is_told_of_what_stands_below_it() -> None:
    above = make.provision("art_7")
    owed = make.commitment(provision=make.provision("art_7__para_1", parent=above))
    analyst = make.analyst()
    follow(provision=above, follows=True, **acting(analyst))
    make.finding(owed, 1)
    (change,) = changes("statement")
    assert told(change) == {"analyst": (Why.FOLLOWS,)}
    follow(provision=above, follows=False, **acting(analyst))
    assert told(change) == {}
    assert [one.follows for one in Following.objects.all()] == [True, False]


def test_what_is_hidden_concerns_those_alone_who_see_it_when_they_are_asked_about() -> None:
    owed = make.commitment()
    analyst, speaker = make.analyst(cleared=True), make.representative(owed.party)
    follow(obligation=owed.obligation, follows=True, **acting(analyst))
    make.finding(owed, 1, tier=Tier.PARTIES)
    (change,) = changes("statement")
    assert told(change) == {"analyst": (Why.FOLLOWS,), "alpha": (Why.OBLIGOR,)}
    assert seen(change, viewer_for(speaker)) == change
    Mandate.objects.filter(user__in=[analyst, speaker]).delete()
    assert told(change) == {}
    assert seen(change, viewer_for(speaker)) is None
    assert seen(change, Viewer()) is None


def test_a_breach_concerns_all_mediators_where_nobody_owns_it_and_then_who_acknowledged_it() -> None:
    owed = make.commitment(days=30)
    mediator, other, owner = (make.mediator(f"{name}@t.invalid") for name in ("one", "two", "three"))
    speaker = make.representative(owed.party)
    sweep(NOW)
    (opened,) = changes("breach_opened")
    nobody, obligor = (Why.NOBODY_OWNS,), (Why.OBLIGOR,)
    assert told(opened) == {"one": nobody, "two": nobody, "three": nobody, "alpha": obligor}
    assign(obligation=owed.obligation, owner=owner, **acting(other))
    (breach,) = breaches_of([owed], viewer_for(mediator), NOW)
    acknowledge_breach(commitment=owed, breach=breach.key, **acting(mediator))
    make.finding(owed, 3)
    (closed,) = changes("breach_closed")
    assert told(closed) == {"one": (Why.ACKNOWLEDGED,), "three": (Why.OWNER,), "alpha": obligor}
    assert seen(closed, viewer_for(speaker)) == closed


def test_a_breach_of_the_public_alone_concerns_the_party_and_no_mediator() -> None:
    owed = make.commitment(days=30)
    make.representative(owed.party)
    make.finding(
        owed, 3, effective_on=make.NOW.date().replace(year=2023, month=4, day=1), tier=Tier.MEDIATORS
    )
    sweep(NOW)
    (opened,) = changes("breach_opened")
    assert told(opened) == {"alpha": (Why.OBLIGOR,)}


def test_a_request_concerns_whom_it_asks_also_about_what_another_party_owes() -> None:
    owed, asked = make.commitment(), make.party("beta")
    make.representative(owed.party)
    make.representative(asked)
    make.request(owed, asked, tier=Tier.IN_CONFIDENCE)
    (change,) = changes("request")
    assert told(change) == {"beta": (Why.ADDRESSEE,)}


def test_who_follows_a_view_is_told_of_the_commitments_in_it() -> None:
    owed, other = make.commitment(days=30), make.commitment("O-2")
    mediator = make.mediator()
    view = save_view(name="Late", query="queue=overdue", **acting(mediator))
    follow_view(view=view, follows=True, **acting(mediator))
    for one in (owed, other):
        make.claim(
            one, User.objects.filter(email="alpha@trial.invalid").first() or make.representative(one.party)
        )
    first, second = changes("statement")
    assert told(first) == {"mediator": (Why.SAVED_VIEW,)}
    assert told(second) == {}


def test_an_agreement_is_followed_once_and_only_its_own_parties() -> None:
    owed, analyst = make.commitment(), make.analyst()
    follow(agreement=owed.agreement, follows=True, **acting(analyst))
    with pytest.raises(Refused, match="so already"):
        follow(agreement=owed.agreement, follows=True, actor=viewer_for(analyst), now=NOW.replace(hour=12))
    stranger = make.party("gamma", make.agreement("bond"))
    with pytest.raises(Refused, match="No party"):
        follow(agreement=owed.agreement, party=stranger, follows=True, **acting(analyst))
