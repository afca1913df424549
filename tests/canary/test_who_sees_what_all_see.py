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
    ("viewer", "lists", "pages"),
    [
        ("nobody", (0, 10), (0, 1)),
        ("analyst", (1, 10), (0, 3)),
        ("administrator", (2, 10), (1, 3)),
        ("mediator elsewhere", (3, 10), (2, 3)),
    ],
)
def test_what_a_viewer_may_not_see_is_nowhere(
    viewer: str, lists: tuple[int, int], pages: tuple[int, int], settings: Settings
) -> None:
    compare(viewer, settings, lists=lists, pages=pages)


def test_where_reading_is_not_open_nobody_learns_anything(settings: Settings) -> None:
    compare("nobody", settings, lists=(4, 20), pages=(0, 2), public=False)
