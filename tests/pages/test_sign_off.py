"""The pages of sign-off: what waits for a second mediator, and for nobody else's eyes."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from agreement.models import SignOff
from agreement.viewers import viewer_for
from obligations.commands.proposals import Command, carry_out
from obligations.models import Commitment, GateOpening, Proposal, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.make import NOW
from tests.pages.desk_data import filled, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> User:
    make.agreement(sign_off=sorted(SignOff.values))
    return make.mediator("first@trial.invalid")


@pytest.fixture
def second(first: User) -> User:
    return make.mediator("second@trial.invalid")


def proposed(by: User, owed: Commitment | None = None, **more: Any) -> Proposal:
    said: dict[str, Any] = {
        "level": 3,
        "effective_on": date(2024, 1, 10),
        "reason": "It is done.",
        "tier": "public",
    }
    made: Proposal = carry_out(
        Command.RECORD_FINDING,
        actor=viewer_for(by),
        now=NOW,
        commitment=owed or make.commitment(),
        **({"tier": Tier.PUBLIC} | said | more),
    )
    return made


def page_of(one: Proposal) -> str:
    return f"/desk/proposals/{one.key}/"


def settled(client: Client, one: Proposal, act: str, **more: Any) -> Any:
    return client.post(page_of(one), {"act": act, "reason": "Checked.", "digest": one.digest} | more)


def test_a_proposal_names_its_rows_as_readers_do(first: User) -> None:
    """Programs read it, and people where the row is no more: no numbers of rows."""
    owed = make.commitment()
    judged = make.claim(owed, by=make.representative(owed.party))
    frozen = proposed(first, owed, cites=judged).arguments
    assert frozen["commitment"]["name"] == "O-1, Alpha"
    assert frozen["cites"]["name"] == f"claim on O-1, Alpha, {judged.effective_on}"


def test_the_form_of_a_finding_says_that_one_waits_for_a_signature(first: User, second: User) -> None:
    one = proposed(first)
    desk, said = f"/desk/?commitment={one.commitment_id}", "A finding on it waits for a second signature"
    for reader in (first, second):
        page = signed_in(reader).get(desk).content.decode()
        assert said in page
        assert f'href="{page_of(one)}?' in page
    settled(signed_in(second), one, "refuse")
    assert said not in signed_in(first).get(desk).content.decode()


def test_complete_on_the_desk_is_proposed_and_recorded_when_another_signs(first: User, second: User) -> None:
    owed = make.commitment(days=30)
    client = signed_in(first)
    page = client.post(f"/desk/findings/{owed.pk}/", filled(), follow=True).content.decode()
    assert not Statement.objects.exists()
    assert "Proposed, not recorded yet" in page
    assert re.search(r"Second signatures</span> <span>1<", page)
    one = Proposal.objects.get()
    theirs = signed_in(second)
    assert page_of(one) in theirs.get("/desk/?queue=signatures").content.decode()
    shown = theirs.get(page_of(one)).content.decode()
    for part in ("O-1 Do O-1, Alpha", "Complete", one.digest, "first@trial.invalid", 'value="approve"'):
        assert part in shown
    assert settled(theirs, one, "approve").status_code == 302
    assert Statement.objects.get().level == 3
    told = theirs.get("/obligations/accord/O-1/").content.decode()
    assert "Recorded by first@trial.invalid, signed by second@trial.invalid" in re.sub(
        r"<[^>]+>", "", re.sub(r"\s+", " ", told)
    )
    assert (
        "first@trial" not in signed_in(make.representative()).get("/obligations/accord/O-1/").content.decode()
    )


def test_in_the_pane_of_the_desk_it_is_signed_and_one_is_back_at_the_list(first: User, second: User) -> None:
    one, client, at = proposed(first), signed_in(second), "/desk/?queue=signatures"
    row = f"{page_of(one)}?desk=queue%3Dsignatures"
    assert f'hx-get="{row}"' in client.get(at).content.decode()
    pane = client.get(row, headers={"HX-Request": "true", "HX-Target": "form"}).content.decode()
    assert "<html" not in pane
    assert f'data-row="row-{one.key}"' in pane
    answer = client.post(row, {"act": "approve", "reason": "Checked.", "digest": one.digest}, follow=True)
    assert answer.redirect_chain == [(at, 302)]
    assert "Approved and carried out." in answer.content.decode()
    assert Statement.objects.get().level == 3


def test_who_proposed_waits_and_can_take_it_back(first: User) -> None:
    one, client = proposed(first), signed_in(first)
    page = client.get(page_of(one)).content.decode()
    assert "it waits for another mediator" in page
    assert 'value="approve"' not in page
    refused = settled(client, one, "approve")
    assert refused.status_code == 422
    assert "another mediator signs or refuses it" in refused.content.decode()
    assert settled(client, one, "withdraw").status_code == 302
    assert "taken back by who proposed it" in client.get(page_of(one)).content.decode()


def test_a_refusal_wants_its_reason(first: User, second: User) -> None:
    one, client = proposed(first), signed_in(second)
    assert settled(client, one, "refuse", reason="").status_code == 422
    assert settled(client, one, "refuse").status_code == 302
    assert "Checked." in client.get(page_of(one)).content.decode()
    assert settled(client, one, "approve").status_code == 422
    assert settled(client, one, "dance").status_code == 422


def test_what_was_overtaken_shows_both_and_is_proposed_anew(first: User, second: User) -> None:
    owed, client = make.commitment(), signed_in(second)
    one = proposed(first, owed)
    make.finding(owed, 1, tier=Tier.PARTIES, reason="Only begun.")
    page = client.get(page_of(one)).content.decode()
    assert "cannot be approved as it is" in page
    told = r'finding “Minimal”, 10 Jan 2024: <span lang="[^"]*">Only begun.</span>'
    assert re.search(rf"<td>none</td>\s*<td><b>{told}</b></td>", page)
    assert 'value="approve"' not in page
    answer = settled(client, one, "renew", reason="")
    anew = Proposal.objects.get(renews=one)
    assert answer["Location"] == page_of(anew)
    assert "You proposed this" in client.get(page_of(anew)).content.decode()
    assert client.get("/desk/?queue=signatures").content.decode().count("waits for another mediator") == 1


@pytest.mark.parametrize("who", ["nobody", "analyst", "administrator", "representative", "elsewhere"])
def test_nobody_else_learns_of_a_proposal(who: str, first: User, client: Client) -> None:
    one = proposed(first)
    there, gone = page_of(one), page_of(one).replace(one.key, "a" * 12)
    if who == "elsewhere":
        client = signed_in(make.mediator("elsewhere@trial.invalid", of=make.agreement("other")))
        assert "0 proposals" in client.get("/desk/?queue=signatures").content.decode()
        assert re.search(r"Second signatures</span> <span>0<", client.get("/desk/").content.decode())
        assert client.get(there).status_code == client.post(there).status_code == 404
    elif who != "nobody":
        client = signed_in(getattr(make, who)())
        assert client.get("/desk/?queue=signatures").status_code == 403
    assert client.get(there).status_code == client.get(gone).status_code
    assert settled(client, one, "approve").status_code != 200
    assert not Statement.objects.exists()


def test_the_list_asks_no_more_for_more_proposals(
    first: User, second: User, django_assert_num_queries: Any
) -> None:
    client = signed_in(second)
    proposed(first, make.commitment("O-0"))
    client.get("/desk/?queue=signatures")
    with django_assert_num_queries(27):
        client.get("/desk/?queue=signatures")
    for number in range(1, 6):
        proposed(first, make.commitment(f"O-{number}"))
    client.get("/desk/?queue=signatures")
    with django_assert_num_queries(27):
        client.get("/desk/?queue=signatures")


def test_a_gate_is_opened_by_its_page_and_taken_back(client: Client) -> None:
    owed, mediator = make.commitment("PAID"), signed_in(make.mediator())
    owed.obligation.gates.create(place=0, after_trigger=make.trigger("T-1", None))
    path = "/obligations/accord/PAID/gate/0/"
    assert path in mediator.get("/obligations/accord/PAID/").content.decode()
    assert "its condition is not met" in mediator.get(path).content.decode()
    said = {"opened_on": "2024-02-01", "reason": "Both said so."}
    assert mediator.post(path, said).status_code == 422
    assert mediator.post(path, said | {"despite": "on"}).status_code == 302
    page = mediator.get("/obligations/accord/PAID/").content.decode()
    assert "though its condition was not seen to be met" in page
    assert mediator.post(path, {"reason": "They had not."}).status_code == 302
    assert GateOpening.objects.count() == 2
    assert "declared it open" not in mediator.get("/obligations/accord/PAID/").content.decode()
    assert signed_in(make.representative()).post(path, said).status_code == 403


def test_the_administrator_sets_the_policy_and_is_warned_of_a_single_mediator() -> None:
    agreement = make.agreement()
    make.mediator()
    client, path = signed_in(make.administrator()), "/administration/policy/accord/"
    assert "1 mediator: nobody could sign" in re.sub(r"\s+", " ", client.get(path).content.decode())
    assert client.post(path, {"wanted": ["waivers"], "reason": ""}).status_code == 422
    assert client.post(path, {"wanted": ["waivers", "gates"], "reason": "Agreed."}).status_code == 302
    agreement.refresh_from_db()
    assert agreement.sign_off == ["gates", "waivers"]
    assert "A second mediator signs" in client.get("/administration/rights/").content.decode()
    assert signed_in(make.mediator("other@trial.invalid")).get(path).status_code == 403
