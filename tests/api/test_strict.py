"""What a program sends is taken whole or refused: nothing of it is passed over in silence."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from obligations.models import Evidence, Statement
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db

MADE = {"effective_on": "2024-01-10", "level": 3, "reason": "The conference was held.", "tier": "public"}
LISTS = {
    "agreements/": ("party",),
    "parties/": ("agreement",),
    "instruments/": ("agreement",),
    "provisions/": ("agreement", "instrument", "parent"),
    "calendars/": ("agreement", "party"),
    "triggers/": ("agreement",),
    "events/": ("agreement", "obligation", "trigger"),
    "obligations/": ("agreement", "instrument", "provision", "party", "tag"),
    "commitments/": ("agreement", "instrument", "provision", "obligation", "party", "tag"),
    "statements/": ("agreement", "obligation", "party", "by"),
    "evidence/": ("agreement", "obligation", "by"),
    "requests/": ("agreement", "obligation", "party"),
    "readings/": ("agreement", "obligation", "party"),
    "periods/": ("agreement", "obligation", "party"),
    "breaches/": ("agreement", "obligation", "party"),
    "changes/": ("agreement",),
    "changes/between/": ("agreement", "party", "provision"),
}


@pytest.mark.parametrize(("path", "name"), [(path, name) for path, names in LISTS.items() for name in names])
def test_a_code_that_is_not_there_is_named_with_those_that_are(
    path: str, name: str, anybody: Program
) -> None:
    make.commitment("O-1", make.party("kosovo"), tags=["justice"])
    make.trigger()
    make.event("E-1")
    make.claim(make.commitment("O-2", make.party("serbia")), make.representative(make.party("serbia")))
    codes = {
        "agreement": "accord",
        "party": "kosovo, serbia",
        "by": "kosovo, serbia",
        "instrument": "main",
        "provision": "main/art_1",
        "parent": "main/art_1",
        "obligation": "O-1, O-2",
        "trigger": "T-START",
        "tag": "justice",
    }
    problem = anybody.read(path, 400, **{name: "kosova"})
    assert problem["type"].endswith("invalid-query")
    assert problem["errors"] == {name: [f"There is no “kosova”. There are: {codes[name]}."]}


def test_a_code_that_is_there_is_found_though_nothing_has_it(anybody: Program) -> None:
    make.commitment()
    make.party("beta")
    assert anybody.read("commitments/", party="beta")["count"] == 0


@pytest.mark.parametrize(
    "path", ["statements/", "requests/", "readings/", "proposals/", "periods/", "breaches/"]
)
def test_a_commitment_that_is_not_there_is_said_to_be_none(
    path: str, program: Callable[[User], Program]
) -> None:
    problem = program(make.mediator()).read(path, 400, commitment="4711")
    assert problem["errors"] == {"commitment": ["There is no “4711”."]}


def test_a_hidden_statement_is_as_one_that_never_was(anybody: Program) -> None:
    hidden = make.finding(make.commitment(), 3, tier="mediators").key
    for key in (hidden, "never"):
        problem = anybody.read("evidence/", 400, statement=key)
        assert problem["errors"] == {"statement": [f"There is no “{key}”."]}


def test_a_language_without_evidence_is_none_and_one_without_a_name_is_refused(anybody: Program) -> None:
    make.evidence_link(make.obligation())
    assert anybody.read("evidence/", language="sq")["count"] == 0
    assert anybody.read("evidence/", 400, language="kosova")["errors"] == {
        "language": ["There is no “kosova”. There are: en."]
    }


def test_a_command_that_the_ledger_has_no_entry_of_is_named_with_those_that_it_has(
    program: Callable[[User], Program],
) -> None:
    make.finding(make.commitment(), 3)
    problem = program(make.mediator()).read("ledger/", 400, command="kosova")
    assert problem["errors"] == {"command": ["There is no “kosova”. There are: record_finding."]}


def test_a_choice_that_is_not_there_is_named_with_those_that_are(
    anybody: Program, program: Callable[[User], Program]
) -> None:
    make.commitment()
    for path, name, there in (
        ("statements/", "tier", "public, parties, in_confidence, mediators"),
        ("breaches/", "open", "true, false"),
    ):
        problem = anybody.read(path, 400, **{name: "kosova"})
        assert problem["errors"] == {name: [f"There is no “kosova”. There are: {there}."]}
    problem = program(make.mediator()).read("ledger/", 400, agreement="kosova")
    assert problem["errors"] == {"agreement": ["There is no “kosova”. There are: accord."]}


def test_codes_of_an_agreement_that_is_not_read_do_not_exist(anybody: Program, settings: Any) -> None:
    make.commitment()
    other = make.agreement("other")
    make.commitment("HIDDEN-1", make.party("gamma", of=other), of=other)
    assert anybody.read("commitments/", 400, agreement="accord", party="gamma")["errors"] == {
        "party": ["There is no “gamma”. There are: alpha."]
    }


def test_of_many_codes_the_nearest_are_named(anybody: Program) -> None:
    for number in range(30):
        make.obligation(f"AX-{number}")
    (sentence,) = anybody.read("statements/", 400, obligation="AX-77")["errors"]["obligation"]
    assert "The nearest of 30 are: " in sentence
    assert "AX-7" in sentence


@pytest.mark.parametrize("code", ["\x00", "x" * 5000, "<b>", "' OR 1=1"])
def test_whatever_is_no_code_is_one_that_is_not_there(code: str, anybody: Program) -> None:
    make.commitment()
    anybody.read("commitments/", 400, party=code)


def test_an_act_takes_no_parameters_in_its_address(program: Callable[[User], Program]) -> None:
    owed, mediator = make.commitment(), program(make.mediator())
    problem = mediator.write(f"commitments/{owed.pk}/findings/?tier=mediators", MADE, 400)
    assert problem["errors"] == {"tier": ["Unknown parameter. There is none here."]}
    assert not Statement.objects.exists()


def test_the_document_takes_no_parameter_that_it_does_not_know(anybody: Program) -> None:
    assert anybody.get("/api/v1/schema/").status_code == 200
    assert anybody.get("/api/v1/schema/?format=json").status_code == 200
    assert anybody.get("/api/v1/schema/?frob=1").status_code == 400
    assert anybody.get("/api/v1/schema/?lang=sq").status_code == 400


def test_no_act_at_all_takes_any(program: Callable[[User], Program]) -> None:
    """Each address that takes a body, as a mediator asks it; DELETE has none."""
    owed, mediator = make.commitment(), program(make.mediator())
    for path in (f"commitments/{owed.pk}/readings/", "bulk/", f"commitments/{owed.pk}/requests/", "tokens/"):
        assert "a" in mediator.write(f"{path}?a=b", {}, 400)["errors"], path


def test_a_field_that_is_named_twice_is_refused(program: Callable[[User], Program]) -> None:
    owed, mediator = make.commitment(), program(make.mediator())
    body = (
        '{"effective_on": "2024-01-10", "level": 3, "reason": "Seen.", "tier": "mediators", "tier": "public"}'
    )
    answer = mediator.post(f"/api/v1/commitments/{owed.pk}/findings/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["detail"] == "The body names a field twice: tier."
    assert not Statement.objects.exists()


def test_a_field_of_a_form_that_is_sent_twice_is_refused(program: Callable[[User], Program]) -> None:
    owed, author = make.commitment(), program(make.representative())
    body: dict[str, Any] = {
        "title": ["Minutes", "Other"],
        "represents_on": "2024-01-10",
        "language": "en",
        "tier": "public",
    }
    body["file"] = SimpleUploadedFile("minutes.txt", b"Seen on site.\n")
    answer = author.post(f"/api/v1/obligations/accord/{owed.obligation.code}/evidence/", body)
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"title": ["Given more than once; this one takes a single value."]}
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_what_is_no_json_is_no_json(number: str, program: Callable[[User], Program]) -> None:
    path = f"/api/v1/commitments/{make.commitment().pk}/findings/"
    answer = program(make.mediator()).post(path, f'{{"level": {number}}}', content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "header",
    [
        "Token 0123456789abcdef",
        "Bearer 0123456789abcdef",
        "Token",
        "Bearer two words",
        "Token äö",
        "Basic " + base64.b64encode(b"mediator@trial.invalid:password").decode(),
        "Digest username=x",
        "garbled",
    ],
)
def test_a_wrong_credential_is_401_also_where_everybody_may_read(header: str, anybody: Program) -> None:
    make.commitment()
    answer = anybody.get("/api/v1/commitments/", headers={"Authorization": header})
    assert answer.status_code == 401, answer.content
    assert answer["WWW-Authenticate"]
    assert anybody.get("/api/v1/commitments/").status_code == 200
