"""Working a day at the desk: queues of requests and of one's own, owners, saved views, several periods at once."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from agreement.commands import set_policy
from agreement.models import SignOff
from agreement.viewers import viewer_for
from obligations.commands.care import assign
from obligations.models import BreachAcknowledgement, PartyRequest, Proposal, Reading, SavedView, Statement
from obligations.status.in_queue import rows_of
from parties.models import User
from tests import make
from tests.lasting import standing
from tests.make import NOW
from tests.pages.desk_data import HTMX, desk, overdue, signed_in
from tests.pages.test_desk_queues import codes, counts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


def owned(code: str, by: User) -> None:
    owed = overdue(code)
    assign(obligation=owed.obligation, owner=by, actor=viewer_for(by), now=NOW)


# Queues


def test_a_request_waits_as_open_then_without_reply_then_as_replied_until_a_mediator_says_something() -> None:
    owed, mediator = make.commitment("ASKED"), make.mediator()
    make.request(owed, reply_by=date(2026, 3, 9))
    assert counts(desk(mediator)) == {"requests": 1}
    assert "asked for 9 Mar 2026" in desk(mediator, queue="requests")
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        assert counts(desk(mediator)) == {"silence": 1}
        make.claim(owed, make.representative(owed.party), level=1, now=timezone.now())
        assert counts(desk(mediator)) == {"replies": 1, "claims": 1}
        assert "replied 12 Mar 2026" in desk(mediator, queue="replies")
        make.finding(owed, 1, date(2026, 3, 1), now=timezone.now() + timedelta(seconds=1))
        assert counts(desk(mediator)) == {}


def test_a_breach_waits_until_it_is_acknowledged_and_its_form_says_by_whom() -> None:
    late, mediator = overdue(), make.mediator()
    client = signed_in(mediator)
    page = client.get(f"/desk/?queue=breaches&commitment={late.pk}").content.decode()
    address = unescape(re.findall(r'action="([^"]*/acknowledge/[^"]*)"', page)[0])
    answer = client.post(address, follow=True)
    assert answer.redirect_chain == [(f"/desk/?queue=breaches&commitment={late.pk}", 302)]
    assert "The breach is acknowledged." in answer.content.decode()
    assert BreachAcknowledgement.objects.get().breach in address
    assert counts(desk(mediator)) == {"overdue": 1}
    assert f"Breach acknowledged by {mediator}" in desk(mediator, commitment=late.pk)


def test_what_one_owns_stands_in_a_queue_of_its_own_and_owners_narrow_the_list() -> None:
    mediator, other = make.mediator(), make.mediator("other@trial.invalid")
    owned("MINE", mediator)
    owned("THEIRS", other)
    overdue("NOBODYS")
    assert codes(desk(mediator, queue="mine")) == ["MINE"]
    assert codes(desk(mediator, owner="me")) == ["MINE"]
    assert codes(desk(mediator, owner="nobody")) == ["NOBODYS"]
    assert codes(desk(mediator, owner=other.key)) == ["THEIRS"]
    assert codes(desk(mediator, owner="none such")) == []
    assert counts(desk(mediator, owner="me")) == {"overdue": 1, "mine": 1, "breaches": 1}


def test_what_cannot_be_in_the_pane_comes_back_to_the_desk_as_a_sentence() -> None:
    late, client = overdue(), signed_in(make.mediator())
    page = client.get(f"/desk/?commitment={late.pk}").content.decode()
    address = unescape(re.findall(r'action="([^"]*/owner/[^"]*)"', page)[0])
    assert address == f"/obligations/accord/LATE/owner/?desk=commitment%3D{late.pk}"
    answer = client.post(address, {"owner": make.analyst().key}, follow=True)
    assert answer.redirect_chain == [(f"/desk/?commitment={late.pk}", 302)]
    assert "Choose a mediator of this agreement, or nobody." in answer.content.decode()


def test_the_list_is_sorted_by_wait_by_date_and_by_article() -> None:
    first = make.commitment("A-1", days=60)
    make.commitment("A-2", days=30)
    type(first.obligation).objects.filter(code="A-2").update(place=2)
    mediator = make.mediator()
    assert codes(desk(mediator)) == codes(desk(mediator, sort="date")) == ["A-2", "A-1"]
    assert codes(desk(mediator, sort="article")) == ["A-1", "A-2"]
    claimer = make.representative(first.party)
    make.claim(first, claimer, level=1, effective_on=date(2024, 1, 1))
    make.claim(make.commitment("A-3", days=20), claimer, level=1, effective_on=date(2024, 6, 1))
    assert codes(desk(mediator, queue="claims")) == ["A-1", "A-3"]
    assert codes(desk(mediator, queue="claims", sort="date")) == ["A-3", "A-1"]


# In the pane


def in_pane(client: Client, page: str, name: str) -> tuple[str, str]:
    """What a link of the pane's menu puts there: its address, and the fragment."""
    address = unescape(re.findall(rf'hx-get="([^"]*/{name}/[^"]*)"', page)[0])
    answer = client.get(address, headers=HTMX | {"HX-Target": "form"})
    assert answer.headers["HX-Retarget"] == "#form"
    return address, answer.content.decode()


def test_a_party_is_asked_in_the_pane_and_one_is_back_at_the_row() -> None:
    late, client = overdue(), signed_in(make.mediator())
    at = f"/desk/?queue=overdue&commitment={late.pk}"
    address, form = in_pane(client, client.get(at).content.decode(), "request")
    assert "<html" not in form
    assert f'data-row="row-{late.pk}"' in form
    wrong = client.post(address, {"words": ""}, headers=HTMX | {"HX-Target": "desk"})
    assert (wrong.status_code, wrong.headers["HX-Reswap"]) == (422, "outerHTML show:none")
    said = {"party": late.party_id, "words": "How far is it?", "reply_by": "2026-04-01", "tier": "parties"}
    answer = client.post(address, said)
    assert answer.headers["Location"] == at
    assert PartyRequest.objects.get().words == "How far is it?"
    assert "It is asked." in client.get(at).content.decode()


def test_a_reading_is_recorded_in_the_pane_from_its_kind_on() -> None:
    late, client = overdue(), signed_in(make.mediator())
    at = f"/desk/?queue=overdue&commitment={late.pk}"
    _address, kinds = in_pane(client, client.get(at).content.decode(), "reading")
    address = unescape(re.findall(r'hx-get="([^"]*kind=suspension[^"]*)"', kinds)[0])
    form = client.get(address, headers=HTMX | {"HX-Target": "form"}).content.decode()
    assert "<html" not in form
    said: dict[str, Any] = {
        "commitments": late.pk,
        "effective_on": "2026-03-01",
        "reason": "Agreed.",
        "seen": "none",
    }
    shown = client.post(address, said, headers=HTMX).content.decode()
    mark = re.findall(r'name="shown" value="([^"]+)"', shown)[0]
    assert client.post(address, said | {"shown": mark}).headers["Location"] == at
    assert Reading.objects.get().kind == "suspension"


# Saved views


def save(client: Client, name: str, query: str) -> str:
    return client.post(f"/desk/views/{query}", {"name": name})["Location"]


def test_a_view_has_an_address_of_its_own_and_its_owner_alone_opens_it() -> None:
    mediator = make.mediator()
    overdue("ONE", "alpha")
    two = overdue("TWO", "beta")
    client = signed_in(mediator)
    at = save(client, "Of beta", "?queue=overdue&party=beta&sort=article")
    view = SavedView.objects.get()
    assert at == f"/desk/views/{view.key}/"
    page = client.get(at, follow=True).content.decode()
    assert codes(page) == ["TWO"]
    assert f'href="{at}" aria-current="true"><span>Of beta</span> <span>1</span>' in page
    assert signed_in(make.mediator("other@trial.invalid")).get(at).status_code == 404
    assert rows_of(view, viewer_for(mediator), NOW) == [two.pk]
    client.post(f"{at}remove/")
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_is_refused_with_a_sentence() -> None:
    client = signed_in(make.mediator())
    page = client.post("/desk/views/?queue=claims", {"name": " "}, follow=True).content.decode()
    assert "Say what it is called." in page


# Several periods


def picked(*rows: Any) -> str:
    return "&".join(f"picked={row.pk}" for row in rows)


def assess(client: Client, *rows: Any, htmx: bool = False, shown: str = "", **changes: Any) -> Any:
    """Send the form as its preview gives it, or as it was `shown` before."""
    query = f"queue=periods&{picked(*rows)}"
    page = shown or client.get(f"/desk/?{query}").content.decode()
    periods = re.findall(r'name="period" value="(\w+)"', page)
    data = SAID | {"period": periods} | changes
    return client.post(f"/desk/periods/?{query}", data, headers=HTMX if htmx else {})


SAID = {"verdict": "kept", "reason": "As the report says.", "source": "", "tier": "public"}


def test_periods_are_assessed_at_once_each_with_a_finding_of_its_own() -> None:
    rows = [standing(f"S-{number}") for number in range(3)]
    client = signed_in(make.mediator())
    preview = client.get(f"/desk/?queue=periods&{picked(*rows)}").content.decode()
    assert "One finding for 3 periods" in preview
    assert "Of 3 rows that wait, 0 are left." in preview
    answer = client.get(assess(client, *rows)["Location"])
    assert "3 findings are recorded." in answer.content.decode()
    found = Statement.objects.findings()
    assert {(one.commitment_id, one.conduct, one.reason) for one in found} == {
        (row.pk, "kept", "As the report says.") for row in rows
    }
    assert counts(desk(User.objects.get(email="mediator@trial.invalid"))) == {}


def contest_a_claim_on(row: Any) -> None:
    claim = make.claim(row, make.representative(row.party), None, date(2025, 9, 1), conduct="kept")
    make.contest(claim, make.representative(make.party("beta")))


def test_what_cannot_be_assessed_with_the_others_is_counted_out_and_left_alone() -> None:
    fine, contested = standing("FINE"), standing("FOUGHT")
    contest_a_claim_on(contested)
    client = signed_in(make.mediator())
    page = unescape(client.get(f"/desk/?queue=periods&{picked(fine, contested)}").content.decode())
    assert "A claim on it is contested" in page
    assert "1 row cannot be assessed with the others" in page
    assert "Record 1 finding<" in page
    assert "Of 2 rows that wait, 1 is left." in page
    assert assess(client, fine, contested).status_code == 302
    assert Statement.objects.findings().get().commitment_id == fine.pk
    alone = unescape(client.get(f"/desk/?queue=periods&{picked(contested)}").content.decode())
    assert "A claim on it is contested" in alone
    assert "Record 0" not in alone
    # Without script, the address says which boxes are ticked.
    assert re.findall(r'value="(\d+)" form="picked"[^>]* checked', page) == [str(fine.pk), str(contested.pk)]
    without = re.findall(r'<a href="([^"]*)"[^>]*>Take the mark off it<', page)[0]
    after = client.get(without).content.decode()
    assert re.findall(r'value="(\d+)" form="picked"[^>]* checked', after) == []


def test_where_one_cannot_be_any_more_nothing_is_recorded_and_its_row_says_why() -> None:
    fine, contested = standing("FINE"), standing("FOUGHT")
    client = signed_in(make.mediator())
    shown = client.get(f"/desk/?queue=periods&{picked(fine, contested)}").content.decode()
    contest_a_claim_on(contested)
    for htmx in (False, True):
        answer = assess(client, fine, contested, htmx=htmx, shown=shown)
        page = unescape(answer.content.decode())
        assert answer.status_code == 422
        assert "Nothing is recorded: of some of the chosen this cannot be said." in page
        assert "A claim on it is contested" in page
        assert "As the report says." in page
    assert not Statement.objects.findings().exists()
    assert assess(client, fine).status_code == 302
    assert Statement.objects.findings().count() == 1


def test_what_somebody_assessed_meanwhile_is_not_assessed_again() -> None:
    row = standing("S-1")
    client = signed_in(make.mediator())
    shown = client.get(f"/desk/?queue=periods&{picked(row)}").content.decode()
    make.finding(row, None, date(2025, 12, 31), conduct="not_kept")
    answer = assess(client, row, shown=shown)
    assert "It was assessed meanwhile." in unescape(answer.content.decode())
    assert Statement.objects.findings().count() == 1


def test_without_a_verdict_a_reason_or_readers_the_form_says_so_at_each() -> None:
    row = standing("S-1")
    answer = assess(signed_in(make.mediator()), row, verdict="", reason=" ", tier="")
    page = unescape(answer.content.decode())
    for sentence in ("Choose one.", "Fill this in.", "Choose who may see it"):
        assert sentence in page


def test_what_wants_a_second_mediator_is_proposed_row_by_row() -> None:
    rows = [standing(f"S-{number}") for number in range(2)]
    administrator = viewer_for(make.administrator())
    policy = {"agreement": make.agreement(), "actor": administrator, "now": NOW, "reason": "Agreed."}
    set_policy(wanted=[SignOff.PUBLICATIONS], **policy)  # type: ignore[arg-type]
    client = signed_in(make.mediator())
    answer = client.get(assess(client, *rows)["Location"])
    assert "2 findings are proposed: another mediator has to sign them." in answer.content.decode()
    assert Proposal.objects.count() == 2
    assert not Statement.objects.findings().exists()
