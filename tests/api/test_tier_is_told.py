"""Who may see it stands in every body: what is left out makes nothing public, and a wider tier is said twice."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from pytest_django import Settings

from obligations.models import Evidence, PartyRequest, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
Of = Callable[[User], Program]
VERDICT = {"level": 2, "effective_on": "2024-01-10", "reason": "Seen."}
LINK = {
    "title": "News",
    "represents_on": "2024-01-10",
    "language": "en",
    "url": "https://example.org/",
    "quote": "It opened.",
    "seen_on": "2024-01-11",
}
ASKED = {"party": "alpha", "reply_by": "2026-06-01", "words": "Is it so?"}
# Path, whether a representative sends it, and the least that it needs beside a tier.
BODIES: dict[str, tuple[str, bool, dict[str, Any]]] = {
    "finding": ("commitments/{owed}/findings/", False, VERDICT | {"cites": "{claim}"}),
    "claim": ("commitments/{owed}/claims/", True, VERDICT),
    "contest": ("statements/{found}/contests/", True, {"reason": "Not so."}),
    "answer of the mediators": ("statements/{claim}/answers/", False, {"reason": "We saw it."}),
    "answer of a party": ("statements/{found}/answers/", True, {"reason": "It was so."}),
    "evidence": ("obligations/accord/O-1/evidence/", True, LINK | {"statement": "{claim}"}),
    "request": ("commitments/{owed}/requests/", False, ASKED | {"statement": "{found}"}),
    "release": ("statements/{answer}/releases/", False, {"reason": "Agreed."}),
}


class World:
    """A claim in confidence, a finding in confidence with the same party, and an answer to the claim."""

    def __init__(self, program: Of) -> None:
        self.owed = make.commitment(by=make.party("alpha"))
        make.party("beta")
        self.user, self.mediator = make.representative(self.owed.party), make.mediator()
        private: dict[str, Any] = {"tier": Tier.IN_CONFIDENCE, "confidant": self.owed.party}
        self.claim = make.claim(self.owed, self.user, **private)
        self.found = make.finding(self.owed, 1, **private)
        make.request(self.owed, tier=Tier.IN_CONFIDENCE)
        self.program = {True: program(self.user), False: program(self.mediator)}
        told = {"reason": "We look.", "tier": "in_confidence", "confidant": "alpha"}
        self.answer = self.program[False].write(f"statements/{self.claim.key}/answers/", told)["id"]

    def filled(self, template: str) -> str:
        keys = {"claim": self.claim.key, "found": self.found.key, "answer": self.answer}
        return template.format(owed=self.owed.pk, **keys)

    def send(self, name: str, status: int, **more: Any) -> Any:
        path, of_a_party, body = BODIES[name]
        sent = {key: self.filled(value) if isinstance(value, str) else value for key, value in body.items()}
        expected = 200 if status == 201 and name == "release" else status
        return self.program[of_a_party].write(self.filled(path), sent | more, expected)


@pytest.fixture
def world(program: Of) -> World:
    return World(program)


def rows() -> list[int]:
    return [model.objects.count() for model in (Statement, Evidence, PartyRequest)]


@pytest.mark.parametrize("name", BODIES)
def test_a_body_without_a_tier_is_400_and_says_what_each_means(
    name: str, world: World, settings: Settings
) -> None:
    settings.PUBLIC_READING = True
    before = rows()
    (sentence,) = world.send(name, 400)["errors"]["tier"]
    assert "there is no default" in sentence
    assert "`public`: everybody, also without an account" in sentence
    assert (
        "`parties`: Alpha, Beta, the mediators, and analysts and observers who are cleared for it" in sentence
    )
    assert "`in_confidence`: one party and the mediators" in sentence
    assert ("`mediators`" in sentence) == (name != "request")
    assert world.send(name, 400, tier=None)["errors"]["tier"] == [sentence]
    assert world.send(name, 400, tier="secret")["errors"]["tier"] == [sentence]
    assert rows() == before


@pytest.mark.parametrize("name", BODIES)
def test_a_wider_tier_is_400_that_says_who_would_learn_of_what_until_it_is_meant(
    name: str, world: World
) -> None:
    before = rows()
    for wider in ({}, {"wider": False}):
        errors = world.send(name, 400, tier="public", **wider)["errors"]
        assert list(errors) == ["wider"]
        assert "Who can read that: Alpha and the mediators." in errors["wider"][0]
    assert rows() == before
    assert world.send(name, 201, tier="public", wider=True)["tier"] == "public"


def test_bulk_rows_without_a_tier_or_wider_than_their_claim_are_errors_of_their_row(
    world: World,
) -> None:
    row = {"obligation": "O-1", "level": "2", "effective_on": "2024-01-10", "reason": "Seen."}
    row |= {"refers_to": world.claim.key}
    body = {"agreement": "accord", "rows": [row, row | {"tier": "public", "reason": "Else."}]}
    errors = world.program[False].write("bulk/", body, 400)["errors"]
    assert set(errors) == {"rows.1.tier", "rows.2.wider"}
    assert "there is no default" in errors["rows.1.tier"][0]
    rows = [row | {"tier": "public", "wider": "yes"}]
    world.program[False].write("bulk/", {"agreement": "accord", "rows": rows})
    assert Statement.objects.findings().latest("pk").tier == Tier.PUBLIC
    errors = world.program[False].write(
        "bulk/", {"agreement": "accord", "rows": [row | {"tier": "public", "wider": "perhaps"}]}, 400
    )["errors"]
    assert set(errors) == {"rows.1.wider"}


def test_the_document_says_that_it_is_required_and_what_each_means() -> None:
    with open("openapi.yaml", encoding="utf-8") as file:
        schemas = yaml.load(file, yaml.CSafeLoader)["components"]["schemas"]
    bodies = ("FindingBody", "ClaimBody", "ContestBody", "EvidenceBody", "RequestBody", "ReleaseBody")
    for name in bodies:
        for schema in (one for code, one in schemas.items() if code.startswith(name)):
            assert "tier" in schema["required"], name
            assert "there is no default" in schema["properties"]["tier"]["description"]
            assert "default" not in schema["properties"]["tier"]
            assert "wider" in schema["properties"]
