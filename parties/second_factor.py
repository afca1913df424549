"""The second factor of signing in: a code of an app, a security key, or one of the recovery codes. The library's, with
what it keeps encrypted, and with wrong codes counted as wrong passwords are (`parties.lockout`).
"""

import logging
from typing import Any

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.signals import user_login_failed
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parties.keys import cipher
from parties.languages import told_to
from parties.models import User
from parties.texts import LIMITS, StrOrPromise

logger = logging.getLogger(__name__)
USE = "second factor"
Type = Authenticator.Type
# In a session whose owner gave a second factor to their organisation's server, as `parties.oidc` says.
GIVEN_ELSEWHERE = "second_factor_given_elsewhere"
# For how long a code may be right, with the clocks a step apart: so long it is taken once alone.
RIGHT_SECONDS = (2 * app_settings.TOTP_TOLERANCE + 1) * app_settings.TOTP_PERIOD


def factors() -> QuerySet[Authenticator]:
    """All that are one by themselves: recovery codes only stand in for another."""
    found: QuerySet[Authenticator] = Authenticator.objects.exclude(type=Type.RECOVERY_CODES)
    return found


def has_factor(account: User) -> bool:
    return factors().filter(user=account).exists()


class Factors(DefaultMFAAdapter):
    """What is kept of a factor is encrypted, and its picture can stand in a page."""

    def encrypt(self, text: str) -> str:
        return cipher(USE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher(USE).decrypt(encrypted_text).decode()

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """By the random key of the account: its number would tell how many there are."""
        return {"id": user.key.encode(), "display_name": str(user), "name": user.email}

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        return _("Security key")

    def _get_site_name(self) -> str:
        return _("Normalization Tracker")

    def build_totp_svg(self, url: str) -> str:
        """Without what only a file begins with."""
        svg = str(super().build_totp_svg(url))
        return svg[svg.index("<svg") :]


def stop_who_guesses(request: Any, account: User) -> None:
    """Raises ValidationError while too many attempts of the account failed; the answer is the page that says so."""
    credentials = {"email": account.email}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out, request.axes_credentials = True, credentials
        raise forms.ValidationError(_("There were too many attempts."))


def count_as_wrong(request: Any, account: User) -> None:
    user_login_failed.send(sender=__name__, credentials={"email": account.email}, request=request)


class Counted(forms.Form):
    """Of a code that is wrong, or that was used."""

    user: User

    def clean_code(self) -> str:
        request = context.request
        stop_who_guesses(request, self.user)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
            if not cache.add(f"code-was-used:{self.user.pk}:{code}", 1, timeout=RIGHT_SECONDS):
                raise forms.ValidationError(_("This code was used already: wait for the next one."))
        except forms.ValidationError:
            count_as_wrong(request, self.user)
            raise
        return code


class CodeForm(Counted, AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(Counted, ReauthenticateForm):
    """A code once more, before something that wants it."""


class KeyForm(AddWebAuthnForm):
    """A security key with the name that its owner finds it by."""

    name = forms.CharField(label=gettext_lazy("Name of the key"), required=False, max_length=LIMITS["name"])


def takes_code(request: HttpRequest, account: User, code: str) -> bool:
    """Whether it is a right code of the account, which is used up by this; a wrong one is counted."""
    with context.request_context(request):
        made: Any = CodeForm
        form = made(user=account, data={"code": code})
        if not form.is_valid():
            return False
        form.authenticator.record_usage()
    return True


def tell_owner(account: User, subject: StrOrPromise, *sentences: StrOrPromise) -> None:
    """By mail in its language, once what it tells of is recorded; a mail that fails undoes nothing, and is noted."""
    with told_to(account):
        message = (str(subject), " ".join(map(str, sentences)), None, [account.email])

    def send() -> None:
        try:
            send_mail(*message)
        except Exception as error:  # smtplib's, and those of a provider; their texts hold the address
            logger.warning("A mail to the account %s did not leave: %s", account.key, type(error).__name__)

    transaction.on_commit(send)
