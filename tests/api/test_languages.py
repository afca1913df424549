"""What programs read is the same in every language; what a problem says to people is in the one that was asked."""

import json
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from parties.models import User
from tests.canary.addresses import addresses
from tests.canary.world import ACCOUNTS, build
from tests.effort import in_turn
from tests.make import NOW
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
LANGUAGES = ("sq", "sr-Latn", "sr-Cyrl")


def made() -> None:
    with time_machine.travel(NOW, tick=False):
        build()


world = made_once(made)


def asked(client: Client, address: str, language: str, **more: Any) -> Any:
    return client.get(address, headers={"accept-language": language}, **more)


@pytest.mark.parametrize("language", in_turn(LANGUAGES))
def test_the_document_is_the_same_byte_by_byte(language: str) -> None:
    client = Client()
    found = [asked(client, "/api/v1/schema/", one).content for one in ("en", language)]
    assert found[0] == found[1]


@pytest.mark.parametrize("language", in_turn(LANGUAGES))
def test_what_is_read_is_the_same(language: str) -> None:
    client = Client()
    client.force_login(User.objects.get(email=ACCOUNTS["mediator"]))
    differ = []
    for address in (one for one in addresses() if one.startswith("/api/")):
        english = asked(client, address, "en")
        if english.status_code != 200 or "json" not in english["Content-Type"]:
            continue
        caches["answers"].clear()
        if steady(english) != steady(asked(client, address, language)):
            differ.append(address)
    assert differ == []


def steady(answer: Any) -> Any:
    """Without cursors, which are others each time."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without(one) for key, one in value.items() if key not in ("cursor", "next")}
        return [without(one) for one in value] if isinstance(value, list) else value

    return without(json.loads(b"".join(answer.streaming_content) if answer.streaming else answer.content))


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_problem_the_sentences_alone_are_translated(language: str) -> None:
    client = Client()
    english, other = (asked(client, "/api/v1/breaches/?state=open", one).json() for one in ("en", language))
    assert english["detail"] != other["detail"]
    assert english["errors"] != other["errors"]
    sentences = {"title", "detail", "errors"}
    assert {k: v for k, v in english.items() if k not in sentences} == {
        k: v for k, v in other.items() if k not in sentences
    }
    assert english["errors"].keys() == other["errors"].keys()
