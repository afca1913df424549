"""My commitments: what waits for a representative, and what is said about the own party."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreement.models import Mandate
from agreement.viewers import viewer_for
from obligations.commands import record_answer
from obligations.commands.desk import save_draft
from obligations.deadlines import day_in
from obligations.models import Commitment, Draft, Statement
from obligations.status.freshness import KEPT
from obligations.status.to_answer import number_waiting
from parties.access import Role
from parties.models import User
from tests import make
from tests.pages.desk_data import overdue, signed_in, soon

pytestmark = pytest.mark.django_db


def page(client: Client, address: str = "/party/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def speaker(code: str = "alpha") -> User:
    """The account of the party's representative, made where there is none."""
    there = User.objects.filter(email=f"{code}@trial.invalid").first()
    return there or make.representative(make.party(code))


def of_alpha() -> Client:
    return signed_in(speaker())


def waiting() -> int:
    return number_waiting(viewer_for(speaker()), timezone.now())


def claim_of_beta(owed: Commitment, **fields: Any) -> Statement:
    return make.claim(owed, speaker("beta"), 0, **fields)


def today() -> date:
    return day_in(timezone.now(), make.agreement().zone)


def next_in(shown: str) -> str:
    return shown.partition("Next for you:</b>")[2].partition("</a>")[0]


def test_with_nothing_to_do_the_page_says_so_and_offers_no_button() -> None:
    make.commitment("FREE", make.party("alpha"))
    shown = page(of_alpha())
    assert "Nothing waits for you" in shown
    assert "Nothing of yours has a day that is still to be met" in shown
    assert 'class="next"' not in shown
    assert "to answer</span>" not in shown


def test_a_claim_of_the_other_party_waits_until_it_is_answered_or_found_on() -> None:
    owed, other = make.commitment("ONE", make.party("alpha")), make.commitment("TWO", make.party("alpha"))
    said = claim_of_beta(owed, reason="They did nothing.", now=make.NOW - timedelta(days=1))
    found_on = claim_of_beta(other)
    alpha = viewer_for(speaker())
    client = of_alpha()
    assert waiting() == 2
    shown = page(client)
    assert "They did nothing." in shown
    assert f"/obligations/accord/TWO/answer/?statement={found_on.key}" in next_in(shown)
    assert "2 to answer</span>" in page(client, "/compliance/")
    record_answer(statement=said, actor=alpha, now=timezone.now(), reason="We did.", tier="public")
    make.finding(other, 1, found_on.effective_on, now=timezone.now())
    assert waiting() == 0
    assert "Alpha</span> answered it" in page(client)


@pytest.mark.parametrize(
    ("language", "said"), [("sq", "2 për përgjigje"), ("sr", "2 за одговор"), ("sr-latn", "2 za odgovor")]
)
def test_what_waits_is_counted_beside_the_pages_in_every_language(language: str, said: str) -> None:
    claim_of_beta(make.commitment("ONE", make.party("alpha")))
    claim_of_beta(make.commitment("TWO", make.party("alpha")))
    client = of_alpha()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert f'<span class="count">{said}' in page(client, "/compliance/")


def test_only_the_newest_claim_of_a_party_on_a_commitment_waits() -> None:
    owed = make.commitment("ONE", make.party("alpha"))
    claim_of_beta(owed, reason="Not begun.", effective_on=date(2024, 1, 10))
    claim_of_beta(owed, reason="Still not begun.", effective_on=date(2024, 2, 10))
    assert waiting() == 1


def test_a_contest_of_ones_own_words_waits_for_an_answer() -> None:
    owed = make.commitment("ONE", make.party("alpha"))
    said = make.claim(owed, speaker(), 3)
    make.contest(said, speaker("beta"))
    shown = page(of_alpha())
    assert "contests what you said on ONE" in next_in(shown)


def test_a_request_with_a_day_comes_before_all_else_and_tells_the_days_left() -> None:
    owed = overdue()
    claim_of_beta(owed)
    day = today() + timedelta(days=7)
    make.request(owed, now=timezone.now(), reply_by=day, words="What is done?")
    shown = page(of_alpha())
    assert "in 7 days" in next_in(shown)
    assert f"/obligations/accord/LATE/claim/?commitment={owed.pk}" in next_in(shown)
    assert "What is done?" in shown


def test_a_request_on_what_another_party_owes_says_who_owes_it() -> None:
    owed = make.commitment("ONE", make.party("beta"))
    make.request(owed, make.party("alpha"), now=timezone.now(), reply_by=today())
    row = page(of_alpha()).partition("The mediators ask for a claim")[0].rpartition("<tr>")[2]
    assert "owed by" in row
    assert "Beta" in row


def test_a_statement_that_is_asked_about_is_counted_once() -> None:
    owed = make.commitment("ONE", make.party("alpha"))
    said = claim_of_beta(owed)
    make.request(owed, now=timezone.now(), statement=said, reply_by=today())
    assert waiting() == 1
    assert "No claim about you was answered or judged yet." in page(of_alpha())


def test_what_is_overdue_comes_first_and_says_how_late_it_is() -> None:
    soon()
    owed = overdue()
    shown = page(of_alpha())
    assert "days late, and you have not said that it is done" in next_in(shown)
    assert shown.index(f"commitment={owed.pk}") < shown.index("/obligations/accord/SOON/claim/")
    assert "of 2 with a date" in shown


def test_a_claim_that_waits_is_what_one_is_told_of_and_not_to_claim_again() -> None:
    owed = overdue()
    client = of_alpha()
    assert "you have not said that it is done" in next_in(page(client))
    said = make.claim(owed, speaker(), 2, now=timezone.now() - timedelta(hours=1))
    shown = next_in(page(client))
    assert "wait for the mediators: your claim on LATE, of" in shown
    assert f"/obligations/accord/LATE/#statement-{said.key}" in shown
    found = make.finding(owed, 1, today(), now=timezone.now())
    shown = next_in(page(client))
    assert "read what was found on LATE" in shown
    assert f"/obligations/accord/LATE/contest/?statement={found.key}" in shown
    make.contest(found, speaker(), now=timezone.now())
    assert "you have not said that it is done" not in page(client)
    make.finding(owed, 2, today(), now=timezone.now())
    assert "you have not said that it is done" in next_in(page(client))


def test_who_replied_to_a_lower_finding_is_told_again_that_it_is_late() -> None:
    owed, client = overdue(), of_alpha()
    make.claim(owed, speaker(), 2, now=timezone.now() - timedelta(hours=1))
    found = make.finding(owed, 1, today(), now=timezone.now())
    record_answer(
        statement=found,
        actor=viewer_for(speaker()),
        now=timezone.now(),
        by=owed.party,
        reason="We do more.",
        tier="public",
        wider=True,
    )
    assert "you have not said that it is done" in next_in(page(client))


def test_a_finding_can_be_answered_or_contested_until_one_did() -> None:
    owed = make.commitment("ONE", make.party("alpha"))
    said = make.finding(owed, 1, reason="Begun, no more.")
    client = of_alpha()
    shown = page(client)
    assert "Begun, no more." in shown
    assert f"/obligations/accord/ONE/contest/?statement={said.key}" in shown
    make.contest(said, speaker())
    shown = page(client)
    assert f"/obligations/accord/ONE/contest/?statement={said.key}" not in shown
    assert "Waits for the mediators." in shown


def test_what_one_said_shows_what_became_of_it() -> None:
    owed, other = make.commitment("ONE", make.party("alpha")), make.commitment("TWO", make.party("alpha"))
    who = speaker()
    make.claim(owed, who, 3, effective_on=date(2024, 1, 10))
    make.claim(other, who, 2, effective_on=date(2024, 1, 10))
    make.finding(other, 1, date(2024, 1, 10), now=timezone.now())
    shown = page(of_alpha()).partition("What you said, and what became of it")[2]
    assert "Waits for a finding." in shown
    assert "Found since:" in shown


def test_drafts_and_evidence_of_the_own_party_are_there_and_no_others() -> None:
    owed = make.commitment("ONE", make.party("alpha"))
    alpha, beta = speaker(), speaker("beta")
    make.evidence_file(owed.obligation, alpha, title="Our minutes")
    make.evidence_link(owed.obligation, beta, title="Their letter")
    save_draft(
        kind=Draft.Kind.CLAIM,
        agreement=owed.agreement,
        actor=viewer_for(alpha),
        now=timezone.now(),
        content={"reason": "Half."},
        commitment=owed,
    )
    shown = page(signed_in(alpha))
    assert "Our minutes" in shown
    assert "Their letter" not in shown
    assert f"/obligations/accord/ONE/claim/?commitment={owed.pk}" in shown.partition("Your drafts")[2]


def test_a_confidence_of_the_other_party_is_neither_shown_nor_counted_nor_hides_what_is_open() -> None:
    owed, beta = make.commitment("ONE", make.party("alpha")), make.party("beta")
    claim_of_beta(owed, reason="Openly.", effective_on=date(2024, 1, 10))
    client = of_alpha()
    before = page(client)
    claim_of_beta(
        owed,
        reason="A whisper.",
        effective_on=date(2024, 2, 10),
        tier="in_confidence",
        confidant=beta,
    )
    make.finding(owed, 1, date(2024, 2, 10), tier="mediators", now=timezone.now())
    assert waiting() == 1
    assert page(client).partition("<main")[2] == before.partition("<main")[2]


def test_who_speaks_in_two_agreements_sees_both_and_can_look_at_one() -> None:
    accord, bond = make.agreement("accord"), make.agreement("bond", title="Bond", short_title="Bond")
    user = make.representative(make.party("alpha", accord), accord)
    gamma = make.party("gamma", bond)
    Mandate.objects.create(user=user, agreement=bond, role=Role.REPRESENTATIVE, party=gamma)
    make.commitment("ONE", make.party("alpha", accord), accord, days=30)
    make.commitment("OTHER", gamma, bond, days=30, trigger=make.trigger(of=bond))
    client = signed_in(user)
    both = page(client)
    assert "of 2 with a date" in both
    assert "/obligations/bond/OTHER/" in both
    one = page(client, "/party/?agreement=accord")
    assert "of 1 with a date" in one
    assert "/obligations/bond/OTHER/" not in one
    assert client.get("/party/?agreement=none").status_code == 404


@pytest.mark.parametrize("show", ["answer", "found", "claims", "said", "published", "evidence", "drafts"])
def test_each_list_has_a_page_of_its_own(show: str) -> None:
    owed = make.commitment("ONE", make.party("alpha"))
    for day in range(1, 9):
        make.finding(owed, 1, date(2024, 1, day), reason=f"Seen on day {day}.")
    client = of_alpha()
    shown = page(client)
    assert "/party/?show=found" in shown
    assert "Show all 8" in shown
    assert "Seen on day 1." not in shown.partition("Published about you")[0]
    assert ("Seen on day 1." in page(client, f"/party/?show={show}")) == (show == "found")
    assert client.get("/party/?show=nothing").status_code == 404


def test_what_is_answered_from_the_list_leads_back_to_it_and_is_told() -> None:
    claim_of_beta(make.commitment("ONE", make.party("alpha")))
    client = of_alpha()
    address = unescape(re.findall(r'href="([^"]*/answer/[^"]*)"', page(client))[0])
    form = client.get(address).content.decode()
    assert '<a class="btn" href="/party/">Cancel</a>' in form
    said = {"reason": "It was done.", "source": "", "tier": "parties"}
    answer = client.post(address, said, follow=True)
    assert answer.redirect_chain == [("/party/", 302)]
    assert "Your answer on ONE is recorded." in answer.content.decode()


def test_only_representatives_have_the_page_and_the_old_address_leads_to_it() -> None:
    for user in (make.mediator(), make.analyst(cleared=True), make.administrator()):
        assert signed_in(user).get("/party/").status_code == 403
    assert Client().get("/party/").status_code == 302
    assert of_alpha().get("/asked/").headers["Location"] == "/party/"


def test_the_page_takes_a_fixed_number_of_queries() -> None:
    client, counted = of_alpha(), []
    alpha = speaker()
    for step in (3, 57):
        for n in range(step):
            owed = make.commitment(f"C{step}-{n}", make.party("alpha"), days=30)
            claim_of_beta(owed)
            make.request(owed, now=timezone.now(), reply_by=today())
            make.claim(owed, alpha, 1)
            make.finding(owed, 1, now=timezone.now())
        page(client)
        # The header's number is kept for a minute, and a minute may end between two pages.
        caches[KEPT].clear()
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 44


def test_the_number_in_the_header_is_one_query_while_nothing_is_new_and_none_for_others() -> None:
    owed, now = make.commitment("ONE", make.party("alpha")), timezone.now()
    claim_of_beta(owed)
    assert number_waiting(viewer_for(speaker()), now) == 1
    for user, most in ((speaker(), 1), (make.mediator(), 0)):
        viewer = viewer_for(user)
        with CaptureQueriesContext(connection) as queries:
            number_waiting(viewer, now)
        assert len(queries) == most
