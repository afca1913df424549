import pytest


@pytest.fixture(autouse=True)
def open_to_read(public_reading: None) -> None:
    """By everybody."""
