"""What is hidden from somebody: no word of it is on any page, and nothing tells whether it is there."""

import pytest
from pytest_django import Settings

from tests.canary.compare import compare
from tests.canary.hidden import SEES
from tests.canary.world import NOBODY, build
from tests.effort import in_turn
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
world = made_once(build)
NOT_OPEN = "nobody, where reading is not open"
VIEWERS = [*SEES, NOT_OPEN]


@pytest.mark.parametrize("viewer", in_turn(VIEWERS))
def test_what_a_viewer_may_not_see_is_nowhere(viewer: str, settings: Settings) -> None:
    is_open = viewer != NOT_OPEN
    lists = (VIEWERS.index(viewer), len(VIEWERS))
    compare(viewer if is_open else NOBODY, settings, lists=lists, public=is_open)
