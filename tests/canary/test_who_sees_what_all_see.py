"""Who may see nothing that is hidden: no word of the rest is on any page, and nothing tells whether it is there."""

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings

from tests.canary.compare import compare
from tests.canary.world import build
from tests.make import NOW
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
world = made_once(build)


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("viewer", "share"),
    [
        ("nobody", (0, 10)),
        ("analyst", (1, 10)),
        ("administrator", (2, 10)),
        ("mediator elsewhere", (3, 10)),
    ],
)
def test_what_a_viewer_may_not_see_is_nowhere(
    viewer: str, share: tuple[int, int], settings: Settings
) -> None:
    compare(viewer, settings, share=share)


def test_where_reading_is_not_open_nobody_learns_anything(settings: Settings) -> None:
    compare("nobody", settings, share=(4, 20), public=False)
