"""The witness: written each minute, known to every worker, its absence a fault; and a break that goes on record."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as given
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from agreement.ledger import enter, witness
from agreement.ledger.seal import seal
from agreement.ledger.verify import check
from agreement.ledger.witness import troubles, write_heads
from agreement.models import (
    Agreement,
    ChainHead,
    ChainLink,
    LedgerCheck,
    LedgerEntry,
    LedgerSeal,
    Witness,
    WitnessedHead,
)
from normalization_tracker.running import pulse
from obligations import tasks
from parties.access import PUBLIC_VIEWER
from tests import make
from tests.ledger.data import a_ledger, faults, link, tamper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def accord(tmp_path: Path, settings: Any) -> Agreement:
    settings.LEDGER_WITNESS = str(tmp_path / "outside" / "heads.jsonl")
    return a_ledger(tmp_path)


def note(accord: Agreement, number: int) -> None:
    for place in range(number):
        enter(
            agreement_id=accord.pk,
            actor=PUBLIC_VIEWER,
            now=timezone.now(),
            command="note",
            subject=f"note {place}",
        )


def cut_off(accord: Agreement, last: int) -> None:
    """All entries after `last`, with the head set back: as a superuser, or an older backup, leaves it."""
    gone = list(ChainLink.objects.filter(chain=accord.pk, position__gt=last).values_list("pk", flat=True))
    tamper("DELETE FROM agreement_chainlink WHERE entry_id = ANY(%s)", values=[gone])
    tamper("DELETE FROM agreement_ledgerentry WHERE id = ANY(%s)", values=[gone])
    tamper(
        "UPDATE agreement_chainhead SET position = %s, hash = %s WHERE chain = %s",
        values=[last, link(last, accord).hash, accord.pk],
    )


def restore(accord: Agreement, last: int) -> None:
    """As a backup of that time has it: the database knows of no head that came later."""
    cut_off(accord, last)
    tamper("DELETE FROM agreement_witnessedhead WHERE position > %s", values=[last])


def checked() -> LedgerCheck:
    return check(timezone.now(), timezone.now)


def test_a_worker_writes_every_head_down_within_a_minute(accord: Agreement) -> None:
    entry: Any = given.CELERY_BEAT_SCHEDULE["write-heads"]
    assert entry["task"] == tasks.write_heads.name
    assert entry["schedule"] + entry["options"]["expires"] <= 60
    tasks.write_heads()
    heads = {(head.chain, head.position, head.hash) for head in witness.heads()}
    assert heads == set(ChainHead.objects.values_list("chain", "position", "hash"))
    assert heads == set(WitnessedHead.objects.values_list("chain", "position", "hash"))


def test_what_did_not_move_is_not_written_again(accord: Agreement) -> None:
    for _minute in range(3):
        tasks.write_heads()
    note(accord, 3)
    tasks.write_heads()
    assert [head.chain for head in witness.heads()] == [0, accord.pk, accord.pk]


def test_a_tail_of_twenty_entries_that_is_cut_off_a_minute_later_is_found(accord: Agreement) -> None:
    write_heads(timezone.now())
    note(accord, 20)
    write_heads(timezone.now())
    cut_off(accord, 5)
    assert faults() == ["entry 25: missing, and it was seen before"]
    write_heads(timezone.now())
    told = f"chain {accord.pk}: entry 25 was seen before and is not there"
    assert Witness.objects.get().trouble == told
    assert any(told in one for one in troubles(timezone.now()))


def test_another_worker_without_that_file_finds_it_too(
    accord: Agreement, settings: Any, tmp_path: Path
) -> None:
    note(accord, 2)
    write_heads(timezone.now())
    cut_off(accord, 5)
    settings.LEDGER_WITNESS = str(tmp_path / "another" / "heads.jsonl")
    assert faults() == ["entry 7: missing, and it was seen before"]
    assert write_heads(timezone.now()).trouble


def test_what_a_witness_found_is_not_mended_by_a_verification_without_it(
    accord: Agreement, settings: Any, tmp_path: Path
) -> None:
    note(accord, 2)
    write_heads(timezone.now())
    restore(accord, 5)
    found = checked()
    assert [one["what"] for one in found.faults] == ["entry 7: missing, and it was seen before"]
    assert found.witness.endswith("heads.jsonl, 2 heads")
    settings.LEDGER_WITNESS = str(tmp_path / "another" / "heads.jsonl")
    tamper("DELETE FROM agreement_witnessedhead")
    again = checked()
    assert [one["what"] for one in again.faults] == ["entry 7: missing, and it was seen before"]
    assert again.witness.endswith("heads.jsonl, 0 heads")


def test_a_seal_of_an_entry_that_is_gone_is_a_fault(accord: Agreement) -> None:
    note(accord, 1)
    seal(make.NOW)
    assert faults() == []
    cut_off(accord, 5)
    assert faults() == ["the seal of 2026-03-02 is of an entry that is not there"]
    head = link(5, accord).hash
    tamper("UPDATE agreement_ledgerseal SET head = %s WHERE chain <> 0", values=[head])
    assert [one.partition(": ")[2] or one for one in faults()] == [
        f"agreement.ledgerseal {LedgerSeal.objects.get(chain=accord.pk).pk} is not as it was written",
        "the seal of 2026-03-02 is not what its head gives",
    ]
    assert LedgerSeal.objects.count() == 2


@pytest.mark.parametrize("which", ["chain <> 0", "day = '2026-03-02'", "true"])
def test_a_seal_that_is_gone_is_named(accord: Agreement, which: str) -> None:
    for day in range(2):
        assert seal(make.NOW + timedelta(days=day)) == 2
    assert faults() == []
    before = set(LedgerSeal.objects.values_list("pk", flat=True))
    tamper(f"DELETE FROM agreement_ledgerseal WHERE {which}")
    gone = before - set(LedgerSeal.objects.values_list("pk", flat=True))
    named = [one.partition(": ")[2] for one in faults()]
    assert sorted(named) == sorted(
        f"agreement.ledgerseal {key}, which it names, is not there" for key in gone
    )


def test_health_says_that_nothing_writes_heads_down(accord: Agreement, client: Client) -> None:
    assert client.get("/healthz").json()["witness"] == "down"  # entries of long ago, in no witness
    write_heads(timezone.now())
    assert client.get("/healthz").json()["witness"] == "ok"
    note(accord, 1)
    assert troubles(timezone.now()) == []
    assert troubles(timezone.now() + timedelta(seconds=121)) == [
        f"chain {accord.pk}: nothing after entry 5 is in a witness"
    ]


class Broker:
    """Takes what is sent, and does it."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send_task(self, name: str, **_options: Any) -> None:
        self.sent.append(name)
        getattr(tasks, name.rpartition(".")[2])()


def test_a_worker_without_beat_writes_heads_with_each_heartbeat(accord: Agreement) -> None:
    broker: Any = Broker()
    pulse.send(broker)
    note(accord, 20)
    pulse.send(broker)
    assert given.HEARTBEAT_SECONDS <= 60
    cut_off(accord, 5)
    assert faults() == ["entry 25: missing, and it was seen before"]


def test_a_broker_that_is_away_for_one_is_asked_for_the_other(caplog: pytest.LogCaptureFixture) -> None:
    class Away(Broker):
        def send_task(self, name: str, **_options: Any) -> None:
            self.sent.append(name)
            raise OSError("away")

    broker: Any = Away()
    pulse.send(broker)
    assert broker.sent == [tasks.heartbeat.name, tasks.write_heads.name]
    assert f"{tasks.write_heads.name} was not sent: away" in caplog.text


def test_entries_after_a_break_on_record_are_late_too(accord: Agreement) -> None:
    note(accord, 20)
    write_heads(timezone.now())
    restore(accord, 6)
    call_command("ledgerrestored", "--reason", "The disk failed.")
    note(accord, 1)
    told = f"chain {accord.pk}: nothing after entry 7 is in a witness"
    assert troubles(timezone.now()) == []
    assert troubles(timezone.now() + timedelta(minutes=3)) == [told]


def aged(row: Witness, **by: float) -> None:
    Witness.objects.filter(pk=row.pk).update(at=Now() - timedelta(**by))


def test_that_nobody_looks_is_red_also_where_the_database_came_from_a_backup(
    accord: Agreement, client: Client
) -> None:
    row = write_heads(timezone.now())
    aged(row, seconds=121)
    assert client.get("/healthz").json()["witness"] == "down"
    write_heads(timezone.now())
    assert client.get("/healthz").json()["witness"] == "ok"


def test_a_witness_in_trouble_is_named_and_forgotten_after_an_hour_where_another_writes(
    accord: Agreement, client: Client, settings: Any, tmp_path: Path
) -> None:
    right = settings.LEDGER_WITNESS
    (tmp_path / "file").write_text("")
    settings.LEDGER_WITNESS = str(tmp_path / "file" / "heads.jsonl")
    wrong = write_heads(timezone.now())
    aged(wrong, minutes=61)
    assert any(one.startswith(f"{wrong.place}: ") for one in troubles(timezone.now())), "no other one writes"
    settings.LEDGER_WITNESS = right
    write_heads(timezone.now())
    assert client.get("/healthz").json()["witness"] == "ok"
    aged(wrong, minutes=59)
    (told,) = (one for one in client.get("/healthz").json()["faults"] if one.startswith("witness"))
    assert wrong.place not in told, "everybody may read it"
    assert [one for one in troubles(timezone.now()) if one.startswith(f"{wrong.place}: ")]


def test_a_file_that_cannot_be_written_is_said_until_it_can(
    accord: Agreement, client: Client, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    settings.LEDGER_WITNESS = str(tmp_path / "file" / "heads.jsonl")
    assert "cannot be" in write_heads(timezone.now()).trouble
    assert client.get("/healthz").json()["witness"] == "down"
    (tmp_path / "file").unlink()
    assert write_heads(timezone.now()).trouble == ""
    assert client.get("/healthz").json()["witness"] == "ok"


def test_a_file_that_went_missing_is_said_until_that_is_on_record(
    accord: Agreement, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    write_heads(timezone.now())
    witness.place().unlink()
    write_heads(timezone.now())
    assert len(list(witness.heads())) == 2  # made anew
    assert client.get("/healthz").json()["witness"] == "down"
    call_command("ledgerrestored", "--reason", "The volume was lost.")
    assert "the file was missing" in capsys.readouterr().out
    assert client.get("/healthz").json()["witness"] == "ok"
    assert LedgerEntry.objects.get(command="witness_lost").reason == "The volume was lost."
    assert faults() == []


@pytest.mark.parametrize("state", ["emptied", "older", "another", "removed"])
def test_a_file_without_what_was_written_in_it_is_a_fault_until_that_is_on_record(
    accord: Agreement, client: Client, state: str
) -> None:
    write_heads(timezone.now())
    older = witness.place().read_bytes()
    note(accord, 3)
    write_heads(timezone.now())
    whole = witness.place().read_bytes()
    assert faults() == []
    if state == "removed":
        witness.place().unlink()
    else:
        now = {"emptied": b"", "older": older, "another": whole.replace(b'"at": "2', b'"at": "1')}
        witness.place().write_bytes(now[state])
    told = f"{witness.name()}: the file was missing, or had lost what was written in it"
    assert told in faults(), "before any look"
    write_heads(timezone.now())
    note(accord, 1)
    write_heads(timezone.now())
    assert told in troubles(timezone.now())
    assert client.get("/healthz").json()["witness"] == "down"
    assert told in faults()
    call_command("ledgerrestored", "--reason", "The volume was put back.")
    assert troubles(timezone.now()) == []


def test_what_another_process_adds_to_the_file_is_no_loss(accord: Agreement) -> None:
    row = write_heads(timezone.now())
    note(accord, 3)
    checked()
    assert witness.end()[0] > row.end
    write_heads(timezone.now())
    assert troubles(timezone.now()) == []


def test_only_the_end_of_a_file_is_read(accord: Agreement) -> None:
    for _more in range(8):
        note(accord, 1)
        write_heads(timezone.now())
    size, last = witness.end()
    assert size > witness.LINE
    with witness.place().open("r+b") as file:
        file.write(b"\xff")
    assert witness.holds(size, last)
    assert witness.end() == (size, last), "the first bytes of a long file are not"


def test_health_is_green_when_the_command_returns(accord: Agreement, client: Client) -> None:
    note(accord, 4)
    write_heads(timezone.now())
    restore(accord, 6)
    write_heads(timezone.now())
    assert client.get("/healthz").json()["witness"] == "down"
    call_command("ledgerrestored", "--reason", "The disk failed.")
    assert client.get("/healthz").json()["witness"] == "ok"


def test_an_older_backup_is_put_on_record_and_stays_there(
    accord: Agreement, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    note(accord, 4)
    write_heads(timezone.now())
    restore(accord, 6)
    assert checked().faults
    with pytest.raises(CommandError, match="Nothing was put on record"):
        call_command("ledgerrestored")
    lost = "river-2020: entries 7 to 9 (3) were seen, by a witness or a seal, and are not there now"
    assert lost in capsys.readouterr().out
    assert client.get("/healthz").json()["ledger"] == "down"
    call_command("ledgerrestored", "--reason", "The disk failed; the backup of the night.")
    assert "The break is on record" in capsys.readouterr().out
    answer = client.get("/healthz").json()
    assert (answer["ledger"], answer["witness"]) == ("ok", "ok")
    entry = link(7, accord).entry
    assert (entry.command, entry.reason) == ("ledger_restored", "The disk failed; the backup of the night.")
    note(accord, 4)
    write_heads(timezone.now())
    assert faults() == []
    cut_off(accord, 7)
    assert faults() == ["entry 11: missing, and it was seen before"]
    client.force_login(make.administrator("keeper@trial.invalid"))
    page = client.get("/administration/").content.decode()
    assert "The disk failed; the backup of the night." in page


def test_nothing_is_put_on_record_where_nothing_is_lost(
    accord: Agreement, capsys: pytest.CaptureFixture[str]
) -> None:
    write_heads(timezone.now())
    call_command("ledgerrestored", "--reason", "Nothing.")
    assert "nothing to put on record" in capsys.readouterr().out
    assert not LedgerEntry.objects.filter(command="ledger_restored").exists()
