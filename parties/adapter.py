"""What the library that signs people in asks of us."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from parties.client_address import client_address


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by an administrator: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)
