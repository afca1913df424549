"""In which language one reads: as the account says, else as was chosen in the header, else as the browser asks.

And in which one something is said. A language is Django's code of one that pages come in: `en`, `sq`, `sr`, `sr-latn`.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from parties.models import User


class AccountLanguage:
    """Middleware, after the one that finds out who asks. What stands before it goes by the cookie and the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if chosen := getattr(request.user, "language", ""):
            translation.activate(chosen)
        return self.get_response(request)


def told_to(account: User | None) -> AbstractContextManager[None]:
    """What is written inside of it, such as a mail, is in the account's language; where it chose none, in English."""
    return translation.override((account and account.language) or settings.LANGUAGE_CODE)


def keep_language(account: User) -> None:
    """Who chose no language gets mails in the one that they first sign in in. English is none to keep: mails come in it
    anyhow, and pages go on as the browser asks.
    """
    language = read_here()
    if not account.language and not is_read_by(language, settings.LANGUAGE_CODE):
        account.language = language
        User.objects.filter(pk=account.pk, language="").update(language=language)


def read_here() -> str:
    """The language of now, as it is stored with what is written in it."""
    code = translation.get_language() or ""
    return code if code in dict(settings.LANGUAGES) else code.partition("-")[0]


def is_read_by(language: str, reader: str) -> bool:
    """Whether who reads in the one can read the other: both scripts of a language are."""
    return language.partition("-")[0] == reader.partition("-")[0]


def language_errors(**given: str) -> dict[str, str]:
    """Sentences by field, for languages that are none; empty is one that nobody said."""
    known = dict(settings.LANGUAGES)
    return {
        name: _("Choose a language of the list.")
        for name, code in given.items()
        if code and code not in known
    }


TAGS = {"en-gb": "en", "sr": "sr-Cyrl", "sr-latn": "sr-Latn"}


def tag_of(code: str) -> str:
    """Django's code of a language as pages and papers say it, which name the script: `sr` is `sr-Cyrl`."""
    return TAGS.get(code, code)


def code_of(given: str) -> str:
    """The code that a program or a sheet means, in any letters, by the code or the tag: `sr_Latn`, `SR-CYRL`."""
    plain = given.strip().lower().replace("_", "-")
    return "sr" if plain == TAGS["sr"].lower() else plain
