"""Accounts and mandates: who may work here, and as what. Administrators alone decide it, each time with a reason."""

from agreement.commands.accounts import make_account, record_link, switch_account
from agreement.commands.mandates import give_mandate, withdraw_mandate

__all__ = ["give_mandate", "make_account", "record_link", "switch_account", "withdraw_mandate"]
