"""Many at once, several commands in one transaction, and transactions that fail: one chain without a gap."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from agreement.ledger import enter
from agreement.ledger.verify import verify
from agreement.models import ChainLink, LedgerEntry
from parties.access import PUBLIC_VIEWER
from tests import make
from tests.ledger.data import a_ledger

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, ROUNDS = 8, 5


def note(agreement_id: int | None, subject: str) -> LedgerEntry:
    return enter(
        agreement_id=agreement_id, actor=PUBLIC_VIEWER, now=make.NOW, command="note", subject=subject
    )


def at_once(work: Callable[[int], None]) -> list[BaseException]:
    """Every thread begins when all are there."""
    failed: list[BaseException] = []
    begin = threading.Barrier(THREADS)

    def run(number: int) -> None:
        try:
            begin.wait()
            work(number)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def positions(chain: int) -> list[int | None]:
    return list(ChainLink.objects.filter(chain=chain).order_by("position").values_list("position", flat=True))


def test_threads_that_enter_several_chains_in_any_order_leave_each_unbroken() -> None:
    """Half of them enter one chain first and half the other: no two wait for each other."""
    first, second = make.agreement("first").pk, make.agreement("second").pk

    def work(number: int) -> None:
        chains = [first, second, None] if number % 2 else [None, second, first]
        for turn in range(ROUNDS):
            with transaction.atomic():
                for chain in chains:
                    note(chain, f"{number} {turn}")

    assert at_once(work) == []
    for chain in (first, second, 0):
        assert positions(chain) == list(range(1, THREADS * ROUNDS + 1))
    assert {one.what.split()[0] for one in verify().faults} == {"agreement.agreement"}  # a builder's


def test_a_transaction_that_fails_leaves_no_gap(tmp_path: Path) -> None:
    agreement = a_ledger(tmp_path)

    def work(number: int) -> None:
        for turn in range(ROUNDS):
            with transaction.atomic():
                note(agreement.pk, f"{number} {turn}")
                with transaction.atomic():
                    note(agreement.pk, "taken back")
                    transaction.set_rollback(True)
                if turn % 2:
                    transaction.set_rollback(True)

    assert at_once(work) == []
    assert positions(agreement.pk) == list(range(1, 5 + THREADS * 3 + 1))
    assert not LedgerEntry.objects.filter(subject="taken back").exists()
    assert verify(agreement).faults == []
