"""The pages around an account, and the pages that say that something is wrong."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from parties.models import User
from tests import make

pytestmark = pytest.mark.django_db


def test_one_signs_in_by_e_mail_and_comes_back_to_the_page(client: Client) -> None:
    make.mediator("mediator@trial.invalid")
    data = {"login": "Mediator@trial.invalid", "password": make.PASSWORD, "next": "/desk/"}
    response = client.post("/account/login/", data)
    assert response["Location"] == "/desk/"
    page = client.get("/desk/").content.decode()
    assert "mediator@trial.invalid" in page
    assert "Sign out" in page


@pytest.mark.parametrize(
    ("who", "page"),
    [
        (make.mediator, "/desk/"),
        (make.administrator, "/administration/"),
        (make.analyst, "/compliance/"),
        (make.representative, reverse("party")),
    ],
)
def test_signing_in_leads_to_ones_own_work(client: Client, who: Callable[[], User], page: str) -> None:
    user = who()
    answer = client.post("/account/login/", {"login": user.email, "password": make.PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == page
    assert answer.status_code == 200


def test_a_wrong_password_is_told_without_saying_whether_the_account_exists(client: Client) -> None:
    make.mediator("mediator@trial.invalid")
    pages = [
        client.post("/account/login/", {"login": login, "password": "wrong"}).content.decode()
        for login in ("mediator@trial.invalid", "nobody@trial.invalid")
    ]
    assert all("not correct" in page for page in pages)


def test_too_many_wrong_passwords_stop_the_account_with_a_page_that_says_so(
    client: Client, settings: Settings
) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    make.mediator("mediator@trial.invalid")
    wrong = {"login": "mediator@trial.invalid", "password": "wrong"}
    answers = [client.post("/account/login/", wrong) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert "Too many attempts" in answers[-1].content.decode()
    right = client.post("/account/login/", {**wrong, "password": make.PASSWORD})
    assert right.status_code == 429


def test_nobody_signs_up(client: Client) -> None:
    assert "Accounts are made by an administrator" in client.get("/account/signup/").content.decode()


def test_a_forgotten_password_sends_a_link(client: Client) -> None:
    make.mediator("mediator@trial.invalid")
    page = client.post(
        "/account/password/reset/", {"email": "mediator@trial.invalid"}, follow=True
    ).content.decode()
    assert "Look into your mail" in page
    assert "/account/password/reset/key/" in mail.outbox[0].body


@pytest.mark.parametrize("address", ["login", "password/reset", "logout", "password/change"])
def test_its_pages_are_in_our_look_and_load_nothing_from_elsewhere(address: str) -> None:
    client = Client()
    if address in ("logout", "password/change"):
        client.force_login(make.mediator())
    page = client.get(f"/account/{address}/").content.decode()
    assert 'class="bar"' in page
    assert "style=" not in page
    assert re.findall(r"<script[^>]*>", page) == ['<script src="/static/js/site.js" defer>']


@pytest.mark.parametrize("name", ["400", "403_csrf", "404", "500"])
def test_an_error_page_needs_neither_a_request_nor_the_database(name: str) -> None:
    page = render_to_string(f"{name}.html")
    assert "<h1>" in page
    assert "<title>" in page


def test_a_page_that_is_not_there_says_what_to_do(client: Client) -> None:
    response = client.get("/nothing/here/")
    assert response.status_code == 404
    assert "There is nothing at this address for you." in response.content.decode()


def test_a_form_without_its_token_is_told_that_it_expired() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.mediator())
    response = client.post("/desk/findings/1/", {})
    assert response.status_code == 403
    assert "The form has expired" in response.content.decode()
