"""In which language a page comes, and how days and numbers are written in it."""

import re
from datetime import date, datetime

import pytest
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format, number_format
from pytest_django import Settings

from parties.access import Role
from parties.languages import told_to
from parties.models import User
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 28)


@pytest.fixture(autouse=True)
def open_to_everybody(settings: Settings) -> None:
    settings.PUBLIC_READING = True
    make.agreement()


def language_of(client: Client, path: str = "/method/", **headers: str) -> str:
    page = client.get(path, headers=headers).content.decode()
    found = re.search(r'<html lang="([^"]+)"', page)
    assert found, page[:300]
    return found[1]


def choose(client: Client, language: str, path: str = "/method/") -> str:
    return str(client.post("/account/language/", {"language": language, "next": path})["Location"])


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "en"),
        ("de", "en"),
        ("sq", "sq"),
        ("sq-XK", "sq"),
        ("sr", "sr-Cyrl"),
        ("sr-Cyrl-RS", "sr-Cyrl"),
        ("sr-Latn-XK", "sr-Latn"),
        ("fr, sr-Latn;q=0.8, sq;q=0.5", "sr-Latn"),
    ],
)
def test_a_page_comes_as_the_browser_asks(asked: str, given: str) -> None:
    assert language_of(Client(), accept_language=asked) == given


def test_what_was_chosen_in_the_header_counts_more_than_the_browser_and_one_stays_on_the_page() -> None:
    client = Client()
    assert choose(client, "sq", "/commitments/?status=overdue") == "/commitments/?status=overdue"
    assert language_of(client, accept_language="sr") == "sq"
    assert choose(client, "sr-latn", "https://elsewhere.example/") == "/"
    assert language_of(client) == "sr-Latn"


def test_what_the_account_says_counts_most_on_each_of_its_devices() -> None:
    user = make.user("analyst@trial.invalid", Role.ANALYST)
    client, other = Client(), Client()
    for one in (client, other):
        one.force_login(user)
    choose(client, "sr")
    choose(Client(), "sq")
    assert User.objects.get(pk=user.pk).language == "sr"
    assert language_of(other, accept_language="sq") == "sr-Cyrl"
    assert language_of(Client()) == "en"


def test_another_site_cannot_choose_for_an_account() -> None:
    user = make.user("analyst@trial.invalid", Role.ANALYST)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post("/account/language/", {"language": "sq"}).status_code == 403
    assert User.objects.get(pk=user.pk).language == ""


@pytest.mark.parametrize("wrong", ["", "de", "x" * 300, "sq\x00"])
def test_a_language_that_is_not_offered_changes_nothing(wrong: str) -> None:
    user = make.user("analyst@trial.invalid", Role.ANALYST)
    client = Client()
    choose(client, wrong)
    client.force_login(user)
    choose(client, wrong)
    assert (User.objects.get(pk=user.pk).language, language_of(client)) == ("", "en")


def test_the_menu_names_each_language_in_its_own_words_in_alphabetical_order() -> None:
    page = Client().get("/method/").content.decode()
    found = re.findall(r'name="language" value="([^"]+)" lang="([^"]+)"[^>]*>([^<]+)<', page)
    assert found == [
        ("en", "en", "English"),
        ("sq", "sq", "Shqip"),
        ("sr-latn", "sr-Latn", "Srpski"),
        ("sr", "sr-Cyrl", "Српски"),
    ]


def test_a_page_that_is_not_there_says_so_in_the_language_that_was_asked() -> None:
    assert language_of(Client(), "/nowhere/", accept_language="sq") == "sq"


def test_one_language_is_never_answered_from_what_was_kept_in_another() -> None:
    client = Client()
    for path in ("/compliance/", "/compliance/charts/levels.svg", "/api/v1/commitments/"):
        first, second, third = (
            client.get(path, headers={"accept-language": asked}) for asked in ("en", "sq", "en")
        )
        assert [one["Content-Language"][:2] for one in (first, second, third)] == ["en", "sq", "en"], path
        assert all("Accept-Language" in one["Vary"] for one in (first, second, third)), path
        if "ETag" in first:
            assert first["ETag"] == third["ETag"] != second["ETag"], path


@pytest.mark.parametrize(
    ("language", "written"),
    [
        (
            "en",
            ["28 Nov 2026", "28 Nov 2026", "28 Nov 2026, 17:05", "28 Nov", "November 2026", "1,234,567.8"],
        ),
        (
            "sq",
            [
                "28 nëntor 2026",
                "28.11.2026",
                "28 nëntor 2026, 17:05",
                "28 nëntor",
                "nëntor 2026",
                "1\xa0234\xa0567,8",
            ],
        ),
        (
            "sr-latn",
            [
                "28. novembra 2026.",
                "28. 11. 2026.",
                "28. novembra 2026. 17:05",
                "28. novembra",
                "novembar 2026.",
                "1.234.567,8",
            ],
        ),
        (
            "sr",
            [
                "28. новембра 2026.",
                "28. 11. 2026.",
                "28. новембра 2026. 17:05",
                "28. новембра",
                "новембар 2026.",
                "1.234.567,8",
            ],
        ),
    ],
)
def test_days_and_numbers_are_written_as_the_language_writes_them(language: str, written: list[str]) -> None:
    with translation.override(language):
        assert [
            date_format(DAY),
            date_format(DAY, "SHORT_DATE_FORMAT"),
            date_format(datetime(2026, 11, 28, 17, 5), "DATETIME_FORMAT"),
            date_format(DAY, "MONTH_DAY_FORMAT"),
            date_format(DAY, "YEAR_MONTH_FORMAT"),
            number_format(1234567.8, force_grouping=True),
        ] == written


def test_what_is_told_to_an_account_is_in_its_language_whoever_causes_it() -> None:
    with translation.override("sq"):
        with told_to(User(language="sr")):
            assert translation.get_language() == "sr"
        with told_to(User()):
            assert translation.get_language() == "en-gb"
        assert translation.get_language() == "sq"


def test_mails_come_in_the_language_in_which_one_first_signed_in_until_another_is_chosen() -> None:
    user = make.user("analyst@trial.invalid", Role.ANALYST)
    for asked, kept in (("en-GB", ""), ("sq-XK, en;q=0.5", "sq"), ("sr", "sq")):
        said = {"login": user.email, "password": make.PASSWORD}
        answer = Client(headers={"accept-language": asked}).post("/account/login/", said)
        assert answer.status_code == 302
        user.refresh_from_db()
        assert user.language == kept
