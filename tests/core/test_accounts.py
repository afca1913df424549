"""Accounts and mandates: who decides about them, what cannot be, and what the ledger keeps of it."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agreement.commands import give_mandate, make_account, switch_account, withdraw_mandate
from agreement.models import LedgerEntry, Mandate
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


def switched(actor: Viewer, account: User, on: bool) -> User:
    return switch_account(account=account, on=on, actor=actor, now=NOW, reason="Left.")


def test_a_new_account_has_no_password_and_reads_what_the_public_reads(administrator: Viewer) -> None:
    made = make_account(actor=administrator, now=NOW, email=" New@Trial.invalid", reason="Asked for.")
    assert made.email == "new@trial.invalid"
    assert not made.has_usable_password()
    assert viewer_for(made).grants == ()
    entry = LedgerEntry.objects.get()
    assert (entry.agreement, entry.command, entry.actor_id) == (None, "make_account", administrator.user_id)
    assert entry.after == {"email": "new@trial.invalid", "name": ""}


@pytest.mark.parametrize("email", ["", "nobody", "analyst@TRIAL.invalid", "a\x00@trial.invalid"])
def test_an_address_that_is_none_or_taken_is_refused(email: str, administrator: Viewer) -> None:
    make.analyst()
    with pytest.raises(Refused, match="email"):
        make_account(actor=administrator, now=NOW, email=email, reason="Asked for.")


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.ANALYST, Role.REPRESENTATIVE])
def test_nobody_but_an_administrator_decides_about_accounts(role: Role) -> None:
    of: dict[str, Any] = {"party": make.party()} if role == Role.REPRESENTATIVE else {}
    actor, other = viewer_for(make.user("one@trial.invalid", role, **of)), make.analyst()
    with pytest.raises(PermissionDenied):
        make_account(actor=actor, now=NOW, email="new@trial.invalid", reason="Asked for.")
    with pytest.raises(PermissionDenied):
        given(actor, other, Role.MEDIATOR)
    with pytest.raises(PermissionDenied):
        withdraw_mandate(mandate=other.mandates.get(), actor=actor, now=NOW, reason="Left.")
    with pytest.raises(PermissionDenied):
        switched(actor, other, on=False)
    assert not LedgerEntry.objects.exists()


def test_a_mandate_is_given_in_the_administrators_own_agreement_alone(administrator: Viewer) -> None:
    other = make.agreement("other")
    with pytest.raises(PermissionDenied):
        given(administrator, make.user("one@trial.invalid"), agreement=other)
    keeper = make.user("keeper@trial.invalid")
    keeper.is_staff = True
    keeper.save()
    assert given(viewer_for(keeper), keeper, Role.ADMINISTRATOR, agreement=other).agreement == other


def test_a_changed_mandate_is_entered_with_what_it_was(administrator: Viewer) -> None:
    alpha, account = make.party(), make.analyst()
    given(administrator, account, Role.REPRESENTATIVE, party=alpha)
    entry = LedgerEntry.objects.get()
    assert entry.before == {"role": "analyst", "party": None, "clearance": "public"}
    assert (entry.after["role"], entry.after["party"]) == ("representative", "alpha")
    assert (entry.agreement, entry.reason) == (make.agreement(), "Asked for.")
    with pytest.raises(Refused, match="That is the mandate that it has"):
        given(administrator, account, Role.REPRESENTATIVE, party=alpha)


def test_an_administrator_who_becomes_mediator_stands_in_the_ledger(administrator: Viewer) -> None:
    make.administrator("second@trial.invalid")
    own = own_account(administrator)
    given(administrator, own, Role.MEDIATOR)
    entry = LedgerEntry.objects.get()
    assert entry.actor == own
    assert entry.subject == f"account {own.pk}"
    assert (entry.before["role"], entry.after["role"]) == ("administrator", "mediator")


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
    own = own_account(administrator)
    last = make.mediator() if role == Role.MEDIATOR else own
    off = make.user("off@trial.invalid", role)
    switched(administrator, off, on=False)
    mandate = last.mandates.get()
    for lose in (
        lambda: withdraw_mandate(mandate=mandate, actor=administrator, now=NOW, reason="Left."),
        lambda: given(administrator, last, Role.ANALYST),
    ):
        with pytest.raises(Refused, match="the last"):
            lose()
    if role == Role.MEDIATOR:
        with pytest.raises(Refused, match="the last"):
            switched(administrator, last, on=False)
    switched(administrator, off, on=True)
    withdraw_mandate(mandate=mandate, actor=administrator, now=NOW, reason="Left.")
    assert not last.mandates.exists()


def test_an_account_that_is_switched_off_is_the_public_until_it_is_on_again(administrator: Viewer) -> None:
    account = make.analyst(cleared=True)
    assert viewer_for(switched(administrator, account, on=False)) == PUBLIC_VIEWER
    assert viewer_for(switched(administrator, account, on=True)).grants
    entries = LedgerEntry.objects.filter(command="switch_account")
    assert [entry.after for entry in entries] == [{"may_sign_in": False}, {"may_sign_in": True}]


def test_an_account_that_works_elsewhere_too_is_not_switched_off_from_here(administrator: Viewer) -> None:
    account = make.analyst()
    Mandate.objects.create(user=account, agreement=make.agreement("other"), role=Role.MEDIATOR)
    with pytest.raises(PermissionDenied, match="that you do not administer"):
        switched(administrator, account, on=False)


def test_nobody_switches_off_the_own_account(administrator: Viewer) -> None:
    make.administrator("second@trial.invalid")
    with pytest.raises(Refused, match="your own account"):
        switched(administrator, own_account(administrator), on=False)
