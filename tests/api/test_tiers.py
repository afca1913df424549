"""Who sees what: what a tier hides is in no list, count or nested row, and its own address is a 404."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from obligations.commands import record_finding
from obligations.flagging import sweep
from obligations.models import Commitment, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.make import NOW

pytestmark = pytest.mark.django_db

# By viewer: the tiers seen; "own" and "other" tell whose confidence it is, seen from the party alpha.
TABLE: dict[str, list[str]] = {
    "anybody": ["public"],
    "analyst": ["public"],
    "cleared analyst": ["public", "parties"],
    "administrator": ["public"],
    "representative of alpha": ["public", "parties", "own"],
    "representative of beta": ["public", "parties", "other"],
    "mediator": ["public", "parties", "own", "other", "mediators"],
    "mediator elsewhere": ["public"],
}


@pytest.fixture
def viewers(anybody: Program, program: Callable[[User], Program]) -> dict[str, Program]:
    alpha, beta = make.party("alpha"), make.party("beta")
    return {
        "anybody": anybody,
        "analyst": program(make.analyst()),
        "cleared analyst": program(make.analyst("cleared@trial.invalid", cleared=True)),
        "administrator": program(make.administrator()),
        "representative of alpha": program(make.representative(alpha)),
        "representative of beta": program(make.representative(beta)),
        "mediator": program(make.mediator()),
        "mediator elsewhere": program(make.mediator("elsewhere@trial.invalid", of=make.agreement("other"))),
    }


def tiers() -> dict[str, dict[str, Any]]:
    return {
        "public": {},
        "parties": {"tier": Tier.PARTIES},
        "own": {"tier": Tier.IN_CONFIDENCE, "confidant": make.party("alpha")},
        "other": {"tier": Tier.IN_CONFIDENCE, "confidant": make.party("beta")},
        "mediators": {"tier": Tier.MEDIATORS},
    }


@pytest.mark.parametrize("who", TABLE)
def test_lists_and_counts_of_statements_hold_what_the_viewer_may_see(
    who: str, viewers: dict[str, Program]
) -> None:
    owed = make.commitment()
    for name, tier in tiers().items():
        make.finding(owed, 1, reason=name, **tier)
    seen = viewers[who].read("statements/")
    assert sorted(row["reason"] for row in seen["results"]) == sorted(TABLE[who])
    assert seen["count"] == len(TABLE[who])
    for statement in Statement.objects.all():
        viewers[who].read(f"statements/{statement.key}/", 200 if statement.reason in TABLE[who] else 404)


@pytest.mark.parametrize("who", TABLE)
def test_events_are_hidden_in_their_list_and_in_obligations(who: str, viewers: dict[str, Program]) -> None:
    owed = make.obligation()
    for name, tier in tiers().items():
        owed.touched_by.add(make.event(name, **tier))
    assert sorted(viewers[who].codes("events/")) == sorted(TABLE[who])
    assert sorted(viewers[who].read("obligations/accord/O-1/")["events"]) == sorted(TABLE[who])
    for name in tiers():
        viewers[who].read(f"events/accord/{name}/", 200 if name in TABLE[who] else 404)


@pytest.mark.parametrize("who", TABLE)
def test_commitments_and_breaches_stand_as_the_visible_findings_make_them(
    who: str, viewers: dict[str, Program]
) -> None:
    owed = {name: make.commitment(name, days=30) for name in tiers()}
    sweep(NOW)
    for name, tier in tiers().items():
        make.finding(owed[name], 3, date(2024, 1, 10), **tier)
    rows = {row["obligation"]["code"]: row for row in viewers[who].read("commitments/")["results"]}
    breaches = {row["obligation"]["code"]: row for row in viewers[who].read("breaches/")["results"]}
    for name, row in rows.items():
        alone = viewers[who].read(f"commitments/{owed[name].pk}/")
        alternatives = alone["explanation"].pop("alternatives")
        assert alone["explanation"].pop("sentence")
        assert row == alone
        assert {one["timeliness"] for one in alternatives} == {row["timeliness"]}
        (show_met_late if name in TABLE[who] else show_overdue)(row, breaches[name])
    hidden = len(owed) - len(TABLE[who])
    assert viewers[who].read("commitments/", timeliness="overdue")["count"] == hidden
    assert viewers[who].read("commitments/", level="3")["count"] == len(TABLE[who])
    assert viewers[who].read("breaches/", open="true")["count"] == hidden


def show_met_late(row: Any, breach: Any) -> None:
    assert (row["timeliness"], row["level"], row["complete_since"]) == ("met_late", 3, "2024-01-10")
    assert (breach["open"], breach["outcome"]) == (False, "met_late")


def show_overdue(row: Any, breach: Any) -> None:
    assert (row["timeliness"], row["level"], row["found_on"]) == ("overdue", None, None)
    assert row["overdue_since"] == "2023-04-17T22:00:00Z"
    assert (breach["open"], breach["outcome"], breach["closed_at"], breach["days_late"]) == (
        True,
        None,
        None,
        row["days_late"],
    )


def test_a_second_episode_that_a_hidden_finding_opened_does_not_exist(viewers: dict[str, Program]) -> None:
    owed = make.commitment(days=30)
    make.finding(owed, 3, date(2024, 1, 10))
    make.finding(owed, 2, date(2025, 1, 10), tier=Tier.MEDIATORS)
    sweep(NOW)
    assert Commitment.objects.get(pk=owed.pk).cycle == 2
    assert viewers["mediator"].read(f"commitments/{owed.pk}/")["cycle"] == 2
    assert viewers["mediator"].read("breaches/")["count"] == 2
    for who in ("anybody", "representative of alpha", "cleared analyst"):
        row = viewers[who].read(f"commitments/{owed.pk}/")
        assert (row["cycle"], row["timeliness"], row["level"]) == (1, "met_late", 3)
        assert [b["open"] for b in viewers[who].read("breaches/")["results"]] == [False]


def test_a_visible_statement_does_not_tell_of_the_hidden_one_that_it_points_at(
    viewers: dict[str, Program],
) -> None:
    alpha = make.party("alpha")
    owed = make.commitment()
    secret = make.event("secret", tier=Tier.MEDIATORS)
    hidden = record_finding(
        commitment=owed,
        actor=make.a_mediator(),
        now=NOW,
        effective_on=date(2024, 1, 1),
        reason="Told us.",
        level=1,
        tier=Tier.IN_CONFIDENCE,
        confidant=alpha,
    )
    resting = make.finding(owed, 1, event=secret)
    contest = make.contest(hidden, User.objects.get(email="alpha@trial.invalid"))
    assert viewers["anybody"].read(f"statements/{resting.key}/")["event"] is None
    assert viewers["mediator"].read(f"statements/{resting.key}/")["event"] == "secret"
    viewers["anybody"].read(f"statements/{contest.key}/", 404)
    assert viewers["representative of alpha"].read(f"statements/{contest.key}/")["refers_to"] == hidden.key


def test_what_is_published_later_appears_on_its_day(viewers: dict[str, Program]) -> None:
    make.event("yesterday", tier=Tier.MEDIATORS, publish_at=NOW - timedelta(days=1))
    make.event("tomorrow", tier=Tier.MEDIATORS, publish_at=NOW + timedelta(days=1))
    (row,) = viewers["anybody"].read("events/")["results"]
    assert (row["code"], row["public_from"]) == ("yesterday", "2026-03-01T09:00:00Z")


def test_filters_do_not_tell_of_what_is_hidden(viewers: dict[str, Program]) -> None:
    make.finding(make.commitment(kind="standing"), conduct="contrary", tier=Tier.PARTIES)
    assert viewers["anybody"].read("commitments/", conduct="contrary")["count"] == 0
    assert viewers["representative of beta"].read("commitments/", conduct="contrary")["count"] == 1


def test_without_public_reading_an_agreement_is_there_only_for_who_has_a_mandate_in_it(
    settings: Any, program: Callable[[User], Program]
) -> None:
    settings.PUBLIC_READING = False
    other = make.agreement("other")
    make.event("E-1")
    make.commitment("O-1", by=make.party("alpha"), days=30)
    make.commitment("X-1", by=make.party("gamma", of=other), of=other)
    make.party("alpha", of=other)
    sweep(NOW)
    inside, outside = program(make.analyst()), program(make.analyst("outside@trial.invalid", of=other))
    assert inside.codes("agreements/") == ["accord"]
    assert outside.codes("agreements/") == ["other"]
    assert outside.codes("parties/") == ["alpha", "gamma"]
    assert outside.read("parties/other/alpha/")["kind"] == "party"
    outside.read("parties/", 400, agreement="accord")
    for resource in (
        "commitments/",
        "obligations/",
        "instruments/",
        "provisions/",
        "triggers/",
        "events/",
        "breaches/",
    ):
        assert all(row["agreement"] == "other" for row in outside.read(resource)["results"]), resource
        assert any(row["agreement"] == "accord" for row in inside.read(resource)["results"]), resource
    outside.read("obligations/accord/O-1/", 404)
    outside.read(f"commitments/{Commitment.objects.get(obligation__code='O-1').pk}/", 404)
