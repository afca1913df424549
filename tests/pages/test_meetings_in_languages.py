"""What each reader of a meeting reads in their own language: the product's own points, and translations of what was
said beside it; never what was typed in place of itself.
"""

import re
import zlib
from typing import Any
from unicodedata import normalize

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from obligations.commands.meetings import add_agenda_item, close_meeting, record_conclusion, tie_to_meeting
from obligations.commands.replies import translate_statement
from obligations.models import AgendaItem, Meeting, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.make import NOW
from tests.pages.meetings_data import AFTER_IT, a_mediator, get, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]
ADOPTION = {
    "en": "Adoption of the agenda",
    "sq": "Miratimi i rendit të ditës",
    "sr": "Усвајање дневног реда",
    "sr-latn": "Usvajanje dnevnog reda",
}
SECTION = {
    "en": "4. Deliverables, party by party",
    "sq": "4. Rezultatet e kërkuara, palë për palë",
    "sr": "4. Очекивани резултати, по странама",
    "sr-latn": "4. Očekivani rezultati, po stranama",
}


def reading(client: Client, language: str, user: User | None = None) -> Client:
    user = user or a_mediator()
    user.language = language
    user.save()
    return signed_in(client, user)


def planned_in(client: Client, language: str) -> Meeting:
    make.party("committee", kind="body")
    sent = {"body": "committee", "held_on": "2026-03-16", "tier": "public"}
    reading(client, language).post("/meetings/plan/?agreement=accord", sent)
    return Meeting.objects.get()


@pytest.mark.parametrize("planner", ["sq", "sr"])
def test_the_points_that_a_meeting_begins_with_are_read_in_each_readers_language(
    client: Client, planner: str
) -> None:
    meeting = planned_in(client, planner)
    point = reverse("meeting-point", args=[meeting.key, 1])
    assert [one.standard for one in meeting.agenda.all()] == AgendaItem.Standard.values
    # On record stands English, which is nobody's own.
    assert [one.title for one in meeting.agenda.all()] == [
        "Adoption of the agenda",
        "Deliverables, party by party",
        "Next meeting",
    ]
    for language, words in ADOPTION.items():
        reading(client, language)
        shown = [get(client, name, meeting) for name in ("meeting", "meeting-pack")]
        shown.append(client.get(point).content.decode())
        for page in shown:
            assert words in page
            assert not any(other in page for other in ADOPTION.values() if other != words)
        assert SECTION[language] in shown[1]


def test_the_minutes_have_them_so_too(client: Client) -> None:
    meeting = planned_in(client, "sr")
    said: dict[str, Any] = {"actor": make.a_mediator(), "now": AFTER_IT}
    record_conclusion(item=meeting.agenda.all()[0], conclusion="Adopted.", **said)
    close_meeting(meeting=meeting, minutes="All agreed.", **said)
    for language, words in ADOPTION.items():
        page = get(reading(client, language), "meeting-minutes", meeting)
        assert f"1. {words}" in page


def test_what_somebody_typed_stays_as_it_was_typed(client: Client) -> None:
    meeting = make.meeting(tier=Tier.PUBLIC, agenda=[(ADOPTION["sr"], "")])
    add_agenda_item(meeting=meeting, title=ADOPTION["en"], actor=make.a_mediator(), now=NOW)
    page = get(reading(client, "sq"), "meeting", meeting)
    assert ADOPTION["sr"] in page
    assert ADOPTION["en"] in page
    assert ADOPTION["sq"] not in page


def test_programs_read_english_and_which_point_it_is(client: Client) -> None:
    meeting = planned_in(client, "sq")
    add_agenda_item(meeting=meeting, title="Të ndryshme", actor=make.a_mediator(), now=NOW)
    row = client.get(f"/api/v1/meetings/{meeting.key}/").json()
    assert [(one["title"], one["standard"]) for one in row["agenda"]] == [
        ("Adoption of the agenda", "adoption"),
        ("Deliverables, party by party", "deliverables"),
        ("Next meeting", "next_meeting"),
        ("Të ndryshme", None),
    ]


def translated(said: Statement, **texts: str) -> Statement:
    for language, text in texts.items():
        made = {"language": language, "text": text}
        translate_statement(statement=said, actor=make.a_mediator(), now=NOW, **made)
    return said


def a_debate() -> dict[str, Statement]:
    """A finding of two parties in the same words, translated where one of them is meant, and a contest of it."""
    alpha, beta = make.party("alpha"), make.party("beta")
    found = [
        make.finding(make.commitment("O-1", party, days=30), 1, reason="Почело.", language="sr")
        for party in (alpha, beta)
    ]
    translated(found[1], en="It has begun.", sq="Ka filluar.")
    contest = make.contest(found[0], make.representative(beta), reason="Оспоравамо.", language="sr")
    return {"finding": found[1], "contest": translated(contest, sq="Nuk pajtohem.")}


TOLD = {
    "sq": '<span class="small">(Përkthim i një ndërmjetësi, regjistruar më 2 mars 2026)</span>',
    "en": '<span class="small">(A mediator&#x27;s translation, recorded 2 Mar 2026)</span>',
}


def beside(page: str, original: str) -> list[str]:
    """What stands after each place of the words that were said, to the end of their cell."""
    return [
        cell.partition(original)[2] for cell in re.findall(r"<td[^>]*>(.*?)</td>", page) if original in cell
    ]


def test_a_pack_has_the_readers_translation_beside_what_was_said(client: Client) -> None:
    a_debate()
    meeting = make.meeting(tier=Tier.PUBLIC)
    page = get(reading(client, "sq"), "meeting-pack", meeting)
    (found,) = beside(page, '<span lang="sr-Cyrl">Почело.</span>')
    assert f'<br><span lang="sq">Ka filluar.</span> {TOLD["sq"]}' in found
    contests = beside(page, '<span lang="sr-Cyrl">Оспоравамо.</span>')
    assert len(contests) == 2  # among what changed, and among the contests
    assert all(f'<span lang="sq">Nuk pajtohem.</span> {TOLD["sq"]}' in one for one in contests)
    assert "It has begun." not in page
    page = get(reading(client, "en"), "meeting-pack", meeting)
    assert f'<span lang="en">It has begun.</span> {TOLD["en"]}' in page
    for language in ("sr", "sr-latn"):
        page = get(reading(client, language), "meeting-pack", meeting)
        assert "Почело." in page
        assert not any(text in page for text in ("It has begun.", "Ka filluar.", "Nuk pajtohem."))


def test_a_pack_of_a_day_of_knowledge_has_no_translation_of_later(client: Client) -> None:
    alpha = make.party("alpha")
    with time_machine.travel(NOW, tick=False):
        made = make.finding(make.commitment("O-1", alpha, days=30), 1, reason="Почело.", language="sr")
    meeting = make.meeting(tier=Tier.PUBLIC)
    later: dict[str, Any] = {"actor": make.a_mediator(), "now": AFTER_IT}
    translate_statement(statement=made, language="sq", text="Ka filluar.", **later)
    with time_machine.travel(AFTER_IT, tick=False):
        reading(client, "sq")
        assert "Ka filluar." in get(client, "meeting-pack", meeting)
        page = get(client, "meeting-pack", meeting, known_at="2026-03-10")
    assert "Почело." in page
    assert "Ka filluar." not in page


def test_who_may_not_see_a_statement_sees_no_translation_of_it(client: Client) -> None:
    owed = make.commitment("O-1", make.party("alpha"), days=30)
    hidden = make.finding(owed, 1, reason="Почело.", language="sr", tier=Tier.MEDIATORS)
    translated(hidden, sq="Ka filluar.")
    meeting = make.meeting(tier=Tier.PUBLIC)
    reading(client, "sq")
    assert "Ka filluar." in get(client, "meeting-pack", meeting, **{"for": "me"})
    assert "Ka filluar." not in get(client, "meeting-pack", meeting)


def test_minutes_have_it_too_and_say_what_is_cut(client: Client) -> None:
    said = a_debate()
    long = translated(
        make.finding(said["finding"].commitment, 2, reason="Речи без краја " * 40, language="sr"),
        sq="fjalë pa fund " * 40,
    )
    meeting = make.meeting(tier=Tier.PUBLIC)
    acting: dict[str, Any] = {"actor": make.a_mediator(), "now": AFTER_IT}
    close = {"meeting": meeting, "minutes": "All agreed.", **acting}
    tie_to_meeting(meeting=meeting, findings=[said["finding"]], requests=[], **acting)
    close_meeting(**close)
    cut = "përkthimet e tij shkurtohen"
    page = get(reading(client, "sq"), "meeting-minutes", meeting)
    assert f'<span lang="sq">Ka filluar.</span> {TOLD["sq"]}' in page
    assert cut not in page
    tie_to_meeting(meeting=meeting, findings=[said["finding"], long], requests=[], **acting)
    page = get(client, "meeting-minutes", meeting)
    for language, word in (("sr-Cyrl", "Речи"), ("sq", "fjalë")):
        (text,) = re.findall(rf'<span lang="{language}">({word}[^<]*)</span>', page)
        assert text.endswith("…")
        assert len(text) <= 320
    assert page.count(cut) == 1


def test_letters_whose_marks_were_typed_apart_are_not_told_to_be_cut(client: Client) -> None:
    owed = make.commitment("O-1", make.party("alpha"), days=30)
    translated(make.finding(owed, 1, reason="Почело.", language="sr"), sq=normalize("NFD", "Është nisur."))
    page = get(reading(client, "sq"), "meeting-pack", make.meeting(tier=Tier.PUBLIC))
    assert "Është nisur." in page
    assert "përkthimet e tij shkurtohen" not in page


def test_the_pdf_says_it_in_its_language(client: Client) -> None:
    a_debate()
    meeting = make.meeting(tier=Tier.PUBLIC)
    address = reverse("meeting-pack-pdf", args=[meeting.key])
    made = reading(client, "sq").get(address).content
    without = reading(client, "sr").get(address).content
    assert tags(made) == {"sq", "sr-Cyrl"}
    assert tags(without) == {"sr-Cyrl"}


def tags(made: bytes) -> set[str]:
    """The languages that a PDF names."""
    streams = re.findall(rb"/FlateDecode>>\nstream\n(.*?)\nendstream", made, re.DOTALL)
    plain = b"".join(zlib.decompress(stream) for stream in streams)
    return set(re.findall(r"/Lang\(([^)]*)\)", (made + plain).decode("latin-1")))
