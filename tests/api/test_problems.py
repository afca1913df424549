"""Errors are problem details (RFC 9457), of one shape, and tell nothing of the inside."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from obligations.api.views.standing import Commitments
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db


def problem_of(answer: Any, status: int) -> Any:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert body["status"] == status
    return body


def test_an_unknown_parameter_is_named_with_those_that_are_known(anybody: Program) -> None:
    body = problem_of(anybody.get("/api/v1/breaches/?state=open"), 400)
    assert body["type"] == "urn:normalization-tracker:problem:invalid-query"
    assert body["errors"] == {
        "state": [
            "Unknown parameter. Known here: after, agreement, as_of, commitment, expand, fields, format, known_at, "
            "limit, obligation, open, outcome, party, provision, sort."
        ]
    }


def test_a_parameter_given_twice_is_refused_where_it_takes_one_value(anybody: Program) -> None:
    body = problem_of(anybody.get("/api/v1/commitments/?party=alpha&party=beta"), 400)
    assert list(body["errors"]) == ["party"]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("commitments/?timeliness=late", "timeliness"),
        ("commitments/?level=4", "level"),
        ("commitments/?party=%00", "party"),
        ("commitments/?party=", "party"),
        ("events/?happened_until=", "happened_until"),
        ("breaches/?open=perhaps", "open"),
        ("breaches/?commitment=1.5", "commitment"),
        ("statements/?commitment=one", "commitment"),
        ("events/?happened_from=2023-02-30", "happened_from"),
    ],
)
def test_a_wrong_value_names_its_parameter(path: str, field: str, anybody: Program) -> None:
    assert list(problem_of(anybody.get(f"/api/v1/{path}"), 400)["errors"]) == [field]


@pytest.mark.parametrize(
    "path",
    [
        "no-such/",
        "commitments/0/",
        "commitments/99999999999999999999999/",
        "commitments/x/",
        "agreements/none/",
        "agreements/%00/",
        "obligations/accord/%F0%9F%98%80/",
        "no/slash",
    ],
)
def test_what_is_not_there_is_a_problem_and_no_page(path: str, anybody: Program) -> None:
    assert problem_of(anybody.get(f"/api/v1/{path}"), 404)["title"] == "Not Found"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_method_that_is_not_there_says_which_are(method: str, anybody: Program) -> None:
    answer = getattr(anybody, method)("/api/v1/commitments/")
    problem_of(answer, 405)
    assert "GET" in answer["Allow"]


def test_a_body_that_is_no_json_or_no_object_is_a_problem(program: Callable[[User], Program]) -> None:
    mediator, path = program(make.mediator()), f"/api/v1/commitments/{make.commitment().pk}/findings/"
    problem_of(mediator.post(path, "{", content_type="application/json"), 400)
    problem_of(mediator.post(path, "[1]", content_type="application/json"), 400)
    problem_of(mediator.post(path, "level=3", content_type="application/x-www-form-urlencoded"), 415)


def test_an_accident_is_a_bare_500_and_is_logged(
    anybody: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(view: Commitments) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr(Commitments, "asked", breaks)
    answer = Client(raise_request_exception=False).get("/api/v1/commitments/")
    problem_of(answer, 500)
    assert b"inside" not in answer.content
    assert "the inside" in caplog.text


@pytest.mark.parametrize("path", ["", "commitments/", "commitments/1/", "schema/", "docs/"])
def test_without_public_reading_an_account_is_needed(path: str, settings: Any, anybody: Program) -> None:
    settings.PUBLIC_READING = False
    answer = anybody.get(f"/api/v1/{path}")
    problem_of(answer, 401)
    assert answer["WWW-Authenticate"] == "Token"
