"""A plan tells what loading would change, line by line, and writes nothing."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError
from django.db import connection

from agreement.viewers import viewer_for
from obligations.commands import set_trigger_date
from obligations.packs.load import lines
from tests import make
from tests.make import NOW
from tests.packs.pack_data import RIVER, changed, command, load, owed, river, without

pytestmark = pytest.mark.django_db


def every_row() -> dict[str, list[Any]]:
    """What every table holds."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    with connection.cursor() as cursor:
        found = {}
        for table in sorted({model._meta.db_table for model in models}):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


def told(folder: Path, text: str) -> list[str]:
    return [line.strip() for line in lines(load(folder, text, plan=True))]


def test_a_plan_of_a_new_agreement_names_every_row_and_writes_none(tmp_path: Path) -> None:
    before = every_row()
    said = told(tmp_path, RIVER)
    assert every_row() == before
    assert {
        "obligations",
        "added       R-1",
        "commitments",
        "added       R-1 beta",
        "added       main alpha",
    } < set(said)
    assert said[-1].startswith(
        "river: to add: 1 agreements, 3 commitments, 1 events, 2 gates, 2 indicators, "
    )


def test_a_plan_names_each_field_that_changes_with_both_values(tmp_path: Path) -> None:
    load(tmp_path)
    before = every_row()
    text = changed(
        ("title: Report\n", "title: Yearly report\n"),
        ("days: 150", "days: 30"),
        ("2023-08-15", "2023-04-17"),
        ("provision: art_2\n", "provision: art_1\n"),
        ("counting: calendar", "counting: working-days"),
    )
    text = changed(("deadline: {rule: none}", "deadline: {rule: urgent, trigger: T-END}"), text=text)
    text = text.replace(", expected_due: 2023-04-17", "")
    said = told(tmp_path, text)
    assert every_row() == before
    assert set(said) >= {
        "changed     R-1  title: 'Report' -> 'Yearly report'",
        "changed     R-1  terms: {'days': 150} -> {'days': 30}",
        "changed     R-1  expected_due: 2023-08-15 -> nothing",
        "changed     R-2  provision: 'main art_2' -> 'main art_1'",
        "changed     R-2  trigger: nothing -> 'T-END'",
        "changed     river  convention: 'calendar' -> 'working-days'",
    }
    assert said[-1] == "river: to change: 1 agreements, 2 obligations"


def test_lines_stand_under_the_kind_of_thing_that_they_speak_of(tmp_path: Path) -> None:
    load(tmp_path)
    text = changed(
        ("title: Report\n", "title: Yearly report\n"), ("[It is out, It is read]", "[It is out, So]")
    )
    plan = list(lines(load(tmp_path, text, plan=True)))
    kinds = [line for line in plan[:-1] if not line.startswith(" ")]
    assert kinds == ["obligations", "indicators", "agreements"]
    assert plan[plan.index("indicators") + 1] == "  changed     R-1 no. 2  text: 'It is read' -> 'So'"


def test_what_would_be_removed_superseded_or_kept_is_named(tmp_path: Path) -> None:
    load(tmp_path)
    make.finding(owed("R-1", "beta"), 3)
    before = every_row()
    text = without(
        "- code: R-2", without("- {code: T-END", changed(("obligors: [alpha, beta]", "obligors: [alpha]")))
    )
    said = told(tmp_path, text)
    assert every_row() == before
    assert {"superseded  R-1 beta", "removed     R-2 desk", "removed     R-2", "removed     T-END"} <= set(
        said
    )
    assert said[-1] == (
        "river: to change: 1 agreements; to supersede: 1 commitments; "
        "to remove: 1 commitments, 1 obligations, 1 triggers"
    )


def test_moved_entries_are_told_by_number(tmp_path: Path) -> None:
    load(tmp_path)
    first, second = RIVER[RIVER.index("  - code: R-1") :].split("  - code: R-2")
    text = RIVER[: RIVER.index("  - code: R-1")] + "  - code: R-2" + second + first
    assert (
        told(tmp_path, text)[-1] == "river: to change: 1 agreements; to put in another order: 1 obligations"
    )
    load(tmp_path, text)
    assert list(lines(load(tmp_path, text, plan=True))) == ["river: nothing to change"]


def test_what_others_push_down_has_not_moved(tmp_path: Path) -> None:
    load(tmp_path)
    new = "  - code: R-0\n" + RIVER[RIVER.index("  - code: R-2\n") :].split("\n", 1)[1]
    text = changed(("obligations:\n", "obligations:\n" + new))
    assert told(tmp_path, text)[-1] == (
        "river: to add: 1 commitments, 2 gates, 1 obligations; to change: 1 agreements"
    )


def test_a_mediators_day_stays_when_the_pack_gives_another(tmp_path: Path) -> None:
    load(tmp_path)
    actor = viewer_for(make.mediator(of=river()))
    start = river().triggers.get(code="T-START")
    set_trigger_date(
        trigger=start, actor=actor, now=NOW, occurred_on=date(2023, 3, 19), reason="Early hours."
    )
    text = RIVER.replace("date: 2023-03-18", "date: 2023-03-20").replace("2023-08-15", "2023-08-17")
    assert "changed     T-START  pack_date: 2023-03-18 -> 2023-03-20" in told(tmp_path, text)
    load(tmp_path, text)
    assert river().triggers.get(code="T-START").occurred_on == date(2023, 3, 19)
    assert owed("R-1", "alpha").due_on == date(2023, 8, 16)


def test_the_command_plans_and_applies(tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    file.write_text(RIVER)
    assert command("loadpack", "--plan", file).splitlines()[-1].startswith("river: to add: 1 agreements, ")
    assert command("loadpack", "--apply", file).startswith("river: added 1 agreements, ")
    assert command("loadpack", "--plan", file) == "river: nothing to change\n"
    assert command("loadpack", file) == "river: nothing changed\n"
    with pytest.raises(CommandError, match="not allowed with argument"):
        command("loadpack", "--plan", "--apply", file)


def test_a_plan_of_a_broken_pack_tells_the_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    file.write_text(RIVER.replace("2023-08-15", "2023-08-16"))
    with pytest.raises(CommandError, match="expected_due is 2023-08-16, but the rule gives 2023-08-15"):
        command("loadpack", "--plan", file)


def test_recurrences_that_leave_days_out_are_told_all_at_once_each_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    monday = "deadline: {rule: recurring, rrule: FREQ=WEEKLY;BYDAY=MO, first: 2026-03-18}"
    short = "deadline: {rule: recurring, rrule: FREQ=MONTHLY;BYMONTHDAY=31, first: 2026-01-31}"
    file.write_text(
        RIVER.replace(
            "deadline: {rule: days_after, days: 150, trigger: T-START, expected_due: 2023-08-15}", monday
        )
        .replace("deadline: {rule: none}", short)
        .replace("kind: standing", "kind: recurring")
        .replace("kind: one_off", "kind: recurring")
    )
    with pytest.raises(CommandError) as caught:
        command("loadpack", "--plan", file)
    first, second, _nothing_written = str(caught.value).splitlines()
    assert re.match(r".*pack.yaml:44: obligations\[0\].deadline: first is Wednesday 2026-03-18, which", first)
    assert re.match(r".*pack.yaml:53: obligations\[1\].deadline: rrule .* has no day in 2026-02", second)
