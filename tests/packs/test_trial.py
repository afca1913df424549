"""A trial's statements are recorded on the days that they speak of, in a trial alone, and its past adds up."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone

from agreement.ledger.verify import verify
from agreement.models import Agreement
from agreement.packs.model import Statements
from agreement.packs.read import read_pack
from agreement.packs.statements import read_all_statements
from obligations import drift
from obligations.deadlines import day_in
from obligations.flagging import sweep
from obligations.models import Statement
from obligations.packs.statements import load_statements, recorded_at
from tests.packs.test_load_pack import OHRID, load

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def given() -> Statements:
    return read_all_statements(OHRID / "trial_statements", read_pack(OHRID / "pack.yaml"))


@pytest.mark.django_db(transaction=True)
def test_a_trial_has_a_past_that_agrees_with_its_ledger_and_its_clocks(settings: Any, client: Any) -> None:
    settings.TRIAL = settings.PUBLIC_READING = True
    load(OHRID)
    call_command("loadtrial", stdout=io.StringIO())
    sweep(timezone.now())
    assert verify().faults == []
    assert drift.check(timezone.now(), timezone.now).found == 0
    said = list(Statement.objects.order_by("id").select_related("agreement"))
    assert [one.recorded_at for one in said] == sorted(one.recorded_at for one in said)
    assert {day_in(one.recorded_at, one.agreement.zone) - one.effective_on for one in said} == {timedelta(0)}
    address = "/api/v1/commitments/?agreement=ohrid-2023&obligation=AX-5.1&party=kosovo"
    for day, level in (("2023-05-01", 1), ("2023-10-01", 2)):
        [row] = client.get(f"{address}&known_at={day}").json()["results"]
        assert row["level"] == level, day


@pytest.mark.django_db
def test_statements_that_come_later_are_recorded_when_they_come(settings: Any) -> None:
    settings.TRIAL = True
    load(OHRID)
    agreement, all_of_them = Agreement.objects.get(), given()
    some = all_of_them.model_copy(update={"statements": all_of_them.statements[:3]})
    load_statements(agreement=agreement, given=some, now=NOW)
    before = set(Statement.objects.values_list("pk", flat=True))
    load_statements(agreement=agreement, given=all_of_them, now=NOW)
    later = Statement.objects.exclude(pk__in=before)
    assert {day_in(one.recorded_at, agreement.zone) for one in later} == {date(2026, 11, 30)}


@pytest.mark.django_db
def test_illustrative_statements_are_refused_outside_a_trial(settings: Any) -> None:
    settings.TRIAL = False
    load(OHRID)
    with pytest.raises(RuntimeError, match="trial only"):
        load_statements(agreement=Agreement.objects.get(), given=given(), now=NOW)
    assert not Statement.objects.exists()
    assert Agreement.objects.get().notice == ""


def test_what_refers_to_a_statement_is_recorded_after_it() -> None:
    all_of_them = given().statements
    at = recorded_at(all_of_them, ZoneInfo("Europe/Brussels"), NOW, follows=True)
    instants = {one.key: instant for one, instant in at}
    assert len(set(instants.values())) == len(all_of_them)
    for one in all_of_them:
        if subject := one.objects_to or one.cites:
            assert instants[subject] < instants[one.key]
