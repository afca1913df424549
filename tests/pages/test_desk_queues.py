"""What waits on the desk, and why."""

import re
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from agreement.models import Mandate, Participation
from obligations.deadlines import day_in
from parties.models import Party
from tests import make
from tests.pages.desk_data import LONG_AGO, desk, immediate, overdue, signed_in, soon, swept

pytestmark = pytest.mark.django_db

QUERIES = 40


def counts(page: str) -> dict[str, int]:
    """The numbers of the queues of commitments in the rail, without those in which nothing waits."""
    rail = page.split('class="rail"')[1].split("</nav>")[0]
    found = re.findall(r"queue=(\w+)[^>]*>\s*<span>[^<]*</span> <span>(\d+)</span>", rail)
    return {code: int(number) for code, number in found if number != "0"}


def codes(page: str) -> list[str]:
    return re.findall(r'class="code" href="[^"]*">([^<]+)<', page)


def test_each_queue_counts_its_own_and_says_of_how_many() -> None:
    overdue()
    soon()
    soon("LATER", days=200)
    immediate()
    claimed = make.commitment("CLAIM", make.party("beta"))
    claim = make.claim(claimed, make.representative(make.party("beta")))
    make.contest(claim, make.representative(make.party("alpha")))
    page = desk(make.mediator())
    assert counts(page) == {
        "overdue": 1,
        "soon": 1,
        "immediate": 1,
        "claims": 1,
        "contests": 1,
        "breaches": 1,
    }
    assert "1 of 5 commitments." in page
    assert codes(page) == ["LATE"]


def test_a_row_says_what_who_since_when_and_why() -> None:
    late = overdue()
    make.finding(late, level=2, effective_on=date(2023, 4, 18))
    page = re.sub(r"<[^>]+>|\s+", " ", desk(make.mediator()))
    for part in (
        "Do LATE",
        "Alpha",
        "days late",
        "Due 17 Apr 2023: 18 Mar 2023 + 30 days, calendar",
        "Intermediate",
    ):
        assert part in page


def test_what_nobody_has_found_says_so_and_what_was_claimed() -> None:
    late = overdue()
    make.claim(late, make.representative(late.party))
    page = desk(make.mediator())
    assert "No finding yet" in page
    assert re.search(r'it claims\s*<span class="level l3">Complete</span>', page)


def test_the_longest_wait_stands_first() -> None:
    make.commitment("SECOND", days=60)
    make.commitment("FIRST", days=30)
    assert codes(desk(make.mediator())) == ["FIRST", "SECOND"]


def test_parties_that_wait_as_long_stand_in_alphabetical_order_whenever_they_were_loaded() -> None:
    for name in ("beta", "alpha"):
        make.commitment("BOTH", make.party(name), days=30)
    page = desk(make.mediator()).split('class="rail"')[1].split("</nav>")[1]
    assert re.findall(r"Do BOTH<span[^>]*>, (\w+):", page) == ["Alpha", "Beta"]


def test_what_is_immediate_waits_with_its_days_until_it_is_found_complete() -> None:
    now = immediate()
    mediator = make.mediator()
    days = (day_in(timezone.now(), now.agreement.zone) - date(2023, 3, 18)).days
    assert f"{days:,} days running" in desk(mediator, queue="immediate")
    make.finding(now, level=3)
    assert "Nothing waits here" in desk(mediator, queue="immediate")


def test_a_claim_waits_until_a_finding_speaks_of_its_day_or_a_later_one() -> None:
    late = overdue()
    mediator = make.mediator()
    make.claim(late, make.representative(late.party), effective_on=date(2024, 2, 1), now=LONG_AGO)
    make.finding(late, level=1, effective_on=date(2024, 1, 31))
    assert codes(desk(mediator, queue="claims")) == ["LATE"]
    make.finding(late, level=1, effective_on=date(2024, 2, 1))
    assert codes(desk(mediator, queue="claims")) == []


def test_a_claim_shows_its_own_wait_and_not_that_of_a_newer_one() -> None:
    late, mediator = overdue(), make.mediator()
    alpha = make.representative(late.party)
    for level, day in ((2, date(2024, 2, 1)), (1, date(2024, 4, 1))):
        make.claim(late, alpha, level, day, now=LONG_AGO)
    waits = (day_in(timezone.now(), late.agreement.zone) - date(2024, 2, 1)).days
    page = re.sub(r"<[^>]+>|\s+", " ", desk(mediator, queue="claims"))
    assert f"waits {waits:,} days" in page
    assert re.search(r"it claims +Intermediate *, *1 Feb 2024", page)


def test_a_finding_from_before_the_claim_was_made_answers_nothing() -> None:
    late = overdue()
    make.finding(late, level=1, effective_on=date(2024, 3, 1), now=LONG_AGO)
    make.claim(late, make.representative(late.party), effective_on=date(2024, 2, 1))
    assert codes(desk(make.mediator(), queue="claims")) == ["LATE"]


def test_a_contest_waits_until_a_finding_is_made_after_it_and_not_at_the_same_moment() -> None:
    late = overdue()
    finding = make.finding(late, level=1, now=LONG_AGO)
    contest = make.contest(finding, make.representative(late.party), now=LONG_AGO)
    mediator = make.mediator()
    page = desk(mediator, queue="contests")
    assert codes(page) == ["LATE"]
    assert "We see it otherwise." in page
    make.finding(late, level=2, now=contest.recorded_at + timedelta(seconds=1))
    assert codes(desk(mediator, queue="contests")) == []


def test_what_is_suspended_waits_nowhere() -> None:
    late = overdue()
    make.reading(late, "suspend")
    assert counts(desk(make.mediator())) == {}


def test_the_list_narrows_to_a_party_and_keeps_doing_so_in_its_links() -> None:
    overdue("ONE", "alpha")
    overdue("TWO", "beta")
    page = desk(make.mediator(), party="beta")
    assert codes(page) == ["TWO"]
    assert "1 of 1 commitment." in page
    assert "/desk/?party=beta&amp;queue=claims" in page


def test_an_empty_queue_says_what_that_means() -> None:
    page = desk(make.mediator())
    assert "Nothing waits here" in page
    assert "No commitment is past its date" in page


@pytest.mark.parametrize(
    ("ago", "words", "warns"),
    [
        (timedelta(seconds=40), "Due dates checked 4", False),
        (timedelta(minutes=6), "last checked 6 min ago", True),
    ],
)
def test_it_says_when_the_sweep_last_succeeded(ago: timedelta, words: str, warns: bool) -> None:
    swept(ago)
    page = desk(make.mediator())
    assert words in page
    assert ("Is the worker running?" in page) == warns


def test_it_warns_where_no_sweep_ever_succeeded() -> None:
    assert "Due dates were never checked" in desk(make.mediator())


def test_a_party_is_called_there_as_the_chosen_agreement_calls_it_and_else_by_each_of_its_names() -> None:
    make.party("alpha")
    make.party("beta")
    other = make.agreement("other")
    for code, name in (("alpha", "Republic of Alpha"), ("gamma", "Gamma")):
        renamed = Party.objects.create(of="other", code=code, name=name)
        Participation.objects.create(agreement=other, party=renamed, kind="party")
    both = make.mediator()
    Mandate.objects.create(user=both, agreement=other, role="mediator")
    options = '<option value="alpha">{}</option>'
    assert options.format("Alpha / Republic of Alpha") in desk(both)
    there = desk(both, agreement="other")
    assert options.format("Republic of Alpha") in there
    assert "Beta" not in there


@pytest.mark.parametrize("rows", [3, 12])
def test_a_fixed_number_of_queries_does_whatever_the_number_of_rows(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [make.commitment(f"O-{number}", days=30) for number in range(rows)]
    for commitment in made:
        make.finding(commitment, level=1)
    client = signed_in(make.mediator())
    client.get("/desk/")
    with django_assert_num_queries(QUERIES):
        page = client.get("/desk/", {"commitment": made[-1].pk}).content.decode()
    assert len(codes(page)) == rows


def test_a_long_queue_has_pages() -> None:
    for number in range(60):
        make.commitment(f"O-{number}", days=30)
    mediator = make.mediator()
    first = desk(mediator)
    (place,) = re.findall(r'rel="next" href="[^"]*after=([^"&]+)"', first)
    second = desk(mediator, after=unquote(place))
    assert 'rel="next"' not in second
    assert "Back to the first" in second
    assert (len(codes(first)), len(codes(second))) == (50, 10)
    assert not set(codes(first)) & set(codes(second))
    wrong = signed_in(mediator).get("/desk/", {"after": "2"})
    assert wrong.status_code == 400
    assert "Take the address of the next page as it is." in wrong.content.decode()
