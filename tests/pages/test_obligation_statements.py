"""A party's claims and contests, made from the page of an obligation."""

from typing import Any

import pytest
from django.test import Client

from obligations.models import Statement
from parties.access import Tier
from tests import make
from tests.pages.desk_data import overdue, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
PAGE = "/obligations/accord/LATE/"


def said(**changes: Any) -> dict[str, Any]:
    return {
        "verdict": "3",
        "effective_on": "2024-01-10",
        "reason": "We did it.",
        "source": "",
        "tier": "public",
    } | changes


def test_a_claim_is_made_in_the_name_of_the_own_party() -> None:
    late = overdue()
    client = signed_in(make.representative(make.party("beta")))
    response = client.post(f"{PAGE}claim/?commitment={late.pk}", said(by="alpha"), follow=True)
    assert "Your claim on" in response.content.decode()
    claim = Statement.objects.get()
    assert (claim.kind, claim.by, claim.level) == ("claim", make.party("beta"), 3)


def test_a_claim_in_confidence_is_shared_with_the_own_party() -> None:
    late = overdue()
    client = signed_in(make.representative(late.party))
    client.post(f"{PAGE}claim/?commitment={late.pk}", said(tier=Tier.IN_CONFIDENCE))
    assert Statement.objects.get().confidant == late.party


def test_a_claim_that_cannot_be_keeps_what_was_typed() -> None:
    late = overdue()
    client = signed_in(make.representative(late.party))
    response = client.post(f"{PAGE}claim/?commitment={late.pk}", said(effective_on="2999-01-01"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "This day has not come yet" in page
    assert "We did it." in page


def test_a_contest_stands_beside_what_it_contests() -> None:
    late = overdue()
    finding = make.finding(late, level=1)
    client = signed_in(make.representative(late.party))
    response = client.post(f"{PAGE}contest/?statement={finding.key}", said(), follow=True)
    assert "Your contest on" in response.content.decode()
    contest = Statement.objects.get(kind="contest")
    assert (contest.by, contest.refers_to) == (late.party, finding)


def test_a_hidden_statement_cannot_be_contested() -> None:
    late = overdue()
    hidden = make.finding(late, level=1, tier=Tier.MEDIATORS)
    client = signed_in(make.representative(late.party))
    assert client.get(f"{PAGE}contest/?statement={hidden.key}").status_code == 404


@pytest.mark.parametrize("somebody", ["mediator", "analyst", "administrator"])
def test_only_a_representative_claims_or_contests(somebody: str) -> None:
    late = overdue()
    finding = make.finding(late, level=1)
    client = signed_in(getattr(make, somebody)())
    assert client.post(f"{PAGE}claim/?commitment={late.pk}", said()).status_code == 403
    assert client.post(f"{PAGE}contest/?statement={finding.key}", said()).status_code == 403
    assert Statement.objects.count() == 1


@pytest.mark.parametrize("query", ["", "?commitment=x", "?commitment=999999", "?commitment=" + "9" * 30])
def test_a_claim_on_nothing_answers_404(query: str) -> None:
    overdue()
    assert signed_in(make.representative()).get(f"{PAGE}claim/{query}").status_code == 404


def test_nobody_signed_in_is_asked_to_sign_in(client: Client) -> None:
    late = overdue()
    response = client.get(f"{PAGE}claim/?commitment={late.pk}")
    assert response["Location"].startswith("/account/login/?next=")
