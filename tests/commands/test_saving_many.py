from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import DataError

from obligations.commands.bulk import insert, save_columns
from obligations.models import ClockSpan, Commitment, Obligation
from parties.content import PackText
from tests import make

pytestmark = pytest.mark.django_db

# What means something in an array as PostgreSQL writes it, or in the text of one.
AWKWARD = ["", "NULL", '"', "\\", 'a "b\\" {c, d}', "line\nand\ttab", "Ђорђе 🇪🇺", "{}", "'; --", "%s"]


def test_many_texts_lists_and_mappings_are_saved_letter_by_letter() -> None:
    rows = [make.commitment(code=f"O-{number}").obligation for number, _text in enumerate(AWKWARD)]
    for row, text in zip(rows, AWKWARD, strict=True):
        row.summary, row.tags, row.target = PackText(text), [text, "x"], {"text": [text, None, 1.5, True]}
    rows[0].tags, rows[0].target = [], None
    save_columns(rows, ["summary", "tags", "target"])
    for row, text in zip(rows, AWKWARD, strict=True):
        saved = Obligation.objects.get(pk=row.pk)
        assert (saved.summary, saved.tags, saved.target) == (text, row.tags, row.target)


def test_many_days_and_instants_are_saved_and_what_is_missing_stays_so() -> None:
    rows = [make.commitment(code=f"O-{number}") for number in range(3)]
    instant = datetime(2026, 3, 1, 23, 30, 0, 12, tzinfo=timezone(timedelta(hours=2)))
    rows[0].flag_at, rows[0].clock_from, rows[0].cycle = instant, date(1900, 1, 1), 7
    rows[1].flag_at, rows[1].clock_from = None, None
    save_columns(rows, ["flag_at", "clock_from", "cycle"])
    first, second, _third = Commitment.objects.order_by("pk")
    assert (first.flag_at, first.clock_from, first.cycle) == (instant.astimezone(UTC), date(1900, 1, 1), 7)
    assert (second.flag_at, second.clock_from, second.cycle) == (None, None, 1)


def test_a_list_of_rows_holds_lists_of_any_length_each() -> None:
    owed = make.commitment()
    ClockSpan.objects.all().delete()
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(len(AWKWARD))]
    rows = [
        (owed.pk, day, "active", "none", AWKWARD[:number], "[]", "", "") for number, day in enumerate(days)
    ]
    columns = ("commitment_id", "from_day", "life", "clock", "calendars", "steps", "rule", "convention")
    insert(ClockSpan, (*columns, *BOUNDS), [(*row, *BOUNDS.values()) for row in rows])
    found = ClockSpan.objects.order_by("from_day").values_list("from_day", "calendars")
    assert list(found) == [(day, AWKWARD[:number]) for number, day in enumerate(days)]


BOUNDS: dict[str, Any] = {
    "known_from": datetime(1900, 1, 1, tzinfo=UTC),
    "known_until": datetime(9999, 12, 31, tzinfo=UTC),
    "until_day": date(9999, 12, 31),
}


def test_a_text_that_is_too_long_is_refused_and_not_cut_off() -> None:
    row = make.commitment()
    row.life = "x" * 17
    with pytest.raises(DataError):
        save_columns([row], ["life"])
