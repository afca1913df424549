"""What changed between two moments, over random histories: nothing is left out, and nothing is told twice."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q

from agreement.models import Agreement
from obligations.changes import what
from obligations.changes.derived import deadline
from obligations.changes.window import Change, ChangeKind, Window
from obligations.models import Commitment
from obligations.status.breaches import breaches_of
from obligations.status.status import with_standing
from parties.access import Viewer
from tests.status import histories
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]

SEED = 3
NOW = datetime(2024, 7, 10, 9, 0, tzinfo=UTC)
BEGIN, END = datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 7, 5, tzinfo=UTC)


def a_life() -> Agreement:
    """An agreement with a history."""
    story = histories.History(random.Random(SEED), BEGIN)
    made = histories.an_agreement("lived", "Europe/Brussels", "calendar", story)
    histories.tell(story, 70, made)
    assert story.done["withdrawal"]
    assert story.done["suspend"]
    return made


lived = made_once(a_life)


def windows(number: int) -> list[Window]:
    dice = random.Random(7)
    made = []
    for _ in range(number):
        since = BEGIN + timedelta(days=dice.randint(0, 500))
        until = min(since + timedelta(days=dice.choice([1, 7, 7, 30, 90])), END)
        made.append(Window(since, dice.choice([until, until, until, NOW]), NOW))
    return made


def seen(found: list[Change]) -> list[dict[str, Any]]:
    return [{"id": one.id, "at": one.at, "on": one.on, "due": one.due, "ended": one.ended} for one in found]


def test_what_is_left_unread_has_not_changed(lived: Agreement, monkeypatch: pytest.MonkeyPatch) -> None:
    viewers = histories.viewers([lived])
    asked = [(viewers[who], window) for window in windows(12) for who in ("public", "mediator")]
    narrow = [seen(what.changes(lived, viewer, window)) for viewer, window in asked]
    monkeypatch.setattr(what, "may_have_turned", lambda viewer, window: Q())
    assert narrow == [seen(what.changes(lived, viewer, window)) for viewer, window in asked]
    assert any(narrow)


def test_all_of_it_lies_in_the_window_and_bears_a_name_of_its_own(lived: Agreement) -> None:
    for viewer in histories.viewers([lived]).values():
        for window in windows(3):
            found = what.changes(lived, viewer, window)
            assert all(window.holds(one.at) for one in found), [
                one.id for one in found if not window.holds(one.at)
            ]
            assert len({one.id for one in found}) == len({one.place for one in found}) == len(found)


def breaches(lived: Agreement, viewer: Viewer, window: Window) -> tuple[Any, Any]:
    """Those known before and after, each with whether it is open."""
    commitments = list(Commitment.objects.filter(agreement=lived))
    before, after = (
        {one.key: one.is_open for one in breaches_of(commitments, viewer, moment)}
        for moment in (window.before(lived.zone), window.after(lived.zone))
    )
    return before, after


def test_breaches_known_before_and_what_is_told_of_them_are_those_known_after(lived: Agreement) -> None:
    for viewer in histories.viewers([lived]).values():
        for window in windows(4):
            state, after = breaches(lived, viewer, window)
            for one in what.changes(lived, viewer, window):
                if one.breach is None or one.commitment is None:
                    continue
                if one.kind == ChangeKind.BREACH_VOIDED:
                    del state[one.breach.key]
                else:
                    state[one.breach.key] = one.kind == ChangeKind.BREACH_OPENED
            assert state == after


def test_due_dates_are_told_as_they_were_known(lived: Agreement) -> None:
    viewer = histories.viewers([lived])["public"]
    for window in windows(4):
        told = {
            one.commitment.pk: (one.due.before, one.due.after)
            for one in what.changes(lived, viewer, window)
            if one.due and one.commitment
        }
        expected = {}
        for standing in with_standing(Commitment.objects.filter(agreement=lived), viewer, NOW):
            before = deadline(standing.records, window.since)
            after = deadline(
                standing.records,
                None if window.to_the_present else window.until,
            )
            if before and after and before.due_on != after.due_on:
                expected[standing.commitment.pk] = (before.due_on, after.due_on)
        assert told == expected


def test_windows_that_follow_each_other_tell_of_each_record_once(lived: Agreement) -> None:
    viewer = histories.viewers([lived])["mediator"]
    rows = {
        ChangeKind.CLAIM,
        ChangeKind.FINDING,
        ChangeKind.CONTEST,
        ChangeKind.READING,
        ChangeKind.TRIGGER_DATE,
    }
    middle = BEGIN + timedelta(days=200)
    whole, first, second = (
        [one.id for one in what.changes(lived, viewer, Window(since, until, NOW), kinds=rows)]
        for since, until in ((BEGIN, NOW), (BEGIN, middle), (middle, NOW))
    )
    assert first
    assert second
    assert whole == first + second
