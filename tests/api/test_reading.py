"""What rows hold, which filters there are, and that lists of any length take the same number of queries."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreement.models import InterpretiveRule, Position, TriggerDate
from obligations.commands import set_trigger_date
from obligations.flagging import sweep
from obligations.models import Commitment, Gate, Indicator
from tests import make
from tests.api.conftest import Program
from tests.calendar_data import load, pack_calendar
from tests.lasting import standing
from tests.make import NOW

pytestmark = pytest.mark.django_db

RESOURCES = [
    "agreements",
    "requests",
    "breaches",
    "calendars",
    "commitments",
    "events",
    "instruments",
    "obligations",
    "periods",
    "parties",
    "provisions",
    "readings",
    "statements",
    "triggers",
]


def test_the_root_leads_to_every_resource_and_to_the_documents(anybody: Program) -> None:
    root = anybody.read("")
    assert set(root) == {
        *RESOURCES,
        "changes",
        "evidence",
        "figures",
        "me",
        "meetings",
        "search",
        "schema",
        "docs",
    }
    for name, address in root.items():
        assert anybody.get(address, {"q": "word"} if name == "search" else {}).status_code == 200


def test_an_overdue_commitment_says_since_when_and_how_that_was_counted(anybody: Program) -> None:
    owed = make.commitment("AX-7.1", by=make.party("eu"), days=150)
    row = anybody.read("commitments/", timeliness="overdue")["results"][0]
    assert row["id"] == owed.pk
    assert row["agreement"] == "accord"
    assert row["obligation"] == {"code": "AX-7.1", "title": "Do AX-7.1", "kind": "one_off"}
    assert row["provision"] == {"instrument": "main", "anchor": "art_1", "label": "art 1"}
    assert row["party"] == {"code": "eu", "name": "Eu"}
    assert (row["rule"], row["clock"], row["life"]) == ("days_after", "dated", "active")
    assert (row["due_on"], row["due_at"]) == ("2023-08-15", "2023-08-15T22:00:00Z")
    assert (row["timeliness"], row["overdue_since"]) == ("overdue", "2023-08-15T22:00:00Z")
    assert (row["days_late"], row["cycle"]) == ((NOW.date() - date(2023, 8, 15)).days, 1)
    assert (row["level"], row["not_assessable"], row["conduct"], row["found_on"]) == (None, False, None, None)
    told = anybody.read(f"commitments/{row['id']}/")["explanation"]["sentence"]
    assert told.startswith("18 Mar 2023 + 150 days, calendar = Tuesday 15 Aug 2023")
    assert [step["kind"] for step in row["explanation"]["steps"]] == [
        "trigger",
        "period",
        "last_day",
        "instant",
    ]
    assert row["url"] == "http://testserver/obligations/accord/AX-7.1/"


def test_a_completion_and_its_regress_show_in_the_row_and_in_the_filter(anybody: Program) -> None:
    owed = make.commitment("AX-7.1", days=150)
    make.finding(owed, 3, date(2024, 1, 10))
    row = anybody.read(f"commitments/{owed.pk}/")
    assert (row["timeliness"], row["days_late"], row["complete_since"]) == ("met_late", 148, "2024-01-10")
    assert (row["level"], row["found_on"], row["overdue_since"]) == (3, "2024-01-10", None)
    assert anybody.read("commitments/", timeliness="overdue")["count"] == 0

    make.finding(owed, 2, date(2025, 1, 10))
    row = anybody.read("commitments/", timeliness="overdue")["results"][0]
    assert (row["cycle"], row["level"], row["complete_since"]) == (2, 2, None)
    assert row["overdue_since"] == "2025-01-09T23:00:00Z"


def test_what_is_due_at_once_shows_the_days_that_it_has_run(anybody: Program) -> None:
    make.commitment("AX-1", rule="immediate", trigger=make.trigger())
    row = anybody.read("commitments/", clock="immediate")["results"][0]
    assert (row["timeliness"], row["overdue_since"]) == ("no_date", None)
    assert row["days_running"] == (NOW.date() - date(2023, 3, 18)).days


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"timeliness": "overdue"}, ["O-1"]),
        ({"timeliness": ["overdue", "met_late"]}, ["O-1", "O-2"]),
        ({"level": "3"}, ["O-2"]),
        ({"level": "none"}, ["O-1", "O-4"]),
        ({"level": "not_assessable"}, ["O-5"]),
        ({"conduct": "kept"}, ["O-3"]),
        ({"kind": "standing"}, ["O-3", "O-4"]),
        ({"party": "beta"}, ["O-3", "O-4"]),
        ({"provision": "art_2"}, ["O-3", "O-5"]),
        ({"instrument": "annex"}, ["O-4"]),
        ({"obligation": "O-4"}, ["O-4"]),
        ({"tag": "trade"}, ["O-5"]),
        ({"clock": "dated"}, ["O-1", "O-2"]),
        ({"life": "waived"}, ["O-4"]),
        ({"agreement": "accord", "party": "alpha"}, ["O-1", "O-2", "O-5"]),
    ],
)
def test_commitments_are_filtered(query: dict[str, Any], codes: list[str], anybody: Program) -> None:
    beta = make.party("beta")
    above = make.provision("art_2")
    make.commitment("O-1", days=30)
    make.finding(make.commitment("O-2", days=30), 3)
    make.finding(make.commitment("O-3", by=beta, kind="standing", provision=above), conduct="kept")
    waived = make.commitment(
        "O-4", by=beta, kind="standing", provision=make.provision("para_1", instrument="annex")
    )
    make.reading(waived, "waive")
    below = make.provision("art_2__para_1", parent=above)
    make.finding(make.commitment("O-5", provision=below, tags=["trade"]), not_assessable=True)
    found = anybody.read("commitments/", **query)
    assert [row["obligation"]["code"] for row in found["results"]] == codes
    assert found["count"] == len(codes)


def test_breaches_are_filtered_by_whether_they_are_open(anybody: Program) -> None:
    make.commitment("O-1", days=30)
    met = make.commitment("O-2", days=30)
    sweep(NOW)
    make.finding(met, 3, date(2023, 5, 1))
    (open_,) = anybody.read("breaches/", open="true")["results"]
    (closed,) = anybody.read("breaches/", open="false")["results"]
    assert (open_["obligation"]["code"], open_["outcome"]) == ("O-1", None)
    (row,) = anybody.read("commitments/", obligation="O-1")["results"]
    assert open_["days_late"] == row["days_late"] == (NOW.date() - date(2023, 4, 17)).days
    assert (closed["obligation"]["code"], closed["outcome"], closed["days_late"]) == ("O-2", "met_late", 14)
    assert anybody.read("breaches/", outcome="met_late", obligation="O-2", party="alpha")["count"] == 1
    assert anybody.read(f"breaches/{closed['id']}/") == closed


def test_statements_are_filtered(anybody: Program) -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    owed, other = make.commitment("O-1", by=alpha), make.commitment("O-2", by=beta)
    claim = make.claim(owed, make.representative(alpha))
    finding = make.finding(owed, 1)
    contest = make.contest(finding, make.representative(beta))
    make.finding(other, 2)
    assert ids(anybody, kind="claim", by="alpha") == {claim.key}
    assert ids(anybody, kind="finding", obligation="O-1") == {finding.key}
    assert ids(anybody, commitment=owed.pk, by="beta") == {contest.key}
    assert ids(anybody, party="alpha", tier="public") == {claim.key, finding.key, contest.key}
    row = anybody.read(f"statements/{contest.key}/")
    assert (row["refers_to"], row["by"], row["level"]) == (
        finding.key,
        {"code": "beta", "name": "Beta"},
        None,
    )


def ids(program: Program, **query: Any) -> set[str]:
    return {row["id"] for row in program.read("statements/", **query)["results"]}


def test_events_of_an_obligation_are_its_own_and_those_of_the_whole_agreement(anybody: Program) -> None:
    owed = make.obligation("O-1")
    owed.touched_by.add(make.event("own"))
    make.event("whole", touches_all=True)
    make.event("elsewhere", touches_all=True, of=make.agreement("other"))
    make.event("unrelated", happened_on=date(2024, 2, 1))
    assert anybody.codes("events/", obligation="O-1") == ["own", "whole"]
    assert anybody.codes("events/", happened_from="2024-01-01", happened_until="2024-12-31") == ["unrelated"]


def test_parties_are_filtered_by_their_place_in_an_agreement(anybody: Program) -> None:
    make.party("alpha")
    make.party("eu", kind="facilitator")
    make.party("gamma", of=make.agreement("other"))
    assert anybody.codes("parties/", agreement="accord") == ["alpha", "eu"]
    assert anybody.codes("parties/", kind="facilitator") == ["eu"]
    assert anybody.codes("agreements/", party="gamma") == ["other"]


def test_rows_have_natural_addresses(anybody: Program) -> None:
    make.commitment("AX-7.1", days=150)
    make.event("E-1")
    for path in (
        "agreements/accord/",
        "parties/accord/alpha/",
        "instruments/accord/main/",
        "provisions/accord/main/art_1/",
        "triggers/accord/T-START/",
        "events/accord/E-1/",
        "obligations/accord/AX-7.1/",
    ):
        row = anybody.read(path)
        assert row in anybody.read(f"{path.partition('/')[0]}/")["results"]


def test_a_trigger_shows_every_date_it_was_given(anybody: Program) -> None:
    trigger = make.trigger(on=None)
    assert anybody.codes("triggers/", dated="false") == ["T-START"]
    set_trigger_date(
        trigger=trigger, actor=make.a_mediator(), now=NOW, occurred_on=date(2024, 5, 2), reason="Announced."
    )
    row = anybody.read("triggers/accord/T-START/")
    assert row["occurred_on"] == "2024-05-02"
    assert row["dates"] == [
        {
            "occurred_on": "2024-05-02",
            "recorded_at": "2026-03-02T09:00:00Z",
            "reason": "Announced.",
            "source": "",
        }
    ]


def test_a_list_takes_the_same_queries_for_few_rows_and_for_many(anybody: Program) -> None:
    fill(3)
    few = {resource: counted(anybody, resource) for resource in RESOURCES}
    fill(15)
    many = {resource: counted(anybody, resource) for resource in RESOURCES}
    assert [name for name, (_queries, rows) in few.items() if rows < 3] == []
    assert [name for name, (_queries, rows) in many.items() if rows < 18] == []
    queries = {name: (few[name][0], many[name][0]) for name in RESOURCES}
    assert {name: each for name, each in queries.items() if not each[0] == each[1] <= 9} == {}


def counted(program: Program, resource: str) -> tuple[int, int]:
    program.read(f"{resource}/", limit=500)  # its plan is kept
    caches["answers"].clear()
    with CaptureQueriesContext(connection) as queries:
        rows = program.read(f"{resource}/", limit=500)["results"]
    return len(queries), len(rows)


def fill(number: int) -> None:
    """So many more rows of everything, each with what can hang on it."""
    start = Commitment.objects.count()
    for n in range(start, start + number):
        of = make.agreement(f"accord-{n}")
        party, place = make.party(f"party-{n}", of), make.provision(f"art_{n}", of)
        owed = make.commitment(f"O-{n}", by=party, of=of, days=30, provision=place)
        make.finding(owed, 3, date(2024, 1, 1))
        make.request(owed, of_party=party, tier="public")
        make.reading(owed, "waive")
        standing(f"S-{n}", by=party, of=of, provision=place)
        owed.obligation.touched_by.add(make.event(f"E-{n}", of))
        Indicator.objects.create(obligation=owed.obligation, place=1, text="Seen")
        Gate.objects.create(obligation=owed.obligation, place=1, after_trigger=owed.obligation.trigger)
        Position.objects.create(instrument=place.instrument, party=party, kind="signed")
        InterpretiveRule.objects.create(agreement=of, provision=place, code="R", text="Read it so.")
        load(pack_calendar(f"party-{n}", {date(2024, 5, 1): "Feast"}, parties=(party.code,)), of=of)
        again = {"occurred_on": date(2023, 3, 18), "recorded_at": NOW, "reason": "Known."}
        TriggerDate.objects.create(trigger=make.trigger(of=of), **again)
