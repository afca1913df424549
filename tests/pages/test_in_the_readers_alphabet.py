"""Parties stand in the alphabet of who reads, by their names as they are read; programs are given one order."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from pytest_django import Settings

from agreement.models import Translation
from obligations.commands.meetings import close_meeting, tie_to_meeting
from obligations.models import Obligation
from parties.models import Party, User
from tests import make
from tests.make import NOW
from tests.pages.desk_data import signed_in

pytestmark = pytest.mark.django_db
# In English the other way round.
NAMES = {"Alpha": "Шума", "Beta": "Авала"}
AFTER_IT = datetime(2026, 3, 17, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_parties(settings: Settings) -> Iterator[None]:
    """Each owes the same, in two obligations."""
    settings.PUBLIC_READING = True
    of = make.agreement(languages=[{"language": "sr", "state": "reviewed", "by": ""}], pack_digest="a")
    for source, text in NAMES.items():
        Translation.objects.create(agreement=of, language="sr", source=source, text=text)
    for place, code in enumerate(("O-1", "O-2")):
        for party in ("alpha", "beta"):
            make.commitment(code, make.party(party), days=30, place=place)
    with time_machine.travel(NOW, tick=False):
        yield


def order(address: str, pattern: str, language: str = "sr", **query: str) -> list[str]:
    """The names of parties in the order of the page, found by the pattern."""
    user = User.objects.get(pk=make.a_mediator().user_id or 0)
    user.language = language
    user.save()
    answer = signed_in(user).get(address, query)
    assert answer.status_code == 200
    names = re.findall(pattern, answer.content.decode())
    return [one for one in names if one in {*NAMES, *NAMES.values()}]


IN_ROWS = r'<span class="party mark-\d[^"]*">([^<]+)</span>'


@pytest.mark.parametrize(
    ("sort", "turned"), [("party", False), ("-party", True), ("text", False), ("due", False)]
)
def test_in_lists_that_the_database_writes(sort: str, turned: bool) -> None:
    def shown(language: str) -> list[str]:
        return order("/commitments/", IN_ROWS, language, sort=sort)

    serbian, english = ["Авала", "Шума"], ["Alpha", "Beta"]
    if "party" in sort:
        assert shown("en") == [name for name in sorted(english, reverse=turned) for _row in range(2)]
        assert shown("sr") == [name for name in sorted(serbian, reverse=turned) for _row in range(2)]
    else:
        assert shown("en") == english * 2
        assert shown("sr") == serbian * 2


def test_of_one_day_in_the_table_of_the_timeline_whichever_way_it_is_sorted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for party in Party.objects.filter(code__in=("alpha", "beta")):
        make.finding(party.commitments.get(obligation__code="O-1"), 1)

    def shown(query: str) -> list[str]:
        page = reader.get(f"/timeline/?{query}").content.decode()
        pages.append(page)
        return re.findall(IN_ROWS, page.split('class="t fold')[-1].split("</table>")[0])

    pages: list[str] = []
    reader = signed_in(User.objects.get(pk=make.a_mediator().user_id or 0))
    reader.post("/account/language/", {"language": "sr", "next": "/"})
    whole = shown("sort=-day")
    assert whole == ["Авала", "Шума"] * (len(whole) // 2)
    assert len(whole) >= 4
    monkeypatch.setattr("obligations.web.timeline.PAGE_SIZE", 1)
    walked, query = [], "sort=-day"
    while query:
        walked += shown(query)
        following = re.search(r'rel="next" href="[^"?]*\?([^"#]*)', pages[-1])
        query = following[1].replace("&amp;", "&") if following else ""
    assert walked == whole


def test_from_page_to_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("obligations.web.compliance.lists.PAGE_SIZE", 1)
    user = signed_in(make.mediator())
    user.post("/account/language/", {"language": "sr", "next": "/"})
    found, address = [], "/commitments/?sort=party"
    for _page in range(4):
        page = user.get(address).content.decode()
        found += [name for name in re.findall(IN_ROWS, page) if name in NAMES.values()]
        following = re.search(r'href="([^"#]*after=[^"#]*)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert found == ["Авала", "Авала", "Шума", "Шума"]
    assert address == ""


def test_programs_are_given_one_order() -> None:
    user = make.mediator()
    for language in ("", "sr"):
        user.language = language
        user.save()
        rows = signed_in(user).get("/api/v1/commitments/?sort=party").json()["results"]
        assert [row["party"]["name"] for row in rows] == ["Alpha", "Alpha", "Beta", "Beta"]


def test_topics_to_choose_from() -> None:
    of = make.agreement()
    of.topics = [{"code": "first", "label": "Archives"}, {"code": "second", "label": "Trade"}]
    of.save()
    Obligation.objects.update(tags=["first", "second"])
    for source, text in {"Archives": "трећи", "Trade": "архиви"}.items():
        Translation.objects.create(agreement=of, language="sr", source=source, text=text)

    def shown(language: str) -> list[str]:
        user = User.objects.get(pk=make.a_mediator().user_id or 0)
        user.language = language
        user.save()
        page = signed_in(user).get("/commitments/").content.decode()
        return re.findall(r'<option value="(?:first|second)"[^>]*>([^<]+)</option>', page)

    assert shown("en") == ["Archives", "Trade"]
    assert shown("sr") == ["архиви", "трећи"]


def test_in_choices_of_forms() -> None:
    owed = Party.objects.get(code="alpha").commitments.first()
    assert owed is not None
    options = r"<option value=\"\d+\"[^>]*>([^<]+)</option>"
    at = f"/obligations/accord/O-1/request/?commitment={owed.pk}"
    assert order(at, options) == ["Авала", "Шума"]
    finding = make.finding(owed, 1)
    with_whom = r'value="in_confidence:\w+"[^>]*> [^:]+: (\w+)'
    assert order(f"/obligations/accord/O-1/answer/?statement={finding.key}", with_whom) == ["Авала", "Шума"]


def test_in_a_pack_and_in_minutes() -> None:
    found = [
        make.finding(one.commitments.get(obligation__code="O-1"), 1)
        for one in Party.objects.filter(code__in=("alpha", "beta"))
    ]
    meeting = make.meeting(tier="public")
    tie_to_meeting(meeting=meeting, findings=found, requests=[], actor=make.a_mediator(), now=NOW)
    pack = order(f"/meetings/{meeting.key}/pack/", IN_ROWS)
    assert pack[-4:] == ["Авала", "Шума", "Авала", "Шума"]
    close_meeting(meeting=meeting, minutes="All agreed.", members="", actor=make.a_mediator(), now=AFTER_IT)
    assert order(f"/meetings/{meeting.key}/minutes/", IN_ROWS) == ["Авала", "Шума"]


def test_of_one_act_in_what_is_offered_to_a_meeting_and_to_evidence() -> None:
    """Alpha's stand recorded after beta's, at the same instant."""
    for code in ("beta", "alpha"):
        owed = Party.objects.get(code=code).commitments.get(obligation__code="O-1")
        make.finding(owed, 1)
        make.request(owed)
    offered = order(f"/meetings/{make.meeting().key}/recorded/", r"O-1, (?:од )?(\w+)")
    assert offered == ["Авала", "Шума", "Авала", "Шума"]
    on_evidence = order("/obligations/accord/O-1/evidence/link/", r"<option[^>]*>[^<,]+, (\w+),")
    assert on_evidence == ["Авала", "Шума"]


def test_no_mark_and_no_role_puts_anybody_before_others_on_any_page() -> None:
    marks = {"ceta": 3, "aaa": 2, "delta": 4, "beta": 1, "alpha": 5}
    kinds = {"aaa": "facilitator", "delta": "observer"}
    owing = {code: make.party(code, kind=kinds.get(code, "party")) for code in marks}
    for code, mark in marks.items():
        Party.objects.filter(code=code).update(mark=mark)
    owed = [
        make.commitment("O-1", party, days=30)
        for code, party in owing.items()
        if code not in ("alpha", "beta")
    ]
    client = signed_in(User.objects.get(pk=make.a_mediator().user_id or 0))
    seen = {
        "/obligations/accord/O-1/": IN_ROWS,
        "/timeline/": IN_ROWS,
        "/search/?q=O-1": IN_ROWS,
        "/desk/?queue=overdue": IN_ROWS,
        "/commitments/?sort=party": IN_ROWS,
        "/commitments/": r'<option value="[a-z]+"[^>]*>([^<]+)</option>',
        f"/obligations/accord/O-1/request/?commitment={owed[0].pk}": r'<option value="\d+"[^>]*>([^<]+)</option>',
        "/obligations/accord/O-1/reading/?kind=extension": r">\s*(Aaa|Alpha|Beta|Ceta|Delta)\s*<",
    }
    for address, pattern in seen.items():
        names = re.findall(pattern, client.get(address).content.decode())
        there = list(dict.fromkeys(one for one in names if one.casefold() in marks))
        assert there == ["Aaa", "Alpha", "Beta", "Ceta", "Delta"], address
