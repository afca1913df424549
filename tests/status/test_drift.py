"""The drift check: what was written past the commands is told, and left as it is."""

from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from agreement.models import LedgerEntry, Trigger
from obligations import drift
from obligations.flagging import sweep
from obligations.models import (
    Breach,
    BreachStatus,
    ClockSpan,
    Commitment,
    CommitmentStatus,
    DriftCheck,
    Obligation,
    PeriodStatus,
    Statement,
)
from tests import lasting, make
from tests.make import NOW

pytestmark = pytest.mark.django_db


def checked() -> DriftCheck:
    return drift.check(NOW, lambda: NOW)


def a_long_history() -> Commitment:
    """Flagged, extended, flagged again, suspended, resumed, met late, taken back."""
    owed = make.commitment(days=30)
    sweep(NOW)
    make.reading(owed, "extend", due_on=date(2024, 1, 1), effective_on=date(2023, 6, 1))
    sweep(NOW)
    make.reading(owed, "suspend", effective_on=date(2024, 2, 1))
    make.reading(owed, "resume", effective_on=date(2024, 3, 1))
    sweep(NOW)
    make.finding(owed, 3, date(2024, 5, 1))
    make.finding(owed, 1, date(2024, 8, 1))
    sweep(NOW)
    return owed


def test_what_the_commands_wrote_has_not_drifted() -> None:
    a_long_history()
    make.finding(make.commitment("O-2", by=make.party("beta"), days=150), 2)
    make.commitment("O-3", rule="immediate", trigger=make.trigger())
    done = checked()
    assert (done.checked, done.found, done.differences) == (3, 0, [])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_on": date(2024, 1, 2)}, "due_on"),
        ({"life": "waived"}, "life"),
        ({"flag_at": NOW}, "flag_at"),
        ({"cycle": 9}, "cycle"),
        ({"overdue_since": None}, "overdue_since"),
        ({"in_time_until": None}, "in_time_until"),
    ],
)
def test_a_column_of_a_commitment_that_was_changed_by_hand_is_told_and_not_mended(
    change: dict[str, Any], field: str
) -> None:
    owed = a_long_history()
    Commitment.objects.filter(pk=owed.pk).update(**change)
    done = checked()
    assert [one["field"] for one in done.differences] == [field]
    assert Commitment.objects.filter(pk=owed.pk, **change).exists()


def test_a_span_or_a_breach_that_is_missing_or_changed_is_told() -> None:
    owed = a_long_history()
    ClockSpan.objects.filter(commitment=owed).order_by("-from_day")[0].delete()
    late = Breach.objects.filter(commitment=owed, outcome="met_late").get()
    Breach.objects.filter(pk=late.pk).update(days_late=1)
    told = {(one["what"].split(", ")[1], one["field"]) for one in checked().differences}
    assert told == {("clock span", "row"), ("breach", "days_late")}


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (CommitmentStatus, {"level": 2}),
        (CommitmentStatus, {"mask": 1}),
        (BreachStatus, {"overdue_since": NOW}),
        (PeriodStatus, {"owed": False}),
    ],
)
def test_a_status_that_is_not_what_the_functions_give_is_told_and_mended_by_working_it_out_anew(
    model: Any, change: dict[str, Any]
) -> None:
    owed = a_long_history()
    if model is PeriodStatus:
        lasting.standing()
    row = model.objects.order_by("pk").last()
    model.objects.filter(pk=row.pk).update(**change)
    assert [one["field"] for one in checked().differences] == ["row"]
    call_command("recompute", owed.agreement.code)
    assert checked().found == 0


def test_a_second_row_of_one_breach_is_told() -> None:
    a_long_history()
    twin = Breach.objects.get(outcome="met_late")
    twin.pk, twin.cycle = None, twin.cycle + 7
    twin.save(force_insert=True)
    done = checked()
    assert {one["field"] for one in done.differences} >= {"outcome", "days_late"}


def test_an_open_breach_has_no_end() -> None:
    make.commitment(days=30)
    sweep(NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Breach.objects.update(days_late=5)


def test_a_date_or_terms_that_are_not_the_newest_on_record_are_told() -> None:
    owed = make.commitment(days=30)
    trigger = owed.obligation.trigger
    assert trigger is not None
    type(trigger).objects.filter(pk=trigger.pk).update(occurred_on=date(2020, 1, 1))
    type(owed.obligation).objects.filter(pk=owed.obligation_id).update(terms={"days": 31})
    assert {(one["what"], one["field"]) for one in checked().differences} == {
        ("trigger T-START", "occurred_on"),
        ("O-1", "terms"),
    }


def test_what_drifted_is_brought_into_line_by_a_command_that_enters_it_in_the_ledger(
    capsys: pytest.CaptureFixture[str],
) -> None:
    owed = a_long_history()
    Commitment.objects.filter(pk=owed.pk).update(due_on=date(2024, 1, 2), cycle=9)
    ClockSpan.objects.filter(commitment=owed).first().delete()  # type: ignore[union-attr]
    Breach.objects.filter(outcome="met_late").update(days_late=77)
    Trigger.objects.update(occurred_on=date(2020, 1, 1))
    Obligation.objects.update(terms={"days": 31})
    found = checked().found
    assert found >= 5
    with pytest.raises(CommandError, match="--reason"):
        call_command("recompute", owed.agreement.code, reason=" ")
    assert checked().found == found
    call_command("recompute", owed.agreement.code, reason="A script wrote past the commands.")
    assert checked().found == 0
    entries = LedgerEntry.objects.filter(command="recompute")
    assert {one.reason for one in entries} == {"A script wrote past the commands."}
    told = [one for entry in entries for one in entry.after["differences"]]
    assert {one["field"] for one in told} >= {"due_on", "cycle", "days_late", "occurred_on", "terms"}
    (cycle,) = [one for one in told if one["field"] == "cycle"]
    assert (cycle["stored"], cycle["worked_out"]) == ("", "")  # it would tell of hidden findings
    assert "differences brought into line: the ledger has them" in capsys.readouterr().out
    call_command("recompute", reason="Once more.")
    assert entries.count() == LedgerEntry.objects.filter(command="recompute").count() == len(entries)


def test_who_may_see_a_thing_is_not_brought_into_line_by_itself() -> None:
    said = make.finding(make.commitment(days=30), 2, tier="mediators")
    Statement.objects.filter(pk=said.pk).update(tier="public")
    with pytest.raises(CommandError, match="Who may see a thing is not put back by itself: release it"):
        call_command("checkdrift")
    call_command("recompute", reason="To be sure.")
    assert Statement.objects.get(pk=said.pk).tier == "public"


def test_what_follows_from_findings_is_told_without_its_values() -> None:
    """An administrator may not know of a hidden finding by the day on which a clock stopped."""
    owed = make.commitment(days=30)
    make.finding(owed, 3, tier="mediators")
    Commitment.objects.filter(pk=owed.pk).update(flag_at=NOW)
    (one,) = checked().differences
    assert (one["field"], one["stored"], one["worked_out"]) == ("flag_at", "", "")


def test_a_difference_turns_health_red_and_stands_on_the_administrators_page(client: Client) -> None:
    client.force_login(make.administrator())
    assert b"No check has run yet" in client.get("/administration/").content
    owed = make.commitment(days=30)
    checked()
    assert client.get("/healthz").json()["records"] == "ok"
    Commitment.objects.filter(pk=owed.pk).update(due_on=date(2024, 1, 2))
    checked()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["records"]) == (503, "down")
    page = client.get("/administration/").content.decode()
    assert "O-1 alpha" in page
    assert "2024-01-02" in page
    assert "recompute --reason" in page
    assert "records" not in client.get("/readyz").json()


def test_of_two_checks_that_ended_at_one_instant_the_later_one_is_the_newest(client: Client) -> None:
    owed = make.commitment(days=30)
    checked()
    Commitment.objects.filter(pk=owed.pk).update(due_on=date(2024, 1, 2))
    checked()
    with connection.cursor() as cursor:  # so does the planner, once statistics tell that the table is small
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
    assert client.get("/healthz").json()["records"] == "down"


def test_the_page_is_for_administrators(client: Client) -> None:
    assert client.get("/administration/").status_code == 302
    client.force_login(make.mediator())
    assert client.get("/administration/").status_code == 403


def test_the_command_fails_where_something_drifted(capsys: pytest.CaptureFixture[str]) -> None:
    owed = make.commitment(days=30)
    call_command("checkdrift")
    assert "1 commitments checked, no difference" in capsys.readouterr().out
    Commitment.objects.filter(pk=owed.pk).update(due_on=date(2024, 1, 2))
    with pytest.raises(CommandError, match=r"1 differences in 1 commitments.*recompute --reason"):
        call_command("checkdrift")
    assert "O-1 alpha, due_on: 2024-01-02 on record" in capsys.readouterr().err


def test_a_check_leaves_no_lock_and_no_change_behind(django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        make.commitment(f"O-{number}", days=30)
    before = list(ClockSpan.objects.values())
    checked()
    assert list(ClockSpan.objects.values()) == before
    assert not connection.needs_rollback
