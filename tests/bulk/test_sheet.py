"""What a sheet may be, and what of it is read."""

from datetime import date, datetime

import pytest
from pytest_django import Settings

from obligations.bulk.rows import day_of
from obligations.bulk.sheet import Unreadable, guarded, read, unguarded
from tests.bulk.sheets import HEAD, csv_of, rewritten, sheets_of, strict, workbook_of

ROW = ["O-1", "alpha", "3", "2024-01-10", "Seen.", "public"]
CELLS = dict(zip(HEAD, ROW, strict=True))


@pytest.mark.parametrize("split", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_text_is_read_with_or_without_mark_however_it_is_split(split: str, mark: bytes) -> None:
    assert read(mark + csv_of(ROW, split=split))[0].cells == CELLS


def test_quotes_lines_within_a_cell_and_the_first_line_of_excel_are_understood() -> None:
    row = [*ROW[:4], '"Seen; twice,\n""on the spot""."', "public"]
    (read_row,) = read(b"sep=;\r\n" + csv_of(row, split=";"))
    assert read_row.cells["reason"] == 'Seen; twice,\n"on the spot".'


def test_a_workbook_gives_its_values_and_real_dates() -> None:
    rows = read(workbook_of(["O-1", "alpha", 3, date(2024, 1, 10), "Seen.", "public"]))
    assert rows[0].cells == CELLS
    assert read(workbook_of([*ROW[:3], datetime(2024, 1, 10), *ROW[4:]]))[0].cells == CELLS


def test_rows_are_numbered_as_the_spreadsheet_shows_them_and_empty_ones_left_out() -> None:
    rows = read(csv_of(["O-1", "alpha", "", "", "", ""], [], ROW))
    assert [row.number for row in rows] == [4]


@pytest.mark.parametrize(
    "data", [csv_of([*ROW[:4], "=1+1", "public"]), workbook_of([*ROW[:4], "=1+1", "public"])]
)
def test_a_formula_is_refused_at_its_cell(data: bytes) -> None:
    (row,) = read(data)
    assert row.errors == {"reason": "This is a formula: write its value."}


NOTES = [["Notes on how to fill this in"], ["party", "alpha"]]


@pytest.mark.parametrize("hidden", [(), ("Notes",)])
def test_the_sheet_that_has_the_columns_is_read_wherever_it_stands(hidden: tuple[str, ...]) -> None:
    for sheets in ((("Notes", NOTES), ("Mine", [HEAD, ROW])), (("Mine", [HEAD, ROW]), ("Notes", NOTES))):
        assert [row.cells for row in read(sheets_of(*sheets, ("Empty", []), hidden=hidden))] == [CELLS]
    assert read(sheets_of(("Old", [HEAD]), ("Mine", [HEAD, ROW]), hidden=("Old",)))[0].cells == CELLS


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            sheets_of(("Notes", NOTES), ("Mine", [HEAD[:5], ROW])),
            "Of the sheet “Mine”: The first row lacks: tier",
        ),
        (sheets_of(("Notes", NOTES), ("Mine", [HEAD, ROW]), hidden=("Mine",)), "No visible sheet .* “Notes”"),
        (sheets_of(("A", [HEAD, ROW]), ("B", [HEAD, ROW])), "in several sheets: A, B"),
        (strict(workbook_of(ROW)), "save it as “Excel Workbook"),
    ],
)
def test_a_workbook_without_one_sheet_to_read_is_refused_with_the_sheet(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(data)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-21", date(2026, 11, 21)),
        ("21.11.2026", date(2026, 11, 21)),
        ("21.11.2026.", date(2026, 11, 21)),
        ("1. 2. 2026.", date(2026, 2, 1)),
        ("05.11.2026", date(2026, 11, 5)),
        ("21/11/2026", date(2026, 11, 21)),
        ("11/21/2026", date(2026, 11, 21)),
        ("11/11/2026", date(2026, 11, 11)),
        ("21-11-2026", date(2026, 11, 21)),
    ],
)
def test_a_day_is_taken_as_people_write_it(text: str, day: date) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("05/11/2026", "“05/11/2026” can be 2026-05-11 or 2026-11-05"),
        ("5-11-2026", "can be 2026-05-11 or 2026-11-05"),
        ("31/02/2026", "Give a date"),
        ("31.2.2026.", "Give a date"),
        ("21.11.26", "Give a date"),
        ("21/11-2026", "Give a date"),
        ("21.11.2026 10:00", "Give a date"),
        ("", "Give a date"),
    ],
)
def test_a_day_that_is_none_or_could_be_two_is_refused_with_why(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        day_of(text)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (csv_of(), "No row says anything"),
        (csv_of(ROW, head=["obligaton", *HEAD[1:]]), "obligaton"),
        (csv_of(ROW, head=["party", *HEAD[1:]]), "twice: party"),
        (csv_of(ROW[:5], head=HEAD[:5]), "lacks: tier"),
        ("obligation;größe".encode("latin-1"), "Line 1 is not in UTF-8"),
        (csv_of(['"O-1', *ROW[1:]]), "cannot be read"),
        (b"\x00\x01\x02", "neither a CSV file nor"),
        (b"\xd0\xcf\x11\xe0 old", "old or a locked Excel"),
        (b"PK\x03\x04 no archive", "broken"),
    ],
)
def test_what_is_no_sheet_is_refused_with_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(data)


def test_a_workbook_that_unpacks_to_far_more_than_it_weighs_is_not_opened() -> None:
    bomb = rewritten(workbook_of(ROW), "xl/worksheets/sheet1.xml", b" " * 80_000_000)
    with pytest.raises(Unreadable, match="far more than it weighs"):
        read(bomb)


def test_entities_in_a_workbook_are_not_expanded() -> None:
    text = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    with pytest.raises(Unreadable, match="cannot be read"):
        read(rewritten(workbook_of(ROW), "xl/worksheets/sheet1.xml", text))


def test_more_rows_or_bytes_than_the_settings_allow_are_refused(settings: Settings) -> None:
    settings.BULK_ROWS = 2
    with pytest.raises(Unreadable, match="More than 2 rows"):
        read(csv_of(ROW, ROW, ROW))
    settings.BULK_BYTES = 10
    with pytest.raises(Unreadable, match="larger than"):
        read(csv_of(ROW))


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "plain", "'quoted"])
def test_what_is_guarded_against_spreadsheets_comes_back_as_it_was(text: str) -> None:
    assert not guarded(text).startswith(("=", "+", "-", "@"))
    assert unguarded(guarded(text)) == text
