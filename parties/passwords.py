"""What a password must not be, beside short and common; and what ends when it changes.

How guessable one is, and what is a run or a row of keys, says zxcvbn: its lists of words, names and keyboards are kept
by those who study passwords.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn
from zxcvbn.matching import repeat_match, sequence_match, spatial_match

from parties.models import User
from parties.tokens import revoke_all

# The highest of zxcvbn's five: more than 10,000,000,000 guesses by somebody who knows how people choose.
STRONG = 4
# Of characters: shorter runs stand in words and numbers that nobody guesses.
RUN = 6
# zxcvbn takes no more, and what is longer is strong by then.
LONGEST = 72


class NotGuessable:
    """For AUTH_PASSWORD_VALIDATORS: no runs, no rows of keys, nothing that is guessed early."""

    def validate(self, password: str, user: User | None = None) -> None:
        beginning = password[:LONGEST]
        if problem := self.run(beginning):
            raise ValidationError(problem, code="password_run")
        if zxcvbn(beginning, user_inputs=own_words(user))["score"] < STRONG:
            raise ValidationError(
                _(
                    "This password would be guessed: it is made of common words, names, dates or your own address. "
                    "Take four words that have nothing to do with each other, or let a password manager make it."
                ),
                code="password_guessable",
            )

    def run(self, password: str) -> str:
        """What is wrong with it, where it has a run; else empty."""
        if has_run(sequence_match(password)):
            return _("It has a run in it, such as “abcdef” or “987654”: leave it out.")
        if has_run(spatial_match(password)):
            return _("It has keys in it that lie side by side, such as “qwerty”: leave them out.")
        if has_run(repeat_match(password)):
            return _("The same is repeated in it, such as “aaaaaa” or “abcabc”: leave that out.")
        return ""

    def get_help_text(self) -> str:
        return _(
            "Four words that have nothing to do with each other make a good one. No runs such as “abcdef”, and no keys "
            "that lie side by side such as “qwerty”."
        )

    def password_changed(self, password: str, user: User | None = None) -> None:
        """End the tokens of the account: a program that was let in under the old password asks anew.

        Django calls this wherever a password was set and saved, whichever page or command did it. Sessions end by
        themselves, since they carry the password's hash.
        """
        if user is not None and user.pk is not None:
            revoke_all(user)


def has_run(matches: list[Any]) -> bool:
    return any(len(match["token"]) >= RUN for match in matches)


def own_words(user: User | None) -> list[Any]:
    """What those who know the owner try first."""
    if user is None:
        return []
    return [user.email, *user.email.replace("@", ".").split("."), *user.name.split()]
