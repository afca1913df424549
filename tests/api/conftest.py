"""Programs that ask the API, each with the token of an account or with none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from parties.models import User
from tests import make


class Program(Client):
    """Asks below /api/v1/ in JSON, and expects the status that it names."""

    def read(self, path: str, status: int = 200, **query: Any) -> Any:
        answer = self.get(f"/api/v1/{path}", query)
        assert answer.status_code == status, answer.content
        return answer.json()

    def write(self, path: str, body: Any, status: int = 201) -> Any:
        answer = self.post(f"/api/v1/{path}", body, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    def codes(self, path: str, **query: Any) -> list[str]:
        return [row["code"] for row in self.read(path, **query)["results"]]


@pytest.fixture(autouse=True)
def open_to_read(public_reading: None, on_the_day: None) -> None:
    """By everybody, at the tests' own moment."""


@pytest.fixture
def anybody() -> Program:
    return Program()


@pytest.fixture
def program() -> Callable[[User], Program]:
    """A program with a token of the user, which writes."""

    def of(user: User) -> Program:
        return Program(headers={"Authorization": f"Token {make.token(user)}"})

    return of
