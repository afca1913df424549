"""What the library that signs people in asks of us."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import url_str_to_user_pk
from django.http import HttpRequest

from parties.client_address import client_address
from parties.models import User


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by an administrator: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """With the account's key: its number would tell how many there are."""
        number, _dash, token = key.partition("-")
        account = User.objects.get(pk=url_str_to_user_pk(number))
        return str(super().get_reset_password_from_key_url(f"{account.key}-{token}"))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)
