"""Several workers, on one machine or many: what is done by one at a time, and what waits behind nothing."""

import pytest
from django.conf import settings

from normalization_tracker.celery import app
from obligations import heartbeats, tasks
from parties.alone import alone


@pytest.mark.django_db
def test_work_that_another_worker_does_is_left_alone_until_it_has_ended() -> None:
    done = []

    def work() -> None:
        done.append("once more")

    guarded = heartbeats.one_at_a_time(work)
    with alone("work") as first, alone("work") as second, alone("other work") as other:
        assert (first, second, other) == (True, False, True)
        guarded()
        assert not done
    guarded()
    assert done


@pytest.mark.django_db
def test_a_worker_that_broke_off_holds_up_nobody() -> None:
    with pytest.raises(ValueError, match="broke"), alone("work"):
        raise ValueError("broke")
    with alone("work") as is_free:
        assert is_free


def test_what_takes_long_has_a_queue_and_limits_of_its_own() -> None:
    for name in settings.SLOW_TASKS:
        task = getattr(tasks, name)
        assert app.amqp.router.route({}, task.name)["queue"].name == "slow"
        assert app.tasks[task.name].time_limit == settings.SLOW_TASK_SECONDS
    assert app.amqp.router.route({}, tasks.sweep.name)["queue"].name == "clock"
    longest = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert longest > settings.SLOW_TASK_SECONDS, "none is handed out twice while it runs"
