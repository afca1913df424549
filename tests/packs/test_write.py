"""What is written reads as the pack that it was."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given

from agreement.packs import write as writing
from agreement.packs.read import read_pack
from agreement.packs.write import write_pack
from tests.packs.generated import plain_packs, read
from tests.packs.small import SMALL, load

OHRID = Path(__file__).parents[2] / "agreement" / "packs" / "ohrid-2023" / "pack.yaml"


def test_the_first_pack_reads_the_same_again(tmp_path: Path) -> None:
    pack = read_pack(OHRID)
    files = write_pack(pack, tmp_path)
    assert [file.name for file in files] == [
        "pack.yaml",
        "calendars.yaml",
        "instruments.yaml",
        "rules.yaml",
        "events.yaml",
        "obligations.yaml",
        "translations-sq.yaml",
        "translations-sr.yaml",
    ]
    assert read_pack(files[0]) == pack


@given(plain=plain_packs())
def test_any_pack_reads_the_same_again(
    plain: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("written")
    pack = read(plain, folder)
    assert read_pack(write_pack(pack, folder)[0]) == pack


def test_a_long_list_is_divided_and_joined_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ENTRIES", 100)
    small = load(tmp_path)
    many = [
        small.obligations[1].model_copy(update={"code": f"QQ-{number}", "gates": ()}) for number in range(240)
    ]
    pack = small.model_copy(update={"obligations": (small.obligations[0], *many)})
    (tmp_path / "out").mkdir()
    files = write_pack(pack, tmp_path / "out")
    assert [file.name for file in files[-3:]] == [
        "obligations-1.yaml",
        "obligations-2.yaml",
        "obligations-3.yaml",
    ]
    assert read_pack(files[0]) == pack


def test_a_value_that_stands_twice_is_written_twice(tmp_path: Path) -> None:
    pack = load(tmp_path)
    day = dt.date(2020, 3, 2)
    pack = pack.model_copy(
        update={"events": tuple(event.model_copy(update={"date": day}) for event in pack.events)}
    )
    (tmp_path / "out").mkdir()
    assert read_pack(write_pack(pack, tmp_path / "out")[0]) == pack


def test_a_list_without_entries_has_no_file(tmp_path: Path) -> None:
    text = SMALL[: SMALL.index("events:")] + SMALL[SMALL.index("obligations:") :]
    pack = load(tmp_path, text)
    (tmp_path / "out").mkdir()
    assert "events.yaml" not in {file.name for file in write_pack(pack, tmp_path / "out")}


def test_what_is_written_is_for_people_to_read(tmp_path: Path) -> None:
    """Days as days, short entries on a line, and no more quotes than needed."""
    pack = read_pack(OHRID)
    [_, _, _, _, _, obligations, _, _] = write_pack(pack, tmp_path)
    text = obligations.read_text()
    committee = "  deadline: {rule: days_after, days: 30, trigger: T-ANNEX, expected_due: 2023-04-17}\n"
    assert text.startswith("format: 1\npart_of: ohrid-2023\n\nobligations:\n- code: OA-1.1\n")
    assert committee in text
    assert yaml.safe_load(text)["obligations"][0]["obligors"] == ["kosovo", "serbia"]
    assert max(map(len, text.splitlines())) < 130
    assert dt.date(2023, 4, 17).isoformat() in text
