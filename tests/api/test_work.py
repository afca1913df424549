"""Work in the background, by the API: asked for, followed, cancelled, and its file."""

from collections.abc import Callable

import pytest
from celery import current_app

from agreement.viewers import viewer_for
from obligations.models import Commitment, Draft, Statement, Work
from obligations.work.kinds import KINDS
from obligations.work.run import take_up
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.make import NOW

pytestmark = pytest.mark.django_db(transaction=True)
FILE = {"address": "/api/v1/commitments/?format=xlsx"}
SHEET = {"effective_on": "2024-02-02", "reason": "Seen.", "tier": "public", "party": "alpha"}


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: None)
    monkeypatch.setattr("obligations.api.views.bulk.AT_ONCE", 1)


def work_on() -> None:
    assert take_up(KINDS, lambda: NOW)


def body(level: str = "1") -> dict[str, object]:
    for code in ("O-1", "O-2"):
        make.commitment(code)
    return {
        "agreement": "accord",
        "rows": [{"obligation": code, "level": level, **SHEET} for code in ("O-1", "O-2")],
    }


def test_a_file_is_asked_for_followed_and_fetched(program: Callable[[User], Program]) -> None:
    make.commitment("O-1")
    asks = program(make.mediator())
    answer = asks.post("/api/v1/work/", FILE, content_type="application/json")
    assert answer.status_code == 202
    there = answer["Location"].removeprefix("http://testserver/api/v1/")
    assert asks.read(there) == answer.json()
    assert {name: answer.json()[name] for name in ("kind", "about", "state", "done", "total", "file")} == {
        "kind": "file",
        "about": "Commitments, Excel",
        "state": "waiting",
        "done": 0,
        "total": None,
        "file": None,
    }
    work_on()
    told = asks.read(there)
    assert (told["state"], told["done"], told["total"]) == ("done", 1, 1)
    file = asks.get(told["file"])
    assert file.getvalue().startswith(b"PK")
    assert asks.read("work/")["results"] == [told]


def test_the_same_sent_again_is_the_same_work(program: Callable[[User], Program]) -> None:
    asks, key = program(make.mediator()), {"HTTP_IDEMPOTENCY_KEY": "a-key"}
    first = asks.post("/api/v1/work/", FILE, content_type="application/json", **key)  # type: ignore[arg-type]
    work_on()
    again = asks.post("/api/v1/work/", FILE, content_type="application/json", **key)  # type: ignore[arg-type]
    assert (again.status_code, again.json()["key"]) == (202, first.json()["key"])
    assert asks.write("work/", FILE, 202)["key"] != first.json()["key"]


def test_an_address_that_is_no_file_is_refused(program: Callable[[User], Program]) -> None:
    told = program(make.mediator()).write("work/", {"address": "/desk/"}, 400)
    assert told["errors"]["address"] == ["There is no file at this address that a worker could make."]


def test_many_statements_are_recorded_in_the_background_once(program: Callable[[User], Program]) -> None:
    asks, key, sheet = program(make.mediator()), {"HTTP_IDEMPOTENCY_KEY": "a-key"}, body()
    sent = [
        asks.post("/api/v1/bulk/", sheet, content_type="application/json", **key)  # type: ignore[arg-type]
        for _again in range(2)
    ]
    assert [one.status_code for one in sent] == [202, 202]
    assert sent[0].json() == sent[1].json()
    assert not Statement.objects.exists()
    work_on()
    told = asks.read(f"work/{sent[0].json()['key']}/")
    assert (told["state"], told["recorded"]) == ("done", 2)
    late = asks.post("/api/v1/bulk/", sheet, content_type="application/json", **key)  # type: ignore[arg-type]
    assert (late.status_code, late.json()["state"]) == (202, "done")
    assert Statement.objects.count() == 2
    assert asks.write("bulk/", sheet)["recorded"] == 0, "all of it is on record"


def test_what_is_wrong_with_many_statements_is_said_at_once(program: Callable[[User], Program]) -> None:
    asks = program(make.mediator())
    told = asks.write("bulk/", body(level="9"), 400)
    assert set(told["errors"]) == {"rows.1.level", "rows.2.level"}
    Commitment.objects.all().delete()
    asks.write("bulk/", body() | {"shown": "another"}, 409)
    assert not Work.objects.exists()
    assert not Draft.objects.exists()


def test_it_is_cancelled_and_a_token_that_reads_cancels_nothing(program: Callable[[User], Program]) -> None:
    mediator = make.mediator()
    asks, key = program(mediator), Work.objects.get(pk=make.work(mediator, content=b"").pk).key
    reads = Program(headers={"Authorization": f"Token {make.token(mediator, 'read')}"})
    reads.write(f"work/{key}/cancellation/", {}, 403)
    assert reads.read(f"work/{key}/")["state"] == "waiting"
    assert asks.write(f"work/{key}/cancellation/", {}, 200)["state"] == "cancelled"
    assert asks.write(f"work/{key}/cancellation/", {}, 200)["state"] == "cancelled"


def test_others_find_nothing_and_nobody_signed_in_nothing_at_all(
    program: Callable[[User], Program], anybody: Program
) -> None:
    key = make.work(make.mediator()).key
    other = program(make.mediator("other@trial.invalid"))
    for path in (f"work/{key}/", f"work/{key}/file/"):
        other.read(path, 404)
        anybody.read(path, 401)
    other.write(f"work/{key}/cancellation/", {}, 404)
    assert other.read("work/")["results"] == []
    anybody.read("work/", 401)
    anybody.write("work/", FILE, 401)


def test_the_file_of_one_audience_is_refused_to_its_owner_in_another(
    program: Callable[[User], Program],
) -> None:
    analyst = make.analyst(cleared=True)
    work = make.work(analyst)
    asks = program(analyst)
    assert asks.get(f"/api/v1/work/{work.key}/file/").status_code == 200
    assert viewer_for(analyst).grants
    analyst.mandates.update(clearance="public")
    asks.read(f"work/{work.key}/file/", 403)
