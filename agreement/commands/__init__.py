"""Accounts, mandates and policies: who may work here, and as what. Administrators alone decide, with a reason.

Of tokens and sessions, their owner does.
"""

from agreement.commands.accounts import choose_language, close_account, invite, record_link, switch_account
from agreement.commands.factors import note_factor, reset_factor
from agreement.commands.mandates import give_mandate, withdraw_mandate
from agreement.commands.powers import acknowledge, set_policy
from agreement.commands.tokens import (
    end_session,
    make_token,
    revoke_token,
    revoke_tokens,
    sign_out_everywhere,
)
