"""The pages of help: open to everybody, and each page of the product leads to what helps there."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from obligations.words.help import HELPS, TOPICS, helps_at

pytestmark = pytest.mark.django_db


def test_each_kind_of_reader_has_a_page_that_leads_to_where_it_is_done(client: Client) -> None:
    contents = client.get("/help/").content.decode()
    for name, topic in TOPICS.items():
        assert reverse("help-topic", args=[name]) in contents
        page = client.get(f"/help/{name}/").content.decode()
        assert re.findall(r'<h2 id="([a-z]+)"', page) == [section.name for section in topic.sections]
        assert page.count("Open it: ") == sum(bool(section.leads_to) for section in topic.sections)
    assert client.get("/help/nobody/").status_code == 404


@pytest.mark.parametrize("room", HELPS)
def test_what_helps_on_a_page_is_there(room: str) -> None:
    name, _mark, section = HELPS[room].partition("#")
    assert section in [one.name for one in TOPICS[name].sections]
    assert helps_at(f"/{room}/more/") == f"/help/{name}/#{section}"


def test_every_page_leads_to_help(client: Client) -> None:
    assert 'href="/help/analysts/#told"' in client.get("/account/login/").content.decode()
    assert 'href="/help/"' in client.get("/help/").content.decode()


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_each_picture_is_there_in_the_language_of_its_page(language: str) -> None:
    for topic in TOPICS:
        page = Client().get(f"/help/{topic}/", headers={"accept-language": language}).content.decode()
        pictures = re.findall(r'<img class="shot" src="/static/(help/[^"]+)" alt="[^"]{10,}"', page)
        assert len(pictures) == sum(section.pictured for section in TOPICS[topic].sections)
        for picture in pictures:
            assert picture.endswith(f"-{language}.webp")
            assert finders.find(picture), picture
