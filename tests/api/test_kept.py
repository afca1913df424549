"""Lists bear what they are of, and an answer that everybody sees is made once, until something changes."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from obligations.commands import release
from parties.access import Tier
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
LIST = "/api/v1/commitments/"


def tag(client: Client, **headers: Any) -> str:
    return str(client.get(LIST, **headers)["ETag"])


def test_an_answer_that_is_kept_asks_one_query_and_is_the_same() -> None:
    make.finding(make.commitment(days=30), 2)
    made = Client().get(LIST)
    with CaptureQueriesContext(connection) as queries:
        kept = Client().get(LIST)
    assert (kept.content, kept["ETag"], len(queries)) == (made.content, made["ETag"], 1)


def test_who_has_it_already_is_sent_nothing_until_something_is_recorded() -> None:
    owed = make.commitment(days=30)
    have = tag(Client())
    answer = Client().get(LIST, headers={"If-None-Match": have})
    assert (answer.status_code, answer.content) == (304, b"")
    make.finding(owed, 2)
    answer = Client().get(LIST, headers={"If-None-Match": have})
    assert (answer.status_code, answer.json()["results"][0]["level"]) == (200, 2)


def test_what_is_hidden_changes_nothing_for_who_may_not_see_it() -> None:
    owed, mediator = make.commitment(days=30), make.mediator()
    token = {"headers": {"Authorization": f"Token {make.token(mediator)}"}}
    public, theirs = tag(Client()), tag(Client(), **token)
    make.finding(owed, 3, date(2024, 1, 10), tier=Tier.MEDIATORS)
    assert tag(Client()) == public
    assert tag(Client(), **token) != theirs


def test_a_token_is_never_answered_with_what_is_kept_for_everybody() -> None:
    make.finding(make.commitment(days=30), 3, date(2024, 1, 10), tier=Tier.MEDIATORS)
    assert Client().get(LIST).json()["results"][0]["level"] is None
    token = f"Token {make.token(make.mediator())}"
    for headers, level in (({"Authorization": token}, 3), ({}, None)):
        assert Client().get(LIST, headers=headers).json()["results"][0]["level"] == level
    assert Client().get(LIST, headers={"Authorization": "Token wrong"}).status_code == 401


def test_a_day_that_ends_changes_it_though_nothing_was_recorded(on_the_day: Any) -> None:
    make.commitment(rule="fixed", terms={"date": "2026-03-02"})
    assert Client().get(LIST).json()["results"][0]["timeliness"] == "due_soon"
    on_the_day.move_to(NOW + timedelta(days=1))
    row = Client().get(LIST).json()["results"][0]
    assert (row["timeliness"], row["days_late"]) == ("overdue", 1)


def test_a_planned_publication_changes_it_at_its_instant(on_the_day: Any) -> None:
    said = make.finding(make.commitment(days=30), 3, date(2024, 1, 10), tier=Tier.MEDIATORS)
    at = NOW + timedelta(minutes=2)
    release(
        subject=said, actor=make.a_mediator(), now=NOW, tier="public", publish_at=at, reason="It was agreed."
    )
    before = tag(Client())
    on_the_day.move_to(NOW + timedelta(minutes=3))
    assert tag(Client()) != before
    assert Client().get(LIST).json()["results"][0]["level"] == 3


def test_what_is_made_without_the_machinery_bears_the_same_headers_and_rows() -> None:
    make.finding(make.commitment(days=30), 2)
    for name in ("commitments", "periods", "breaches"):
        plain, full = (
            Client().get(f"/api/v1/{name}/", headers={"Accept": accept})
            for accept in ("application/json", "application/*")  # the second one is left to the framework
        )
        assert not hasattr(plain, "renderer_context")
        assert headers_of(plain) == headers_of(full)
        assert plain.content == full.content


def headers_of(answer: Any) -> dict[str, Any]:
    """But for those that are of one request alone, and with lists in any order."""
    own = {"X-Request-ID", "Set-Cookie"}
    return {name: sorted(value.split("; ")) for name, value in answer.headers.items() if name not in own}


@pytest.mark.django_db(transaction=True)
def test_a_list_is_answered_over_a_connection_that_the_server_ended() -> None:
    """As after a restart of the database: nothing looks at the connection before it is used."""
    client = Client()
    assert client.get(LIST).status_code == 200
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    assert client.get(LIST).status_code == 200
