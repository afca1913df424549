"""Observations wherever people and programs meet statements: pages, the API, sheets, changes, search."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from obligations.models import Commitment, Statement
from parties.models import User
from tests import make
from tests.api.conftest import Program, program
from tests.bulk.sheets import csv_of, send
from tests.make import NOW
from tests.pages.desk_data import signed_in

__all__ = ["program"]
pytestmark = pytest.mark.django_db
SAID = {"verdict": "1", "effective_on": "2024-01-10", "reason": "Half of it stands.", "tier": "public"}
HEAD = ["obligation", "party", "kind", "observer", "level", "effective_on", "reason", "tier"]


def owed() -> Commitment:
    return make.commitment("LATE", make.party("alpha"), days=30)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(unescape(answer.content.decode()).split())


def test_a_mediator_enters_one_by_the_form_in_the_name_of_an_observer() -> None:
    on, client = owed(), signed_in(make.mediator())
    address = f"/obligations/accord/LATE/observe/?commitment={on.pk}"
    assert "names no observer" in text(client, address)
    make.party("monitor", kind="observer")
    assert address in text(client, "/obligations/accord/LATE/")
    assert client.post(address, SAID).status_code == 422
    assert client.post(address, SAID | {"by": "monitor"}).status_code == 302
    made = Statement.objects.get()
    assert (made.kind, made.by and made.by.code, made.level) == ("observation", "monitor", 1)
    page = text(client, "/obligations/accord/LATE/")
    assert "Observations (1)" in page
    assert "Half of it stands." in page
    assert "No finding yet" in page
    acts = page.split("Half of it stands.")[1]
    assert "Answer this" in acts
    assert "Withdraw this" in acts
    assert f"statement={made.key}" not in acts.split("evidence/")[-1].split('"')[0]


def test_an_observer_needs_not_say_who_it_is() -> None:
    on, client = owed(), signed_in(make.observer())
    address = f"/obligations/accord/LATE/observe/?commitment={on.pk}"
    page = text(client, address)
    assert "You speak in the name of" in page
    assert "Choose one<" not in page
    assert "An observation is recorded under “Actions”" in text(client, "/obligations/accord/LATE/")
    make.party("mission", kind="observer")
    assert client.post(address, SAID | {"by": "mission"}).status_code == 422
    assert client.post(address, SAID | {"by": "monitor"}).status_code == 302
    assert "Withdraw this" in text(client, "/obligations/accord/LATE/")


def test_a_contest_of_it_is_told_to_wait_for_nobody() -> None:
    on = owed()
    said, client = make.observation(on), signed_in(make.representative(on.party))
    address, body = f"/obligations/accord/LATE/contest/?statement={said.key}", SAID | {"verdict": ""}
    assert "waits for the mediators" not in text(client, address)
    page = client.post(address, body, follow=True).content.decode()
    assert "Your contest on LATE is recorded. It stands beside the observation." in page


def test_the_finding_of_the_desk_can_judge_it_and_starts_from_claims_alone() -> None:
    on = owed()
    said = make.observation(on)
    client = signed_in(make.mediator())
    form = text(client, f"/desk/?commitment={on.pk}").split('id="finding-form"')[1]
    assert f'<option value="{said.key}">Monitor: Minimal' in form
    body = SAID | {"cites": said.key, "seen": said.key}
    assert client.post(f"/desk/findings/{on.pk}/", body).status_code in (200, 302)
    assert Statement.objects.findings().get().refers_to == said
    assert "Judges: observation of Monitor" in text(client, "/obligations/accord/LATE/")


def test_programs_write_list_filter_and_contest_observations(program: Callable[[User], Program]) -> None:
    on, body = owed(), {"level": 1, "effective_on": "2024-01-10", "reason": "Half.", "tier": "public"}
    observer = program(make.observer())
    row = observer.write(f"commitments/{on.pk}/observations/", body)
    assert (row["kind"], row["by"]["code"], row["level"]) == ("observation", "monitor", 1)
    program(make.representative(on.party)).write(
        f"statements/{row['id']}/contests/", {"reason": "All of it.", "tier": "public"}
    )
    found = observer.read("statements/", kind="observation")
    assert [one["id"] for one in found["results"]] == [row["id"]]
    [listed] = observer.read("commitments/")["results"]
    assert listed["level"] is None
    for path in ("claims", "findings"):
        assert (
            observer.post(f"/api/v1/commitments/{on.pk}/{path}/", body, "application/json").status_code == 403
        )


def test_a_sheet_takes_them_from_the_observer_and_from_mediators() -> None:
    owed()
    make.party("mission", kind="observer")
    row = ["LATE", "alpha", "observation", "", "1", "2024-01-10", "Half of it stands.", "public"]
    shown = unescape(send(signed_in(make.observer()), csv_of(row, head=HEAD)).content.decode())
    assert "It stands beside claims and findings; no clock changes." in shown
    mediator = signed_in(make.mediator())
    wrong = unescape(send(mediator, csv_of(row, head=HEAD)).content.decode())
    assert "Observers of this agreement: mission, monitor." in wrong
    row[3] = "mission"
    named = unescape(send(mediator, csv_of(row, head=HEAD)).content.decode())
    assert "Record all 1" in named or "Record it" in named or "It stands beside claims" in named
    observed = make.observation(Commitment.objects.get())
    contest = ["LATE", "alpha", "contest", "", "", "2024-02-01", "No.", "public", observed.key]
    sheet = csv_of(contest, head=[*HEAD, "refers_to"])
    beside = unescape(send(signed_in(make.representative(make.party("beta"))), sheet).content.decode())
    assert "It stands beside claims and findings; no clock changes." in beside
    row[2] = "finding"
    assert "Only an observation has one." in unescape(send(mediator, csv_of(row, head=HEAD)).content.decode())


def test_changes_search_and_timeline_tell_of_them() -> None:
    make.observation(owed(), reason="Half of the harbour stands.")
    client = signed_in(make.mediator())
    since = (NOW - timedelta(days=1)).date()
    assert "1 observation" in text(client, f"/changes/?agreement=accord&since={since}&until={NOW.date()}")
    assert "Observation by Monitor" in text(client, "/search/?q=harbour")
    timeline = text(client, "/timeline/?agreement=accord&party=alpha")
    assert "Monitor: Minimal" in timeline
