"""A trial's whole life, in this order: its first start, the main job in a browser on the Ohrid agreement, its ends.

One command, real servers, a real worker.
"""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.effort import in_turn
from tests.trials import RunningTrial, processes_of, refusal, running_trial, wait_for

# What the first look gave, before any test recorded something.
AT_START: dict[str, list[dict[str, Any]]] = {}
COUNT = "from agreement.models import Agreement; print(Agreement.objects.count())"
# As a database of another version has it.
OF_BEFORE = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from normalization_tracker import roles
with roles.as_owner():
    MigrationRecorder(connection).record_applied("obligations", "0026_breach_open_has_no_end")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the whole life."""
    return tmp_path_factory.mktemp("trial")


@pytest.fixture(scope="module")
def trial(folder: Path) -> Iterator[RunningTrial]:
    # A short beat, so that the test waits for the sweep no longer than it must.
    with running_trial(folder, SWEEP_SECONDS="10") as running:
        assert running.faults() == []
        for query in ("timeliness=overdue", "obligation=AX-6.1"):
            AT_START[query] = rows(running, f"commitments/?{query}")
        yield running


def rows(trial: RunningTrial, query: str, token: str = "") -> list[dict[str, Any]]:
    """All rows that the API gives to the token's user, or to anybody."""
    request = urllib.request.Request(f"{trial.url}/api/v1/{query}")
    if token:
        request.add_header("Authorization", f"Token {token}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return list(json.loads(answer.read())["results"])


def account(trial: RunningTrial, role: str, party: str | None = None) -> dict[str, str]:
    return next(one for one in trial.accounts if one["role"] == role and one["party"] == party)


def sign_in(page: Page, trial: RunningTrial, role: str) -> None:
    who = account(trial, role)
    page.goto(f"{trial.url}/account/login/")
    page.get_by_label("Email").fill(who["email"])
    page.get_by_label("Password").fill(who["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".account summary")).to_have_text(who["email"])


def send(trial: RunningTrial, path: str, token: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(
        f"{trial.url}/api/v1/{path}",
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            **({"Authorization": f"Token {token}"} if token else {}),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def token(trial: RunningTrial, role: str, party: str | None = None) -> str:
    who = account(trial, role, party)
    asked = {"email": who["email"], "password": who["password"], "name": "a test", "scope": "write"}
    status, body = send(trial, "tokens/", "", asked)
    assert status == 201, body
    return str(body["token"])


def record(page: Page, trial: RunningTrial, level: str, day: str, reason: str) -> None:
    """A finding on AX-7.1, on the desk, as a mediator clicks it."""
    page.goto(f"{trial.url}/obligations/ohrid-2023/AX-7.1/")
    page.get_by_label("Actions for European Union").click()
    page.get_by_role("link", name="Record a finding European Union").click()
    page.get_by_role("radio", name=level).check()
    page.get_by_label("Since which day").fill(day)
    page.get_by_label("Reason").fill(reason)
    page.get_by_label("Public:").check()
    page.get_by_role("button", name="Record finding").click()
    expect(page.get_by_role("status")).to_contain_text("AX-7.1")


def overdue_count(page: Page, trial: RunningTrial) -> int:
    page.goto(f"{trial.url}/commitments/?timeliness=overdue")
    return page.get_by_role("main").get_by_role("link", name="AX-").count()


def test_the_first_start_makes_accounts_and_shows_them_once(trial: RunningTrial) -> None:
    roles = [account["role"] for account in trial.accounts]
    expected = ["administrator", "analyst", *["mediator"] * 2, "observer", *["representative"] * 2]
    assert sorted(roles) == expected
    for account in trial.accounts:
        assert account["password"] in trial.output
    for file in ("trial-accounts.json", "trial.env", "secret-key", "postgres-password"):
        assert (trial.data / file).stat().st_mode & 0o777 == 0o600


def test_the_trial_starts_with_what_is_overdue_on_record(trial: RunningTrial) -> None:
    late = AT_START["timeliness=overdue"]
    donors = next(row for row in late if row["obligation"]["code"] == "AX-7.1")
    assert (donors["party"]["code"], donors["due_on"]) == ("eu", "2023-08-15")
    assert donors["overdue_since"] == "2023-08-15T22:00:00Z"
    committee = AT_START["obligation=AX-6.1"]
    assert {(row["party"]["code"], row["due_on"]) for row in committee} == {
        (code, "2023-04-17") for code in ("eu", "kosovo", "serbia")
    }
    assert not [row for row in late if row["clock"] in ("none", "immediate")]


def test_the_worker_flags_each_of_them_once(trial: RunningTrial) -> None:
    overdue = rows(trial, "commitments/?timeliness=overdue")
    read = token(trial, "mediator")
    wait_for(
        lambda: (
            len([one for one in rows(trial, "breaches/?open=true", read) if one["opened_at"]]) == len(overdue)
        ),
        "the sweep opened each breach",
    )


def test_a_mediator_records_a_finding_and_everybody_reads_the_same(trial: RunningTrial, page: Page) -> None:
    read = token(trial, "mediator")
    wait_for(
        lambda: rows(trial, "breaches/?obligation=AX-7.1", read)[0]["opened_at"] is not None,
        "the sweep flagged the donor conference",
    )
    sign_in(page, trial, "mediator")
    before = overdue_count(page, trial)
    page.goto(f"{trial.url}/desk/?queue=overdue")
    expect(page.get_by_role("main")).to_contain_text("AX-7.1")

    record(page, trial, "Complete", "2024-01-10", "The conference was held.")

    page.goto(f"{trial.url}/desk/?queue=overdue")
    expect(page.get_by_role("main")).not_to_contain_text("AX-7.1")
    assert overdue_count(page, trial) == before - 1
    (commitment,) = rows(trial, "commitments/?obligation=AX-7.1")
    assert (commitment["timeliness"], commitment["level"], commitment["days_late"]) == ("met_late", 3, 148)
    (breach,) = rows(trial, "breaches/?obligation=AX-7.1")
    assert (breach["outcome"], breach["days_late"]) == ("met_late", 148)
    page.goto(f"{trial.url}/obligations/ohrid-2023/AX-7.1/")
    expect(page.get_by_role("main")).to_contain_text("18 Mar 2023 + 150 days, calendar")

    record(page, trial, "Intermediate", "2024-06-01", "Pledges were withdrawn.")

    assert overdue_count(page, trial) == before
    wait_for(
        lambda: all(one["opened_at"] for one in rows(trial, "breaches/?obligation=AX-7.1", read)),
        "the sweep opened a second cycle",
    )
    second = rows(trial, "breaches/?obligation=AX-7.1&open=true")[0]
    assert (second["cycle"], second["overdue_since"]) == (2, "2024-05-31T22:00:00Z")


def test_a_tool_records_a_finding_with_a_mediators_token(trial: RunningTrial) -> None:
    (talks,) = rows(trial, "commitments/?obligation=AX-5.1")
    finding = {"level": 2, "effective_on": "2024-02-01", "reason": "Talks were held.", "tier": "public"}
    path = f"commitments/{talks['id']}/findings/"
    for role, party in (("analyst", None), ("representative", "kosovo"), ("representative", "serbia")):
        status, problem = send(trial, path, token(trial, role, party), finding)
        assert (status, problem["status"]) == (403, 403)
    status, made = send(trial, path, token(trial, "mediator"), finding)
    assert status == 201, made
    assert rows(trial, "commitments/?obligation=AX-5.1")[0]["found_on"] == "2024-02-01"


def test_the_trial_says_that_it_is_one(trial: RunningTrial, page: Page) -> None:
    page.goto(trial.url)
    expect(page.get_by_text("not findings of the EU")).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_contain_text("This designation is without prejudice")


def test_a_second_one_on_the_same_folder_is_refused_and_ctrl_c_stops_everything(
    trial: RunningTrial, folder: Path
) -> None:
    said = refusal(folder)
    assert said.startswith(f"up: A trial already runs on {trial.data} (pid {trial.process.pid})")
    assert trial.stop(signal.SIGINT) == 0
    assert not processes_of(trial.data)
    assert not (trial.data / "trial.env").exists(), "no command may find servers that are gone"


@pytest.fixture(scope="module")
def second(folder: Path) -> Iterator[RunningTrial]:
    with running_trial(folder) as trial:
        yield trial


def test_the_second_start_keeps_the_data_and_shows_no_password(second: RunningTrial) -> None:
    assert "schema     No migrations to apply." in second.output
    for account in second.accounts:
        assert account["email"] in second.output
        assert account["password"] not in second.output


@pytest.mark.parametrize("service", ["worker", *in_turn(["web", "beat", "valkey", "postgres"])])
def test_a_killed_service_is_started_again(second: RunningTrial, service: str) -> None:
    killed = second.pid_of(service)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: second.pid_of(service) != killed, f"{service} runs again")
    assert f"{service:<10} crashed (Killed), again in 1 s" in second.output
    wait_for(second.is_healthy, "the trial is healthy again")


def test_kill_of_the_supervisor_leaves_no_orphan(second: RunningTrial) -> None:
    assert len(processes_of(second.data)) > 7
    second.process.kill()
    second.process.wait()
    wait_for(lambda: not processes_of(second.data), "every process of the trial is gone", patience=30)


def test_the_start_after_a_kill_finds_everything_and_term_stops_it(folder: Path) -> None:
    with running_trial(folder) as third:
        assert third.is_healthy()
        assert third.manage("shell", "--command", OF_BEFORE + COUNT).strip().endswith("1")
        assert third.stop(signal.SIGTERM) == 0
    assert not processes_of(third.data)


def test_a_trial_of_another_version_is_told_so_in_one_line_and_not_touched(folder: Path) -> None:
    trial = RunningTrial(folder)
    accounts = (trial.data / "trial-accounts.json").read_bytes()
    assert trial.process.wait(60) == 1
    assert (
        f"Another version of this software made the trial in {trial.data}, and this one cannot read it. Nothing in it"
        " was changed: move that folder away, or name another one in DATA_DIR, and start again."
    ) in trial.output.splitlines()[-1]
    assert "schema" not in trial.output
    assert (trial.data / "trial-accounts.json").read_bytes() == accounts
    assert not processes_of(trial.data)
