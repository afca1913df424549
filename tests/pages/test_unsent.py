"""A form that is sent when the session has ended: kept through signing in, for the one who wrote it."""

import re
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client

from obligations.models import Commitment, Statement
from parties.models import User
from parties.unsent import author_mark
from tests import make
from tests.pages.desk_data import HTMX, filled, overdue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_earlier_attempts() -> None:
    cache.clear()


def sent_without_session(owed: Commitment, by: User) -> tuple[Client, str]:
    client = Client()
    data = filled(reason="Seen & written.", written_by=author_mark(by.pk))
    answer = client.post(f"/desk/findings/{owed.pk}/?queue=overdue", data)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Your session has ended" in page
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r'name="unsent" value="([^"]+)"', page)
    assert found
    return client, unescape(found[1])


def sign_in(client: Client, user: User, kept: str, password: str = make.PASSWORD) -> str:
    data = {"login": user.email, "password": password, "unsent": kept}
    answer = client.post("/account/login/", data, follow=True)
    return unescape(answer.content.decode())


def test_after_signing_in_it_is_there_again_and_can_be_sent() -> None:
    owed, mediator = overdue(), make.mediator()
    client, kept = sent_without_session(owed, mediator)
    assert not Statement.objects.exists()
    page = sign_in(client, mediator, kept)
    assert "Seen & written." in page
    assert f'action="/desk/findings/{owed.pk}/?queue=overdue"' in page
    client.post(f"/desk/findings/{owed.pk}/?queue=overdue", filled(reason="Seen & written."))
    assert Statement.objects.get().reason == "Seen & written."
    assert client.get("/account/unsent/").status_code == 302


def test_it_is_shown_in_the_words_of_its_form() -> None:
    owed, mediator, client = overdue(), make.mediator(), Client()
    mediator.language = "sr-latn"
    mediator.save()
    said = {"reply_by": "2026-03-09", "words": "How?", "party": owed.party_id, "language": "sr-latn"}
    at = f"/obligations/accord/{owed.obligation.code}/request/?commitment={owed.pk}"
    answer = client.post(at, said | {"tier": "parties", "written_by": author_mark(mediator.pk)})
    found = re.search(r'name="unsent" value="([^"]+)"', answer.content.decode())
    assert found
    page = sign_in(client, mediator, unescape(found[1]))
    shown = dict(re.findall(r'<dt class="small">(.*?)</dt>\s*<dd class="pre">(.*?)</dd>', page, re.DOTALL))
    assert list(shown) == ["Odgovor do", "Sadržaj upita", "Jezik teksta", "Ko može da vidi"]
    assert shown["Jezik teksta"] == "srpski (latinica)"


def test_what_was_typed_on_the_desk_is_shown_in_the_words_of_its_form() -> None:
    owed, mediator = overdue(), make.mediator()
    mediator.language = "sr-latn"
    mediator.save()
    client, kept = sent_without_session(owed, mediator)
    assert re.findall(r'<dt class="small">Razlog</dt>', sign_in(client, mediator, kept))


def test_a_wrong_password_loses_nothing() -> None:
    owed, mediator = overdue(), make.mediator()
    client, kept = sent_without_session(owed, mediator)
    page = sign_in(client, mediator, kept, "not-the-password")
    assert kept in page
    assert "Seen & written." in sign_in(client, mediator, kept)


def test_another_account_is_not_shown_it() -> None:
    owed, mediator = overdue(), make.mediator()
    client, kept = sent_without_session(owed, mediator)
    page = sign_in(client, make.mediator("second@trial.invalid"), kept)
    assert "Seen & written." not in page
    assert "written by another account" in page
    assert client.get("/account/unsent/").status_code == 302


def test_it_can_be_thrown_away() -> None:
    owed, mediator = overdue(), make.mediator()
    client, kept = sent_without_session(owed, mediator)
    sign_in(client, mediator, kept)
    client.post("/account/unsent/")
    assert client.get("/account/unsent/").status_code == 302


def test_with_htmx_the_sign_in_takes_the_whole_pages_place() -> None:
    owed, mediator = overdue(), make.mediator()
    client = Client()
    data = filled(written_by=author_mark(mediator.pk))
    answer = client.post(f"/desk/findings/{owed.pk}/", data, headers=HTMX)
    assert answer["HX-Retarget"] == "body"


@pytest.mark.parametrize("author", ["", "forged"])
def test_what_no_form_of_ours_sent_is_not_kept(author: str) -> None:
    owed = overdue()
    answer = Client().post(f"/desk/findings/{owed.pk}/", filled(written_by=author))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_a_forged_text_is_not_kept() -> None:
    mediator = make.mediator()
    assert Client().post("/account/login/", {"unsent": "forged"}).status_code == 200
    sign_in(client := Client(), mediator, "forged:text")
    assert client.get("/account/unsent/").status_code == 302


def test_a_form_of_another_tab_is_given_back_though_its_author_signed_in_from_the_first() -> None:
    """The token of its own sign-in page is not the session's any more."""
    owed, mediator = overdue(), make.mediator()
    _client, first = sent_without_session(owed, mediator)
    _other, second = sent_without_session(overdue("TWO"), mediator)
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/account/login/").content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    sent = {"login": mediator.email, "password": make.PASSWORD, "csrfmiddlewaretoken": token}
    for carried, code in ((first, "LATE"), (second, "TWO")):
        shown = unescape(
            browser.post("/account/login/", sent | {"unsent": carried}, follow=True).content.decode()
        )
        assert "What you had written" in shown, code
        assert "Seen & written." in shown
        assert "A finding" in shown
        assert "Public: Everybody; also without an account" in shown


def test_what_another_account_wrote_is_not_sent_in_its_name() -> None:
    owed = overdue()
    client = Client()
    client.force_login(make.mediator("second@trial.invalid"))
    data = filled(written_by=author_mark(make.mediator().pk))
    assert client.post(f"/desk/findings/{owed.pk}/?queue=overdue", data).status_code == 403
    assert not Statement.objects.exists()
