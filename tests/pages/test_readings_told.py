"""How the thread of an obligation tells of readings, and how they are taken back."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from agreement.models import LedgerEntry
from obligations.flagging import sweep
from obligations.models import Commitment, Reading
from parties.access import Tier
from tests import make
from tests.calendar_data import ORTHODOX_EASTER_MONDAY, load, pack_calendar
from tests.pages.desk_data import overdue, signed_in
from tests.pages.reading_data import FORM, PAGE, filled, page, send, shown, text, thread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]


@pytest.fixture
def mediator() -> Client:
    return signed_in(make.mediator())


def test_the_thread_tells_what_a_reading_says_what_it_did_and_who_agreed(client: Client) -> None:
    late = overdue()
    sweep(make.NOW)
    make.finding(late, 3, date(2023, 4, 18))
    load(pack_calendar("alpha", {ORTHODOX_EASTER_MONDAY: "Easter Monday"}))
    make.party("beta")
    make.reading(
        late,
        "count_by",
        convention="eu-1182-71",
        calendars=["alpha"],
        agreed_on=date(2026, 2, 27),
        agreed_by=["beta", "alpha"],
        reason="By analogy.",
        source="Minutes",
    )
    told = thread(client)[0]
    assert told.startswith("2 Mar 2026 Reading on Alpha")
    for part in (
        "Counted by: EU Regulation 1182/71; days off: Holidays of Alpha.",
        "Due 18 Apr 2023 instead of 17 Apr 2023.",
        "Before: met late by 1 day. After: met on time. The breach stands no more.",
        "By analogy. Source: Minutes",
        "Agreed by Alpha, Beta, 27 Feb 2026",
        "Recorded 2 Mar 2026, 10:00",
    ):
        assert part in told
    assert not any(entry.startswith("18 Apr 2023 Overdue") for entry in thread(client))


def test_a_mediator_sees_the_breach_that_a_reading_left_without_ground() -> None:
    late = overdue()
    sweep(make.NOW)
    make.reading(late, "give_date", due_on=date(2099, 1, 1))
    assert (
        "Breach of cycle 1, flagged 2 Mar 2026, 10:00 : the due date moved"
        in thread(signed_in(make.mediator()))[0]
    )
    assert "flagged" not in thread(signed_in(make.analyst(cleared=True)))[0]


def test_a_breach_that_a_reading_ended_is_in_the_thread_with_its_end(client: Client) -> None:
    late = overdue()
    make.reading(late, "suspend", effective_on=date(2023, 4, 23), now=datetime(2023, 4, 23, 9, tzinfo=UTC))
    told = thread(client)
    assert told[0] == "23 Apr 2023 Breach closed : Alpha Cycle 1: suspended after 5 days late."
    assert told[1].startswith("23 Apr 2023 Reading on Alpha Clock stopped from 23 Apr 2023 on.")
    assert (
        "Before: overdue by 6 days. After: the clock stands still. The breach closes: suspended after 5 days late."
        in told[1]
    )
    assert told[2].startswith("18 Apr 2023 Overdue from midnight: Alpha Cycle 1.")


def test_what_was_read_alike_for_several_parties_is_one_entry_with_what_it_did_for_each(
    mediator: Client,
) -> None:
    late, other = overdue(), overdue(party="beta")
    load(pack_calendar("alpha", {ORTHODOX_EASTER_MONDAY: "Easter Monday"}, parties=("alpha",)))
    send(mediator, "counting", filled(late, other, convention="eu-1182-71"))
    told = thread(mediator)[0]
    assert "Reading on Alpha , Beta Counted by: EU Regulation 1182/71." in told
    assert "Alpha : Due 18 Apr 2023 instead of 17 Apr 2023." in told
    assert "Beta : The due date stays 17 Apr 2023." in told


def test_a_reading_that_was_taken_back_stays_marked_beside_its_withdrawal(client: Client) -> None:
    late = overdue()
    first = make.reading(late, "waive", effective_on=date(2023, 5, 1))
    make.reading_taken_back(first)
    told = thread(client)
    assert "Taken back: Waived from 1 May 2023 on." in told[0]
    assert "The breach opens again, in a new cycle." in told[0]
    waiver = next(
        entry for entry in told if "Waived from 1 May 2023 on." in entry and "taken back" in entry[:60]
    )
    assert "Taken back 2 Mar 2026, 10:00" in waiver


def test_as_known_on_an_earlier_day_a_later_reading_is_not_there_and_nothing_can_be_recorded(
    mediator: Client,
) -> None:
    reading = make.reading(overdue(), "give_date", due_on=date(2023, 6, 1))
    known, not_yet = f"{PAGE}?known_at=2026-03-02", f"{PAGE}?known_at=2026-03-01"
    assert f'id="reading-{reading.key}"' in page(mediator, known)
    assert "By a reading of the text = Thursday 1 Jun 2023" in text(page(mediator, known))
    assert "Due on 1 Jun 2023" not in text(page(mediator, not_yet))
    assert "30 days, calendar = Monday 17 Apr 2023" in text(page(mediator, not_yet))
    for address in (known, not_yet):
        assert "Record a reading" not in page(mediator, address)
        assert "Take back" not in page(mediator, address)


def test_as_of_an_earlier_day_an_act_of_a_later_one_is_not_there(client: Client) -> None:
    make.reading(overdue(), "extend", due_on=date(2023, 9, 1), effective_on=date(2023, 5, 1))
    assert "Extended to 1 Sep 2023." in text(page(client, f"{PAGE}?as_of=2023-05-01"))
    before = text(page(client, f"{PAGE}?as_of=2023-04-30"))
    assert "Extended to" not in before
    assert "Calendar in use 17 Apr 2023 Overdue by 13 days" in before
    assert "Calendar in use 1 Sep 2023" in text(page(client, f"{PAGE}?as_of=2023-05-01"))


def test_a_hidden_finding_leaves_no_trace_in_what_a_reading_did(client: Client) -> None:
    late = overdue()
    make.reading(late, "give_date", due_on=date(2023, 5, 1))
    before = thread(client)
    make.finding(late, 3, date(2023, 4, 20), tier=Tier.MEDIATORS)
    assert thread(client) == before


def test_the_small_form_in_the_thread_takes_a_reading_back_for_all(mediator: Client) -> None:
    late, other = overdue(), overdue(party="beta")
    send(mediator, "suspension", filled(late, other, effective_on="2023-05-01"))
    form = page(mediator).split('<details class="here">')[1].split("</details>")[0]
    assert "Before: the clock stands still." in text(form)
    found = re.search(r'action="([^"]+)"', form)
    assert found
    data = {
        "readings": re.findall(r'name="readings" value="(\w+)"', form),
        "shown": re.findall(r'name="shown" value="(\w+)"', form)[0],
        "reason": "Read anew.",
    }
    answer = mediator.post(found[1], data)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert {one.life for one in Commitment.objects.all()} == {"active"}
    assert "Reading recorded: Taken back: Clock stopped from 1 May 2023 on." in text(page(mediator))
    assert mediator.post(found[1], data).status_code == 302
    assert Reading.objects.filter(kind="withdrawal").count() == 2
    assert "It was taken back already." in text(page(mediator))


def test_it_may_be_taken_back_for_one_party_alone_after_its_effect_was_shown(mediator: Client) -> None:
    late, other = overdue(), overdue(party="beta")
    send(mediator, "waiver", filled(late, other, effective_on="2023-05-01"))
    first, second = Reading.objects.order_by("commitment__party__name")
    address = f"{FORM}{first.key}/"
    assert text(page(mediator, address)).count("Take back") > 1
    data: dict[str, Any] = {"readings": [second.key], "reason": "Beta alone."}
    answer = mediator.post(address, data)
    assert answer.status_code == 200
    assert not Reading.objects.filter(kind="withdrawal").exists()
    assert mediator.post(address, data | {"shown": shown(answer)}).status_code == 302
    assert Reading.objects.get(kind="withdrawal").withdraws == second
    assert (Commitment.objects.get(pk=late.pk).life, Commitment.objects.get(pk=other.pk).life) == (
        "waived",
        "active",
    )


def test_without_a_reason_nothing_is_taken_back(mediator: Client) -> None:
    late = overdue()
    reading = make.reading(late, "waive")
    answer = mediator.post(f"{FORM}{reading.key}/", {"readings": [reading.key], "reason": ""})
    assert answer.status_code == 422
    assert "Fill this in." in text(answer.content.decode())
    assert not Reading.objects.filter(kind="withdrawal").exists()


def test_what_takes_back_is_not_taken_back(mediator: Client) -> None:
    late = overdue()
    back = make.reading_taken_back(make.reading(late, "waive"))
    assert mediator.get(f"{FORM}{back.key}/").status_code == 404
    assert '<details class="here">' not in page(mediator)


def test_a_reading_of_another_obligation_is_not_there(mediator: Client) -> None:
    overdue()
    other = make.reading(make.commitment("OTHER", days=30), "waive")
    assert mediator.get(f"{FORM}{other.key}/").status_code == 404


def test_the_ledger_has_one_entry_for_each_commitment(mediator: Client) -> None:
    late, other = overdue(), overdue(party="beta")
    send(mediator, "waiver", filled(late, other, effective_on="2023-05-01"))
    entries = LedgerEntry.objects.filter(command="record_waiver").order_by("pk")
    assert [entry.subject for entry in entries] == ["LATE alpha", "LATE beta"]
    assert {entry.reason for entry in entries} == {"Both asked for it."}
