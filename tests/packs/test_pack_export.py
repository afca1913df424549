"""A loaded agreement is written as a pack that says the same, and that loads with no change."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreement import packs
from agreement.packs.read import read_pack
from agreement.viewers import viewer_for
from obligations.commands import set_trigger_date
from obligations.commands.calendars import set_holiday
from obligations.packs.export import pack_of
from tests import make
from tests.make import NOW
from tests.packs.pack_data import RIVER, changed, command, load, owed, pack, river, without

pytestmark = pytest.mark.django_db

OHRID = Path(packs.__file__).parent / "ohrid-2023"


def test_the_first_pack_comes_out_as_it_went_in(tmp_path: Path) -> None:
    command("loadpack", OHRID)
    out = tmp_path / "out"
    assert command("exportpack", "ohrid-2023", out) == f"ohrid-2023: written to {out}/pack.yaml, in 8 files\n"
    assert read_pack(out / "pack.yaml") == read_pack(OHRID / "pack.yaml")
    assert command("loadpack", "--plan", out) == "ohrid-2023: nothing to change\n"
    assert command("loadpack", out) == "ohrid-2023: nothing changed\n"


def test_every_kind_of_value_survives(tmp_path: Path) -> None:
    text = changed(
        ("groups:\n", 'naming: {label: "Beta*", marker: "*", footnote: "Without prejudice."}\ngroups:\n'),
        ("name: Beta,", 'name: "Beta*", note: "The other side",'),
        (
            "triggers:\n",
            "calendars:\n  - {code: bank, name: Bank, parties: [alpha, desk], library: BE, years: [2023, 2024], "
            "except: [2024-07-21], days: [{date: 2023-12-27, name: Bridge}], source: press, note: Told.}\ntriggers:\n",
        ),
        ("    deadline: {rule: none}\n", "    deadline: {rule: none}\n    review_every: {months: 3}\n"),
        ("label: End, date: null", "label: End, date: null, note: Not yet"),
    )
    given = pack(tmp_path, text)
    load(tmp_path, text)
    assert pack_of(river()) == given


def test_what_people_recorded_is_no_part_of_it_and_stays(tmp_path: Path) -> None:
    text = changed(
        (
            "triggers:\n",
            "calendars:\n  - {code: bank, name: Bank, years: [2023, 2024], "
            "days: [{date: 2023-12-27, name: Bridge}]}\ntriggers:\n",
        )
    )
    load(tmp_path, text)
    given, actor = pack_of(river()), viewer_for(make.mediator(of=river()))
    start = river().triggers.get(code="T-START")
    set_trigger_date(
        trigger=start, actor=actor, now=NOW, occurred_on=date(2023, 3, 19), reason="Early hours."
    )
    bank = river().calendars.get(code="bank")
    for day, kept in ((date(2023, 12, 27), False), (date(2023, 12, 28), True)):
        set_holiday(
            calendar=bank, actor=actor, now=NOW, day=day, name="Free", is_holiday=kept, reason="Told."
        )
    make.finding(owed("R-1", "alpha"), 3)
    assert pack_of(river()) == given
    assert not load(tmp_path, text)


def test_what_the_pack_names_no_more_is_not_written(tmp_path: Path) -> None:
    load(tmp_path)
    make.finding(owed("R-1", "beta"), 2)
    make.finding(owed("R-2", "desk"), conduct="kept")
    text = without("- code: R-2", changed(("obligors: [alpha, beta]", "obligors: [alpha]")))
    load(tmp_path, text)
    assert pack_of(river()) == pack(tmp_path, text)


def test_an_agreement_that_is_not_loaded_is_named(tmp_path: Path) -> None:
    load(tmp_path)
    with pytest.raises(CommandError, match=r"There is no agreement 'lake'\. Loaded are: river\."):
        command("exportpack", "lake", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_empty_stays_as_it_is(tmp_path: Path) -> None:
    load(tmp_path)
    with pytest.raises(CommandError, match="is not empty"):
        command("exportpack", "river", tmp_path)
    assert (tmp_path / "pack.yaml").read_text() == RIVER


def test_a_folder_that_cannot_be_made_is_an_error_of_one_line(tmp_path: Path) -> None:
    load(tmp_path)
    with pytest.raises(CommandError, match=r"pack\.yaml/out cannot be written: Not a directory"):
        command("exportpack", "river", tmp_path / "pack.yaml" / "out")


def test_what_cannot_be_read_back_is_told_at_once(tmp_path: Path) -> None:
    """A value that came in by another way than a pack, and that a pack cannot say."""
    load(tmp_path)
    river().obligations.filter(code="R-1").update(title=" ")
    with pytest.raises(
        CommandError, match=r"cannot be read back:\n.*obligations.yaml:\d+: obligations\[0\].title"
    ):
        command("exportpack", "river", tmp_path / "out")


def test_the_number_of_queries_does_not_grow_with_the_pack(tmp_path: Path) -> None:
    load(tmp_path)
    with CaptureQueriesContext(connection) as few:
        pack_of(river())
    more = RIVER + "".join(
        RIVER[RIVER.index("  - code: R-2") :].replace("R-2", f"R-{n}") for n in range(3, 9)
    )
    load(tmp_path, more)
    with CaptureQueriesContext(connection) as many:
        pack_of(river())
    assert len(few) == len(many) < 20
