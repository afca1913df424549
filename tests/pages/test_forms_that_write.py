"""Every form that writes gives its text back over an ended session: found by opening all pages, and sent one by one."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from parties.models import User
from tests import make
from tests.effort import in_turn
from tests.pages.forms_found import WITHOUT_SESSION, Form, Forms, everything, expected, of_each_sort
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
world = made_once(everything)
WITH_TEXT = sorted(expected() - WITHOUT_SESSION - {"account_change_password", "unsent"})


def send_without_session(form: Form, **data: Any) -> tuple[Client, str]:
    """The browser, and what its sign-in page carries."""
    client = Client()
    page = client.post(form.action, form.filled() | data).content.decode()
    carried = re.search(r'name="unsent" value="([^"]+)"', page)
    assert carried, (form.page, form.action, page[:300])
    assert "Your session has ended" in page
    return client, unescape(carried[1])


def sign_in(client: Client, email: str, carried: str) -> str:
    User.objects.filter(email=email).update(password=make_password(make.PASSWORD))
    data = {"login": email, "password": make.PASSWORD, "unsent": carried}
    return client.post("/account/login/", data, follow=True).content.decode()


def test_every_page_that_takes_a_form_shows_one(world: list[Form]) -> None:
    """Otherwise the others would look at too little."""
    assert expected() - {form.route for form in world} <= {*WITHOUT_SESSION, "unsent"}


def test_every_form_that_writes_says_who_writes_in_it(world: list[Form]) -> None:
    without = {
        (form.page, form.action)
        for form in world
        if form.route not in WITHOUT_SESSION
        and not any(name == "written_by" and value for name, _kind, value in form.inputs)
    }
    assert without == set()


@pytest.mark.parametrize("route", WITH_TEXT)
def test_what_was_typed_is_there_after_signing_in_again(route: str, world: list[Form]) -> None:
    forms = of_each_sort(world, route)
    assert forms
    for form in forms:
        client, carried = send_without_session(form)
        page = sign_in(client, form.email, carried)
        assert [text for text in form.typed() if text not in unescape(page)] == [], form.page
        parser = Forms("/account/unsent/")
        parser.feed(page)
        (again,) = [one for one in parser.found if one.route == route]
        assert again.action == form.action
        files = [name for name, kind, _value in form.inputs if kind == "file"]
        assert [name for name, kind, _value in again.inputs if kind == "file"] == files
        assert again.multipart == bool(files)
        assert ("Choose the file again: “minutes.txt”" in page) == bool(files)
        sent = {name: value for name, value in form.filled().items() if name not in files}
        held = {name: value for name, _kind, value in again.inputs}
        assert {name: held.get(name) for name in sent if name not in TECHNICAL} == {
            name: value for name, value in sent.items() if name not in TECHNICAL
        }


TECHNICAL = {"csrfmiddlewaretoken", "written_by"}


@pytest.mark.parametrize("route", in_turn(WITH_TEXT, 4))
def test_who_signs_in_next_is_shown_nothing_of_it(route: str, world: list[Form]) -> None:
    form = of_each_sort(world, route)[0]
    client, carried = send_without_session(form)
    stranger = make.user("stranger@trial.invalid")
    page = unescape(sign_in(client, stranger.email, carried))
    assert "written by another account" in page
    assert [text for text in form.typed() if text in page] == []


def test_no_password_is_carried_or_shown(world: list[Form]) -> None:
    (form,) = of_each_sort(world, "account_change_password")[:1]
    passwords = {name: f"secret-{name}" for name, kind, _value in form.inputs if kind == "password"}
    assert len(passwords) == 3
    client, carried = send_without_session(form, **passwords)
    page = sign_in(client, form.email, carried)
    assert "No password is kept: type it again." in page
    assert "secret-" not in page
    assert 'action="/account/password/change/"' in page
    assert "unsent" not in client.session


def asking(world: list[Form]) -> Form:
    return of_each_sort(world, "obligation-request")[0]


def test_a_browser_whose_cookies_are_gone_loses_nothing_either(world: list[Form]) -> None:
    form = asking(world)
    page = Client(enforce_csrf_checks=True).post(form.action, form.filled()).content.decode()
    assert "Your session has ended" in page
    assert 'name="unsent"' in page


def test_a_form_that_was_open_before_one_signed_in_anew_is_given_back(world: list[Form]) -> None:
    form, client = asking(world), Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(email=form.email))
    page = client.post(form.action, form.filled()).content.decode()
    assert [text for text in form.typed() if text not in unescape(page)] == []
    assert f'action="{form.action}"' in unescape(page)
    assert "Typed & lost in words?" in unescape(client.get("/account/unsent/").content.decode())


def test_a_forged_form_is_refused_as_ever(world: list[Form]) -> None:
    form, client = asking(world), Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(email="gamma@trial.invalid"))
    for mark in ({}, {"written_by": "forged"}):
        answer = client.post(form.action, form.filled() | mark)
        assert answer.status_code == 403
        assert "Typed & lost" not in unescape(answer.content.decode())
