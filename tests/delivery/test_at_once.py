"""Sixteen write while one reads on by cursor; and any order of writing and reading tells the same."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TransactionTestCase

from agreement.models import ChainLink
from agreement.viewers import viewer_for
from obligations.commands.releases import release
from obligations.commands.replies import withdraw_statement
from obligations.delivery.cursor import opened, sealed
from obligations.delivery.kinds import Kind
from obligations.delivery.stream import Change, read
from obligations.flagging import sweep
from obligations.models import Commitment, Statement
from parties.access import PUBLIC_VIEWER, Tier, Viewer
from tests import make
from tests.effort import effort
from tests.make import NOW

pytestmark = pytest.mark.usefixtures("public_reading")

WRITERS, EACH = 16, effort(2, 625)


class Follower:
    """Reads on from the cursor that it holds, in small pages."""

    def __init__(self, viewer: Viewer = PUBLIC_VIEWER) -> None:
        self.viewer, self.cursor = viewer, ""
        self.met: list[Change] = []

    def go_on(self, limit: int = 3) -> None:
        while True:
            page = read(self.viewer, NOW, opened(self.cursor) if self.cursor else {}, limit=limit)
            self.met += page.changes
            self.cursor = sealed(page.places)
            if not page.more:
                return


def write(number: int, owed: Commitment, recorded: dict[str, str]) -> None:
    """Each second finding is hidden."""
    for turn in range(EACH):
        tier = Tier.MEDIATORS if turn % 2 else Tier.PUBLIC
        made = make.finding(owed, 1, tier=tier, reason=f"{number} {turn}")
        if tier == Tier.PUBLIC:
            recorded[made.key] = f"{number} {turn}"


@pytest.mark.django_db(transaction=True)
def test_a_follower_meets_what_sixteen_record_at_once_each_once_and_in_order() -> None:
    owed = [make.commitment(f"O-{number}") for number in range(WRITERS)]
    make.a_mediator()
    recorded: dict[str, str] = {}
    begin, failed = threading.Barrier(WRITERS), list[BaseException]()

    def run(number: int) -> None:
        try:
            begin.wait()
            write(number, owed[number], recorded)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    follower = Follower()
    while any(thread.is_alive() for thread in threads):
        follower.go_on()
    for thread in threads:
        thread.join()
    follower.go_on()
    assert failed == []
    met = [one.key for one in follower.met]
    assert len(met) == len(set(met)) == len(recorded) == WRITERS * ((EACH + 1) // 2)
    assert set(met) == set(recorded)
    assert met == in_the_chain()


def in_the_chain() -> list[str]:
    """The keys of public statements, in the order of their places."""
    entries = ChainLink.objects.order_by("position").values_list("entry__after__statement", flat=True)
    public = set(Statement.objects.filter(tier=Tier.PUBLIC).values_list("key", flat=True))
    return [key for key in entries if key in public]


ACTS = st.lists(
    st.sampled_from(["finding", "complete", "hidden", "release", "withdraw", "sweep", "read"]), max_size=12
)


class AnyOrder(TransactionTestCase):
    """As a class of Django's, so that each example begins with nothing."""

    @settings(max_examples=effort(8, 150), deadline=None)
    @given(ACTS, st.integers(min_value=1, max_value=4))
    def test_reading_on_between_writes_tells_what_one_reading_at_the_end_tells(
        self, acts: list[str], limit: int
    ) -> None:
        owed = make.commitment(days=30)
        mediator = make.a_mediator()
        viewers = [PUBLIC_VIEWER, mediator, viewer_for(make.representative(owed.party))]
        with self.settings(PUBLIC_READING=True):
            followers = [Follower(viewer) for viewer in viewers]
            for number, act in enumerate(acts):
                if act == "read":
                    for follower in followers:
                        follower.go_on(limit)
                else:
                    do(act, owed, mediator, number)
            for follower in followers:
                follower.go_on(limit)
                told = list(read(follower.viewer, NOW, {}, limit=1_000).changes)
                assert of_objects(follower.met) == of_objects(told)
                assert len({one.place for one in follower.met}) == len(follower.met)
                is_in_turn(told)


def do(act: str, owed: Commitment, mediator: Viewer, number: int) -> None:
    now = NOW + timedelta(minutes=number)
    findings = Statement.objects.findings().in_force().order_by("pk")
    if act in ("finding", "complete", "hidden"):
        tier = Tier.MEDIATORS if act == "hidden" else Tier.PUBLIC
        make.finding(owed, 1 if act == "finding" else 3, tier=tier, reason=f"Seen {number}.", now=now)
    elif act == "release":
        for hidden in findings.filter(tier=Tier.MEDIATORS)[:1]:
            release(subject=hidden, tier=Tier.PUBLIC, actor=mediator, now=now, reason="Agreed.", wider=True)
    elif act == "withdraw":
        for last in findings.reverse()[:1]:
            withdraw_statement(statement=last, actor=mediator, now=now, reason="Wrong.")
    else:
        sweep(now)


def of_objects(changes: list[Change]) -> set[tuple[Kind | None, str]]:
    """What was told: of breaches each turn's kind; of what is released, that it came to be known."""
    turns = (Kind.BREACH_OPENED, Kind.BREACH_CLOSED)
    return {(one.kind if one.kind in turns else None, one.key) for one in changes}


def is_in_turn(changes: list[Change]) -> None:
    """A breach opens first, and then closes and opens in turn."""
    open_now: dict[str, bool] = {}
    for one in changes:
        if one.kind in (Kind.BREACH_OPENED, Kind.BREACH_CLOSED):
            opens = one.kind == Kind.BREACH_OPENED
            assert open_now.get(one.key, False) != opens
            open_now[one.key] = opens
