"""Accounts and mandates: who decides about them, what cannot be, and what the ledger keeps of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from django.core.exceptions import PermissionDenied
from django.db import connections

from agreement.commands import give_mandate, invite, record_link, switch_account, withdraw_mandate
from agreement.models import Agreement, LedgerEntry, Mandate
from agreement.viewers import viewer_for
from parties.access import PUBLIC_VIEWER, Role, Viewer
from parties.errors import Refused
from parties.models import User
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Viewer:
    return viewer_for(make.administrator())


def own_account(viewer: Viewer) -> User:
    assert viewer.user_id is not None
    return User.objects.get(pk=viewer.user_id)


def given(actor: Viewer, account: User, role: str = Role.ANALYST, **more: Any) -> Mandate:
    said: dict[str, Any] = {"agreement": make.agreement(), "reason": "Asked for.", "now": NOW}
    return give_mandate(actor=actor, account=account, role=role, **(said | more))


def withdrawn(actor: Viewer, account: User) -> None:
    withdraw_mandate(account=account, agreement=make.agreement(), actor=actor, now=NOW, reason="Left.")


def switched(actor: Viewer, account: User, on: bool) -> User:
    return switch_account(account=account, on=on, actor=actor, now=NOW, reason="Left.")


def invited(actor: Viewer, email: str = "new@trial.invalid", **more: Any) -> Mandate:
    said: dict[str, Any] = {"agreement": make.agreement(), "role": Role.ANALYST, "reason": "Asked for."}
    return invite(actor=actor, email=email, now=NOW, **(said | more))


def link_to(account: User, actor: Viewer) -> User:
    return record_link(account=account, actor=actor, now=NOW, reason="New.", shown=True)


@pytest.fixture
def keeper() -> Viewer:
    """Who administers the server, and no agreement."""
    return viewer_for(User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD))


def test_a_new_account_has_no_password_and_one_mandate(administrator: Viewer) -> None:
    made = invited(administrator, " New@Trial.invalid").user
    assert made.email == "new@trial.invalid"
    assert not made.has_usable_password()
    assert [grant.role for grant in viewer_for(made).grants] == [Role.ANALYST]
    entry, mandate = LedgerEntry.objects.order_by("pk")
    assert (entry.agreement, entry.command, entry.actor_id) == (None, "make_account", administrator.user_id)
    assert entry.after == {"email": "new@trial.invalid", "name": ""}
    assert (mandate.agreement, mandate.command) == (make.agreement(), "give_mandate")
    assert entry.subject == mandate.subject == f"account {made.key}"


@pytest.mark.parametrize("email", ["", "nobody", "a\x00@trial.invalid"])
def test_an_address_that_is_none_is_refused(email: str, administrator: Viewer) -> None:
    with pytest.raises(Refused, match="email"):
        invited(administrator, email)
    assert not LedgerEntry.objects.exists()


def test_an_account_that_is_there_gets_the_mandate_and_stays_as_it_is(administrator: Viewer) -> None:
    there = make.mediator("there@trial.invalid", of=make.agreement("other"))
    User.objects.filter(pk=there.pk).update(name="The one there")
    made = invited(administrator, "There@trial.invalid", name="Another name").user
    there.refresh_from_db()
    assert (made, there.name, there.check_password(make.PASSWORD)) == (there, "The one there", True)
    assert set(there.mandates.values_list("agreement__code", "role")) == {
        ("accord", "analyst"),
        ("other", "mediator"),
    }


def test_a_mandate_that_is_there_is_not_changed_by_an_invitation(administrator: Viewer) -> None:
    there = make.mediator()
    with pytest.raises(Refused, match="has a mandate in the agreement"):
        invited(administrator, there.email)
    assert there.mandates.get().role == Role.MEDIATOR


@pytest.mark.parametrize("off", [False, True])
def test_an_invitation_does_not_tell_whether_there_was_an_account(off: bool, administrator: Viewer) -> None:
    """Not by what is refused either: each of these is refused alike for an address that nobody has."""
    other = make.mediator("there@trial.invalid", of=make.agreement("other"))
    User.objects.filter(pk=other.pk).update(is_active=not off)
    for wrong in ({"role": "king"}, {"role": "representative"}, {"reason": ""}, {"name": "x" * 301}):
        said = []
        for email in ("there@trial.invalid", "nobody@trial.invalid"):
            with pytest.raises(Refused) as refused:
                invited(administrator, email, **wrong)
            said.append(refused.value.errors)
        assert said[0] == said[1]
    assert invited(administrator, "there@trial.invalid")
    assert invited(administrator, "nobody@trial.invalid")


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.ANALYST, Role.REPRESENTATIVE])
def test_nobody_but_an_administrator_decides_about_accounts(role: Role) -> None:
    of: dict[str, Any] = {"party": make.party()} if role == Role.REPRESENTATIVE else {}
    actor, other = viewer_for(make.user("one@trial.invalid", role, **of)), make.analyst()
    with pytest.raises(PermissionDenied):
        invited(actor)
    with pytest.raises(PermissionDenied):
        given(actor, other, Role.MEDIATOR)
    with pytest.raises(PermissionDenied):
        withdrawn(actor, other)
    with pytest.raises(PermissionDenied):
        switched(actor, other, on=False)
    assert not LedgerEntry.objects.exists()


def test_a_mandate_is_given_in_the_administrators_own_agreement_alone(administrator: Viewer) -> None:
    other = make.agreement("other")
    with pytest.raises(PermissionDenied):
        given(administrator, make.user("one@trial.invalid"), agreement=other)


def test_who_keeps_the_server_gives_an_agreement_its_first_administrator(keeper: Viewer) -> None:
    first = invited(keeper, "first@trial.invalid", role=Role.ADMINISTRATOR).user
    assert viewer_for(first).has_role(Role.ADMINISTRATOR, make.agreement().pk)


def test_nobody_gives_a_mandate_to_themselves(administrator: Viewer, keeper: Viewer) -> None:
    make.administrator("second@trial.invalid")
    for actor in (administrator, keeper):
        own = own_account(actor)
        before = list(own.mandates.values_list("role", flat=True))
        with pytest.raises(Refused, match="to themselves"):
            given(actor, own, Role.MEDIATOR)
        with pytest.raises(Refused, match=r"to themselves|change it on its own page"):
            invited(actor, own.email, role=Role.MEDIATOR)
        assert list(own.mandates.values_list("role", flat=True)) == before
    assert not LedgerEntry.objects.exists()


def test_a_changed_mandate_is_entered_with_what_it_was(administrator: Viewer) -> None:
    alpha, account = make.party(), make.analyst()
    given(administrator, account, Role.REPRESENTATIVE, party=alpha)
    entry = LedgerEntry.objects.get()
    assert entry.before == {"role": "analyst", "party": None, "clearance": "public"}
    assert (entry.after["role"], entry.after["party"]) == ("representative", "alpha")
    assert (entry.agreement, entry.reason) == (make.agreement(), "Asked for.")
    with pytest.raises(Refused, match="That is the mandate that it has"):
        given(administrator, account, Role.REPRESENTATIVE, party=alpha, reason="Once more.")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"role": "king"}, "role"),
        ({"role": "representative"}, "party"),
        ({"role": "mediator", "party": "alpha"}, "party"),
        ({"role": "representative", "party": "elsewhere"}, "party"),
        ({"clearance": "mediators"}, "clearance"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(said: dict[str, Any], field: str, administrator: Viewer) -> None:
    parties = {"alpha": make.party(), "elsewhere": make.party("elsewhere", of=make.agreement("other"))}
    said = said | ({"party": parties[said["party"]]} if "party" in said else {})
    with pytest.raises(Refused, match=f"^{field}:"):
        given(administrator, make.user("one@trial.invalid"), **said)


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.ADMINISTRATOR])
def test_the_last_of_a_role_that_is_needed_cannot_be_lost(role: Role, administrator: Viewer) -> None:
    """An account that is switched off is no other one."""
    Agreement.objects.update(sign_off=[])
    own = own_account(administrator)
    last = make.mediator() if role == Role.MEDIATOR else own
    off = make.user("off@trial.invalid", role)
    switched(administrator, off, on=False)
    with pytest.raises(Refused, match="the last"):
        withdrawn(administrator, last)
    if role == Role.MEDIATOR:
        for lose in (lambda: switched(administrator, last, on=False), lambda: given(administrator, last)):
            with pytest.raises(Refused, match="the last"):
                lose()
    switched(administrator, off, on=True)
    withdrawn(administrator, last)
    assert not last.mandates.exists()


def test_an_account_that_is_switched_off_is_the_public_until_it_is_on_again(administrator: Viewer) -> None:
    account = make.analyst(cleared=True)
    assert viewer_for(switched(administrator, account, on=False)) == PUBLIC_VIEWER
    assert viewer_for(switched(administrator, account, on=True)).grants
    entries = LedgerEntry.objects.filter(command="switch_account")
    assert [entry.after for entry in entries] == [{"may_sign_in": False}, {"may_sign_in": True}]


@pytest.mark.parametrize("elsewhere", ["also", "only", "nowhere", "server"])
def test_an_account_that_is_not_of_this_agreement_alone_is_kept_by_the_server(
    elsewhere: str, administrator: Viewer, keeper: Viewer
) -> None:
    """No password link and no switching: it would be another agreement's account that is taken over."""
    account = User.objects.create_user("one@trial.invalid", None, is_staff=elsewhere == "server")
    if elsewhere in ("also", "server"):
        Mandate.objects.create(user=account, agreement=make.agreement(), role=Role.ANALYST)
    if elsewhere in ("also", "only"):
        Mandate.objects.create(user=account, agreement=make.agreement("other"), role=Role.MEDIATOR)
        make.mediator("second@trial.invalid", of=make.agreement("other"))
    with pytest.raises(PermissionDenied, match="administrators of the server"):
        switched(administrator, account, on=False)
    with pytest.raises(PermissionDenied, match="administrators of the server"):
        link_to(account, administrator)
    assert not LedgerEntry.objects.exists()
    assert link_to(account, keeper) == account
    assert not switched(keeper, account, on=False).is_active


def test_a_link_that_was_shown_ends_where_the_account_gets_a_mandate_elsewhere(administrator: Viewer) -> None:
    """Else the first agreement's administrator would set the password of the second's mediator."""
    account = invited(administrator).user
    token = default_token_generator.make_token(link_to(account, administrator))
    other = make.agreement("other")
    account.refresh_from_db()
    assert default_token_generator.check_token(account, token)
    invited(viewer_for(make.administrator("o@trial.invalid", of=other)), account.email, agreement=other)
    account.refresh_from_db()
    assert not default_token_generator.check_token(account, token)


def test_it_is_said_where_an_administrator_elsewhere_may_know_the_password(administrator: Viewer) -> None:
    other = make.agreement("other")
    account = link_to(invited(administrator).user, administrator)
    account.set_password(make.PASSWORD)
    account.save()
    theirs = viewer_for(make.administrator("o@trial.invalid", of=other))
    invited(theirs, account.email, agreement=other)
    assert LedgerEntry.objects.get(command="give_mandate", agreement=other).after["link_was_shown"]
    assert (
        "link_was_shown"
        not in LedgerEntry.objects.get(command="give_mandate", agreement__code="accord").after
    )


def test_nobody_switches_off_the_own_account(administrator: Viewer) -> None:
    make.administrator("second@trial.invalid")
    with pytest.raises(Refused, match="your own account"):
        switched(administrator, own_account(administrator), on=False)


def test_a_link_ends_where_the_account_is_switched_off(administrator: Viewer) -> None:
    for account in (invited(administrator).user, make.analyst()):
        token = default_token_generator.make_token(account)
        assert default_token_generator.check_token(account, token)
        account = switched(administrator, account, on=False)
        assert not default_token_generator.check_token(account, token)
        assert not default_token_generator.check_token(switched(administrator, account, on=True), token)


@pytest.mark.django_db(transaction=True)
def test_one_address_invited_twice_at_the_same_moment_is_one_account() -> None:
    actors = [viewer_for(make.administrator(f"{of}@trial.invalid", make.agreement(of))) for of in ("a", "b")]
    barrier = Barrier(2)

    def one(number: int) -> Mandate:
        try:
            barrier.wait(timeout=60)
            return invited(actors[number], agreement=make.agreement("ab"[number]))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(one, range(2)))
    assert made[0].user == made[1].user
    assert {one.agreement.code for one in made} == {"a", "b"}
