"""What the API says is wrong is in the language that was asked: each address, asked in vain and sent nothing."""

from functools import partial

import pytest

from tests.browser.worlds import EMAILS
from tests.canary.addresses import addresses
from tests.effort import in_turn
from tests.languages import test_nothing_is_left_in_english as same
from tests.languages.leaks import Leaks
from tests.languages.visits import Visitor
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
WHO = ("representative of alpha", "mediator", "administrator")
on_the_day = same.on_the_day
leaks = made_once(partial(same.build, packs=True))  # which the API gives as they are
WRONG = {"effective_on": "never", "level": "none", "party": "none", "reason": "", "tier": "none"}


@pytest.mark.parametrize("who", in_turn(WHO))
def test_what_is_wrong_is_said_in_the_language_that_was_asked(who: str, leaks: Leaks) -> None:
    visitor = Visitor(EMAILS[who], leaks)
    client = visitor.client
    for address in in_turn([one for one in addresses() if one.startswith("/api/v1/")], 4):
        for wrong in ("no_such_parameter=1", "limit=none&as_of=never&after=none"):
            visitor.get(f"{address}?{wrong}")
        for send in (client.post, client.put, client.delete):
            for body in ({}, WRONG):
                visitor.read(address, send(address, body, content_type="application/json"), "sent to ")
    assert visitor.kinds["application/problem+json"] > 20
    assert visitor.found == {}
