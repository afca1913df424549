"""Accounts, mandates and policies: who may work here, and as what. Administrators alone decide, with a reason."""

from agreement.commands.accounts import make_account, record_link, switch_account
from agreement.commands.mandates import give_mandate, withdraw_mandate
from agreement.commands.policy import set_policy

__all__ = ["give_mandate", "make_account", "record_link", "set_policy", "switch_account", "withdraw_mandate"]
