"""Who may see nothing that is hidden: no word of the rest is on any page, and nothing tells whether it is there."""

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings

from tests.canary.compare import compare
from tests.canary.world import build
from tests.effort import in_turn
from tests.make import NOW
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
world = made_once(build)


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


VIEWERS = ["nobody", "analyst", "observer", "administrator", "mediator elsewhere"]


@pytest.mark.parametrize("viewer", in_turn(VIEWERS))
def test_what_a_viewer_may_not_see_is_nowhere(viewer: str, settings: Settings) -> None:
    compare(viewer, settings, lists=(VIEWERS.index(viewer), 10))


def test_where_reading_is_not_open_nobody_learns_anything(settings: Settings) -> None:
    compare("nobody", settings, lists=(4, 20), public=False)
