"""The trial's accounts: never in production, and one password for good."""

import json
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from pytest_django import Settings

from agreement.models import Mandate, Participation
from normalization_tracker.trial import TrialError, accounts
from parties.access import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path, settings: Settings) -> Path:
    settings.TRIAL = True
    return tmp_path / accounts.FILE


def passwords(file: Path) -> dict[str | None, str | None]:
    return {account["email"]: account["password"] for account in json.loads(file.read_text())}


def test_no_account_is_made_outside_a_trial(file: Path, settings: Settings) -> None:
    settings.TRIAL = False
    with pytest.raises(TrialError, match="in a trial only"):
        accounts.ensure(file)
    assert not get_user_model().objects.exists()
    assert not file.exists()


def test_accounts_open_with_the_passwords_in_the_file(file: Path) -> None:
    assert accounts.ensure(file)
    assert file.stat().st_mode & 0o777 == 0o600
    for email, password in passwords(file).items():
        assert get_user_model().objects.get(email=email).check_password(password or "")


def test_there_is_one_for_each_role(file: Path) -> None:
    make.party("alpha")
    Participation.objects.filter(party=make.party("watch")).update(kind=Participation.Kind.OBSERVER)
    accounts.ensure(file)
    assert set(Mandate.objects.values_list("role", flat=True)) == set(Role.values)
    assert Mandate.objects.get(role=Role.OBSERVER).party == make.party("watch")


def test_a_second_start_changes_no_password(file: Path) -> None:
    accounts.ensure(file)
    before = file.read_text()
    changed = get_user_model().objects.get(email="mediator@trial.invalid")
    changed.set_password("chosen by its user")
    changed.save()

    assert not accounts.ensure(file)

    assert file.read_text() == before
    changed.refresh_from_db()
    assert changed.check_password("chosen by its user")


def test_a_new_database_gets_the_kept_passwords(file: Path) -> None:
    accounts.ensure(file)
    get_user_model().objects.all().delete()
    assert not accounts.ensure(file)
    for email, password in passwords(file).items():
        assert get_user_model().objects.get(email=email).check_password(password or "")


def test_a_lost_file_gives_the_accounts_new_passwords(file: Path) -> None:
    accounts.ensure(file)
    before = passwords(file)
    file.unlink()
    assert accounts.ensure(file)
    for email, password in passwords(file).items():
        assert password != before[email]
        assert get_user_model().objects.get(email=email).check_password(password or "")


def test_a_file_that_is_not_json_is_named(file: Path) -> None:
    file.write_text("[")
    with pytest.raises(TrialError, match=r"trial-accounts\.json is not readable as JSON"):
        accounts.ensure(file)


@pytest.mark.parametrize("with_passwords", [True, False])
def test_passwords_are_shown_only_when_asked_for(file: Path, with_passwords: bool) -> None:
    accounts.ensure(file)
    said: list[str] = []
    accounts.show(file, lambda name, message: said.append(message), with_passwords=with_passwords)
    for email, password in passwords(file).items():
        assert any(str(email) in line for line in said)
        assert any(str(password) in line for line in said) == with_passwords
    assert str(file) in said[-1]
