"""What was so on a day, as known on another, asked of the API."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreement.models import Instrument
from obligations.commands import set_trigger_date
from obligations.flagging import sweep
from obligations.models import BreachStatus, Commitment, Obligation, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.api.test_as_of_asked import RESOURCES
from tests.make import NOW

pytestmark = pytest.mark.django_db
IN_SEPTEMBER = datetime(2023, 9, 1, 9, tzinfo=UTC)
IN_OCTOBER = datetime(2023, 10, 5, 9, tzinfo=UTC)


@pytest.fixture
def owed() -> Commitment:
    """Due on 15 August 2023; found at level 2 in September; found complete in October, since 20 September."""
    made = make.commitment(days=150)
    sweep(IN_SEPTEMBER)
    make.finding(made, 2, date(2023, 9, 1), now=IN_SEPTEMBER)
    make.finding(made, 3, date(2023, 9, 20), now=IN_OCTOBER)
    return made


def standing(program: Program, owed: Commitment, **days: Any) -> tuple[Any, ...]:
    row = program.read(f"commitments/{owed.pk}/", **days)
    (listed,) = program.read("commitments/", **days)["results"]
    shown = {**row, "explanation": None}
    assert {**listed, "explanation": None} == shown
    return row["timeliness"], row["level"], row["days_late"]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({}, ("met_late", 3, 36)),
        ({"as_of": "2023-08-15"}, ("due_soon", None, None)),
        ({"as_of": "2023-08-16"}, ("overdue", None, 1)),
        ({"as_of": "2023-09-19"}, ("overdue", 2, 35)),
        ({"as_of": "2023-09-20"}, ("met_late", 3, 36)),
        ({"as_of": "2023-09-20", "known_at": "2023-10-04"}, ("overdue", 2, 36)),
        ({"as_of": "2023-09-20", "known_at": "2023-10-05"}, ("met_late", 3, 36)),
        ({"as_of": "2023-09-20", "known_at": "2023-08-31"}, ("overdue", None, 36)),
        ({"known_at": "2023-10-04"}, ("overdue", 2, 930)),
        ({"as_of": "2023-03-17"}, ("trigger_pending", None, None)),
    ],
)
def test_a_commitment_stands_as_it_did_on_the_day_as_known_on_the_other(
    days: dict[str, Any], told: tuple[Any, ...], owed: Commitment, anybody: Program
) -> None:
    assert standing(anybody, owed, **days) == told


def test_rows_lead_to_the_page_as_of_the_same_days(owed: Commitment, anybody: Program) -> None:
    page = "http://testserver/obligations/accord/O-1/"
    assert anybody.read(f"commitments/{owed.pk}/")["url"] == page
    days = "?as_of=2023-10-01&known_at=2023-10-02"
    assert anybody.read(f"commitments/{owed.pk}/{days}")["url"] == page + days
    assert anybody.read(f"obligations/accord/O-1/{days}")["url"] == page + days


def test_a_day_before_its_text_has_no_commitment(anybody: Program) -> None:
    place = make.provision("art_9", instrument="later")
    Instrument.objects.filter(code="later").update(adopted_on=date(2024, 6, 1))
    place.instrument.refresh_from_db()
    owed = make.commitment("O-9", provision=place, rule="fixed", terms={"date": "2024-05-01"})
    duty = make.commitment("S-9", provision=place, kind="standing")
    duty.periods.create(starts_on=date(2024, 1, 1), ends_on=date(2024, 6, 30))
    make.commitment("O-1", days=150)
    make.work_out()
    for path, there in (("commitments", 2), ("obligations", 2), ("periods", 1), ("breaches", 1)):
        before = anybody.read(f"{path}/", as_of="2024-05-31")
        since = anybody.read(f"{path}/", as_of="2024-06-01")
        assert (path, since["count"] - before["count"]) == (path, there)
    anybody.read(f"commitments/{owed.pk}/", 404, as_of="2024-05-31")
    assert anybody.read(f"commitments/{owed.pk}/", as_of="2024-06-01")["timeliness"] == "overdue"
    assert anybody.read("commitments/")["count"] == 3


def test_a_rows_own_address_takes_the_days_and_no_other_parameter(owed: Commitment, anybody: Program) -> None:
    address = f"commitments/{owed.pk}/"
    assert list(anybody.read(address, 400, as_of="soon")["errors"]) == ["as_of"]
    assert list(anybody.read(address, 400, asof="2023-10-01")["errors"]) == ["asof"]
    assert list(anybody.read(f"{address}?as_of=2023-10-01&as_of=2023-10-02", 400)["errors"]) == ["as_of"]
    make.party()
    assert anybody.read("parties/accord/alpha/", 400, as_of="2023-10-01")["errors"] == {
        "as_of": ["Unknown parameter. There is none here."]
    }


@pytest.mark.parametrize("day", ["1900-01-01", "2026-03-02"])
def test_the_first_and_the_last_day_that_can_be_asked_for(
    day: str, owed: Commitment, anybody: Program
) -> None:
    before_its_text = day < "2023"
    assert anybody.read("commitments/", as_of=day)["count"] == (0 if before_its_text else 1)
    assert anybody.read("commitments/", known_at=day)["count"] == 1
    assert anybody.read("commitments/", as_of="2026-03-02")["as_of"] is None


def test_filters_and_counts_are_of_the_moment(anybody: Program) -> None:
    owed = make.commitment(days=150)
    make.finding(owed, 2, date(2023, 4, 1))
    make.finding(owed, 1, date(2023, 5, 1))
    make.reading(owed, "suspend", effective_on=date(2023, 6, 1), now=datetime(2023, 6, 1, 9, tzinfo=UTC))

    def count(**query: Any) -> int:
        return int(anybody.read("commitments/", **query)["count"])

    june, before = {"as_of": "2023-06-01"}, {"as_of": "2023-05-31"}
    assert (count(life="suspended", **june), count(life="suspended", **before)) == (1, 0)
    assert (count(timeliness="stopped", **june), count(timeliness="upcoming", **before)) == (1, 1)
    assert (count(clock="pending", as_of="2023-03-17"), count(clock="pending")) == (1, 0)
    assert (count(level="2", as_of="2023-04-30"), count(level="2", **before)) == (1, 0)


def test_a_later_due_date_is_not_told_of_earlier_days_nor_before_it_was_known(anybody: Program) -> None:
    owed = make.commitment(days=150)
    make.reading(
        owed,
        "extend",
        due_on=date(2023, 12, 1),
        effective_on=date(2023, 8, 1),
        now=datetime(2023, 8, 20, 9, tzinfo=UTC),
    )

    def due(**days: Any) -> Any:
        row = anybody.read(f"commitments/{owed.pk}/", **days)
        return row["due_on"], row["explanation"]["steps"][-2]["on"]

    assert due() == ("2023-12-01", "2023-12-01")
    assert due(as_of="2023-07-31") == ("2023-08-15", "2023-08-15")
    assert due(as_of="2023-08-10") == ("2023-12-01", "2023-12-01")
    assert due(as_of="2023-08-10", known_at="2023-08-19") == ("2023-08-15", "2023-08-15")


def test_what_was_not_known_yet_is_not_there(anybody: Program) -> None:
    make.commitment("OLD")
    new = make.commitment("NEW", recorded_at=IN_OCTOBER)
    for day, codes in (("2023-10-04", ["OLD"]), ("2023-10-05", ["OLD", "NEW"])):
        listed = anybody.read("commitments/", known_at=day)
        assert [row["obligation"]["code"] for row in listed["results"]] == codes
        assert listed["count"] == len(codes)
        assert anybody.codes("obligations/", known_at=day) == codes
        status = 200 if "NEW" in codes else 404
        anybody.read(f"commitments/{new.pk}/", status, known_at=day)
        anybody.read("obligations/accord/NEW/", status, known_at=day)
    # What is spoken of may be any day since the text was adopted: it is known.
    assert anybody.read("commitments/", as_of="2023-02-27")["count"] == 2
    assert anybody.read("commitments/", as_of="2023-02-26")["count"] == 0


def test_statements_are_those_that_speak_of_the_day_and_were_on_record(
    owed: Commitment, anybody: Program
) -> None:
    second, third = owed.statements.order_by("pk")

    def listed(**days: Any) -> list[str]:
        return [row["id"] for row in anybody.read("statements/", **days)["results"]]

    assert listed() == [second.key, third.key]
    assert listed(as_of="2023-09-19") == listed(known_at="2023-10-04") == [second.key]
    assert listed(as_of="2023-08-31") == listed(known_at="2023-08-31") == []
    anybody.read(f"statements/{third.key}/", 404, as_of="2023-09-19")
    assert anybody.read(f"statements/{third.key}/", as_of="2023-09-20")["level"] == 3


def test_a_statement_points_at_nothing_that_had_not_happened(anybody: Program) -> None:
    owed, beta = make.commitment(), make.representative(make.party("beta"))
    later = make.finding(owed, 1, date(2024, 3, 1), event=make.event("E-1", happened_on=date(2024, 3, 1)))
    contest = make.contest(later, beta, effective_on=date(2024, 1, 1))
    claim = make.claim(owed, beta, 3, date(2024, 1, 1), event=make.event("E-2", happened_on=date(2024, 2, 1)))
    assert anybody.read(f"statements/{contest.key}/")["refers_to"] == later.key
    assert anybody.read(f"statements/{claim.key}/")["event"] == "E-2"
    day: dict[str, Any] = {"as_of": "2024-01-15"}
    assert anybody.read(f"statements/{contest.key}/", **day)["refers_to"] is None
    assert anybody.read(f"statements/{claim.key}/", **day)["event"] is None


def breaches(program: Program, **query: Any) -> list[tuple[Any, ...]]:
    rows = program.read("breaches/", **query)["results"]
    return [(row["open"], row["outcome"], row["days_late"]) for row in rows]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({}, [(False, "met_late", 36)]),
        ({"as_of": "2023-08-15"}, []),
        ({"as_of": "2023-08-16"}, [(True, None, 1)]),
        ({"as_of": "2023-09-19"}, [(True, None, 35)]),
        ({"as_of": "2023-09-20"}, [(False, "met_late", 36)]),
        ({"known_at": "2023-10-04"}, [(True, None, 930)]),
        ({"known_at": "2023-10-05"}, [(False, "met_late", 36)]),
    ],
)
def test_a_breach_is_open_until_what_ended_it_is_spoken_of_and_known(
    days: dict[str, Any], told: list[tuple[Any, ...]], owed: Commitment, anybody: Program
) -> None:
    assert breaches(anybody, **days) == told
    for open_ in ("true", "false"):
        wanted = [one for one in told if one[0] == (open_ == "true")]
        assert breaches(anybody, open=open_, **days) == wanted
    (key,) = BreachStatus.objects.filter(commitment=owed).values_list("key", flat=True).distinct()
    anybody.read(f"breaches/{key}/", 200 if told else 404, **days)


def test_a_breach_that_an_extension_ended_stays_told_while_the_new_date_is_ahead(anybody: Program) -> None:
    owed = make.commitment(days=150)
    sweep(IN_SEPTEMBER)
    make.reading(owed, "extend", due_on=date(2026, 12, 1), effective_on=date(2023, 10, 5), now=IN_OCTOBER)
    assert breaches(anybody) == [(False, "extended", 50)]
    assert breaches(anybody, as_of="2023-10-04") == [(True, None, 50)]
    assert breaches(anybody, known_at="2023-10-04") == [(True, None, 930)]


def test_a_completion_in_time_that_was_recorded_late_is_a_breach_only_from_the_due_day_on(
    anybody: Program,
) -> None:
    make.finding(make.commitment(days=150), 3, date(2023, 8, 1), now=IN_SEPTEMBER)
    assert breaches(anybody, as_of="2023-08-10") == []
    assert breaches(anybody, as_of="2023-08-16") == breaches(anybody) == [(False, "met_on_time", 0)]


def test_when_a_breach_was_flagged_is_told_as_far_as_it_was_known(
    owed: Commitment, program: Callable[[User], Program]
) -> None:
    mediator = program(make.mediator())

    def flagged(**days: Any) -> Any:
        return mediator.read("breaches/", **days)["results"][0]["opened_at"]

    assert flagged() == flagged(known_at="2023-09-01") == "2023-09-01T09:00:00Z"
    assert flagged(known_at="2023-08-31") is None
    # Another way of counting voids that breach, and on the day it was known as one it stays one.
    make.reading(owed, "give_date", due_on=date(2023, 9, 25), now=NOW)
    assert flagged(known_at="2023-09-01") == "2023-09-01T09:00:00Z"


def test_a_trigger_has_the_dates_that_were_known(anybody: Program) -> None:
    trigger = make.trigger("T-LATER", on=None)
    for month, on in ((9, date(2023, 8, 30)), (10, date(2023, 9, 15))):
        now = datetime(2023, month, 20, 9, tzinfo=UTC)
        set_trigger_date(trigger=trigger, actor=make.a_mediator(), now=now, occurred_on=on, reason="Held.")

    def told(**days: Any) -> tuple[str | None, list[str]]:
        row = anybody.read("triggers/accord/T-LATER/", **days)
        return row["occurred_on"], [one["occurred_on"] for one in row["dates"]]

    assert told() == ("2023-09-15", ["2023-08-30", "2023-09-15"])
    assert told(known_at="2023-09-20") == ("2023-08-30", ["2023-08-30"])
    assert told(known_at="2023-09-19") == (None, [])
    assert told(as_of="2023-09-14") == (None, ["2023-08-30", "2023-09-15"])
    assert anybody.codes("triggers/", dated="true", known_at="2023-09-19") == []
    assert anybody.codes("triggers/", dated="false", as_of="2023-09-14") == ["T-LATER"]


def test_a_trigger_before_which_something_is_due_is_told_beforehand(anybody: Program) -> None:
    make.commitment(
        rule="weeks_before", terms={"weeks": 2}, trigger=make.trigger("T-SUMMIT", date(2023, 12, 1))
    )
    row = anybody.read("triggers/accord/T-SUMMIT/", as_of="2023-06-01")
    assert row["occurred_on"] == "2023-12-01"
    (owed,) = anybody.read("commitments/", as_of="2023-06-01")["results"]
    assert owed["due_on"] == "2023-11-17"


def test_an_obligation_has_the_time_limit_that_was_known(anybody: Program) -> None:
    owed = make.commitment(days=150, recorded_at=IN_SEPTEMBER)
    obligation = Obligation.objects.get()
    obligation.rule, obligation.terms, obligation.trigger = "fixed", {"date": "2024-05-01"}, None
    obligation.save()
    make.terms(obligation, IN_OCTOBER, None)

    def told(**days: Any) -> tuple[Any, ...]:
        row = anybody.read("obligations/accord/O-1/", **days)
        return row["rule"], row["terms"], row["trigger"]

    assert told() == told(known_at="2023-10-05") == ("fixed", {"date": "2024-05-01"}, None)
    assert told(known_at="2023-10-04") == ("days_after", {"days": 150}, "T-START")
    assert anybody.read(f"commitments/{owed.pk}/", known_at="2023-10-04")["rule"] == "days_after"


def test_events_are_those_that_had_happened(anybody: Program) -> None:
    owed = make.obligation()
    for code, on in (("E-1", date(2023, 4, 18)), ("E-2", date(2023, 6, 1))):
        owed.touched_by.add(make.event(code, happened_on=on))
    for name in ("as_of", "known_at"):
        for day, codes in (("2023-04-17", []), ("2023-04-18", ["E-1"]), ("2023-06-01", ["E-1", "E-2"])):
            asked: dict[str, Any] = {name: day}
            assert anybody.codes("events/", **asked) == codes
            assert anybody.read("obligations/accord/O-1/", **asked)["events"] == codes
    anybody.read("events/accord/E-2/", 404, as_of="2023-05-31")


def test_what_a_viewer_may_see_is_judged_by_today(
    program: Callable[[User], Program], anybody: Program
) -> None:
    owed = make.commitment(days=150)
    make.finding(owed, 3, date(2023, 8, 1), tier=Tier.MEDIATORS, now=IN_SEPTEMBER)
    day: dict[str, Any] = {"as_of": "2023-10-01", "known_at": "2023-10-01"}
    mediator = program(make.mediator())
    assert standing(mediator, owed, **day) == ("met_on_time", 3, None)
    assert standing(anybody, owed, **day) == ("overdue", None, 47)
    assert (breaches(anybody, **day), breaches(mediator, **day)) == (
        [(True, None, 47)],
        [(False, "met_on_time", 0)],
    )
    assert anybody.read("statements/", **day)["count"] == 0


def test_what_was_published_since_is_seen_of_earlier_days_too(anybody: Program) -> None:
    owed = make.commitment(days=150)
    said = {"kind": "finding", "level": 3, "effective_on": date(2023, 8, 1), "reason": "Seen."}
    for hours in (-1, 1):
        Statement.objects.create(
            agreement=owed.agreement,
            commitment=owed,
            recorded_at=IN_SEPTEMBER,
            tier=Tier.MEDIATORS,
            publish_at=NOW + timedelta(hours=hours),
            **said,
        )
    make.work_out()
    day: dict[str, Any] = {"as_of": "2023-10-01", "known_at": "2023-10-01"}
    assert anybody.read("statements/", **day)["count"] == 1
    assert standing(anybody, owed, **day) == ("met_on_time", 3, None)


def test_earlier_days_take_a_fixed_number_of_queries_whatever_the_rows(anybody: Program) -> None:
    def counted(resource: str) -> tuple[int, int]:
        anybody.read(f"{resource}/", limit=500, as_of="2023-10-01", known_at="2023-10-01")  # its plan is kept
        caches["answers"].clear()
        with CaptureQueriesContext(connection) as queries:
            page = anybody.read(f"{resource}/", limit=500, as_of="2023-10-01", known_at="2023-10-01")
        return len(page["results"]), len(queries)

    fill(range(3))
    few = {name: counted(name) for name in RESOURCES}
    fill(range(3, 18))
    many = {name: counted(name) for name in RESOURCES}
    assert {rows for rows, _queries in few.values()} == {3}
    assert {rows for rows, _queries in many.values()} == {18}
    queries = {name: (few[name][1], many[name][1]) for name in RESOURCES}
    assert {name: each for name, each in queries.items() if not each[0] == each[1] <= 11} == {}


def fill(numbers: range) -> None:
    for n in numbers:
        owed = make.commitment(f"O-{n}", days=30 + n, trigger=make.trigger(f"T-{n}"))
        make.finding(owed, 1, date(2023, 9, 1), now=IN_SEPTEMBER)
        make.reading(owed, "give_date", due_on=date(2023, 8, 1), now=IN_SEPTEMBER)
        owed.obligation.touched_by.add(make.event(f"E-{n}"))
