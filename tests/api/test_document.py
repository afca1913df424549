"""The OpenAPI document: it is the one that is kept, it is true, and it can be read on this server alone."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from jsonschema import Draft202012Validator, FormatChecker
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.api.conftest import Program

KEPT = Path(__file__).parents[2] / "openapi.yaml"


def test_the_document_is_valid_without_a_warning_and_is_the_one_that_is_kept(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)
    assert made.read_text() == KEPT.read_text(), (
        "write it anew: python manage.py spectacular --file openapi.yaml"
    )


def test_every_operation_tells_of_problems_and_only_reading_goes_without_an_account() -> None:
    document = yaml.load(KEPT.read_text(), yaml.CSafeLoader)
    assert document["openapi"] == "3.1.0"
    operations = [
        (path, method, op) for path, item in document["paths"].items() for method, op in item.items()
    ]
    for path, method, operation in operations:
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}, (path, method)
        assert operation["description"], (path, method)
        assert not operation["description"].startswith("A row to read"), (path, method)
        assert {"401", "429", "503"} <= set(operation["responses"]), (path, method)
        open_to_all = {} in operation["security"]
        for_all = method == "get" and path.removeprefix("/api/v1/") not in FOR_ACCOUNTS
        assert open_to_all == (for_all or (method, path) == ("post", "/api/v1/tokens/")), (path, method)


FOR_ACCOUNTS = {
    "ledger/",
    "tokens/",
    "following/",
    "webhooks/",
    "obligations/{agreement}/{code}/owner/",
    "webhooks/{key}/",
    "webhooks/{key}/deliveries/",
    "triggers/{agreement}/{code}/dates/waiting/",
    "work/",
    "work/{key}/",
    "work/{key}/file/",
}


def test_every_body_and_answer_has_an_example_that_its_schema_takes() -> None:
    document = yaml.load(KEPT.read_text(), yaml.CSafeLoader)
    found = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            answers = [one for status, one in operation["responses"].items() if status.startswith("2")]
            for part in (operation.get("requestBody", {}), *answers):
                for media_type, content in part.get("content", {}).items():
                    if media_type != "application/json":
                        continue
                    schema = {**content["schema"], "components": document["components"]}
                    checked = Draft202012Validator(schema, format_checker=FormatChecker())
                    assert list(checked.iter_errors(content["example"])) == [], (path, method)
                    found += 1
    assert found > 80
    bodies = {name: one for name, one in document["components"]["schemas"].items() if name.endswith("Body")}
    assert all(one["additionalProperties"] is False for one in bodies.values())


@pytest.mark.django_db
def test_the_server_gives_the_document(anybody: Program) -> None:
    answer = anybody.get("/api/v1/schema/")
    assert answer["Content-Type"].startswith("application/vnd.oai.openapi")
    assert yaml.load(answer.content, yaml.CSafeLoader)["info"]["title"] == "Normalization Tracker"


@pytest.mark.django_db(transaction=True)
def test_the_documentation_shows_in_a_browser_that_may_load_nothing_from_elsewhere(
    live_server: LiveServer, page: Page, on_the_day: Any
) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.get_by_text("/api/v1/commitments/{id}/findings/").wait_for()
    # A padlock where an account is needed, and there alone.
    assert page.locator("#operations-me-me .authorization__btn").count() == 0
    assert page.locator("#operations-ledger-ledger_list .authorization__btn").count() == 1
    page.get_by_role("searchbox").fill("owner If-Match")
    page.locator("#operations-me-me").wait_for(state="detached")
    assert page.locator(".opblock").count() == 1
    page.get_by_role("searchbox").fill("")
    page.locator("#operations-commitments-commitments_list .opblock-summary-control").click()
    page.get_by_text("Last day in time").or_(page.get_by_text("timeliness")).first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert complaints == []
    assert all(url.startswith((live_server.url, "data:")) for url in asked)
