"""The link by which the owner of an account sets its password: made, sent by mail, and read again."""

import logging
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import UserTokenForm, default_token_generator
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import url_str_to_user_pk, user_pk_to_url_str
from django.http import HttpRequest, HttpResponse

from parties.devices import note_device
from parties.languages import keep_language, told_to
from parties.models import User
from parties.oidc import gave_second_factor
from parties.rates import client_address
from parties.second_factor import GIVEN_ELSEWHERE

logger = logging.getLogger(__name__)


def password_link(request: HttpRequest, account: User) -> str:
    """Its address. It works once, and no more when the password was set or `PASSWORD_RESET_TIMEOUT` has passed."""
    key = f"{user_pk_to_url_str(account)}-{default_token_generator.make_token(account)}"
    address: str = get_adapter(request).get_reset_password_from_key_url(key)
    return address


def mail_password_link(request: HttpRequest, account: User) -> bool:
    """Send it to the address of the account. Whether it left: that it was to is entered by then."""
    context = {"user": account, "password_reset_url": password_link(request, account), "request": request}
    try:
        with told_to(account):
            get_adapter(request).send_mail("account/email/password_reset_key", account.email, context)
    except Exception as error:  # smtplib's, and those of a provider
        logger.error("A link for a new password did not leave: %s", type(error).__name__)
        return False
    return True


class LinkForm(UserTokenForm):
    """allauth's, which looks for the account by its number: here the address has its random key."""

    def _get_user(self, uidb36: str | None) -> User | None:
        return User.objects.filter(key=uidb36 or "").first()


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by an administrator: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """With the account's key: its number would tell how many there are."""
        number, _dash, token = key.partition("-")
        account = User.objects.get(pk=url_str_to_user_pk(number))
        return str(super().get_reset_password_from_key_url(f"{account.key}-{token}"))

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Of who asks at sign-in: that a mail fails tells nobody that there is such an account."""
        try:
            with told_to(user):
                super().send_password_reset_mail(user, email, context)
        except Exception as error:  # smtplib's, and those of a provider
            logger.error("A link for a new password did not leave: %s", type(error).__name__)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Whichever way one signed in: an owner learns of a device that is new, and is written to in the language that
        they read; and the session tells anew whether a second factor was given elsewhere.
        """
        response: HttpResponse = super().post_login(request, user, **kwargs)
        sociallogin = (kwargs.get("signal_kwargs") or {}).get("sociallogin")
        request.session[GIVEN_ELSEWHERE] = bool(sociallogin and gave_second_factor(sociallogin))
        keep_language(user)
        note_device(request, response, user)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of who set out to look after their second factor and has signed in, with all that they have, just now."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user) if app == "allauth.mfa" else []
        return not records or time.time() - records[-1]["at"] >= app_settings.REAUTHENTICATION_TIMEOUT
