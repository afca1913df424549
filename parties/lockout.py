"""Whose attempts to sign in are counted together."""

from typing import Any

from django.http import HttpRequest


def address_tried(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The e-mail address of an attempt, in lower case, whichever way it came: a page, the admin or the API."""
    given = credentials or request.POST
    names = ("email", "login", "username")
    return next((str(given[name]).strip().lower() for name in names if given.get(name)), None)
