"""The devices that an account signs in with: which browser on which system, and whether it did before.

A browser says so itself by a cookie, which holds the keys of the accounts that signed in with it: what a browser calls
itself changes with each version, and addresses change with the place.
"""

import re
from datetime import timedelta

from axes.helpers import get_client_user_agent
from axes.models import AccessLog
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from parties.languages import told_to
from parties.models import User
from parties.rates import client_address
from parties.second_factor import tell_owner

COOKIE, SALT = "device", "parties.devices"
KNOWN_FOR = timedelta(days=400)
# What the record of sign-ins has where a program does not say what it is.
NOT_SAID = "<unknown>"
# Of accounts on one device; the oldest are forgotten.
MOST = 10
# By what they call themselves: several name others, too, so the first that fits is meant.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Mac OS", "macOS"),
    ("Linux|X11", "Linux"),
)


def in_words(agent: str) -> str:
    """Such as "Firefox on Linux"; what it calls itself where none is known."""
    browser = next((name for sign, name in BROWSERS if re.search(sign, agent)), "")
    system = next((name for sign, name in SYSTEMS if re.search(sign, agent)), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    named = "" if agent == NOT_SAID else agent[:60]
    return browser or system or named or _("an unknown program")


def signed_in_anew(request: HttpRequest) -> tuple[str, str]:
    """The subject and the text of the mail that tells it."""
    words = {
        "at": date_format(timezone.now(), "DATETIME_FORMAT"),
        "device": in_words(request.headers.get("User-Agent", "")),
        "address": client_address(request),
        "page": f"{settings.SITE_ADDRESS}/account/sessions/",
    }
    text = _(
        "Your account on the Normalization Tracker was signed in to with a device that it had not been used with"
        " before: %(device)s, from the address %(address)s, at %(at)s UTC.\n\nIf that was you, there is nothing to"
        " do. If not, end that session at %(page)s, choose another password, and tell an administrator."
    )
    return _("Sign-in with a new device"), text % words


def token_made_anew(request: HttpRequest) -> tuple[str, str]:
    """The subject and the text of the mail that tells it."""
    words = {
        "at": f"{timezone.now():%Y-%m-%d %H:%M}",
        "device": in_words(request.headers.get("User-Agent", "")),
        "address": client_address(request),
        "page": f"{settings.SITE_ADDRESS}/account/tokens/",
    }
    text = _(
        "A token of your account on the Normalization Tracker was made with your password, by a program that had not"
        " made one before: %(device)s, from the address %(address)s, at %(at)s UTC.\n\nIf that was you, there is"
        " nothing to do. If not, revoke the token at %(page)s, choose another password, and tell an administrator."
    )
    return _("A token made by a new program"), text % words


def note_program(request: HttpRequest, user: User) -> None:
    """Tell the owner of an account by mail that a program made a token with its password, where none that calls itself
    so did from the same address before. A program keeps no cookie that would tell.
    """
    log = AccessLog.objects.filter(username=user.email)
    same = log.filter(ip_address=client_address(request), user_agent=get_client_user_agent(request))
    # This sign-in is among them by now.
    if log[1:].exists() and not same[1:].exists():
        with told_to(user):
            tell_owner(user, *token_made_anew(request))


def note_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Tell the owner of an account by mail that it signed in with a device that is new to it; now it is known."""
    known = known_at(request)
    if user.key not in known and AccessLog.objects.filter(username=user.email)[1:].exists():
        with told_to(user):
            tell_owner(user, *signed_in_anew(request))
    keys = [user.key, *(key for key in known if key != user.key)][:MOST]
    response.set_signed_cookie(
        COOKIE,
        ".".join(keys),
        salt=SALT,
        max_age=KNOWN_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def known_at(request: HttpRequest) -> list[str]:
    try:
        return str(request.get_signed_cookie(COOKIE, salt=SALT, max_age=KNOWN_FOR)).split(".")
    except (KeyError, signing.BadSignature):
        return []
