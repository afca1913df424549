"""Readings in the API: read by all who may read the agreement, recorded by its mediators."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from obligations.flagging import sweep
from obligations.models import Breach, Commitment, Reading
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.calendar_data import ORTHODOX_EASTER_MONDAY, load, pack_calendar
from tests.make import NOW

pytestmark = pytest.mark.django_db

Programs = Callable[[User], Program]
EASTER = {ORTHODOX_EASTER_MONDAY: "Orthodox Easter Monday"}
WHY = {"reason": "Both asked for it."}


def late(party: str = "alpha", **fields: Any) -> Commitment:
    return make.commitment("LATE", make.party(party), **({"days": 30} | fields))


def test_a_row_tells_what_was_read_by_whom_it_was_agreed_and_what_took_it_back(anybody: Program) -> None:
    owed = late()
    load(pack_calendar("alpha", EASTER))
    reading = make.reading(
        owed,
        "count_by",
        convention="eu-1182-71",
        calendars=["alpha"],
        reason="By analogy.",
        source="Minutes",
        agreed_on=date(2026, 2, 27),
        agreed_by=["alpha"],
    )
    back = make.reading_taken_back(reading)
    rows = {row["id"]: row for row in anybody.read("readings/")["results"]}
    first, second = rows[reading.key], rows[back.key]
    assert first == {
        "id": reading.key,
        "agreement": "accord",
        "commitment": owed.pk,
        "obligation": {"code": "LATE", "title": "Do LATE", "kind": "one_off"},
        "party": {"code": "alpha", "name": "Alpha"},
        "kind": "counting",
        "convention": "eu-1182-71",
        "calendars": ["alpha"],
        "due_on": None,
        "effective_on": None,
        "withdraws": None,
        "withdrawn_by": back.key,
        "reason": "By analogy.",
        "source": "Minutes",
        "agreed_on": "2026-02-27",
        "agreed_by": ["alpha"],
        "recorded_at": "2026-03-02T09:00:00Z",
    }
    assert (second["kind"], second["convention"], second["withdraws"]) == ("withdrawal", None, reading.key)
    assert anybody.read(f"readings/{reading.key}/") == first


def test_readings_are_filtered(anybody: Program) -> None:
    here, other = late(), late("beta")
    elsewhere = make.commitment("ELSE", make.party("gamma", make.agreement("other")), make.agreement("other"))
    made = [make.reading(here, "waive"), make.reading(other, "suspend"), make.reading(elsewhere, "waive")]
    waived, suspended, there = (one.key for one in made)
    for query, wanted in (
        ({"agreement": "accord"}, [waived, suspended]),
        ({"obligation": "ELSE"}, [there]),
        ({"commitment": other.pk}, [suspended]),
        ({"party": "alpha"}, [waived]),
        ({"kind": "waiver"}, [waived, there]),
    ):
        assert {row["id"] for row in anybody.read("readings/", **query)["results"]} == set(wanted)
    assert "kind" in anybody.read("readings/", 400, kind="joke")["errors"]


def test_of_another_day_what_was_recorded_later_or_holds_from_a_later_day_is_not_there(
    anybody: Program,
) -> None:
    owed = late()
    early = {"now": datetime(2023, 5, 2, 9, tzinfo=UTC)}
    extended = make.reading(owed, "extend", due_on=date(2023, 9, 1), effective_on=date(2023, 5, 1), **early)
    counted = make.reading(owed, "count_by", convention="eu-1182-71", **early)
    back = make.reading_taken_back(extended)
    cases: list[tuple[dict[str, Any], list[tuple[str, str | None]]]] = [
        ({}, [(extended.key, back.key), (counted.key, None), (back.key, None)]),
        ({"known_at": "2023-05-02"}, [(extended.key, None), (counted.key, None)]),
        ({"known_at": "2023-05-01"}, []),
        ({"as_of": "2023-05-01"}, [(extended.key, back.key), (counted.key, None), (back.key, None)]),
        ({"as_of": "2023-04-30"}, [(counted.key, None), (back.key, None)]),
    ]
    for days, wanted in cases:
        rows = anybody.read("readings/", **days)["results"]
        assert sorted((row["id"], row["withdrawn_by"]) for row in rows) == sorted(wanted)
    anybody.read(f"readings/{back.key}/", 404, known_at="2023-05-02")
    assert anybody.read(f"readings/{extended.key}/", known_at="2023-05-02")["withdrawn_by"] is None


def test_who_may_not_read_the_agreement_sees_none_of_its_readings(programs: Programs, settings: Any) -> None:
    reading = make.reading(late(), "waive")
    settings.PUBLIC_READING = False
    outside, inside = (
        programs(make.analyst(of=make.agreement("other"))),
        programs(make.analyst("in@trial.invalid")),
    )
    assert outside.read("readings/")["count"] == 0
    outside.read(f"readings/{reading.key}/", 404)
    assert inside.read("readings/")["count"] == 1


@pytest.fixture
def programs(program: Programs) -> Programs:
    return program


@pytest.fixture
def mediator(program: Programs) -> Program:
    return program(make.mediator())


def test_a_mediator_extends_and_the_breach_closes(mediator: Program) -> None:
    owed = late()
    sweep(NOW)
    body = {"kind": "extension", "due_on": "2026-09-01", "effective_on": "2023-04-27", **WHY}
    row = mediator.write(f"commitments/{owed.pk}/readings/", body)
    assert row == mediator.read(f"readings/{row['id']}/")
    assert mediator.read(f"commitments/{owed.pk}/")["due_on"] == "2026-09-01"
    breach = Breach.objects.get()
    assert (breach.outcome, breach.days_late) == ("extended", 9)


def test_an_answer_to_a_new_reading_leads_to_it(mediator: Program) -> None:
    path = f"/api/v1/commitments/{late().pk}/readings/"
    answer = mediator.post(path, {"kind": "waiver", **WHY}, content_type="application/json")
    assert answer["Location"] == f"http://testserver/api/v1/readings/{answer.json()['id']}/"


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "counting", "convention": "eu-1182-71", "calendars": ["alpha"]},
        {"kind": "counting", "convention": "working-days"},
        {"kind": "date", "due_on": "2024-01-01"},
        {"kind": "suspension"},
        {
            "kind": "suspension",
            "effective_on": "2024-01-01",
            "agreed_on": "2024-01-01",
            "agreed_by": ["alpha"],
        },
        {"kind": "waiver", "source": "Minutes"},
    ],
    ids=lambda body: "-".join(body),
)
def test_every_kind_may_be_recorded_and_taken_back(body: dict[str, Any], mediator: Program) -> None:
    owed = late()
    load(pack_calendar("alpha", EASTER))
    before = mediator.read(f"commitments/{owed.pk}/")
    path = f"commitments/{owed.pk}/readings/"
    row = mediator.write(path, {**body, **WHY})
    assert {name: row[name] for name in body} == body
    back = mediator.write(path, {"kind": "withdrawal", "withdraws": row["id"], **WHY})
    assert mediator.read(f"readings/{row['id']}/")["withdrawn_by"] == back["id"]
    assert mediator.read(f"commitments/{owed.pk}/") == before


def test_a_stopped_clock_goes_on(mediator: Program) -> None:
    owed = late()
    path = f"commitments/{owed.pk}/readings/"
    mediator.write(path, {"kind": "suspension", "effective_on": "2023-04-07", **WHY})
    assert mediator.read(f"commitments/{owed.pk}/")["timeliness"] == "stopped"
    mediator.write(path, {"kind": "resumption", "effective_on": "2023-05-17", **WHY})
    row = mediator.read(f"commitments/{owed.pk}/")
    assert (row["timeliness"], row["due_on"]) == ("overdue", "2023-05-27")
    assert [step["kind"] for step in row["explanation"]["steps"]].count("resumption") == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "joke"}, "kind"),
        ({"kind": "supersession"}, "kind"),
        ({"kind": "resumption"}, "kind"),
        ({"kind": "waiver", "reason": " "}, "reason"),
        ({"kind": "waiver", "due_on": "2026-09-01"}, "due_on"),
        ({"kind": "waiver", "source": "x" * 501}, "source"),
        ({"kind": "waiver", "effective_on": "2099-01-01"}, "effective_on"),
        ({"kind": "waiver", "effective_on": "some day"}, "effective_on"),
        ({"kind": "waiver", "agreed_by": ["alpha"]}, "agreed_on"),
        ({"kind": "waiver", "agreed_by": ["nobody"], "agreed_on": "2024-01-01"}, "agreed_by"),
        ({"kind": "waiver", "agreed_by": "alpha", "agreed_on": "2024-01-01"}, "agreed_by"),
        ({"kind": "waiver", "recorded_at": "2020-01-01T00:00:00Z"}, "recorded_at"),
        ({"kind": "date"}, "due_on"),
        ({"kind": "date", "due_on": "2026-09-01", "effective_on": "2024-01-01"}, "effective_on"),
        ({"kind": "extension", "due_on": "2023-04-17"}, "due_on"),
        ({"kind": "counting"}, "convention"),
        ({"kind": "counting", "convention": "lunar"}, "convention"),
        ({"kind": "counting", "convention": "calendar", "calendars": ["none"]}, "calendars"),
        ({"kind": "counting", "convention": "calendar", "calendars": ["a\x00b"]}, "calendars"),
        ({"kind": "withdrawal"}, "withdraws"),
        ({"kind": "withdrawal", "withdraws": "404"}, "withdraws"),
        ({"kind": "withdrawal", "withdraws": "0" * 300}, "withdraws"),
    ],
)
def test_a_reading_that_cannot_be_names_its_field_and_writes_nothing(
    body: dict[str, Any], field: str, mediator: Program
) -> None:
    problem = mediator.write(f"commitments/{late().pk}/readings/", {**WHY, **body}, 400)
    assert problem["type"] == "urn:normalization-tracker:problem:invalid-input"
    assert list(problem["errors"]) == [field]
    assert not Reading.objects.exists()


def test_a_reading_of_another_commitment_is_not_taken_back(mediator: Program) -> None:
    mine, other = late(), late("beta")
    reading = make.reading(other, "waive")
    body = {"kind": "withdrawal", "withdraws": reading.key, **WHY}
    problem = mediator.write(f"commitments/{mine.pk}/readings/", body, 400)
    assert problem["errors"] == {"withdraws": ["Name a reading of this commitment."]}


@pytest.mark.parametrize("who", ["analyst", "administrator", "representative", "mediator elsewhere"])
def test_a_reading_of_anybody_but_the_agreements_mediator_is_forbidden(who: str, program: Programs) -> None:
    owed = late()
    users: dict[str, Callable[[], User]] = {
        "analyst": lambda: make.analyst(cleared=True),
        "administrator": make.administrator,
        "representative": make.representative,
        "mediator elsewhere": lambda: make.mediator(of=make.agreement("other")),
    }
    asking, path = program(users[who]()), f"commitments/{owed.pk}/readings/"
    problem = asking.write(path, {"kind": "waiver", **WHY}, 403)
    assert problem["detail"] == "This needs the role mediator in this agreement."
    assert asking.write(path, {"nonsense": 1}, 403) == problem
    assert not Reading.objects.exists()


def test_writing_a_reading_needs_an_account_and_a_commitment_that_is_there(
    anybody: Program, mediator: Program
) -> None:
    anybody.write(f"commitments/{late().pk}/readings/", {"kind": "waiver", **WHY}, 401)
    mediator.write("commitments/0/readings/", {"kind": "waiver", **WHY}, 404)


def test_one_commitment_tells_what_each_convention_would_give(anybody: Program) -> None:
    load(pack_calendar("alpha", EASTER, parties=("alpha",)))
    owed = late()
    make.finding(owed, 3, date(2023, 4, 18))
    explanation = anybody.read(f"commitments/{owed.pk}/")["explanation"]
    assert explanation["convention"] == "calendar"
    assert explanation["calendars"] == []
    assert explanation["alternatives"] == [
        {"convention": "calendar", "due_on": "2023-04-17", "timeliness": "met_late", "days_late": 1},
        {"convention": "eu-1182-71", "due_on": "2023-04-18", "timeliness": "met_on_time", "days_late": None},
        {
            "convention": "working-days",
            "due_on": "2023-05-01",
            "timeliness": "met_on_time",
            "days_late": None,
        },
    ]
    listed = anybody.read("commitments/")["results"][0]["explanation"]
    assert "alternatives" not in listed
    assert {name: explanation[name] for name in listed} == listed


def test_where_nothing_is_counted_there_are_no_alternatives(anybody: Program) -> None:
    owed = make.commitment("NONE")
    assert anybody.read(f"commitments/{owed.pk}/")["explanation"]["alternatives"] == []


def test_a_list_of_readings_takes_the_same_queries_for_few_and_for_many(
    anybody: Program, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make.reading(make.commitment(f"O-{number}", days=30), "waive")
    with django_assert_max_num_queries(3):
        assert len(anybody.read("readings/")["results"]) == 12
