"""What changed between two moments, for programs: the same as the page, as a flat list in pages."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from obligations.commands.replies import withdraw_statement
from obligations.flagging import sweep
from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db

DURING = datetime(2024, 5, 10, 9, 0, tzinfo=UTC)
MAY: dict[str, Any] = {"since": "2024-05-01", "until": "2024-05-31"}
SPOKEN_OF = date(2024, 3, 1)


def rows(program: Program, **query: Any) -> list[dict[str, Any]]:
    answer = program.read("changes/between/", **{**MAY, **query})
    found: list[dict[str, Any]] = answer["results"]
    assert answer["count"] == len(found)
    return found


def test_a_statement_stands_with_what_it_says_and_where(anybody: Program) -> None:
    owed = make.commitment("O-1", days=30)
    finding = make.finding(owed, 1, SPOKEN_OF, now=DURING, reason="Begun.")
    (row,) = rows(anybody)
    assert row == {
        "id": f"finding-{finding.key}",
        "kind": "finding",
        "at": "2024-05-10T09:00:00Z",
        "on": "2024-03-01",
        "agreement": "accord",
        "commitment": owed.pk,
        "party": {"code": "alpha", "name": "Alpha"},
        "obligation": {"code": "O-1", "title": "Do O-1", "kind": "one_off"},
        "provision": {"instrument": "main", "anchor": "art_1", "label": "art 1"},
        "statement": {
            "id": finding.key,
            "by": None,
            "level": 1,
            "not_assessable": False,
            "conduct": None,
            "reason": "Begun.",
            "source": "",
            "tier": "public",
            "confidant": None,
        },
        "reading": None,
        "breach": None,
        "due": None,
        "trigger": None,
        "holiday": None,
        "url": "http://testserver/obligations/accord/O-1/",
    }


def test_what_follows_comes_after_what_was_recorded(anybody: Program) -> None:
    owed = make.commitment("O-1", days=30)
    make.reading(owed, "extend", due_on=date(2024, 9, 1), effective_on=date(2024, 5, 1), now=DURING)
    read, moved, closed = rows(anybody)
    assert [row["kind"] for row in (read, moved, closed)] == ["reading", "due_date", "breach_closed"]
    assert (read["reading"]["kind"], read["reading"]["due_on"]) == ("extension", "2024-09-01")
    assert moved["due"] == {"before": "2023-04-17", "after": "2024-09-01", "cause": "reading"}
    assert closed["breach"] == {
        "cycle": 1,
        "period": None,
        "overdue_since": "2023-04-17T22:00:00Z",
        "outcome": "extended",
        "days_late": 379,
        "voided_by": None,
    }


def test_the_date_of_a_trigger_is_nobodys_own(anybody: Program) -> None:
    make.trigger("T-1", date(2024, 5, 2))
    (row,) = rows(anybody)
    assert (row["kind"], row["commitment"], row["party"], row["obligation"], row["url"]) == (
        "trigger_date", None, None, None, None,
    )  # fmt: skip
    assert row["trigger"] == {
        "code": "T-1",
        "label": "Start T-1",
        "before": None,
        "after": "2024-05-02",
        "reason": "The text.",
        "source": "",
    }
    assert row["at"] == "2024-05-01T22:00:00Z"


def test_instants_bound_it_as_days_do(anybody: Program) -> None:
    make.finding(make.commitment(), 1, SPOKEN_OF, now=DURING)
    assert rows(anybody, since="2024-05-10T09:00:00Z", until="2024-05-10T09:00:01Z")
    assert not rows(anybody, since="2024-05-10T09:00:01Z")
    assert not rows(anybody, until="2024-05-10T09:00:00Z")
    assert rows(anybody, since="2024-05-10T11:00:00+02:00")


def test_without_bounds_it_is_the_last_seven_days(anybody: Program) -> None:
    owed = make.commitment()
    make.finding(owed, 1, SPOKEN_OF, now=make.NOW - timedelta(days=9))
    recent = make.finding(owed, 2, SPOKEN_OF, now=make.NOW)
    assert [row["id"] for row in anybody.read("changes/between/")["results"]] == [f"finding-{recent.key}"]


def test_filters_by_party_provision_and_kinds(anybody: Program) -> None:
    for party in ("alpha", "beta"):
        for anchor in ("art_1", "art_2"):
            made = make.commitment(
                f"O-{anchor}", make.party(party), days=30, provision=make.provision(anchor)
            )
            make.finding(made, 3, SPOKEN_OF, now=DURING)
    assert len(rows(anybody)) == 8
    assert len(rows(anybody, party="alpha")) == 4
    assert len(rows(anybody, party="alpha", provision="art_2")) == 2
    assert [row["kind"] for row in rows(anybody, party="alpha", provision="art_2", kind="finding")] == [
        "finding"
    ]
    assert len(rows(anybody, kind=["finding", "breach_closed"])) == 8
    assert rows(anybody, kind="contest") == []


IN_2024: dict[str, Any] = {"since": "2024-01-01", "until": "2024-12-31", "by_day": "spoken_of"}


def effects(anybody: Program, **query: Any) -> list[tuple[str, str]]:
    found = anybody.read("changes/between/", **{**IN_2024, **query})["results"]
    return [(row["kind"], row["on"]) for row in found]


def test_what_took_effect_in_a_year_is_told_by_the_day_spoken_of(anybody: Program) -> None:
    """Recorded in 2026, all of it; in the order of the days, each as it stands now."""
    owed = make.commitment(rule="fixed", terms={"date": "2024-02-29"})
    make.claim(owed, make.representative(), 3, date(2024, 5, 2), now=make.NOW)
    make.finding(owed, 3, date(2024, 5, 1), now=make.NOW)
    make.finding(owed, 1, date(2023, 12, 31), now=make.NOW)
    taken_back = make.finding(owed, 2, date(2024, 4, 1), now=make.NOW)
    withdraw_statement(statement=taken_back, actor=make.a_mediator(), now=make.NOW, reason="Mistaken.")
    make.reading(make.commitment("O-2", days=30), "waive", effective_on=date(2024, 6, 1), now=make.NOW)
    make.trigger("T-IN", date(2024, 3, 3))
    make.trigger("T-BEFORE", date(2023, 3, 3))
    assert effects(anybody) == [
        ("breach_opened", "2024-03-01"),
        ("trigger_date", "2024-03-03"),
        ("finding", "2024-05-01"),
        ("breach_closed", "2024-05-01"),
        ("claim", "2024-05-02"),
        ("reading", "2024-06-01"),
        ("breach_closed", "2024-06-01"),
    ]
    assert effects(anybody, kind=["claim", "finding"], until="2024-05-01") == [("finding", "2024-05-01")]
    assert effects(anybody, since="2024-05-02", until="2024-05-02") == [("claim", "2024-05-02")]
    recorded: dict[str, Any] = {
        "since": "2024-01-01",
        "until": "2024-12-31",
        "kind": ["claim", "finding", "reading"],
    }
    assert anybody.read("changes/between/", **recorded)["count"] == 0


def test_pages_of_what_took_effect_hold_each_once(anybody: Program) -> None:
    for day in (1, 2, 3):
        make.finding(make.commitment(f"O-{day}"), 1, date(2024, 5, day), now=make.NOW)
    first = anybody.read("changes/between/", **IN_2024, kind="finding", limit=2)
    second = anybody.get(first["next"]).json()
    assert [row["on"] for row in (*first["results"], *second["results"])] == [
        "2024-05-01",
        "2024-05-02",
        "2024-05-03",
    ]


def test_what_has_no_day_of_its_own_cannot_be_asked_by_it(anybody: Program) -> None:
    make.commitment()
    problem = anybody.read("changes/between/", 400, **IN_2024, kind=["due_date", "finding"])
    assert problem["errors"] == {"kind": ["These are told by the day of recording alone: due dates moved."]}


def test_what_is_hidden_took_no_effect_for_others(anybody: Program) -> None:
    make.finding(make.commitment(), 3, date(2024, 5, 1), tier="mediators")
    assert effects(anybody) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"by_day": "gossip"}, "by_day"),
        ({"since": "2024-06-01"}, "since"),
        ({"since": "then"}, "since"),
        ({"since": "2024-02-30"}, "since"),
        ({"since": ""}, "since"),
        ({"until": "2999-01-01"}, "until"),
        ({"until": "9999-12-31T23:59:59-12:00"}, "until"),
        ({"until": ["2024-05-01", "2024-05-02"]}, "until"),
        ({"agreement": "none"}, "agreement"),
        ({"party": "none"}, "party"),
        ({"kind": "gossip"}, "kind"),
        ({"party": "\x00"}, "party"),
        ({"provision": "\x00"}, "provision"),
        ({"agreement": "\x00"}, "agreement"),
        ({"before": "2024-05-01"}, "before"),
        ({"after": "12"}, "after"),
        ({"after": "1.99.1"}, "after"),
        ({"limit": "0"}, "limit"),
    ],
)
def test_what_cannot_be_asked_is_a_problem_that_names_the_parameter(
    anybody: Program, query: dict[str, Any], field: str
) -> None:
    problem = anybody.read("changes/between/", 400, **{**MAY, **query})
    assert list(problem["errors"]) == [field]


@pytest.mark.parametrize("limit", [1, 2, 3, 11, 12])
def test_pages_hold_every_change_once_and_in_order(anybody: Program, limit: int) -> None:
    for number in range(4):
        make.finding(make.commitment(f"O-{number}", days=30), 3, SPOKEN_OF, now=DURING)
        make.trigger(f"T-{number}", date(2024, 5, 2 + number))
    everything = [row["id"] for row in rows(anybody)]
    assert len(everything) == 12
    pages = [anybody.read("changes/between/", **MAY, limit=limit)]
    while pages[-1]["next"]:
        pages.append(anybody.get(pages[-1]["next"]).json())
    assert [row["id"] for page in pages for row in page["results"]] == everything
    assert {page["count"] for page in pages} == {12}
    assert all(len(page["results"]) == limit for page in pages[:-1])


def test_what_is_recorded_between_two_pages_shifts_none(anybody: Program) -> None:
    first, second = (make.commitment(f"O-{number}") for number in range(2))
    make.finding(first, 1, SPOKEN_OF, now=DURING)
    late = make.finding(second, 1, SPOKEN_OF, now=DURING + timedelta(hours=2))
    page = anybody.read("changes/between/", **MAY, limit=1)
    make.finding(first, 2, SPOKEN_OF, now=DURING - timedelta(hours=2))
    following = anybody.get(page["next"]).json()
    assert [row["id"] for row in following["results"]] == [f"finding-{late.key}"]


TABLE: dict[str, list[str]] = {
    "anybody": ["public"],
    "analyst": ["public"],
    "cleared analyst": ["public", "parties"],
    "representative of alpha": ["public", "parties", "own"],
    "representative of beta": ["public", "parties", "other"],
    "mediator": ["public", "parties", "own", "other", "mediators"],
    "mediator elsewhere": ["public"],
}


@pytest.mark.parametrize("who", TABLE)
def test_each_is_told_of_what_they_may_see_and_of_no_effect_of_the_rest(
    who: str, anybody: Program, program: Callable[[User], Program]
) -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    tiers: dict[str, dict[str, Any]] = {
        "public": {},
        "parties": {"tier": Tier.PARTIES},
        "own": {"tier": Tier.IN_CONFIDENCE, "confidant": alpha},
        "other": {"tier": Tier.IN_CONFIDENCE, "confidant": beta},
        "mediators": {"tier": Tier.MEDIATORS},
    }
    accounts: dict[str, Callable[[], Program]] = {
        "anybody": lambda: anybody,
        "analyst": lambda: program(make.analyst()),
        "cleared analyst": lambda: program(make.analyst(cleared=True)),
        "representative of alpha": lambda: program(make.representative(alpha)),
        "representative of beta": lambda: program(make.representative(beta)),
        "mediator": lambda: program(make.mediator()),
        "mediator elsewhere": lambda: program(
            make.mediator("elsewhere@trial.invalid", of=make.agreement("other"))
        ),
    }
    asked = accounts[who]()
    for name, tier in tiers.items():
        make.finding(make.commitment(f"O-{name}", days=30), 3, SPOKEN_OF, now=DURING, **tier)
    sweep(make.NOW)
    found = rows(asked, agreement="accord")
    told = [(row["kind"], row["obligation"]["code"]) for row in found]
    # What is of one instant stands in no order of its own but that of kinds.
    wanted = [(kind, f"O-{name}") for kind in ("finding", "breach_closed") for name in TABLE[who]]
    assert [kind for kind, _code in told] == [kind for kind, _code in wanted]
    assert sorted(told) == sorted(wanted)


def test_where_reading_is_not_open_there_is_nothing_without_a_mandate(
    settings: Any, anybody: Program, program: Callable[[User], Program]
) -> None:
    make.finding(make.commitment(), 1, SPOKEN_OF, now=DURING)
    settings.PUBLIC_READING = False
    anybody.read("changes/between/", 401)
    other = make.agreement("other")
    outside = program(make.analyst(of=other))
    assert rows(outside) == []
    outside.read("changes/between/", 400, agreement="accord", **MAY)


@pytest.mark.parametrize("number", [3, 12])
def test_its_queries_do_not_grow_with_what_changed(
    number: int, anybody: Program, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(number):
        owed = make.commitment(f"O-{place}", days=30)
        make.reading(owed, "extend", due_on=date(2025, 1, 1), effective_on=date(2024, 5, 1), now=DURING)
        make.finding(owed, 3, SPOKEN_OF, now=DURING)
    with django_assert_num_queries(9):
        anybody.read("changes/between/", **MAY)


def test_it_is_taken_away_in_a_file_too(anybody: Program) -> None:
    owed = make.commitment("O-1", days=30)
    finding = make.finding(owed, 1, SPOKEN_OF, now=DURING, reason="Begun.")
    answer = anybody.get("/api/v1/changes/between/", MAY | {"format": "csv"})
    assert finding.key in b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
