"""Every form that answers a claim shows it, and the desk's starts from it and not from today."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from obligations.commands.periods import make_periods
from obligations.models import Commitment, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.make import NOW
from tests.pages.desk_data import overdue, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
PAGE = "/obligations/accord/LATE/"
EARLY = NOW - timedelta(days=30)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def form_of(page: str) -> str:
    return page.split('id="finding-form"')[1].split("</form>")[0]


def value_of(page: str, name: str) -> str:
    """What a field of the desk's form holds when it is opened."""
    form = form_of(page)
    if select := re.search(rf'<select name="{name}".*?</select>', form):
        picked = re.search(r'<option value="([^"]*)" selected', select[0])
        return picked[1] if picked else ""
    inputs = re.findall(rf'<input[^>]*name="{name}"[^>]*>', form)
    kept = [one for one in inputs if 'type="radio"' not in one or " checked" in one]
    return "".join(re.findall(r'value="([^"]*)"', "".join(kept)))


def contested_claim(owed: Commitment, **more: Any) -> Statement:
    alpha = make.representative(make.party("alpha"))
    said: dict[str, Any] = {
        "now": EARLY,
        "reason": "All offices are open.",
        "source": "Gazette 12",
        "effective_on": date(2023, 4, 20),
        "tier": Tier.PARTIES,
    }
    claim = make.claim(owed, alpha, 3, **(said | more))
    beta = make.representative(make.party("beta"))
    make.contest(
        claim,
        beta,
        now=EARLY + timedelta(hours=1),
        reason="Two of them are closed.",
        tier=Tier.MEDIATORS if more.get("hidden") else Tier.PARTIES,
    )
    return claim


SHOWN = ("All offices are open.", "Gazette 12", "20 Apr 2023", "parties and mediators", "Complete")


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/desk/?commitment={owed}", "mediator"),
        (PAGE + "answer/?statement={claim}", "mediator"),
        (PAGE + "answer/?statement={claim}", "beta"),
        (PAGE + "contest/?statement={claim}", "beta"),
        (PAGE + "request/?statement={claim}", "mediator"),
        (PAGE + "release/?statement={claim}", "mediator"),
        (PAGE + "withdraw/?statement={claim}", "alpha"),
        (PAGE + "evidence/file/?statement={claim}", "alpha"),
        (PAGE + "evidence/link/?statement={claim}", "alpha"),
    ],
)
def test_a_form_shows_what_it_is_about_with_the_contests_on_it(path: str, who: str) -> None:
    owed = overdue()
    claim = contested_claim(owed)
    make.mediator()
    client = Client()
    client.force_login(User.objects.get(email=f"{who}@trial.invalid"))
    page = text(client, path.format(owed=owed.pk, claim=claim.key))
    quoted = page.split('class="card stack tight quoted"')[1].split("</blockquote>")[0]
    assert all(words in quoted for words in SHOWN)
    assert "Alpha" in quoted
    assert "Two of them are closed." in quoted


def test_a_contest_that_the_viewer_may_not_see_is_not_shown() -> None:
    owed = overdue()
    alpha, beta = make.representative(owed.party), make.party("beta")
    found = make.finding(owed, 1)
    own = make.representative(beta)
    make.contest(found, own, tier=Tier.IN_CONFIDENCE, confidant=beta, reason="Between us.")
    assert "Between us." in text(signed_in(own), f"{PAGE}answer/?statement={found.key}")
    assert "Between us." not in text(signed_in(alpha), f"{PAGE}answer/?statement={found.key}")


def test_the_desk_starts_from_the_claim_that_waits() -> None:
    owed = overdue()
    claim = make.claim(
        owed,
        make.representative(owed.party),
        2,
        date(2023, 4, 20),
        now=EARLY,
        tier=Tier.IN_CONFIDENCE,
        confidant=owed.party,
    )
    page = text(signed_in(make.mediator()), f"/desk/?commitment={owed.pk}")
    assert value_of(page, "cites") == claim.key
    assert value_of(page, "effective_on") == "2023-04-20"
    assert value_of(page, "tier") == ""
    assert "What this refers to can be read by: Alpha and the mediators." in page
    assert value_of(page, "verdict") == ""


def test_answering_a_claim_of_a_past_period_with_what_is_there_is_a_finding_on_that_period() -> None:
    """Seen: a claim of April 2023 answered with the defaults was a public finding on the half-year of today."""
    owed = make.commitment("STAND", make.party("alpha"), kind="standing")
    make_periods(owed.agreement_id, NOW)
    alpha = make.representative(owed.party)
    claim = make.claim(
        owed,
        alpha,
        None,
        date(2023, 4, 20),
        conduct="kept",
        now=EARLY,
        tier=Tier.IN_CONFIDENCE,
        confidant=owed.party,
    )
    client = signed_in(make.mediator())
    page = text(client, f"/desk/?commitment={owed.pk}&queue=claims")
    names = ("effective_on", "period", "cites", "tier", "seen", "source")
    least = {name: value_of(page, name) for name in names}
    assert (
        client.post(f"/desk/findings/{owed.pk}/", least | {"verdict": "kept", "reason": "Seen."}).status_code
        == 422
    )
    least["tier"] = "in_confidence:alpha"
    client.post(f"/desk/findings/{owed.pk}/", least | {"verdict": "kept", "reason": "Seen."})
    found = Statement.objects.findings().get()
    assert (found.effective_on, found.period, found.refers_to) == (date(2023, 4, 20), None, claim)
    assert (found.tier, found.confidant) == (Tier.IN_CONFIDENCE, owed.party)


def test_the_newest_claim_comes_first_another_can_be_judged_and_none_as_well() -> None:
    owed = overdue()
    alpha = make.representative(owed.party)
    older = make.claim(owed, alpha, 1, date(2023, 4, 20), now=EARLY, reason="Begun.", tier=Tier.PARTIES)
    newer = make.claim(owed, alpha, 2, date(2023, 6, 1), now=EARLY, reason="Half way.")
    client = signed_in(make.mediator())
    page = text(client, f"/desk/?commitment={owed.pk}&queue=claims")
    assert value_of(page, "cites") == newer.key
    assert value_of(page, "tier") == ""
    assert "1 other claim waits" in page
    assert "Begun." in page
    (address,) = re.findall(r'<a href="([^"]*)"[^>]*>Judge this claim', page)
    other = text(client, address)
    assert (value_of(other, "cites"), value_of(other, "effective_on")) == (older.key, "2023-04-20")
    sent = {"verdict": "2", "effective_on": "2024-01-10", "reason": "Seen.", "tier": "public", "cites": ""}
    answer = client.post(f"/desk/findings/{owed.pk}/?queue=claims", sent)
    found = Statement.objects.findings().get()
    assert answer["Location"] == f"/desk/?queue=claims&recorded={found.key}"
    assert found.refers_to is None


def test_without_a_claim_that_waits_the_form_starts_from_today_and_asks_for_none() -> None:
    owed = overdue()
    make.claim(owed, make.representative(owed.party), 2, date(2023, 4, 20), now=EARLY)
    make.finding(owed, 2, date(2023, 5, 1))
    page = text(signed_in(make.mediator()), f"/desk/?commitment={owed.pk}")
    assert value_of(page, "effective_on") == "2026-03-02"
    assert value_of(page, "tier") == ""
    assert 'name="cites"' not in page


def test_a_review_starts_from_a_claim_on_its_period_and_from_no_other() -> None:
    owed = make.commitment("STAND", make.party("alpha"), kind="standing")
    make_periods(owed.agreement_id, NOW)
    alpha = make.representative(owed.party)
    make.claim(owed, alpha, None, date(2023, 4, 20), conduct="kept", now=EARLY)
    client = signed_in(make.mediator())
    address = f"/desk/?queue=periods&commitment={owed.pk}"
    page = text(client, address)
    assert (value_of(page, "effective_on"), value_of(page, "cites")) == ("2025-12-31", "")
    assert value_of(page, "tier") == ""
    on_it = make.claim(owed, alpha, None, date(2025, 11, 1), conduct="kept", now=EARLY)
    page = text(client, address)
    assert (value_of(page, "effective_on"), value_of(page, "cites")) == ("2025-11-01", on_it.key)


def test_a_finding_that_is_sent_twice_is_one_though_its_claim_waits_no_more() -> None:
    owed = overdue()
    claim = make.claim(owed, make.representative(owed.party), 2, date(2023, 4, 20), now=EARLY)
    client = signed_in(make.mediator())
    sent = {"verdict": "2", "effective_on": "2023-04-20", "reason": "Seen.", "tier": "public"}
    sent |= {"cites": claim.key, "seen": claim.key}
    for _time in range(2):
        assert client.post(f"/desk/findings/{owed.pk}/", sent).status_code == 302
    assert Statement.objects.findings().get().refers_to == claim


def test_a_claim_of_elsewhere_is_not_offered() -> None:
    owed, other = overdue(), make.commitment("O-2", make.party("alpha"))
    claim = make.claim(other, make.representative(owed.party), 2, now=EARLY)
    client = signed_in(make.mediator())
    for named in (claim.key, "%00", "nothing"):
        assert 'name="cites"' not in text(client, f"/desk/?commitment={owed.pk}&claim={named}")
