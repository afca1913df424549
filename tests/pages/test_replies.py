"""What is said about a statement, from its place in the thread: answers, withdrawals, who may see it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from obligations.models import Release, Statement
from obligations.words.quoted import Piece, differences
from parties.access import Tier
from tests import make
from tests.make import NOW
from tests.pages.desk_data import overdue, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
PAGE = "/obligations/accord/LATE/"


def told(**changes: Any) -> dict[str, Any]:
    return {"reason": "It was shown to us.", "source": "", "tier": "public"} | changes


def test_a_mediator_answers_a_contest_and_the_thread_shows_what_it_answers() -> None:
    late = overdue()
    contest = make.contest(make.finding(late, 1), make.representative(late.party))
    client = signed_in(make.mediator())
    page = client.post(f"{PAGE}answer/?statement={contest.key}", told(), follow=True).content.decode()
    answer = Statement.objects.get(kind="answer")
    assert (answer.by, answer.refers_to) == (None, contest)
    assert "Your answer on" in page
    assert f'<a href="#statement-{contest.key}">Answers: contest of Alpha' in page


def test_a_withdrawn_statement_stays_marked_with_the_way_to_the_reason() -> None:
    late = overdue()
    finding = make.finding(late, 3)
    client = signed_in(make.mediator())
    page = client.post(
        f"{PAGE}withdraw/?statement={finding.key}", {"reason": "The report was corrected."}, follow=True
    ).content.decode()
    withdrawal = Statement.objects.get(kind="withdrawal")
    assert "The report was corrected." in page
    assert f'<a href="#statement-{withdrawal.key}">Withdrawn' in page
    assert f"withdraw/?statement={finding.key}" not in page


def test_a_publication_is_shown_with_its_day_and_one_to_come_to_who_may_see_it_now() -> None:
    late = overdue()
    hidden, later = (make.finding(late, 1, tier=Tier.MEDIATORS, reason=f"Seen {n}.") for n in range(2))
    client = signed_in(make.mediator())
    said = told(reason="Both agreed.", tier=Tier.PUBLIC, publish_on="")
    client.post(f"{PAGE}release/?statement={hidden.key}", said)
    client.post(f"{PAGE}release/?statement={later.key}", said | {"publish_on": "2199-01-01"})
    page = client.get(PAGE).content.decode()
    assert "Published" in page
    assert "Becomes public" in page
    client.logout()
    public = client.get(PAGE).content.decode()
    assert "Seen 0." in public
    assert "Seen 1." not in public
    assert "Becomes public" not in public
    assert "Both agreed." not in public  # the reason of a release may tell of what is hidden


@pytest.mark.parametrize("path", ["answer", "contest", "withdraw", "release", "request"])
def test_a_withdrawal_has_no_page_to_do_what_cannot_be_done_with_it(path: str) -> None:
    late = overdue()
    finding = make.finding(late, 3)
    client = signed_in(make.mediator())
    client.post(f"{PAGE}withdraw/?statement={finding.key}", {"reason": "The report was corrected."})
    withdrawal = Statement.objects.get(kind="withdrawal")
    who = signed_in(make.representative(late.party)) if path == "contest" else client
    assert who.get(f"{PAGE}{path}/?statement={finding.key}").status_code == 200
    assert who.get(f"{PAGE}{path}/?statement={withdrawal.key}").status_code == 404


@pytest.mark.parametrize("path", ["answer", "withdraw", "release"])
def test_what_is_hidden_is_not_there(path: str) -> None:
    late = overdue()
    hidden = make.finding(late, 1, tier=Tier.MEDIATORS)
    client = signed_in(make.representative(late.party))
    for key in (hidden.key, "nothing", "", "%00"):
        assert client.get(f"{PAGE}{path}/?statement={key}").status_code == 404


@pytest.mark.parametrize("path", ["answer", "withdraw", "release"])
@pytest.mark.parametrize("somebody", ["analyst", "administrator"])
def test_who_only_looks_says_nothing(path: str, somebody: str) -> None:
    finding = make.finding(overdue(), 1)
    client = signed_in(getattr(make, somebody)())
    assert client.post(f"{PAGE}{path}/?statement={finding.key}", told()).status_code == 403
    assert Statement.objects.count() == 1


def test_a_party_is_offered_what_it_may_do_about_each_statement_and_nothing_else() -> None:
    late, alpha = overdue(), make.representative()
    finding, claim = make.finding(late, 1), make.claim(late, alpha, tier=Tier.PARTIES)
    page = signed_in(alpha).get(PAGE).content.decode()
    offered = {
        f"{path} {said}": f"{path}/?statement={key}" in page
        for path in ("contest", "answer", "withdraw", "release")
        for said, key in (("finding", finding.key), ("claim", claim.key))
    }
    assert {name for name, there in offered.items() if there} == {
        "contest finding",
        "answer finding",
        "withdraw claim",
        "release claim",
    }


def test_what_a_refused_form_held_is_kept_and_nothing_is_recorded() -> None:
    claim = make.claim(overdue(), make.representative(), tier=Tier.IN_CONFIDENCE, confidant=make.party())
    client = signed_in(make.mediator())
    response = client.post(f"{PAGE}release/?statement={claim.key}", told(reason="All agreed.", publish_on=""))
    page = response.content.decode()
    assert response.status_code == 422
    assert "only that party can let others see it" in page
    assert "All agreed." in page
    assert not Release.objects.exists()


def test_an_event_and_evidence_are_published_from_the_page_that_they_touch() -> None:
    late = overdue()
    event = make.event("secret", tier=Tier.MEDIATORS, touches_all=True)
    evidence = make.evidence_file(late.obligation, tier=Tier.MEDIATORS, title="Protocol")
    client = signed_in(make.mediator())
    for named in (f"event={event.code}", f"evidence={evidence.key}"):
        said = told(tier=Tier.PUBLIC, publish_on="")
        assert client.post(f"{PAGE}release/?{named}", said).status_code == 302
    client.logout()
    page = client.get(PAGE).content.decode()
    assert event.title in page
    assert "Protocol" in page


def test_a_later_claim_shows_what_the_one_before_it_said_and_which_words_are_new() -> None:
    late, alpha = overdue(), make.representative()
    make.claim(late, alpha, 1, date(2024, 1, 10), reason="Two of three offices are open.")
    make.claim(
        late, alpha, 3, date(2024, 5, 2), reason="All three offices are open.", now=NOW + timedelta(days=1)
    )
    page = signed_in(alpha).get(PAGE).content.decode()
    assert re.search("<del[^>]*>Two of</del>", page)
    assert re.search("<ins[^>]*>All</ins>", page)


def test_an_earlier_statement_that_is_hidden_is_no_difference() -> None:
    late = overdue()
    make.finding(late, 2, tier=Tier.MEDIATORS, reason="A secret reading.")
    make.finding(late, 1, reason="Seen.", now=NOW + timedelta(days=1))
    page = signed_in(make.representative(late.party)).get(PAGE).content.decode()
    assert "secret" not in page
    assert "<del" not in page


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("a b c", "a x c"),
        ("", "new"),
        ("gone", ""),
        ("same", "same"),
        ("a  b\nc", "a b\nc d"),
        ("x " * 3000, "y"),
    ],
)
def test_both_texts_can_be_read_back_from_their_differences(earlier: str, later: str) -> None:
    pieces = differences(earlier, later)
    assert "".join(one.text for one in pieces if one.op != "new") == earlier
    assert "".join(one.text for one in pieces if one.op != "gone") == later
    assert differences("same", "same") == [Piece("same", "same")]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_publication_is_planned_for_no_day_that_cannot_be(day: str) -> None:
    found = make.finding(make.commitment(), 1, tier="mediators")
    client = signed_in(make.mediator())
    address = f"/obligations/accord/O-1/release/?statement={found.key}"
    sent = {"reason": "Agreed.", "publish_on": day, "tier": "public"}
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert "Give a day from" in answer.content.decode()
