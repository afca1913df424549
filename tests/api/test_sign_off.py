"""Sign-off through the API: 202 with the proposal, and its signature."""

from collections.abc import Callable
from typing import Any

import pytest

from agreement.models import Mandate, SignOff
from agreement.viewers import viewer_for
from obligations.commands.proposals import Command, carry_out
from obligations.models import Commitment, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
SAID = {"level": 3, "effective_on": "2024-01-10", "reason": "It is done.", "tier": "public"}


@pytest.fixture
def owed() -> Commitment:
    make.agreement(sign_off=sorted(SignOff.values))
    return make.commitment()


@pytest.fixture
def first(program: Callable[[User], Program], owed: Commitment) -> Program:
    return program(make.mediator("first@trial.invalid"))


@pytest.fixture
def second(program: Callable[[User], Program], owed: Commitment) -> Program:
    return program(make.mediator("second@trial.invalid"))


def verdict(of: dict[str, Any], said: str = "approve") -> dict[str, str]:
    return {"verdict": said, "reason": "Checked.", "digest": of["digest"]}


def test_a_finding_is_proposed_signed_and_recorded(first: Program, second: Program, owed: Commitment) -> None:
    made = first.write(f"commitments/{owed.pk}/findings/", SAID, 202)
    assert (made["state"], made["command"], made["signature"]) == ("waiting", "record_finding", None)
    assert made["arguments"]["effective_on"] == {"day": "2024-01-10"}
    assert not Statement.objects.exists()
    assert second.read("proposals/")["results"] == [made]
    path = f"proposals/{made['id']}/"
    assert "verdict" in first.write(f"{path}signatures/", verdict(made), 400)["errors"]
    done = second.write(f"{path}signatures/", verdict(made))
    assert (done["state"], done["signature"]["by"]) == ("carried_out", "second@trial.invalid")
    assert done["results"] == [f"statement {Statement.objects.get().key}"]
    assert second.read(path) == done


def test_a_waiver_a_publication_and_a_gate_are_proposed(first: Program, owed: Commitment) -> None:
    hidden = make.finding(owed, 1, tier="mediators")
    owed.obligation.gates.create(place=0, condition="Both have met.")
    waived = first.write(f"commitments/{owed.pk}/readings/", {"kind": "waiver", "reason": "Agreed."}, 202)
    public = first.write(f"statements/{hidden.key}/releases/", {"tier": "public", "reason": "Now."}, 202)
    gate = {"opened_on": "2024-02-01", "reason": "They met."}
    opened = first.write("obligations/accord/O-1/gates/0/openings/", gate, 202)
    assert [one["command"] for one in (waived, public, opened)] == ["waive", "release", "open_gate"]


def test_an_opened_gate_stands_on_its_obligation(first: Program, owed: Commitment) -> None:
    make.agreement().__class__.objects.update(sign_off=[])
    owed.obligation.gates.create(place=0, condition="Both have met.")
    gate = {"opened_on": "2024-02-01", "reason": "They met."}
    first.write("obligations/accord/O-1/gates/0/openings/", gate)
    (shown,) = first.read("obligations/accord/O-1/")["gates"]
    assert (shown["place"], shown["opened_on"]) == (0, "2024-02-01")
    assert first.read("obligations/accord/O-1/", as_of="2024-01-01")["gates"][0]["opened_on"] is None


def test_what_was_overtaken_is_renewed(first: Program, second: Program, owed: Commitment) -> None:
    made = first.write(f"commitments/{owed.pk}/findings/", SAID, 202)
    path = f"proposals/{made['id']}/"
    assert "proposal" in second.write(f"{path}renewals/", {}, 400)["errors"]
    make.finding(owed, 1, tier=Tier.PARTIES)
    assert second.read(path)["state"] == "overtaken"
    assert "proposal" in second.write(f"{path}signatures/", verdict(made), 400)["errors"]
    anew = second.write(f"{path}renewals/", {})
    assert (anew["renews"], anew["digest"], anew["state"]) == (made["id"], made["digest"], "waiting")
    first.write(f"proposals/{anew['id']}/signatures/", verdict(anew))
    assert first.read(path)["state"] == "renewed"


@pytest.mark.parametrize("who", ["anybody", "analyst", "administrator", "representative", "elsewhere"])
def test_for_anybody_else_there_is_no_proposal(
    who: str, first: Program, owed: Commitment, program: Callable[[User], Program]
) -> None:
    made = first.write(f"commitments/{owed.pk}/findings/", SAID, 202)
    if who == "anybody":
        asker = Program()
    elif who == "elsewhere":
        asker = program(make.mediator("elsewhere@trial.invalid", of=make.agreement("other")))
    else:
        asker = program(getattr(make, who)())
    assert asker.read("proposals/") == {"count": 0, "next": None, "results": []}
    asker.read(f"proposals/{made['id']}/", 404)
    status = 401 if who == "anybody" else 404
    for last in ("signatures", "renewals"):
        asker.write(f"proposals/{made['id']}/{last}/", verdict(made), status)


def test_administrators_sign_acts_of_power_and_mediators_learn_of_none(
    program: Callable[[User], Program], owed: Commitment, second: Program
) -> None:
    one, other = (make.administrator(f"{name}-administers@trial.invalid") for name in ("one", "other"))
    proposal = carry_out(
        Command.SET_POLICY,
        agreement=make.agreement(),
        wanted=["powers"],
        actor=viewer_for(one),
        now=make.NOW,
        reason="Fewer.",
    )
    path = f"proposals/{proposal.key}/"
    second.read(path, 404)
    second.write(f"{path}signatures/", {"verdict": "approve", "reason": "Mine."}, 404)
    signs = program(other)
    made = signs.read(path)
    assert (made["command"], made["state"], made["results"]) == ("set_policy", "waiting", [])
    assert signs.read("proposals/")["results"] == [made]
    assert "verdict" in program(one).write(f"{path}signatures/", verdict(made), 400)["errors"]
    assert signs.write(f"{path}signatures/", verdict(made))["state"] == "carried_out"
    assert make.agreement().sign_off == ["powers"]


@pytest.mark.parametrize("mails", [True, False])
def test_a_link_that_was_signed_is_mailed_and_never_in_an_answer(
    mails: bool, program: Callable[[User], Program], owed: Commitment, mailoutbox: list[Any]
) -> None:
    one, other = (make.administrator(f"{name}-administers@trial.invalid") for name in ("one", "other"))
    account = User.objects.create_user("new@trial.invalid")
    Mandate.objects.create(user=account, agreement=make.agreement(), role="mediator")
    said: dict[str, Any] = {"account": account, "shown": not mails, "now": make.NOW, "reason": "New."}
    proposal = carry_out(Command.SEND_LINK, actor=viewer_for(one), **said)
    path = f"proposals/{proposal.key}/"
    signs = program(other)
    made = signs.read(path)
    answer = signs.write(f"{path}signatures/", verdict(made), 201 if mails else 400)
    assert "password/reset" not in str(answer)
    assert [mail.to for mail in mailoutbox] == ([["new@trial.invalid"]] if mails else [])
    assert signs.read(path)["state"] == ("carried_out" if mails else "waiting")
