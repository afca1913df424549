"""Passwords that are guessed early are refused wherever one is set, and a new one ends what the old one had opened."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from agreement.models import Notice
from obligations.words.notices import sentence
from parties.models import User
from tests import make
from tests.trials import ROOT

pytestmark = pytest.mark.django_db
GOOD = "lantern-mosaic-harbour-quill"
LONG = "lantern mosaic harbour quill tribunal orchid canvas meadow bracket ferry anvil cobalt summit"


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("kestrel-9q", "at least 12 characters"),
        ("passwordpassword", "repeated"),
        ("Password1234!", "guessed"),
        ("trustno1trustno1", "repeated"),
        ("qwertyuiop12", "side by side"),
        ("lantern-qwertz-asdfgh", "side by side"),
        ("1qaz2wsx3edc", "guessed"),
        ("mosaic-abcdefgh-quill", "run"),
        ("harbour-98765432", "run"),
        ("aaaaaaaaaaaaaa", "repeated"),
        ("Summer2026!!", "guessed"),
        ("somebody@trial.invalid", "similar"),
        ("normalization", "guessed"),
    ],
)
def test_a_password_that_is_guessed_early_is_refused_with_what_to_do(password: str, says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, User(email="somebody@trial.invalid"))
    assert any(says in message for message in refused.value.messages), refused.value.messages


@pytest.mark.parametrize("password", [GOOD, "correct horse battery staple", "Ab3$kfjP9z!q", LONG])
def test_words_that_have_nothing_to_do_with_each_other_are_taken(password: str) -> None:
    validate_password(password, User(email="somebody@trial.invalid"))


def test_the_command_for_the_first_administrator_refuses_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "qwertyuiop12")
    with pytest.raises(CommandError, match="side by side"):
        call_command("createsuperuser", email="first@trial.invalid", interactive=False)
    assert not User.objects.exists()
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", GOOD)
    call_command("createsuperuser", email="first@trial.invalid", interactive=False, stdout=StringIO())
    assert User.objects.get().check_password(GOOD)


def test_the_command_that_changes_a_password_refuses_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    make.mediator()
    command = "django.contrib.auth.management.commands.changepassword.getpass.getpass"
    monkeypatch.setattr(command, lambda prompt: "qwertyuiop12")
    with pytest.raises(CommandError, match="Aborting"):
        call_command("changepassword", "mediator@trial.invalid", stdout=StringIO(), stderr=StringIO())
    assert User.objects.get().check_password(make.PASSWORD)


def test_commands_that_give_power_are_told_as_an_administrators_are(monkeypatch: pytest.MonkeyPatch) -> None:
    make.administrator()
    account = make.mediator()
    User.objects.create_superuser("keeper@trial.invalid", GOOD)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", GOOD)
    command = "django.contrib.auth.management.commands.changepassword.getpass.getpass"
    monkeypatch.setattr(command, lambda prompt: GOOD)
    call_command("createsuperuser", email="new@trial.invalid", interactive=False, stdout=StringIO())
    call_command("changepassword", account.email, stdout=StringIO())
    call_command("apitoken", account.email, stdout=StringIO(), stderr=StringIO())
    said = {"scope": "write", "reason": "For the nightly copy."}
    call_command("apitoken", account.email, stdout=StringIO(), stderr=StringIO(), **said)
    rows = Notice.objects.values_list("recipient__email", "entry__command", "entry__reason", "entry__subject")
    told = {(email.split("@")[0], command, reason) for email, command, reason, _subject in rows}
    assert told == {
        ("keeper", "createsuperuser", "By a command on the server."),
        ("new", "createsuperuser", "By a command on the server."),
        ("administrator", "changepassword", "By a command on the server."),
        ("keeper", "changepassword", "By a command on the server."),
        ("mediator", "changepassword", "By a command on the server."),
        ("new", "changepassword", "By a command on the server."),
        ("administrator", "make_token", "For the nightly copy."),
        ("mediator", "make_token", "For the nightly copy."),
    }
    keys = {f"account {key}" for key in User.objects.values_list("key", flat=True)}
    assert {subject for *_all, subject in rows} <= keys
    assert {sentence(notice.entry) for notice in Notice.objects.select_related("entry")} == {
        "new@trial.invalid was made an administrator of the server.",
        "The password of mediator@trial.invalid was set on the server.",
        "A token that writes was made on the server for mediator@trial.invalid.",
    }


def test_a_process_that_first_of_all_wants_a_password_has_the_rules_for_it() -> None:
    asks = """
import django
django.setup()
from django.contrib.auth.password_validation import get_default_password_validators
print(len(get_default_password_validators()))
"""
    surroundings = os.environ | {"DJANGO_SETTINGS_MODULE": "normalization_tracker.settings"}
    told = subprocess.run(
        [sys.executable, "-c", asks], env=surroundings, cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert int(told.stdout) > 1
