"""Each queue of the desk goes on where a page of it ends, whatever it goes by."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.http import QueryDict

from obligations.models import Commitment
from obligations.status.in_queue import InQueue
from obligations.status.queues import BY_KEYS, QUEUES, SORTS, waiting
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


def some_of_each() -> None:
    """Due on a day, on the same one, at once and on none; claimed on several days, and contested."""
    made = [make.commitment(f"O-{number}", days=number // 2 * 30) for number in range(1, 6)]
    made += [make.commitment("NOW", rule="immediate", trigger=make.trigger()), make.commitment("NONE")]
    alpha, beta = (make.representative(make.party(code)) for code in ("alpha", "beta"))
    for number, one in enumerate(made[::2]):
        day = date(2024, 1, 1) + timedelta(days=number // 2)
        said = make.claim(one, alpha, effective_on=day, now=NOW)
        make.contest(said, beta, now=NOW + timedelta(days=number // 2))


def test_a_queue_goes_on_after_each_of_its_rows_whatever_it_is_sorted_by() -> None:
    some_of_each()
    every = list(Commitment.objects.order_by("-pk").values_list("pk", flat=True))
    rows = waiting(make.a_mediator(), NOW)
    rows = replace(rows, given=rows.given | dict.fromkeys(BY_KEYS.values(), every[1:4]))
    for queue in QUEUES.values():
        for sort in SORTS:
            # Every row, also those that have nothing to go by.
            listed = InQueue(rows, replace(queue, waits="true"), len(every), sort)
            whole = listed.after(None, len(every))
            assert whole.last is None
            assert sorted(whole.keys) == sorted(every)
            for size in (1, 2, 3):
                found, page = list[int](), listed.after(None, size)
                while page.last:
                    found += page.keys
                    page = listed.after(page.last, size)
                assert sorted(found + page.keys) == sorted(every), (queue.code, sort, size)
            assert found[0] == whole.keys[0], (queue.code, sort)


def test_a_queue_of_keys_goes_on_after_its_row_when_one_before_it_has_left() -> None:
    some_of_each()
    first, second, third = Commitment.objects.order_by("pk").values_list("pk", flat=True)[:3]
    rows = waiting(make.a_mediator(), NOW).asked(QueryDict())
    before = replace(rows, given=rows.given | {"silent": [first, second, third]})
    page = InQueue(before, QUEUES["silence"], 3).after(None, 2)
    assert (page.keys, page.last) == ([first, second], (2, second))
    after = replace(rows, given=rows.given | {"silent": [second, third]})
    assert InQueue(after, QUEUES["silence"], 2).after(page.last, 2).keys == [third]
