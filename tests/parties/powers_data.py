"""Each act of power, on a record with somebody to do it to."""

from typing import Any

from agreement.models import Mandate, SignOff
from obligations.commands.proposals import (
    Command,
    carry_out,
)
from parties.access import Clearance, Role, Viewer
from parties.models import User
from tests import make
from tests.make import NOW

SAID: dict[str, Any] = {"now": NOW, "reason": "Asked for."}


def without_password() -> User:
    account: User = User.objects.create_user("new@trial.invalid")
    Mandate.objects.create(user=account, agreement=make.agreement(), role=Role.MEDIATOR)
    return account


# Each act of power, on a record with somebody to do it to.


def a_mandate(actor: Viewer) -> Any:
    account = make.user("one@trial.invalid")
    arguments: dict[str, Any] = {"account": account, "agreement": make.agreement(), "role": Role.MEDIATOR}
    return carry_out(Command.GIVE_MANDATE, actor=actor, **arguments, **SAID)


def a_mandate_by_address(actor: Viewer) -> Any:
    arguments: dict[str, Any] = {
        "email": "one@trial.invalid",
        "agreement": make.agreement(),
        "role": Role.REPRESENTATIVE,
    }
    return carry_out(Command.INVITE, actor=actor, party=make.party(), **arguments, **SAID)


def a_clearance(actor: Viewer) -> Any:
    arguments: dict[str, Any] = {
        "account": make.analyst(),
        "agreement": make.agreement(),
        "role": Role.ANALYST,
    }
    return carry_out(Command.GIVE_MANDATE, actor=actor, clearance=Clearance.PARTIES, **arguments, **SAID)


def a_policy(actor: Viewer, **fields: Any) -> Any:
    given = SAID | fields
    return carry_out(Command.SET_POLICY, actor=actor, agreement=make.agreement(), wanted=[], **given)


def a_link(actor: Viewer) -> Any:
    return carry_out(Command.SEND_LINK, actor=actor, account=without_password(), shown=True, **SAID)


def a_switch_on(actor: Viewer) -> Any:
    account = make.mediator("off@trial.invalid")
    User.objects.filter(pk=account.pk).update(is_active=False)
    return carry_out(Command.SWITCH_ACCOUNT, actor=actor, account=account, on=True, **SAID)


def a_reset(actor: Viewer) -> Any:
    account = make.mediator("one@trial.invalid")
    make.factor(account)
    return carry_out(Command.RESET_FACTOR, actor=actor, account=account, **SAID)


def a_factor_for_mediators(actor: Viewer) -> Any:
    policy: dict[str, Any] = {"agreement": make.agreement(), "wanted": [SignOff.POWERS]}
    return carry_out(Command.SET_POLICY, actor=actor, second_factor=[Role.MEDIATOR], **policy, **SAID)


def a_withdrawal(actor: Viewer) -> Any:
    account = make.administrator("third@trial.invalid")
    arguments: dict[str, Any] = {"account": account, "agreement": make.agreement()}
    return carry_out(Command.WITHDRAW_MANDATE, actor=actor, **arguments, **SAID)


def a_switch_off(actor: Viewer) -> Any:
    account = make.administrator("third@trial.invalid")
    return carry_out(Command.SWITCH_ACCOUNT, actor=actor, account=account, on=False, **SAID)


def a_lesser_mandate(actor: Viewer) -> Any:
    account = make.administrator("third@trial.invalid")
    arguments: dict[str, Any] = {"account": account, "agreement": make.agreement(), "role": Role.ANALYST}
    return carry_out(Command.GIVE_MANDATE, actor=actor, **arguments, **SAID)


GIVING = [
    *(a_mandate, a_mandate_by_address, a_clearance, a_policy, a_factor_for_mediators),
    *(a_link, a_switch_on, a_reset),
]
TAKING = [a_withdrawal, a_switch_off, a_lesser_mandate]
COMMANDS_ENTERED = (
    *("give_mandate", "reset_factor", "set_policy", "send_link", "switch_account", "withdraw_mandate"),
)
