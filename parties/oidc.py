"""Signing in by an organisation's own server (OpenID Connect), where the settings name one: the library's provider.

An account is found by its address, which the organisation has verified and which lies in a domain that the settings
grant it: else one party's server could say that somebody is of another. None is made here, and nothing of it is stored.
The second step follows as after a password, where the account has one. Where it has none and a policy wants one, what
the provider says of its own can do for the session, by a setting of each provider.
"""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.openid_connect import views
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from parties.models import User


class Accounts(DefaultSocialAccountAdapter):
    """Who signs in is one whose account is there already."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        account = account_of(sociallogin)
        if account is None or sociallogin.state.get("process") != AuthProcess.LOGIN:
            refuse(
                request,
                _(
                    "No account that may sign in has the address that your organisation gave, or it has not verified"
                    " that address: ask an administrator."
                ),
            )
        sociallogin.user = account

    def on_authentication_error(self, request: HttpRequest, *about: Any, **more: Any) -> NoReturn:
        refuse(
            request, _("Signing in by your organisation did not succeed. Try again, or use your password.")
        )


def account_of(sociallogin: Any) -> User | None:
    """The account with the address that was given; None where it is not verified or of no domain of the provider's."""
    domains = [domain.lower() for domain in sociallogin.provider.app.settings["domains"]]
    for given in sociallogin.email_addresses:
        is_theirs = given.email.rpartition("@")[2].lower() in domains
        # A text is no yes, whatever it says.
        if given.verified is True and is_theirs:
            found = User.objects.at(given.email)
            return found if found and found.is_active else None
    return None


def gave_second_factor(sociallogin: Any) -> bool:
    """Whether the provider says so in its signed token, by a value of `amr` or `acr` that the settings count as one."""
    said = sociallogin.account.extra_data.get("id_token") or {}
    methods = said.get("amr")
    given = {
        one
        for one in [said.get("acr"), *(methods if isinstance(methods, list) else [])]
        if isinstance(one, str)
    }
    return not given.isdisjoint(sociallogin.provider.app.settings.get("second_factor") or [])


def refuse(request: HttpRequest, text: str) -> NoReturn:
    messages.error(request, text)
    raise ImmediateHttpResponse(redirect("account_login"))


@require_safe
@never_cache
def sign_in(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """On to the organisation's server."""
    try:
        answer: HttpResponseBase = views.login(request, provider_id)
    except RequestException:
        refuse(
            request, _("The server of your organisation does not answer. Try again, or use your password.")
        )
    return answer


@require_safe
@never_cache
def come_back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """From the organisation's server, with who one is there."""
    answer: HttpResponseBase = views.callback(request, provider_id)
    return answer
