"""Recording readings on the pages, taking them back, and how the thread of an obligation tells of them."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from obligations.flagging import sweep
from obligations.models import Breach, Commitment, Reading
from parties.models import User
from tests import make
from tests.calendar_data import ORTHODOX_EASTER_MONDAY, load, pack_calendar
from tests.pages.desk_data import HTMX, overdue, signed_in
from tests.pages.reading_data import FORM, PAGE, filled, page, send, shown, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]


@pytest.fixture
def mediator() -> Client:
    return signed_in(make.mediator())


def test_the_kinds_are_told_in_a_sentence_each_and_what_cannot_be_says_why(mediator: Client) -> None:
    overdue()
    told = page(mediator, FORM)
    linked = re.findall(r"\?kind=(\w+)", told)
    assert linked == ["counting", "date", "extension", "suspension", "waiver"]
    assert "Resumption Let a stopped clock go on." in text(told)
    assert "Not now: Its clock was not stopped." in text(told)


def test_all_who_owe_it_are_chosen_except_where_it_cannot_be(mediator: Client) -> None:
    overdue()
    waived = overdue(party="beta")
    make.reading(waived, "waive")
    form = page(mediator, f"{FORM}?kind=extension")
    boxes = re.findall(r'<input type="checkbox" name="commitments"[^>]*>', form)
    assert ["checked" in box for box in boxes] == [True, False]
    assert "Beta (It is waived: its clock runs no more.)" in form


def test_parties_that_may_have_agreed_stand_in_alphabetical_order(mediator: Client) -> None:
    overdue(party="beta")
    make.party("alpha")
    make.party("host", kind="facilitator")
    form = page(mediator, f"{FORM}?kind=waiver")
    assert re.findall(r'name="agreed_by" value="(\w+)"', form) == ["alpha", "beta"]


def test_nothing_is_recorded_before_its_effect_was_shown(mediator: Client) -> None:
    late = overdue()
    sweep(make.NOW)
    data = filled(late, due_on="2099-05-01", effective_on="2023-04-28")
    first = mediator.post(f"{FORM}?kind=extension", data)
    assert first.status_code == 200
    assert not Reading.objects.exists()
    told = text(first.content.decode())
    assert "Nothing is recorded yet. Read what it does below" in told
    assert "Due 1 May 2099 instead of 17 Apr 2023." in told
    assert "After: not due yet. The breach closes: extended after 10 days late." in told
    second = mediator.post(f"{FORM}?kind=extension", data | {"shown": shown(first)})
    assert (second.status_code, second["Location"]) == (302, PAGE)
    assert "Reading recorded: Extended to 1 May 2099. Due 1 May 2099 instead of 17 Apr 2023." in page(
        mediator
    )
    assert Breach.objects.get().outcome == "extended"


def test_an_effect_that_changed_meanwhile_is_shown_again(mediator: Client) -> None:
    late = overdue()
    data = filled(late, due_on="2099-05-01", effective_on="2023-04-28")
    first = mediator.post(f"{FORM}?kind=extension", data)
    make.reading(late, "extend", due_on=date(2030, 1, 1), effective_on=date(2023, 4, 20))
    second = mediator.post(f"{FORM}?kind=extension", data | {"shown": shown(first)})
    assert second.status_code == 200
    assert "Due 1 May 2099 instead of 1 Jan 2030." in text(second.content.decode())
    assert Reading.objects.count() == 1


def test_a_reading_that_came_between_is_shown_beside_the_own_one(mediator: Client) -> None:
    late = overdue()
    between = make.reading(late, "give_date", due_on=date(2023, 5, 1), reason="It was said so.")
    mine = filled(late, due_on="2023-06-01", reason="It was agreed so.", seen="0")
    answer = send(mediator, "date", mine)
    both = answer.content.decode()
    assert answer.status_code == 422
    assert "<mark>May</mark> 2023" in both
    assert "It was <mark>said</mark> so." in both
    assert "It was <mark>agreed</mark> so." in both
    assert Reading.objects.count() == 1
    assert send(mediator, "date", mine | {"seen": between.key}).status_code == 302
    assert Reading.objects.count() == 2


def test_the_effect_is_told_while_the_form_is_filled_in(mediator: Client) -> None:
    late, other = overdue(), overdue(party="beta")
    load(pack_calendar("alpha", {ORTHODOX_EASTER_MONDAY: "Easter Monday"}, parties=("alpha",)))
    asked: dict[str, Any] = {"kind": "counting", "commitments": [late.pk, other.pk]}
    nothing = mediator.get(f"{FORM}effect/", asked, headers=HTMX)
    assert "once the form says enough" in text(nothing.content.decode())
    answer = mediator.get(f"{FORM}effect/", asked | {"convention": "eu-1182-71"}, headers=HTMX)
    told = text(answer.content.decode())
    assert "<html" not in answer.content.decode()
    assert "Alpha Due 18 Apr 2023 instead of 17 Apr 2023." in told
    assert "Beta The due date stays 17 Apr 2023." in told
    data = filled(late, other, convention="eu-1182-71", shown=shown(answer))
    assert mediator.post(f"{FORM}?kind=counting", data).status_code == 302
    assert not Reading.objects.exclude(kind="counting").exists()


def test_what_cannot_be_is_told_instead_of_an_effect(mediator: Client) -> None:
    late = overdue()
    asked: dict[str, Any] = {
        "kind": "extension",
        "commitments": late.pk,
        "due_on": "2023-04-01",
        "effective_on": "2023-05-01",
    }
    answer = mediator.get(f"{FORM}effect/", asked)
    assert "It cannot be recorded so: Give a day after 17 Apr 2023, the present due date." in text(
        answer.content.decode()
    )
    assert shown(answer) == ""


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("waiver", {"reason": " "}, "Fill this in."),
        ("waiver", {"effective_on": "2099-01-01"}, "This day has not come yet: record it when it has."),
        ("waiver", {"agreed_by": ["alpha"]}, "Name both, who agreed and on what day, or neither."),
        ("waiver", {"commitments": []}, "Fill this in."),
        ("waiver", {"commitments": [0]}, "Select a valid choice."),
        ("waiver", {"agreed_by": ["nobody"]}, "Select a valid choice."),
        ("extension", {"due_on": "2023-04-01"}, "Give a day after 17 Apr 2023, the present due date."),
        ("extension", {"due_on": "some day"}, "Enter a valid date."),
        ("resumption", {}, "Its clock was not stopped."),
        ("counting", {"convention": "lunar"}, "Select a valid choice."),
    ],
)
def test_what_is_refused_is_told_at_its_field_and_nothing_is_recorded(
    kind: str, changes: dict[str, Any], said: str, mediator: Client
) -> None:
    late = overdue()
    data = filled(late, due_on="2099-05-01", effective_on="2024-01-10", convention="calendar") | changes
    answer = mediator.post(f"{FORM}?kind={kind}", data)
    assert answer.status_code == 422
    assert said in text(answer.content.decode())
    assert "Nothing is recorded yet." in text(answer.content.decode())
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("suspension", {"effective_on": "2024-01-10"}),
        ("waiver", {"effective_on": "2024-01-10", "agreed_by": ["alpha"], "agreed_on": "2024-01-09"}),
        ("extension", {"effective_on": "2024-01-10", "due_on": "2099-01-01"}),
        ("date", {"due_on": "2099-01-01"}),
        ("counting", {"convention": "eu-1182-71"}),
    ],
)
def test_sent_twice_it_is_recorded_once(kind: str, changes: dict[str, Any], mediator: Client) -> None:
    late, other = overdue(), overdue(party="beta")
    data = filled(late, other, **changes)
    assert send(mediator, kind, data).status_code == 302
    assert mediator.post(f"{FORM}?kind={kind}", data).status_code == 302
    assert Reading.objects.count() == 2
    assert "Reading recorded:" in text(page(mediator))


def test_the_same_reading_of_another_mediator_is_another_one(mediator: Client) -> None:
    late = overdue()
    data = filled(late, convention="eu-1182-71")
    send(mediator, "counting", data)
    second = signed_in(make.mediator("second@trial.invalid"))
    assert send(second, "counting", data).status_code == 302
    assert Reading.objects.count() == 2


USERS: dict[str, Any] = {
    "analyst": lambda: make.analyst(cleared=True),
    "administrator": make.administrator,
    "representative": make.representative,
    "mediator elsewhere": lambda: make.mediator(of=make.agreement("other")),
}


@pytest.mark.parametrize("who", USERS)
@pytest.mark.parametrize("address", [FORM, f"{FORM}?kind=waiver", f"{FORM}effect/?kind=waiver", f"{FORM}1/"])
def test_nobody_but_the_agreements_mediator_gets_there(who: str, address: str) -> None:
    overdue()
    user: User = USERS[who]()
    assert signed_in(user).get(address).status_code == 403
    assert signed_in(user).post(address, {}).status_code in (403, 405)


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    overdue()
    assert client.get(FORM).status_code == 302
    assert client.get("/obligations/accord/NONE/reading/").status_code == 302


def test_what_is_not_there_answers_404(mediator: Client) -> None:
    overdue()
    for address in (
        "/obligations/accord/NONE/reading/",
        f"{FORM}effect/",
        f"{FORM}999/",
        f"{FORM}99999999999999999999999/",
    ):
        assert mediator.get(address).status_code == 404


def test_what_recurs_is_stopped_without_a_word_on_a_due_date(mediator: Client) -> None:
    terms = {"rrule": "FREQ=MONTHLY", "first": "2026-01-31"}
    monthly = make.commitment("LATE", kind="recurring", rule="recurring", terms=terms)
    answer = mediator.post(f"{FORM}?kind=suspension", filled(monthly, effective_on="2026-03-01"))
    told = text(answer.content.decode())
    assert "Alpha Before: due again and again. After: the clock stands still." in told


def test_fifteen_queries_tell_what_a_date_would_do_for_four_parties(
    mediator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("alpha", "beta", "gamma", "delta"):
        make.reading(overdue(party=name), "give_date", due_on=date(2099, 1, 1))
    asked: dict[str, Any] = {
        "kind": "date",
        "commitments": [one.pk for one in Commitment.objects.all()],
        "due_on": "2099-02-02",
    }
    mediator.get(f"{FORM}effect/", asked)
    with django_assert_max_num_queries(15):
        mediator.get(f"{FORM}effect/", asked)


def test_a_reading_on_one_of_two_obligations_that_are_one_event_offers_the_other(mediator: Client) -> None:
    first = make.commitment("AX-6.1", days=30)
    second = make.commitment("OA-10.1", days=30, same_event_as=first.obligation)
    make.commitment("O-3", days=30)
    for own, other in ((first, "OA-10.1"), (second, "AX-6.1")):
        code = own.obligation.code
        page = mediator.get(f"/obligations/accord/{code}/").content.decode()
        assert "The same event, in another provision:" in page
        assert (
            f'href="/obligations/accord/{other}/reading/"'
            in mediator.get(f"/obligations/accord/{code}/reading/").content.decode()
        )
        form = mediator.get(f"/obligations/accord/{code}/reading/?kind=waiver").content.decode()
        assert f'href="/obligations/accord/{other}/reading/?kind=waiver"' in form
    assert "same event" not in mediator.get("/obligations/accord/O-3/").content.decode()
    assert "same event" not in mediator.get("/obligations/accord/O-3/reading/").content.decode()
    address = "/obligations/accord/OA-10.1/reading/?kind=waiver"
    seen = mediator.post(address, filled(second, effective_on="2026-03-01"))
    shown = re.search(r'name="shown" value="([^"]*)"', seen.content.decode())
    assert shown
    sent = filled(second, effective_on="2026-03-01", shown=shown[1])
    done = mediator.post(address, sent, follow=True)
    assert "The same event carries out AX-6.1 too" in done.content.decode()
    row = mediator.get("/api/v1/obligations/accord/OA-10.1/").json()
    assert row["same_event_as"] == "AX-6.1"
