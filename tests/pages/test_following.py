"""What one follows: articles, parties, agreements and saved views, from their pages and from the page of all of it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreement.models import Agreement, Mandate
from agreement.viewers import viewer_for
from obligations.commands.care import assign, follow
from obligations.commands.desk import save_view
from obligations.models import Commitment, Following, SavedView
from parties.models import User
from tests import make
from tests.pages.desk_data import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
OWN = "/account/following/"


@pytest.fixture
def owed() -> Commitment:
    return make.commitment("ONE", make.party("alpha"))


def places(owed: Commitment) -> dict[str, str]:
    """Where each is followed, by its kind."""
    provision = owed.obligation.provision
    article = f"{provision.instrument.code}/{provision.anchor}"
    return {
        "agreement": "/agreements/accord/",
        "provision": f"/commitments/?agreement=accord&provision={article}",
        "party": "/commitments/?agreement=accord&party=alpha",
    }


def forms(client: Client, page: str, of: str) -> list[dict[str, str]]:
    """What each button of that kind sends, with `to`."""
    text = client.get(page).content.decode()
    found = []
    for to, form in re.findall(
        r'<form class="row tight[^>]* action="(/follow/[^"]*)">(.*?)</form>', text, re.S
    ):
        sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        found.append({**sent, "next": sent["next"].replace("&amp;", "&"), "to": to})
    return [one for one in found if one["of"] == of]


def press(client: Client, page: str, of: str) -> str:
    """Press the one button of that kind, and say where one comes to."""
    (sent,) = forms(client, page, of)
    answer = client.post(sent.pop("to"), sent)
    assert answer.status_code == 302
    return str(answer.headers["Location"]).partition("#")[0]


@pytest.mark.parametrize(
    ("of", "said"), [("agreement", "this agreement"), ("provision", "this article"), ("party", "this party")]
)
def test_each_is_followed_from_its_page_and_no_more(owed: Commitment, of: str, said: str) -> None:
    client, page = signed_in(make.analyst()), places(owed)[of]
    assert f"Follow {said}" in client.get(page).content.decode()
    assert press(client, page, of) == page
    (one,) = Following.objects.current()
    subject = {"provision": one.provision_id, "party": one.party_id}
    assert {name for name, value in subject.items() if value} == {of} - {"agreement"}
    assert f"You follow {said}." in client.get(page).content.decode()
    assert f"You follow {said}." in client.get(OWN).content.decode()
    assert press(client, OWN, of) == OWN
    assert not Following.objects.current().exists()
    assert f"You follow {said}." not in client.get(page).content.decode()


def test_an_article_is_followed_on_the_page_of_the_agreement_and_on_the_dashboard(owed: Commitment) -> None:
    client = signed_in(make.analyst())
    assert press(client, "/agreements/accord/", "provision") == "/agreements/accord/"
    assert press(client, places(owed)["provision"].replace("commitments", "compliance"), "provision")
    assert [one.follows for one in Following.objects.all()] == [True, False]


def test_a_saved_view_is_followed_on_the_desk_by_its_owner_alone(owed: Commitment) -> None:
    mediator, other = make.mediator(), make.mediator("other@trial.invalid")
    view = save_view(name="Mine", query="party=alpha", actor=viewer_for(mediator), now=timezone.now())
    page = f"/desk/?party=alpha&view={view.key}"
    client = signed_in(mediator)
    assert press(client, page, "view") == page
    assert SavedView.objects.get().follows
    assert "You follow this view." in client.get(page).content.decode()
    sent = {"of": "view", "key": view.key, "follows": "no"}
    assert signed_in(other).post("/follow/", sent).status_code == 404
    assert press(client, OWN, "view") == OWN
    assert not SavedView.objects.get().follows


def test_who_has_no_mandate_has_no_button_and_is_refused(owed: Commitment) -> None:
    stranger = make.analyst(of=make.agreement("other"))
    for client in (Client(), signed_in(stranger)):
        for of, page in places(owed).items():
            assert forms(client, page, of) == []
    client = signed_in(stranger)
    assert client.post("/follow/accord/", {"follows": "yes"}).status_code == 403
    assert client.post("/follow/none/", {"follows": "yes"}).status_code == 404
    assert (
        Client().post("/follow/accord/", {"follows": "yes"}).headers["Location"].startswith("/account/login/")
    )
    assert not Following.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"of": "party", "key": "gamma"},
        {"of": "provision", "key": "999999"},
        {"of": "provision", "key": "²"},
        {"of": "obligation", "key": "a\x00b"},
        {"of": "nothing", "key": "1"},
    ],
)
def test_what_is_not_in_the_agreement_is_not_followed(owed: Commitment, sent: dict[str, str]) -> None:
    assert signed_in(make.analyst()).post("/follow/accord/", sent | {"follows": "yes"}).status_code == 404


def test_one_comes_back_to_this_server_alone_and_a_second_click_does_nothing(owed: Commitment) -> None:
    client = signed_in(make.analyst())
    for _click in range(2):
        answer = client.post("/follow/accord/", {"follows": "yes", "next": "https://elsewhere.invalid/"})
        assert answer.headers["Location"] == OWN
    assert Following.objects.count() == 1


def test_the_page_says_what_one_is_told_of_without_choosing(owed: Commitment) -> None:
    mediator, speaker = make.mediator(), make.representative(owed.party)
    acting: dict[str, Any] = {"actor": viewer_for(mediator), "now": timezone.now()}
    assign(obligation=owed.obligation, owner=mediator, **acting)
    follow(obligation=owed.obligation, follows=True, **acting)
    Agreement.objects.update(footnote="* Without prejudice.")
    page = signed_in(mediator).get(OWN).content.decode()
    assert "Without prejudice." in page
    assert "as a mediator you are told of breaches" in page
    assert "You own it" in page
    assert "You follow this obligation." in page
    assert press(signed_in(mediator), OWN, "obligation") == OWN
    assert "as a representative of Alpha" in signed_in(speaker).get(OWN).content.decode()


def test_of_what_one_may_not_follow_any_more_the_page_says_nothing(owed: Commitment) -> None:
    user: User = make.analyst()
    press(signed_in(user), "/agreements/accord/", "agreement")
    Mandate.objects.filter(user=user).delete()
    assert forms(signed_in(user), OWN, "agreement") == []


def test_the_page_costs_as_many_queries_for_much_that_is_followed(
    owed: Commitment, django_assert_num_queries: Any
) -> None:
    user = make.mediator()
    client = signed_in(user)
    acting: dict[str, Any] = {"actor": viewer_for(user), "now": timezone.now()}
    follow(provision=owed.obligation.provision, follows=True, **acting)
    follow(obligation=owed.obligation, follows=True, **acting)
    client.get(OWN)
    with CaptureQueriesContext(connection) as few:
        client.get(OWN)
    for number in range(2, 9):
        other = make.commitment(f"O-{number}", owed.party).obligation
        follow(provision=make.provision(f"art_{number}"), follows=True, **acting)
        follow(obligation=other, follows=True, **acting)
    with django_assert_num_queries(len(few)):
        client.get(OWN)
