"""Calendars of days off in a pack."""

import datetime as dt
from pathlib import Path

import pytest

from agreement.packs.model import Calendar, CalendarDay
from tests.packs.small import SMALL, changed, line_of, load, problems

CALENDARS = """\
calendars:
  - {code: north, name: "Days off in North*", party: north, library: BE, years: [2011, 2040], except: [2024-07-21]}
  - code: bank
    name: "The bank's own"
    parties: [south, host]
    years: [2023, 2024]
    days:
      - {date: 2024-01-02, name: "Stock-taking"}
      - {date: 2023-12-31, name: "Last day"}
    source: "press"
triggers:
"""
TEXT = changed("triggers:\n", CALENDARS)


def test_a_calendar_is_a_librarys_or_has_days_of_its_own(tmp_path: Path) -> None:
    north, bank = load(tmp_path, TEXT).calendars
    assert (north.library, north.first_year, north.last_year) == ("BE", 2011, 2040)
    assert (north.parties, north.exceptions) == (("north",), (dt.date(2024, 7, 21),))
    assert bank == Calendar(
        code="bank",
        name="The bank's own",
        parties=("host", "south"),
        years=(2023, 2024),
        days=(
            CalendarDay(date=dt.date(2023, 12, 31), name="Last day"),
            CalendarDay(date=dt.date(2024, 1, 2), name="Stock-taking"),
        ),
        source="press",
    )
    assert bank.known_until == dt.date(2024, 12, 31)


def test_a_calendar_need_not_be_anybodys(tmp_path: Path) -> None:
    assert load(tmp_path, changed("party: north, library", "library", TEXT)).calendars[0].parties == ()


# old, new, path, the beginning of the message
WRONG = [
    ("party: north", "party: nobody", "calendars[0].party", "there is no actor nobody; "),
    (
        "[south, host]",
        "[south, hosts]",
        "calendars[1].parties[1]",
        "there is no actor hosts; did you mean host?",
    ),
    ("[south, host]", "[south, north]", "calendars[1].parties", "north has the calendar north already; "),
    ("years: [2011, 2040]", "years: [2040, 2011]", "calendars[0].years", "2040 comes after 2011; "),
    (
        "years: [2011, 2040]",
        "years: [2011]",
        "calendars[0].years",
        "[2011] does not fit; write the first and the last year",
    ),
    ("library: BE, ", "", "calendars[0]", "names neither a library nor days; "),
    ("library: BE", "library: Belgium", "calendars[0].library", "Belgium does not fit; write two capitals"),
    (
        "2023-12-31",
        "2022-12-31",
        "calendars[1].days[1].date",
        "2022-12-31 is not in the years 2023 to 2024; ",
    ),
    ("2023-12-31", "2024-01-02", "calendars[1].days[1].date", "2024-01-02 stands twice in this calendar; "),
    ("2024-07-21", "2041-07-21", "calendars[0].except[0]", "2041-07-21 is not in the years 2011 to 2040; "),
    ("code: bank", "code: north", "calendars[1].code", "north is taken, in "),
    (
        "    source:",
        "    except: [2023-05-01]\n    source:",
        "calendars[1].except",
        "leaves out days of a library",
    ),
    (
        "    parties:",
        "    party: south\n    parties:",
        "calendars[1].party",
        "all parties stand in 'parties'; ",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "path", "message"), WRONG, ids=[f"{w[2]}={w[1].strip()}" for w in WRONG]
)
def test_a_wrong_calendar_is_named(tmp_path: Path, old: str, new: str, path: str, message: str) -> None:
    text = TEXT.replace(old, new, 1)
    found = problems(tmp_path, text)
    assert any(where == path and said.startswith(message) for _, where, said in found), found


def test_a_day_that_does_not_fit_is_named_with_its_own_line(tmp_path: Path) -> None:
    text = TEXT.replace("2023-12-31", "2022-12-31")
    assert [line for line, _, _ in problems(tmp_path, text)] == [line_of(text, "2022-12-31")]


def test_the_small_pack_counts_by_no_calendar(tmp_path: Path) -> None:
    assert load(tmp_path, SMALL).calendars == ()
