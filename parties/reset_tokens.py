"""The secret part of a link by which the owner of an account sets its password.

A file of its own: allauth imports it while its own forms are half read, which passwords.py cannot stand.
"""

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator

from parties.models import User


class LinkTokens(EmailAwarePasswordResetTokenGenerator):
    """allauth's; a link ends too where all that the account has open is ended, as when it is switched off."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.session_epoch}"
