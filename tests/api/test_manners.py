"""What a program can count on beside the rows: methods, addresses, headers, and answers that travel."""

import gzip
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.test import Client

from normalization_tracker.middleware import CrossOrigin
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
LISTS = ("commitments/", "statements/", "search/?q=word", "changes/")


@pytest.mark.parametrize("path", ["", *LISTS, "agreements/accord/"])
def test_options_and_head_answer_as_get_does(path: str, anybody: Program) -> None:
    make.commitment()
    answer = anybody.options(f"/api/v1/{path}")
    assert (answer.status_code, answer["Allow"]) == (200, "GET, HEAD, OPTIONS")
    assert answer.json()["described_at"].endswith("/api/v1/schema/")
    assert anybody.head(f"/api/v1/{path}").status_code == 200


def test_an_address_without_its_last_slash_leads_to_the_one_with_it(
    anybody: Program, program: Callable[[User], Program]
) -> None:
    answer = anybody.get("/api/v1/commitments?timeliness=overdue")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/commitments/?timeliness=overdue")
    owed, representative = make.commitment(), make.representative()
    body = {"level": 1, "effective_on": "2024-01-10", "reason": "Begun.", "tier": "public"}
    path, writer = f"/api/v1/commitments/{owed.pk}/claims", program(representative)
    assert writer.post(path, body, content_type="application/json").status_code == 308
    assert writer.post(path, body, content_type="application/json", follow=True).status_code == 201


def test_a_list_says_in_its_headers_where_it_goes_on(anybody: Program) -> None:
    owed = [make.commitment(f"O-{n}") for n in range(3)]
    for one in owed:
        make.finding(one, 1)
    for path in ("commitments/", "statements/"):
        answer = anybody.get(f"/api/v1/{path}?limit=2")
        first = f"http://testserver/api/v1/{path}?limit=2"
        assert answer["Link"] == f'<{first}>; rel="first", <{answer.json()["next"]}>; rel="next"'
        assert anybody.get(answer.json()["next"])["Link"] == f'<{first}>; rel="first"'


# A cursor of the stream is another text each time, and so no tag says that nothing is new.
@pytest.mark.parametrize("path", [one for one in LISTS if one != "changes/"])
def test_what_is_there_already_is_not_sent_again(path: str, anybody: Program) -> None:
    owed = make.commitment()
    have = anybody.get(f"/api/v1/{path}")["ETag"]
    assert anybody.get(f"/api/v1/{path}", headers={"If-None-Match": have}).status_code == 304
    make.finding(owed, 1, reason="A word")
    assert anybody.get(f"/api/v1/{path}", headers={"If-None-Match": have}).status_code == 200


UNPACKED = {"gzip": gzip.decompress, "br": brotli.decompress}


@pytest.mark.parametrize("way", UNPACKED)
@pytest.mark.parametrize("path", ["commitments/", "statements/", "commitments/?format=ndjson", "schema/"])
def test_an_answer_is_sent_in_fewer_bytes_to_who_takes_them(way: str, path: str, anybody: Program) -> None:
    for n in range(3):
        make.finding(make.commitment(f"O-{n}"), 1)
    plain, packed = (
        anybody.get(f"/api/v1/{path}", headers=headers) for headers in ({}, {"Accept-Encoding": f"{way}, x"})
    )
    written = b"".join(packed) if packed.streaming else packed.content
    assert UNPACKED[way](written) == (b"".join(plain) if plain.streaming else plain.content)
    assert (packed["Content-Encoding"], "Accept-Encoding" in packed["Vary"]) == (way, True)
    assert (
        anybody.get(f"/api/v1/{path}", headers={"Accept-Encoding": "br;q=0"}).get("Content-Encoding") is None
    )
    if not packed.streaming:
        again = anybody.get(f"/api/v1/{path}", headers={"If-None-Match": packed["ETag"]})
        assert again.status_code == 304


def test_with_a_session_the_number_of_bytes_tells_nothing(client: Client) -> None:
    client.force_login(make.mediator(), "allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/api/v1/schema/", headers={"Accept-Encoding": "gzip, br"})
    assert answer.get("Content-Encoding") is None


ELSEWHERE = "https://map.example"


def asks(origins: list[str], settings: Any, **more: str) -> Any:
    settings.CORS_ORIGINS = origins
    return Client().get("/api/v1/agreements/", headers={"Origin": ELSEWHERE, **more})


def test_pages_of_other_origins_read_nothing_where_no_setting_lets_them(settings: Any) -> None:
    assert CrossOrigin(lambda request: None).origins == frozenset()  # type: ignore[arg-type,return-value]
    assert "Access-Control-Allow-Origin" not in asks([], settings)
    assert "Access-Control-Allow-Origin" not in asks(["https://other.example"], settings)


def test_pages_of_an_origin_that_is_let_read_what_everybody_reads_and_send_nothing(settings: Any) -> None:
    make.agreement()
    assert asks(["*"], settings)["Access-Control-Allow-Origin"] == "*"
    answer = asks([ELSEWHERE], settings)
    assert (answer["Access-Control-Allow-Origin"], "Origin" in answer["Vary"]) == (ELSEWHERE, True)
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Access-Control-Allow-Origin" not in asks([ELSEWHERE], settings, Authorization="Token x")
    asked = Client().options(
        "/api/v1/tokens/", headers={"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"}
    )
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    assert "Authorization" not in asked["Access-Control-Allow-Headers"]
