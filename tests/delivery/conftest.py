"""A server that has an address, at the tests' own moment, and programs that are told."""

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings

from tests.delivery.receiver import Receiver, receiving


@pytest.fixture
def site(settings: Settings, on_the_day: time_machine.Traveller) -> None:
    settings.SITE_ADDRESS = "https://tracker.example.org"


@pytest.fixture
def inside(settings: Settings) -> None:
    """Webhooks may lead to this machine."""
    settings.WEBHOOKS_INSIDE = True


@pytest.fixture
def receiver() -> Iterator[type[Receiver]]:
    with receiving() as found:
        yield found
