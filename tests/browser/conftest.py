import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def open_to_read(settings: Settings) -> None:
    settings.PUBLIC_READING = True
