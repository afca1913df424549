"""Calendars of holidays: what a pack brings, what a mediator says, and what was known when."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from agreement.calendars import days_of
from agreement.models import CalendarParty, Holiday, LedgerEntry
from agreement.packs.model import Calendar as PackCalendar
from agreement.viewers import viewer_for
from obligations.commands import Refused
from obligations.commands.calendars import set_holiday
from obligations.deadlines.moment import INSTANT
from parties.models import User
from tests import make
from tests.calendar_data import (
    ASSUMPTION,
    ORTHODOX_EASTER_MONDAY,
    calendar,
    holidays_of,
    known_until_of,
    load,
    pack_calendar,
    party_calendars,
)
from tests.make import NOW

MIDSUMMER = date(2023, 6, 24)
NATIONAL_DAY = date(2023, 7, 21)
LATER = NOW + timedelta(days=30)


@pytest.mark.parametrize(
    ("library", "day", "name"),
    [
        ("RS", ORTHODOX_EASTER_MONDAY, "Easter Monday"),
        ("XK", ORTHODOX_EASTER_MONDAY, "Orthodox Easter"),
        ("BE", ASSUMPTION, "Assumption Day"),
    ],
)
def test_the_librarys_public_holidays_are_named_in_english(library: str, day: date, name: str) -> None:
    assert days_of(pack_calendar(library=library))[day].startswith(name)


def test_the_days_that_decide_the_worked_case_are_no_holidays_of_the_others() -> None:
    assert ORTHODOX_EASTER_MONDAY not in days_of(pack_calendar(library="BE"))
    for library in ("RS", "XK"):
        assert ASSUMPTION not in days_of(pack_calendar(library=library))


def test_only_the_years_asked_for_are_given_and_in_order() -> None:
    days = list(days_of(pack_calendar(library="RS", first_year=2021, last_year=2024)))
    assert {day.year for day in days} == {2021, 2022, 2023, 2024}
    assert days == sorted(days)


def test_a_pack_adds_days_of_its_own_names_the_librarys_anew_and_excepts_some() -> None:
    library = days_of(pack_calendar(library="BE"))
    own = {MIDSUMMER: "Midsummer", NATIONAL_DAY: "Belgian National Day"}
    changed = days_of(pack_calendar(library="BE", days=own, exceptions=(ASSUMPTION,)))
    del library[ASSUMPTION]
    assert changed == library | own
    assert list(changed) == sorted(changed)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"library": "ZZ"}, "has no calendar 'ZZ'"),
        (
            {"library": "XK", "first_year": 2001},
            "knows the calendar 'XK' from 2009 to 2100, not 2001 to 2023",
        ),
        ({"library": "RS", "last_year": 2150}, "not 2023 to 2150"),
        ({"library": "RS", "first_year": 2024}, "2024 is later than 2023"),
    ],
)
def test_years_and_codes_that_the_library_does_not_know_are_refused(
    fields: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(ValueError, match=wrong):
        days_of(pack_calendar(**fields))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["UPDATE agreement_holiday SET name = 'x'", "DELETE FROM agreement_holiday"]
)
def test_the_database_refuses_to_change_or_remove_a_holiday(change: str) -> None:
    load(pack_calendar(days={MIDSUMMER: "Midsummer"}))
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
        connection.cursor().execute(change)
    assert calendar().days() == {MIDSUMMER: "Midsummer"}


@pytest.mark.django_db
def test_the_database_refuses_to_empty_the_holidays() -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("TRUNCATE agreement_holiday")


@pytest.mark.django_db
def test_a_calendar_has_what_the_pack_gave_with_where_each_day_is_from() -> None:
    given = pack_calendar(library="BE", days={MIDSUMMER: "Midsummer"}, exceptions=(ASSUMPTION,))
    written = load(given)
    assert calendar().days() == days_of(given)
    assert (written["calendars"], written["holidays"]) == (1, len(days_of(given)) + 1)
    sources = {row.day: (row.origin, row.source) for row in Holiday.objects.all()}
    version = calendar().library_version
    assert sources[NATIONAL_DAY] == ("library", f"holidays {version}, BE")
    assert sources[MIDSUMMER] == sources[ASSUMPTION] == ("pack", "pack accord")
    assert known_until_of(make.agreement().pk) == {"alpha": date(2023, 12, 31)}


@pytest.mark.django_db
def test_loading_twice_changes_nothing() -> None:
    given = pack_calendar(library="XK", parties=("alpha",), exceptions=(date(2023, 5, 9),))
    load(given)
    before = list(Holiday.objects.values())
    assert not load(given, now=LATER)
    assert list(Holiday.objects.values()) == before


@pytest.mark.django_db
def test_a_day_that_the_pack_names_anew_moves_or_drops_is_one_more_row() -> None:
    load(pack_calendar(days={MIDSUMMER: "Midsummer", ASSUMPTION: "Assumption"}))
    written = load(pack_calendar(days={MIDSUMMER: "St John", NATIONAL_DAY: "National Day"}), now=LATER)
    assert written == {"holidays": 3}
    assert calendar().days() == {MIDSUMMER: "St John", NATIONAL_DAY: "National Day"}
    assert calendar().days(known_at=NOW + INSTANT) == {MIDSUMMER: "Midsummer", ASSUMPTION: "Assumption"}
    assert Holiday.objects.get(day=ASSUMPTION, is_holiday=False).origin == "withdrawn"


@pytest.mark.django_db
def test_a_day_that_was_dropped_can_come_back() -> None:
    with_it, without = pack_calendar(days={MIDSUMMER: "Midsummer"}), pack_calendar()
    load(with_it)
    load(without, now=LATER)
    assert not load(without, now=LATER)
    load(with_it, now=LATER + timedelta(days=1))
    assert calendar().days() == {MIDSUMMER: "Midsummer"}
    assert calendar().days(known_at=LATER + INSTANT) == {}


@pytest.mark.django_db
def test_what_came_with_the_first_load_was_known_from_the_outset_and_later_days_since_then() -> None:
    load(pack_calendar(days={MIDSUMMER: "Midsummer"}), outset=True)
    load(pack_calendar(days={MIDSUMMER: "Midsummer", ASSUMPTION: "Assumption"}), now=LATER)
    long_ago = datetime(2023, 1, 1, tzinfo=UTC)
    assert calendar().days(known_at=long_ago) == {MIDSUMMER: "Midsummer"}
    assert calendar().days(known_at=LATER) == {MIDSUMMER: "Midsummer"}
    assert set(calendar().days(known_at=LATER + INSTANT)) == {MIDSUMMER, ASSUMPTION}


@pytest.mark.django_db
def test_of_rows_of_the_same_moment_the_one_entered_last_stands() -> None:
    load(pack_calendar(days={MIDSUMMER: "Midsummer"}))
    say(MIDSUMMER, is_holiday=False, now=NOW)
    assert calendar().days() == {}
    say(MIDSUMMER, is_holiday=True, now=NOW, name="St John")
    assert calendar().days() == {MIDSUMMER: "St John"}


@pytest.mark.django_db
def test_what_a_mediator_says_of_a_day_survives_a_reload_of_anything_else() -> None:
    load(pack_calendar(days={MIDSUMMER: "Midsummer"}))
    say(MIDSUMMER, is_holiday=False, now=LATER)
    say(ASSUMPTION, is_holiday=True, now=LATER, name="Day of the fair")
    reloaded = pack_calendar(
        days={MIDSUMMER: "St John", ASSUMPTION: "Assumption", NATIONAL_DAY: "National Day"}
    )
    assert load(reloaded, now=LATER + timedelta(days=1)) == {"holidays": 1}
    assert calendar().days() == {NATIONAL_DAY: "National Day", ASSUMPTION: "Day of the fair"}
    load(pack_calendar(), now=LATER + timedelta(days=2))
    assert calendar().days() == {ASSUMPTION: "Day of the fair"}


@pytest.mark.django_db
def test_a_party_counts_by_the_calendar_that_names_it_last() -> None:
    load(pack_calendar("west", parties=("alpha", "beta")), pack_calendar("east", parties=("gamma",)))
    alpha, beta, gamma = (make.party(code).pk for code in ("alpha", "beta", "gamma"))
    of = make.agreement().pk
    assert party_calendars(of) == {alpha: "west", beta: "west", gamma: "east"}
    load(pack_calendar("west", parties=("alpha",)), pack_calendar("east", parties=("beta",)), now=LATER)
    assert party_calendars(of) == {alpha: "west", beta: "east"}


@pytest.mark.django_db
def test_a_calendar_that_the_pack_drops_keeps_its_days_and_is_nobodys_own() -> None:
    load(pack_calendar("west", {MIDSUMMER: "Midsummer"}, parties=("alpha",)))
    written = load(pack_calendar("east"), now=LATER)
    assert party_calendars(make.agreement().pk) == {}
    assert calendar("west").days() == {MIDSUMMER: "Midsummer"}
    assert (calendar("west").in_pack, calendar("east").in_pack) == (False, True)
    assert written == {"calendars": 2, "parties of calendars": 1}


@pytest.mark.django_db
def test_a_party_has_one_calendar_in_an_agreement() -> None:
    load(pack_calendar("west", parties=("alpha",)), pack_calendar("east"))
    with pytest.raises(IntegrityError, match="calendar_one_for_each_party"):
        CalendarParty.objects.create(
            calendar=calendar("east"), agreement=make.agreement(), party=make.party("alpha")
        )


@pytest.mark.django_db
def test_calendars_of_another_agreement_are_apart() -> None:
    other = make.agreement("other")
    load(pack_calendar(days={MIDSUMMER: "Midsummer"}, parties=("alpha",)))
    load(pack_calendar(days={ASSUMPTION: "Assumption"}, parties=("alpha",)), of=other)
    assert holidays_of(make.agreement().pk) == {"alpha": {MIDSUMMER: "Midsummer"}}
    assert holidays_of(other.pk) == {"alpha": {ASSUMPTION: "Assumption"}}


@pytest.mark.django_db
def test_all_calendars_are_read_at_once_within_the_days_and_as_known(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    load(
        pack_calendar("west", {MIDSUMMER: "Midsummer", NATIONAL_DAY: "National Day"}), pack_calendar("empty")
    )
    load(
        pack_calendar("west", {MIDSUMMER: "Midsummer", NATIONAL_DAY: "National Day"}),
        pack_calendar("empty"),
        pack_calendar("east", {ASSUMPTION: "Assumption"}),
        now=LATER,
    )
    of = make.agreement().pk
    with django_assert_num_queries(2):  # the calendars, their days
        everything = holidays_of(of)
    assert everything == {
        "west": {MIDSUMMER: "Midsummer", NATIONAL_DAY: "National Day"},
        "east": {ASSUMPTION: "Assumption"},
        "empty": {},
    }
    assert holidays_of(of, first=NATIONAL_DAY, last=NATIONAL_DAY) == {
        "west": {NATIONAL_DAY: "National Day"},
        "east": {},
        "empty": {},
    }
    assert holidays_of(of, known_at=NOW + INSTANT)["east"] == {}


@pytest.mark.django_db
def test_loading_takes_the_same_queries_for_a_year_and_for_thirty() -> None:
    make.agreement()
    few = queries_of(pack_calendar("short", library="RS", parties=("alpha",)))
    many = queries_of(pack_calendar("long", library="RS", first_year=2010, last_year=2039, parties=("beta",)))
    assert len(calendar("long").days()) > 300
    assert many == few < 20


def queries_of(given: PackCalendar) -> int:
    for code in given.parties:
        make.party(code)
    with CaptureQueriesContext(connection) as queries:
        load(given)
    return len(queries)


@pytest.mark.django_db
def test_a_mediators_day_is_entered_with_its_reason_in_the_ledger_too() -> None:
    load(pack_calendar(days={MIDSUMMER: "Midsummer"}))
    row = say(MIDSUMMER, is_holiday=False, reason="Decided otherwise.", source="Gazette 12")
    assert (row.name, row.is_holiday, row.origin, row.source) == ("Midsummer", False, "person", "Gazette 12")
    entry = LedgerEntry.objects.get(command="set_holiday")
    assert entry.subject == "alpha 2023-06-24"
    assert (entry.before, entry.after) == (
        {"name": "Midsummer", "is_holiday": True},
        {"name": "Midsummer", "is_holiday": False},
    )
    assert (entry.reason, entry.actor_id) == ("Decided otherwise.", row.recorded_by_id)


@pytest.mark.django_db
def test_a_struck_holiday_moves_the_day_that_is_counted_by_it_and_no_other() -> None:
    make.agreement(convention="eu-1182-71")
    load(
        pack_calendar("alpha", library="RS", parties=("alpha",)),
        pack_calendar("beta", library="RS", parties=("beta",)),
    )
    by_alpha, by_beta = make.commitment(days=30), make.commitment(by=make.party("beta"))
    assert by_alpha.due_on == by_beta.due_on == date(2023, 4, 18)
    say(ORTHODOX_EASTER_MONDAY, is_holiday=False, now=LATER)
    by_alpha.refresh_from_db()
    by_beta.refresh_from_db()
    assert (by_alpha.due_on, by_beta.due_on) == (ORTHODOX_EASTER_MONDAY, date(2023, 4, 18))


@pytest.mark.django_db
def test_an_added_holiday_ends_the_breach_that_it_makes_undone() -> None:
    make.agreement(convention="eu-1182-71")
    load(pack_calendar("alpha", parties=("alpha",)))
    owed = make.commitment(days=30)
    make.finding(owed, 3, date(2023, 4, 18))
    assert [breach.outcome for breach in owed.breaches.all()] == ["met_late"]
    say(ORTHODOX_EASTER_MONDAY, name="Easter Monday", now=LATER)
    owed.refresh_from_db()
    assert owed.due_on == date(2023, 4, 18)
    assert "met_late" not in [breach.outcome for breach in owed.breaches.all()]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["nobody", "analyst", "administrator", "representative", "elsewhere"])
def test_only_the_agreements_mediators_change_a_holiday(role: str) -> None:
    load(pack_calendar(days={MIDSUMMER: "Midsummer"}))
    makers: dict[str, Callable[[], User]] = {
        "nobody": lambda: make.user("nobody@trial.invalid"),
        "analyst": make.analyst,
        "administrator": make.administrator,
        "representative": make.representative,
        "elsewhere": lambda: make.mediator(of=make.agreement("other")),
    }
    with pytest.raises(PermissionDenied):
        set_holiday(
            calendar=calendar(),
            actor=viewer_for(makers[role]()),
            now=NOW,
            day=MIDSUMMER,
            name="",
            is_holiday=False,
            reason="So it is.",
        )
    assert calendar().days() == {MIDSUMMER: "Midsummer"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"name": " "}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"source": "x" * 501}, "source"),
        ({"reason": "a\x00b"}, "reason"),
        ({"day": date(1899, 12, 31)}, "day"),
        ({"day": date(2201, 1, 1)}, "day"),
        ({"day": ASSUMPTION, "name": "Assumption"}, "day"),
        ({"is_holiday": False}, "day"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_trace(said: dict[str, Any], field: str) -> None:
    load(pack_calendar(days={ASSUMPTION: "Assumption"}))
    with pytest.raises(Refused) as refused:
        say(**{"day": MIDSUMMER, "name": "Midsummer", **said})
    assert list(refused.value.errors) == [field]
    assert Holiday.objects.count() == 1
    assert not LedgerEntry.objects.filter(command="set_holiday").exists()


def say(
    day: date,
    is_holiday: bool = True,
    now: datetime = NOW,
    name: str = "",
    reason: str = "So it is.",
    source: str = "",
) -> Holiday:
    """What the agreement's mediator says of a day of the calendar `alpha`."""
    return set_holiday(
        calendar=calendar(),
        actor=make.a_mediator(),
        now=now,
        day=day,
        name=name,
        is_holiday=is_holiday,
        reason=reason,
        source=source,
    )
