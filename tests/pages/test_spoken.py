"""What somebody wrote is marked as of its language wherever a page, a mail or a document shows it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django import Settings

from agreement.viewers import viewer_for
from obligations.commands import take_back_request
from obligations.commands.care import follow
from obligations.commands.meetings import close_meeting, tie_to_meeting
from obligations.commands.messages import set_wants
from obligations.commands.proposals import Command, carry_out
from obligations.commands.replies import translate_statement
from obligations.delivery.mail import gather, send_next
from obligations.models import Commitment, How, Sort, Statement
from parties.access import Viewer
from parties.models import User
from tests import make
from tests.bulk.sheets import HEAD, csv_of, send
from tests.make import NOW
from tests.pages.desk_data import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/obligations/accord/LATE/"
# Each text has a word of its own; nobody said the language of the last one.
WORDS = {
    "gurgullimë": "sq",
    "nënvizim": "sq",
    "жуборење": "sr-Cyrl",
    "žuborenje": "sr-Latn",
    "murmuring": "en",
    "rauschen": "",
}
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr", "path", "circle", "source"}


class Languages(HTMLParser):
    """Which language each word of WORDS is marked as of; what stands in an attribute, a title or an option has none."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.within: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            above = self.within[-1][1] if self.within else "none"
            self.within.append((tag, next((value or "" for name, value in attrs if name == "lang"), above)))

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.within and self.within[-1][0] not in ("title", "option", "textarea", "script"):
            self.found += [(word, self.within[-1][1]) for word in WORDS if word in data]


def languages(page: str) -> set[str]:
    """The words that the page shows, each of them marked as it is everywhere; what surrounds them is not."""
    marked = Languages(page).found
    assert [one for one in marked if one != (one[0], WORDS[one[0]])] == []
    return {word for word, _language in marked}


@pytest.fixture(autouse=True)
def open_to_read(settings: Settings) -> Iterator[None]:
    settings.PUBLIC_READING = True
    settings.SITE_ADDRESS = "https://tracker.example.org"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def late() -> Commitment:
    """What a party claims, another contests, and the mediators found; and what they ask."""
    owed = make.commitment("LATE", make.party("alpha"), days=30)
    alpha, beta = make.representative(owed.party), make.representative(make.party("beta"))
    found = make.finding(owed, 1, reason="žuborenje", language="sr-latn", now=NOW - timedelta(hours=9))
    claim = make.claim(owed, alpha, reason="gurgullimë " * 3, language="sq", now=NOW - timedelta(hours=8))
    make.contest(claim, beta, reason="жуборење", language="sr", now=NOW - timedelta(hours=7))
    make.contest(found, beta, reason="rauschen", now=NOW - timedelta(hours=6))
    make.request(owed, words="murmuring", language="en", tier="public")
    return owed


def user(role: str, language: str = "") -> User:
    found = User.objects.filter(mandates__role=role).order_by("pk").first() or make.mediator()
    found.language = language
    found.save()
    return found


def claim() -> Statement:
    return Statement.objects.get(kind="claim")


def shown(address: str, role: str = "mediator", language: str = "sr", **query: Any) -> set[str]:
    answer = signed_in(user(role, language)).get(address, query)
    assert answer.status_code == 200
    return languages(answer.content.decode())


def test_on_the_page_of_an_obligation_with_its_translations_beside_it(late: Commitment) -> None:
    made = {"language": "sq", "text": "nënvizim"}
    found = Statement.objects.get(kind="finding")
    translate_statement(statement=found, actor=make.a_mediator(), now=NOW, **made)
    assert shown(PAGE) == set(WORDS)
    # What was not yet translated by a day of knowledge has no translation then.
    past = {"as_of": "2026-03-01", "known_at": "2026-03-01"}
    assert "nënvizim" not in shown(PAGE, **past)


def test_a_text_that_was_changed_is_compared_in_both_languages(late: Commitment) -> None:
    make.claim(late, user("representative"), reason="murmuring", language="en")
    assert {"gurgullimë", "murmuring"} <= shown(PAGE)


@pytest.mark.parametrize("queue", ["overdue", "contests", "claims", "replies", "requests"])
def test_on_the_desk(late: Commitment, queue: str) -> None:
    words = shown("/desk/", queue=queue, commitment=late.pk)
    assert {"gurgullimë", "žuborenje"} <= words


def test_among_contests_and_requests_of_the_desk(late: Commitment) -> None:
    contests = signed_in(user("mediator")).get("/desk/", {"queue": "contests"}).content.decode()
    assert languages(contests) & {"жуборење", "rauschen"}


def test_where_it_is_answered_and_searched_and_among_changes(late: Commitment) -> None:
    assert "gurgullimë" in shown(f"{PAGE}translate/?statement={claim().key}")
    assert shown("/changes/", since="2026-02-01") >= {"gurgullimë", "žuborenje", "жуборење", "rauschen"}
    # As it was asked for it stands there, too, which nobody says the language of.
    for word, asked in (("gurgullimë", "gurgullime"), ("žuborenje", "zuborenje"), ("rauschen", "Rauschen")):
        assert word in shown("/search/", q=asked)


@pytest.mark.django_db(transaction=True)
def test_in_the_ledger(late: Commitment) -> None:
    take_back_request(request=late.requests.get(), reason="rauschen", actor=make.a_mediator(), now=NOW)
    assert shown("/ledger/") == set(WORDS) - {"nënvizim"}


def test_on_the_pages_of_a_party(late: Commitment) -> None:
    assert {"gurgullimë", "murmuring"} <= shown("/party/", role="representative")
    address = f"{PAGE}claim/?commitment={late.pk}"
    said = {"reason": "žuborenje", "language": "sr-latn", "save_draft": "1"}
    signed_in(user("representative")).post(address, said)
    assert "žuborenje" in shown("/drafts/", role="representative")


def test_in_what_was_recorded_and_in_what_waits_for_a_signature(late: Commitment) -> None:
    agreement = late.agreement
    agreement.sign_off = ["complete_findings"]
    agreement.save()
    said: dict[str, Any] = {"effective_on": NOW.date(), "reason": "nënvizim", "language": "sq", "level": 3}
    cites: dict[str, Any] = {"cites": claim(), "actor": make.a_mediator(), "now": NOW}
    made = carry_out(Command.RECORD_FINDING, commitment=late, **cites, **make.OPENLY, **said)
    assert {"nënvizim", "gurgullimë", "žuborenje"} <= shown(f"/desk/proposals/{made.key}/")


def test_in_a_sheet_before_it_is_recorded(late: Commitment) -> None:
    row = ["LATE", "alpha", "2", "2024-01-10", "nënvizim", "public", "sq"]
    client = signed_in(user("mediator", "sr"))
    answer = send(client, csv_of(row, head=[*HEAD, "language"]))
    assert "nënvizim" in languages(answer.content.decode())


def test_in_a_pack_for_a_meeting_and_in_its_minutes(late: Commitment) -> None:
    meeting = make.meeting(tier="public")
    asked = list(late.requests.all())
    found = list(Statement.objects.filter(kind="finding"))
    at = f"/meetings/{meeting.key}/"
    assert {"žuborenje", "murmuring"} <= shown(f"{at}recorded/")
    tie_to_meeting(meeting=meeting, findings=found, requests=asked, actor=make.a_mediator(), now=NOW)
    assert shown(f"{at}pack/") >= {"gurgullimë", "žuborenje", "жуборење", "rauschen"}
    assert "murmuring" in shown(at)
    after: dict[str, Any] = {"actor": make.a_mediator(), "now": datetime(2026, 3, 17, 9, tzinfo=UTC)}
    close_meeting(meeting=meeting, minutes="All agreed.", members="A. Chair", **after)
    with time_machine.travel(after["now"], tick=False):
        assert {"žuborenje", "murmuring"} <= shown(f"{at}minutes/")


def test_a_note_says_which_language_it_is_to_who_reads_in_another(late: Commitment) -> None:
    page = signed_in(user("mediator", "sq")).get(PAGE).content.decode()
    notes = re.findall(r'<span class="xs">Gjuha: ([^<]+)</span>', page)
    assert set(notes) == {"serbisht (cirilik)", "serbisht (latinik)", "anglisht"}
    # In the other script it is the same language.
    page = signed_in(user("mediator", "sr-latn")).get(PAGE).content.decode()
    assert set(re.findall(r'<span class="xs">Jezik: ([^<]+)</span>', page)) == {"albanski", "engleski"}


@pytest.mark.django_db(transaction=True)
def test_in_a_mail(settings: Settings) -> None:
    owed, reader = make.commitment("LATE", make.party("alpha")), make.mediator()
    make.a_mediator()
    wants = dict.fromkeys(Sort.values, How.AT_ONCE.value)
    viewer: Viewer = viewer_for(reader)
    gather(NOW)
    follow(agreement=owed.agreement, follows=True, actor=viewer, now=NOW)
    words: dict[str, Any] = {"hour": 7, "weekday": 0, "time_zone": "UTC"}
    set_wants(agreement=owed.agreement, wants=wants, actor=viewer, now=NOW, **words)
    make.claim(owed, make.representative(owed.party), reason="gurgullimë & <b>", language="sq")
    gather(NOW)
    while send_next(NOW):
        pass
    (sent,) = [one for one in mail.outbox if one.to == [reader.email]]
    assert "gurgullimë & <b>" in " ".join(str(sent.body).split())
    ((html, _kind),) = sent.alternatives  # type: ignore[attr-defined]
    assert languages(html) == {"gurgullimë"}
    assert "gurgullimë &amp; &lt;b&gt;" in html


@pytest.mark.parametrize(
    ("language", "reason", "asked"),
    [
        ("sr", "Ђорђе отвори мрежу крај Џепа.", ["đorđe mrežu", "djordje", "мрежа", "mreza džepa"]),
        ("sr-latn", "Đorđe otvori mrežu kraj Džepa.", ["ђорђе мрежу", "mreza", "Џепа", "djordje"]),
        (
            "sq",
            "Marrëveshja për çështjen u nënshkrua.",
            ["marreveshja", "ceshtjen", "MARRËVESHJA", "nenshkrua"],
        ),
    ],
)
def test_it_is_found_from_each_script_and_marked(language: str, reason: str, asked: list[str]) -> None:
    owed = make.commitment("LATE", make.party("alpha"))
    make.claim(owed, make.representative(owed.party), reason=reason, language=language)
    tag = {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "sq": "sq"}[language]
    for query in asked:
        page = Client().get("/search/", {"q": query, "kind": "statement"}).content.decode()
        (shown,) = re.findall(rf'<p lang="{tag}">(.*?)</p>', page, re.DOTALL)
        assert "<mark>" in shown, query
        assert re.sub("<[^>]*>", "", shown).strip() == reason
