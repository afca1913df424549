"""An account is found by its mailbox, and by no other that looks like it."""

import pytest

from parties.models import User
from tests import make

pytestmark = pytest.mark.django_db


def test_an_account_is_found_by_its_mailbox_however_it_is_typed_and_by_no_look_alike() -> None:
    made = make.mediator()
    assert User.objects.at(" Mediator@Trial.invalid ") == made
    assert User.objects.at("med\u0131ator@trial.invalid") is None, (
        "the database's own comparison takes it for an i"
    )
    assert User.objects.get_by_natural_key("Mediator@trial.invalid") == made
