"""The gates of an agreement: what each condition lacks, by which findings, and what waits for what."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from obligations.models import Commitment, Obligation
from parties.access import Tier
from tests import make
from tests.pages.desk_data import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
PAGE = "/gates/"


def text(client: Client, status: int = 200, **query: Any) -> str:
    answer = client.get(PAGE, query)
    assert answer.status_code == status, answer.content.decode()
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def gated(code: str = "PAID", **condition: Any) -> Obligation:
    owed = make.commitment(code).obligation
    owed.gates.create(place=1, **condition)
    return owed


def both(code: str) -> tuple[Commitment, Commitment]:
    return make.commitment(code), make.commitment(code, make.party("beta"))


def test_a_condition_on_an_obligation_lacks_the_commitments_that_are_not_complete(client: Client) -> None:
    alpha, beta = both("FIRST")
    gated(after_obligation=alpha.obligation)
    make.finding(alpha, 3, date(2024, 1, 1))
    make.finding(beta, 1, date(2024, 1, 5))
    shown = text(client)
    assert "It lacks 1 of 2 completions." in shown
    assert re.search(r"Alpha complete Complete 1 Jan 2024", shown)
    assert re.search(r"Beta lacking Minimal 5 Jan 2024", shown)
    make.finding(beta, 3, date(2024, 2, 1))
    assert "It lacks nothing: all that is owed under this is complete." in text(client)
    assert "It lacks 1 of 2 completions." in text(client, as_of="2024-01-20")


def test_what_is_hidden_completes_nothing_for_who_may_not_see_it(client: Client) -> None:
    alpha, _beta = both("FIRST")
    gated(after_obligation=alpha.obligation)
    make.finding(alpha, 3, date(2024, 1, 1), tier=Tier.MEDIATORS)
    assert "It lacks 2 of 2 completions." in text(client)
    assert "It lacks 1 of 2 completions." in text(signed_in(make.mediator()))


def test_a_condition_on_an_event_lacks_its_day(client: Client) -> None:
    gated(after_trigger=make.trigger("T-1", None))
    shown = text(client)
    assert "It lacks this event: no day is known for it." in shown
    assert "Events that have not come yet" in shown


def test_words_that_speak_of_texts_show_what_is_not_complete_of_these(client: Client) -> None:
    alpha, beta = both("FIRST")
    make.finding(alpha, 3, date(2024, 1, 1))
    make.finding(beta, 2, date(2024, 1, 1))
    text_of = alpha.obligation.provision.instrument.code
    gated(condition="All is carried out.", instruments=[text_of])
    shown = text(client)
    assert "that the words speak of and that are not complete: 1 of 2." in shown
    assert re.search(r"Alpha lacks 0 of 1 deliverable\b", shown)
    assert re.search(r"Beta lacks 1 of 1 deliverable FIRST Intermediate", shown)


def test_who_is_no_party_stands_in_the_alphabet_with_the_parties(client: Client) -> None:
    alpha, _beta = both("FIRST")
    make.commitment("FIRST", make.party("aaa", kind="facilitator"))
    gated(condition="All is carried out.", instruments=[alpha.obligation.provision.instrument.code])
    assert re.findall(r"(\w+) lacks 1 of 1 deliverable", text(client)) == ["Aaa", "Alpha", "Beta"]


def test_a_mediator_is_led_to_open_a_gate_and_to_give_an_event_its_day(client: Client) -> None:
    gated(after_trigger=make.trigger("T-1", None))
    mediator = signed_in(make.mediator())
    for word in ("Open the gate", "Say when it happened"):
        assert word not in text(client)
        assert word in text(mediator)


def test_an_agreement_without_gates_says_so(client: Client) -> None:
    make.commitment("FIRST")
    assert "This agreement sets no gate" in text(client)


def test_days_that_are_none_are_told(client: Client) -> None:
    gated(condition="Both have met.")
    assert "As of" in text(client, status=400, as_of="yesterday")


def test_a_ring_of_gates_is_drawn_once(client: Client) -> None:
    first = make.commitment("A").obligation
    second = gated("B", after_obligation=first)
    first.gates.create(place=1, after_obligation=second)
    assert "Obligations behind a gate that is closed: 2 of 2." in text(client)


@pytest.mark.parametrize("size", [1, 12])
def test_so_many_queries_whatever_the_size(
    client: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for at in range(size):
        alpha, beta = both(f"FIRST-{at}")
        make.finding(alpha, 1, date(2024, 1, 1))
        make.finding(beta, 3, date(2024, 1, 1))
        gated(f"PAID-{at}", after_obligation=alpha.obligation)
        gated(f"SENT-{at}", after_trigger=make.trigger(f"T-{at}", None))
        gated(f"DONE-{at}", condition="All.", instruments=[alpha.obligation.provision.instrument.code])
    client.get(PAGE)
    with django_assert_num_queries(14):
        client.get(PAGE)
