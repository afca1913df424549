"""Who may open the desk, and what of it they see."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import make
from tests.pages.desk_data import desk, immediate, overdue, send, signed_in

pytestmark = pytest.mark.django_db


def test_nobody_signed_in_is_asked_to_sign_in(client: Client) -> None:
    response = client.get("/desk/?queue=claims")
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/desk/%3Fqueue%3Dclaims"


@pytest.mark.parametrize("somebody", ["analyst", "administrator", "representative"])
def test_who_mediates_nothing_is_told_what_to_do(somebody: str) -> None:
    response = signed_in(getattr(make, somebody)()).get("/desk/")
    assert response.status_code == 403
    page = response.content.decode()
    assert "The desk is for mediators." in page
    assert "An administrator of the agreement gives mandates" in page


@pytest.mark.parametrize(
    ("somebody", "page", "address"),
    [
        ("analyst", "Compliance", "/compliance/"),
        ("administrator", "Administration", "/administration/"),
        ("representative", "My commitments", "/party/"),
    ],
)
def test_who_is_refused_a_page_finds_the_way_to_their_own(somebody: str, page: str, address: str) -> None:
    client = signed_in(getattr(make, somebody)())
    refused = client.get("/desk/").content.decode()
    assert f'href="{address}">Your own page: {page}</a>' in refused
    assert client.get(address).status_code == 200
    assert client.get(reverse("own-work"))["Location"] == address


def test_agreements_that_the_mediator_does_not_mediate_are_not_there() -> None:
    other = make.agreement("other", short_title="Other")
    hidden = make.commitment("ELSE", make.party("gamma", of=other), of=other, days=10)
    overdue()
    mediator = make.mediator()
    page = desk(mediator)
    assert "1 of 1 commitment." in page
    assert "ELSE" not in page
    assert "ELSE" not in desk(mediator, commitment=hidden.pk)
    assert signed_in(mediator).get(f"/desk/findings/{hidden.pk}/effect/").status_code == 404
    assert send(mediator, hidden).status_code == 404


def test_a_finding_of_somebody_without_the_role_answers_403_and_writes_nothing() -> None:
    late = overdue()
    assert send(make.representative(late.party), late).status_code == 403
    assert not late.statements.exists()


@pytest.mark.parametrize("commitment", ["x", "-1", "٣", "9" * 30, "0", ""])
def test_a_commitment_that_is_none_leaves_the_list_without_a_form(commitment: str) -> None:
    overdue()
    page = desk(make.mediator(), commitment=commitment)
    assert "finding-form" not in page


def test_an_unknown_queue_is_said_to_be_none_beside_what_is_overdue() -> None:
    overdue()
    immediate()
    answer = signed_in(make.mediator()).get("/desk/", {"queue": "nonsense"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "nonsense" in page
    assert "<title>Desk: Overdue (1) - Normalization Tracker</title>" in page
