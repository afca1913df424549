"""Who may see some of what is hidden: no word of the rest is on any page, and nothing tells whether it is there."""

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


VIEWERS = ["cleared analyst", "representative of alpha", "representative of beta", "mediator"]


@pytest.mark.parametrize("viewer", in_turn(VIEWERS))
def test_what_a_viewer_may_not_see_is_nowhere(viewer: str, settings: Settings) -> None:
    compare(viewer, settings, lists=(VIEWERS.index(viewer), 10))
