"""By which period a standing duty stands, and each party's claim against what was found: rows, numbers, Python."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from agreement.viewers import viewer_for
from obligations.commands import revisions, statuses
from obligations.deadlines import Moment, day_in, end_of_day, moment_of, present
from obligations.models import Commitment, CommitmentStatus, CommitmentTally
from obligations.status.reading import Listed
from obligations.words.assessed import assessed
from parties.access import PUBLIC_VIEWER, Tier
from tests import make
from tests.lasting import periods, standing
from tests.make import NOW
from tests.seen import seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
ONE_DAY = timedelta(days=1)


def half_years(owed: Commitment) -> tuple[Any, Any, Any]:
    """The last two that have ended by NOW, and the one under way."""
    begun = [one for one in periods(owed) if one.starts_on <= NOW.date()]
    return tuple(begun[-3:])  # type: ignore[return-value]


def conduct(moment: Moment) -> str:
    """As the row has it; the number of those that are counted so, and the page, say the same."""
    (row,) = seen(PUBLIC_VIEWER, moment)
    found = row.standing.finding
    assert row.conduct == (found.conduct if found else None)
    for value in ("kept", "contrary"):
        listed = Listed(PUBLIC_VIEWER, moment, {"conduct": (value,)})
        assert listed.count() == len(listed.select(("s.id", []))) == (row.conduct == value)
    assert Listed(PUBLIC_VIEWER, moment, {"level": ("none",)}).count() == (row.conduct is None)
    return row.conduct or ""


def test_what_a_duty_stands_by_changes_at_the_midnight_that_ends_a_period_and_nothing_is_written() -> None:
    owed = standing()
    zone = owed.agreement.zone
    _before, ended, under_way = half_years(owed)
    make.finding(owed, conduct="kept", effective_on=ended.ends_on)
    make.finding(owed, conduct="contrary", effective_on=NOW.date())
    rows = set(CommitmentStatus.objects.values_list("pk", flat=True))
    ends = end_of_day(under_way.ends_on, zone)
    next_ends = end_of_day(under_way.ends_on + timedelta(days=184), zone)
    instant = timedelta(microseconds=1)
    told = {at: conduct(present(at)) for at in (NOW, ends - instant, ends, next_ends - instant, next_ends)}
    assert list(told.values()) == ["kept", "kept", "contrary", "contrary", ""]
    # What each day says of itself is what a later one says of it.
    late = next_ends + timedelta(days=30)
    for at, then in told.items():
        assert conduct(moment_of(day_in(at, zone), None, late, zone)) == then
    assert set(CommitmentStatus.objects.values_list("pk", flat=True)) == rows


def test_without_a_finding_on_the_newest_period_the_older_one_is_told_as_that() -> None:
    owed = standing()
    made = [one for one in periods(owed) if one.starts_on <= NOW.date()]
    assert [one.ends_on.isoformat() for one in made[:2]] == ["2023-06-30", "2023-12-31"]
    make.finding(owed, conduct="kept", effective_on=date(2023, 9, 1))
    (row,) = seen(PUBLIC_VIEWER, NOW)
    assert (row.conduct, row.found_on) == (None, None)
    assert assessed(row.standing.assessed) == "last assessed: July to December 2023, 5 periods ago (kept)"
    shown = Client().get("/api/v1/commitments/").json()["results"][0]
    assert (shown["conduct"], shown["found_on"]) == (None, None)
    # By the real clock of the test run, more periods may have begun.
    assert shown["last_assessed"].pop("periods_ago") >= 5
    assert shown["last_assessed"] == {
        "starts_on": "2023-07-01",
        "ends_on": "2023-12-31",
        "found_on": "2023-09-01",
        "conduct": "kept",
    }
    words = Client().get("/commitments/").content.decode()
    assert '<span class="old"><span class="conduct c-kept">Kept</span></span> <small>in 2023</small>' in words


def test_a_finding_on_the_period_under_way_is_told_beside_what_the_duty_stands_by() -> None:
    owed = standing()
    make.finding(owed, conduct="not_kept", effective_on=NOW.date())
    (row,) = seen(PUBLIC_VIEWER, NOW)
    assert row.conduct is None
    assert assessed(row.standing.assessed) == "under way, January to June 2026: not kept so far"


def test_a_late_finding_named_to_its_period_is_of_that_period() -> None:
    owed = standing()
    _before, ended, _under_way = half_years(owed)
    make.finding(owed, conduct="contrary", effective_on=NOW.date(), period=ended)
    assert conduct(present(NOW)) == "contrary"
    zone = owed.agreement.zone
    assert conduct(moment_of(NOW.date() - ONE_DAY, None, NOW + ONE_DAY, zone)) == ""


def test_a_hidden_finding_is_what_a_duty_stands_by_for_those_alone_who_see_it() -> None:
    owed = standing()
    _before, ended, _under_way = half_years(owed)
    make.finding(owed, conduct="kept", effective_on=ended.starts_on)
    make.finding(owed, conduct="contrary", effective_on=ended.ends_on, tier=Tier.MEDIATORS)
    mediator = make.a_mediator()
    assert [row.conduct for row in seen(PUBLIC_VIEWER, NOW)] == ["kept"]
    assert [row.conduct for row in seen(mediator, NOW)] == ["contrary"]


def test_what_a_duty_without_periods_stands_by_is_its_last_finding() -> None:
    owed = make.commitment("KEEP", kind="standing")
    make.finding(owed, conduct="kept")
    assert conduct(present(NOW)) == "kept"


def test_rows_that_were_added_to_are_those_of_a_new_beginning() -> None:
    owed = standing()
    speaker = make.representative(owed.party)
    for number, period in enumerate(periods(owed)[:5]):
        at = datetime(2026, 1, 1 + number, 12, tzinfo=NOW.tzinfo)
        make.finding(owed, conduct=["kept", "contrary"][number % 2], effective_on=period.ends_on, now=at)
        make.claim(owed, speaker, None, conduct="kept", effective_on=period.ends_on, now=at)
    assert statuses.differing([owed.pk]) == []
    assert revisions.wrong(CommitmentTally) == 0


# Claims


def told(owed: Commitment) -> tuple[str, str]:
    (row,) = seen(PUBLIC_VIEWER, NOW, [owed])
    in_python = {one.is_own: one.outcome.value for one in row.standing.against}
    assert (row.own_claim, row.other_claim) == (in_python.get(True, ""), in_python.get(False, ""))
    return row.own_claim, row.other_claim


def test_each_partys_claim_is_compared_by_itself() -> None:
    owed = make.commitment(days=30)
    alpha, beta = make.representative(owed.party), make.representative(make.party("beta"))
    make.claim(owed, alpha, 3, date(2024, 1, 10))
    make.claim(owed, beta, 0, date(2024, 2, 10))
    assert told(owed) == ("no_finding", "no_finding")
    make.finding(owed, 1, date(2024, 1, 20))
    assert told(owed) == ("above_2", "no_finding")
    make.finding(owed, 1, date(2024, 2, 10))
    assert told(owed) == ("above_2", "below_1")
    make.finding(owed, None, date(2024, 3, 1), not_assessable=True)
    assert told(owed) == ("not_comparable", "not_comparable")


def test_a_claim_on_a_duty_is_compared_with_what_was_found_on_its_period() -> None:
    owed = standing()
    alpha = make.representative(owed.party)
    before, ended, _under_way = half_years(owed)
    make.claim(owed, alpha, None, before.starts_on, conduct="kept")
    make.finding(owed, conduct="kept_with_incidents", effective_on=before.ends_on)
    make.finding(owed, conduct="contrary", effective_on=ended.ends_on)
    assert told(owed) == ("above_1", "")
    make.claim(owed, alpha, None, ended.starts_on, conduct="contrary", now=NOW + ONE_DAY)
    assert told(owed) == ("agrees", "")


def test_the_api_tells_and_filters_by_how_claims_compare(client: Client) -> None:
    owed = make.commitment(days=30)
    other = make.commitment("O-2", make.party("beta"), days=30)
    alpha = make.representative(owed.party)
    make.claim(owed, alpha, 3)
    make.claim(other, alpha, 1)
    make.finding(owed, 1)
    make.finding(other, 1)

    def listed(**query: str) -> list[int]:
        return [one["id"] for one in client.get("/api/v1/commitments/", query).json()["results"]]

    assert listed(own_claim="differs") == listed(own_gap="2") == [owed.pk]
    assert listed(other_claim="agrees") == listed(other_gap="0") == [other.pk]
    assert listed(own_claim="no_finding") == listed(own_gap="-2") == []
    row = client.get(f"/api/v1/commitments/{owed.pk}/").json()
    names = ("own_claim", "own_gap", "other_claim", "other_gap")
    assert [row[name] for name in names] == ["differs", 2, None, None]


def test_a_hidden_claim_is_compared_for_those_alone_who_see_it() -> None:
    owed = make.commitment(days=30)
    speaker = make.representative(owed.party)
    make.finding(owed, 1)
    make.claim(owed, speaker, 3, tier=Tier.IN_CONFIDENCE, confidant=owed.party)
    assert told(owed) == ("", "")
    (row,) = seen(viewer_for(speaker), NOW, [owed])
    assert row.own_claim == "above_2"
