"""The link by which the owner of an account sets its password: made, and sent by mail."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest

from parties.models import User


def password_link(request: HttpRequest, account: User) -> str:
    """Its address. It works once, and no more when the password was set or `PASSWORD_RESET_TIMEOUT` has passed."""
    key = f"{user_pk_to_url_str(account)}-{default_token_generator.make_token(account)}"
    address: str = get_adapter(request).get_reset_password_from_key_url(key)
    return address


def mail_password_link(request: HttpRequest, account: User) -> None:
    """Send it to the address of the account."""
    context = {"user": account, "password_reset_url": password_link(request, account), "request": request}
    get_adapter(request).send_password_reset_mail(account, account.email, context)
