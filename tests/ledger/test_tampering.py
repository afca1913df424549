"""A superuser reaches past every trigger; the verification finds what they changed, and names the first bad entry."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from agreement.ledger.canonical import link_hash
from agreement.ledger.verify import check
from agreement.models import Agreement, ChainLink, LedgerCheck, LedgerEntry
from obligations.commands.meetings import record_conclusion
from obligations.models import AgendaItem, Statement
from tests import make
from tests.ledger.data import a_ledger, faults, link, take_over, tamper
from tests.make import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def accord(tmp_path: Path, settings: Any) -> Agreement:
    settings.LEDGER_WITNESS = str(tmp_path / "outside" / "heads.jsonl")
    return a_ledger(tmp_path)


def test_what_commands_wrote_is_whole(accord: Agreement, capsys: pytest.CaptureFixture[str]) -> None:
    positions = ChainLink.objects.filter(chain=accord.pk).values_list("position", flat=True)
    assert list(positions) == [1, 2, 3, 4, 5]
    call_command("verifyledger")
    call_command("verifyledger", "--agreement", accord.code)
    said = capsys.readouterr().out.splitlines()
    assert [line.split(" verified")[0] for line in said] == ["7 entries and 38 rows", "5 entries and 33 rows"]


def test_a_changed_entry_is_found(accord: Agreement) -> None:
    third = link(4, accord).entry_id
    tamper("UPDATE agreement_ledgerentry SET reason = 'All of it.' WHERE id = %s", values=[third])
    assert faults() == ["entry 4: its column reason is not what its content says"]
    with pytest.raises(CommandError, match="not whole"):
        call_command("verifyledger")


def test_an_entry_whose_content_was_changed_with_it_is_found(accord: Agreement) -> None:
    tamper(
        "UPDATE agreement_ledgerentry SET reason = 'All of it.',"
        " content = replace(content, 'Half of it.', 'All of it.') WHERE id = %s",
        values=[link(4, accord).entry_id],
    )
    assert faults()[0] == "entry 4: its content is not what the hash was taken over"


def test_an_entry_with_a_new_hash_does_not_lead_to_the_next(accord: Agreement) -> None:
    third = link(4, accord)
    content = third.entry.content.replace("Half of it.", "All of it.")
    tamper(
        "UPDATE agreement_ledgerentry SET reason = 'All of it.', content = %s WHERE id = %s",
        values=[content, third.pk],
    )
    tamper(
        "UPDATE agreement_chainlink SET hash = %s WHERE entry_id = %s",
        values=[link_hash(third.previous, 4, content), third.pk],
    )
    assert faults()[0] == "entry 5: does not follow the entry before it"


@pytest.mark.parametrize(
    "change",
    ["reason = 'Nothing of it.'", "level = 0", "recorded_by_id = NULL", "effective_on = '2020-01-01'"],
)
def test_a_changed_row_is_found(accord: Agreement, change: str) -> None:
    finding = Statement.objects.get(kind="finding").pk
    tamper(f"UPDATE obligations_statement SET {change} WHERE id = %s", values=[finding])
    assert faults() == [f"entry 4: obligations.statement {finding} is not as it was written"]
    assert faults(accord) == faults()


@pytest.fixture
def older(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Agreement:
    """Written by a release that had not yet all columns: a statement without its language, and a point of an agenda."""
    settings.LEDGER_WITNESS = str(tmp_path / "outside" / "heads.jsonl")
    canonical = import_module("agreement.ledger.canonical")
    with monkeypatch.context() as before:
        for name in ("columns_of", "state_columns"):
            before.setattr(canonical, name, without(getattr(canonical, name), "language", "standard"))
        before.setattr("agreement.ledger.columns_of", canonical.columns_of)
        made = a_ledger(tmp_path)
        with transaction.atomic():
            make.meeting(made, agenda=[("Any other business", "")])
            take_over()
    return made


def without(columns: Callable[[Any], tuple[str, ...]], *later: str) -> Callable[[Any], tuple[str, ...]]:
    return lambda model: tuple(name for name in columns(model) if name not in later)


def test_a_change_of_a_column_that_came_after_the_entry_is_found(older: Agreement) -> None:
    assert faults() == []
    finding, point = Statement.objects.get(kind="finding").pk, AgendaItem.objects.get().pk
    tamper("UPDATE obligations_statement SET language = 'sq' WHERE id = %s", values=[finding])
    tamper("UPDATE obligations_agendaitem SET standard = 'adoption' WHERE id = %s", values=[point])
    assert [one.partition(": ")[2] for one in faults()] == [
        f"obligations.statement {finding} is not as it was written",
        f"obligations.agendaitem {point} is not as it was left",
    ]


def test_what_a_previous_release_that_runs_beside_names_again_is_no_change(
    accord: Agreement, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        meeting = make.meeting(accord, agenda=[(AgendaItem.Standard.ADOPTION, "")])
        take_over()
    canonical = import_module("agreement.ledger.canonical")
    with monkeypatch.context() as beside:
        beside.setattr(canonical, "state_columns", without(canonical.state_columns, "standard"))
        said: dict[str, Any] = {"actor": make.a_mediator(accord), "now": NOW}
        record_conclusion(item=meeting.agenda.get(), conclusion="Adopted.", **said)
    assert faults() == []


def test_a_removed_row_is_found(accord: Agreement) -> None:
    finding = Statement.objects.get(kind="finding").pk
    tamper("DELETE FROM obligations_statement WHERE id = %s", values=[finding])
    assert faults() == [f"entry 4: obligations.statement {finding}, which it names, is not there"]


def test_a_row_without_an_entry_is_found(accord: Agreement) -> None:
    columns = ", ".join(one.attname for one in Statement._meta.concrete_fields if not one.generated)
    tamper(
        f"CREATE TEMPORARY TABLE copy AS SELECT {columns} FROM obligations_statement WHERE kind = 'finding'",
        "UPDATE copy SET id = 1000000, key = 'another-one', level = 3",
        f"INSERT INTO obligations_statement ({columns}) SELECT {columns} FROM copy",
    )
    assert faults() == ["obligations.statement 1000000: no entry names this row"]
    assert faults(accord) == faults()


def test_a_removed_entry_is_found(accord: Agreement) -> None:
    second = link(3, accord).pk
    tamper("DELETE FROM agreement_chainlink WHERE entry_id = %s", values=[second])
    assert faults()[:2] == [f"entry with key {second}: in no chain", "entry 3: missing"]
    tamper("DELETE FROM agreement_ledgerentry WHERE id = %s", values=[second])
    assert faults()[0] == "entry 3: missing"


def test_an_entry_that_was_removed_and_the_others_moved_up_is_found(accord: Agreement) -> None:
    second = link(3, accord).pk
    tamper("DELETE FROM agreement_chainlink WHERE entry_id = %s", values=[second])
    tamper("DELETE FROM agreement_ledgerentry WHERE id = %s", values=[second])
    tamper(
        "UPDATE agreement_chainlink SET position = 3 WHERE position = 4",
        "UPDATE agreement_chainlink SET position = 4 WHERE position = 5",
        "UPDATE agreement_chainhead SET position = 4 WHERE chain <> 0",
    )
    assert faults()[0] == "entry 3: does not follow the entry before it"


def test_two_entries_in_the_other_order_are_found(accord: Agreement) -> None:
    tamper(
        "UPDATE agreement_chainlink SET position = 99 WHERE position = 3",
        "UPDATE agreement_chainlink SET position = 3 WHERE position = 4",
        "UPDATE agreement_chainlink SET position = 4 WHERE position = 99",
    )
    assert faults()[0] == "entry 3: does not follow the entry before it"


def test_an_entry_that_was_put_in_is_found(accord: Agreement) -> None:
    copied = "agreement_id, at, actor_id, on_behalf_of_id, command, subject, before, after, reason, request_id, content"
    tamper(
        f"INSERT INTO agreement_ledgerentry ({copied})"
        f" SELECT {copied} FROM agreement_ledgerentry WHERE id = %s",
        values=[link(5, accord).pk],
    )
    new = LedgerEntry.objects.latest("id").pk
    assert faults() == [f"entry with key {new}: in no chain"]
    last = link(5, accord)
    content = last.entry.content
    tamper(
        "INSERT INTO agreement_chainlink (entry_id, chain, position, previous, hash) VALUES (%s, %s, 6, %s, %s)",
        values=[new, accord.pk, last.hash, link_hash(last.hash, 6, content)],
    )
    assert faults()[0].startswith("entry 6: names obligations.statement")
    assert faults()[-1] == "entry 6: is not what the chain's head says"


def cut_off(accord: Agreement, with_head: bool) -> None:
    last, before = link(5, accord), link(4, accord)
    tamper("DELETE FROM agreement_chainlink WHERE entry_id = %s", values=[last.pk])
    tamper("DELETE FROM agreement_ledgerentry WHERE id = %s", values=[last.pk])
    tamper("DELETE FROM obligations_statement WHERE reason = 'The rest too.'")
    if with_head:
        tamper(
            "UPDATE agreement_chainhead SET position = 4, hash = %s WHERE chain = %s",
            values=[before.hash, accord.pk],
        )


def test_a_tail_that_was_cut_off_is_found(accord: Agreement) -> None:
    cut_off(accord, with_head=False)
    assert faults() == ["entry 5: missing, and the chain's head is entry 5"]


def test_a_tail_that_was_cut_off_with_the_head_set_back_is_found_by_the_witness(accord: Agreement) -> None:
    assert check(NOW, lambda: NOW).is_good
    cut_off(accord, with_head=True)
    assert faults() == ["entry 5: missing, and it was seen before"]
    assert faults(accord) == faults()


def test_a_chain_that_was_made_anew_from_an_entry_on_is_found_by_the_witness(accord: Agreement) -> None:
    assert check(NOW, lambda: NOW).is_good
    last = link(5, accord)
    content = last.entry.content.replace("The rest too.", "All is well.")
    forged = link_hash(last.previous, 5, content)
    tamper(
        "UPDATE agreement_ledgerentry SET content = %s, reason = 'All is well.' WHERE id = %s",
        values=[content, last.pk],
    )
    tamper("UPDATE agreement_chainlink SET hash = %s WHERE entry_id = %s", values=[forged, last.pk])
    tamper("UPDATE agreement_chainhead SET hash = %s WHERE chain = %s", values=[forged, accord.pk])
    assert faults() == [f"entry 5: was seen with another hash, {last.hash}"]


def test_a_chain_that_is_gone_altogether_is_found_by_the_witness(accord: Agreement) -> None:
    assert check(NOW, lambda: NOW).is_good
    tamper(
        "DELETE FROM agreement_chainlink",
        "DELETE FROM agreement_ledgerentry",
        "DELETE FROM agreement_chainhead",
    )
    assert "entry 5: missing, and it was seen before" in faults()
    assert faults(accord)[0] == "entry 5: missing, and it was seen before"


def test_a_fault_is_kept_and_no_head_of_a_bad_ledger_is_written_down(
    accord: Agreement, tmp_path: Path
) -> None:
    tamper("UPDATE agreement_ledgerentry SET reason = '' WHERE id = %s", values=[link(3, accord).pk])
    check(NOW, lambda: NOW)
    (fault,) = LedgerCheck.objects.get().faults
    assert fault == {
        "agreement": "river-2020",
        "what": "entry 3: its column reason is not what its content says",
    }
    assert not (tmp_path / "outside").exists()
