"""Two agreements that say the same in other words: each page has those of the agreement that it is about."""

import json
import pickle
import re
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries, Settings

from agreement import translations
from agreement.models import Agreement, Mandate, Provision
from agreement.packs.read import missing
from agreement.translations import in_own_language
from agreement.viewers import viewer_for
from obligations.commands.messages import subscribe_all
from obligations.delivery.mail import gather, send_next
from obligations.delivery.reminders import give
from obligations.flagging import sweep
from obligations.models import How, Obligation, Sort, Subscription
from obligations.words import paper
from obligations.work.files import answer_with, ask_for_file
from obligations.work.kinds import KINDS
from obligations.work.run import take_up
from parties.access import Role
from parties.content import PackText
from parties.models import Party, User
from tests import make
from tests.make import NOW
from tests.packs.pack_data import changed, load, obligation, pack, river

pytestmark = pytest.mark.django_db
# Behind each of its texts, in the language of the translations.
OWN = {"river": "река", "lake": "језеро"}
HEAD = "format: 1\ntranslation_of: {code}\nlanguage: sr\nstate: machine\n"


def text_of(code: str) -> str:
    with_file = ("actors:\n", "translations: [translations-sr.yaml]\nactors:\n")
    return changed(("code: river", f"code: {code}"), with_file)


def given(folder: Path, code: str) -> None:
    """The pack of the agreement, of which every text stands in Serbian with its own word behind it."""
    file = folder / "translations-sr.yaml"
    head = HEAD.format(code=code)
    file.write_text(head, encoding="utf-8")
    read = pack(folder, text_of(code))
    names = {one.name for one in read.actors}
    said = {text: f"{text} {OWN[code]}" for text in missing(read, read.translations[0])}
    lines = [
        "names:",
        *(f"  {json.dumps(text)}: {{name: {json.dumps(said[text])}}}" for text in sorted(names)),
    ]
    lines += ["texts:", *(f"  {json.dumps(text)}: {json.dumps(said[text])}" for text in said.keys() - names)]
    file.write_text(head + "\n".join(lines), encoding="utf-8")
    load(folder, text_of(code))


@pytest.fixture
def both(settings: Settings, tmp_path: Path) -> User:
    """Who mediates in both, and reads Serbian."""
    settings.PUBLIC_READING = True
    settings.SITE_ADDRESS = "https://tracker.example.org"
    for code in OWN:
        given(tmp_path, code)
    user = make.mediator(of=river())
    Mandate.objects.create(user=user, agreement=river("lake"), role=Role.MEDIATOR)
    User.objects.update(language="sr")
    sweep(NOW)
    return user


def read(address: str, user: User | None = None, language: str = "sr") -> str:
    client = Client(headers={"accept-language": language})
    if user:
        client.force_login(user)
    answer: Any = client.get(address)
    assert answer.status_code == 200, address
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode()).replace("\r\n ", "")


def said(page: str) -> set[str]:
    """What stands behind each text of a pack that both agreements have."""
    text = re.sub("</?mark>", "", page)
    return set(re.findall(r"\b(?:Report|Keep the banks|Alpha|Beta|Article 2|Begun)\b ?(\w*)", text))


PAGES = (
    "/agreements/{code}/",
    "/obligations/{code}/R-1/",
    "/obligations/{code}/R-2/",
    "/compliance/?agreement={code}",
    "/compliance/charts/articles.svg?agreement={code}",
    "/compliance/charts/articles.csv?agreement={code}",
    "/commitments/?agreement={code}&column=article",
    "/breaches/?agreement={code}",
    "/timeline/?agreement={code}",
    "/timeline/?agreement={code}&format=csv",
    "/gates/?agreement={code}",
    "/changes/?agreement={code}",
    "/calendar.ics?agreement={code}",
    "/search/?q=report&agreement={code}",
)


@pytest.mark.parametrize("code", OWN)
@pytest.mark.parametrize("address", PAGES)
def test_a_page_of_one_agreement_has_the_words_of_that_one_alone(both: User, address: str, code: str) -> None:
    assert said(read(address.format(code=code))) == {OWN[code]}
    assert said(read(address.format(code=code), language="en")).isdisjoint(OWN.values())


def test_each_row_of_the_desk_has_the_words_of_its_own_agreement(both: User) -> None:
    shown = " ".join(re.sub("<[^>]+>", " ", read("/desk/", both)).split())
    rows = re.findall(r"R-1 Report (\w+) , (?:Alpha|Beta) (\w+)", shown)
    assert sorted(rows) == sorted((word, word) for word in OWN.values() for _party in range(2))
    assert said(shown) == set(OWN.values())


def test_who_looks_for_a_word_of_one_agreement_finds_nothing_of_the_other(both: User) -> None:
    found = read("/search/?q=језеро")
    assert "/obligations/lake/R-1/" in found
    assert "/obligations/river/R-1/" not in found


@pytest.mark.django_db(transaction=True)
def test_a_document_and_a_file_that_a_worker_makes_have_the_words_of_their_agreement(
    both: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "pdf", lambda made, now: json.dumps(paper.as_read(asdict(made))).encode())
    viewer = viewer_for(both)
    for code in OWN:
        address = f"/compliance/report.pdf?agreement={code}"
        made = read(address, both).encode()
        assert said(json.dumps(json.loads(made), ensure_ascii=False)) == {OWN[code]}
        with translation.override("sr"):
            work = ask_for_file(address=address, root="http://testserver/", actor=viewer, now=timezone.now())
        take_up(KINDS, timezone.now)
        work.refresh_from_db()
        assert b"".join(answer_with(work, viewer)) == made


def test_mails_and_feeds_of_changes_have_the_words_of_their_agreement(both: User) -> None:
    with connection.cursor() as cursor:  # entries of the ledger have their places, as after a commit
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    subscribe_all(NOW)
    Subscription.objects.update(wants=dict.fromkeys(Sort.values, How.AT_ONCE.value), position=0, part=0)
    gather(NOW)
    give(NOW)
    while send_next(NOW):
        pass
    told = {
        code: " ".join(f"{one.subject} {one.body}" for one in mail.outbox if f"/{code}/" in one.body)
        for code in OWN
    }
    assert {code: said(text) for code, text in told.items()} == {code: {word} for code, word in OWN.items()}
    for code, word in OWN.items():
        assert said(read(f"/changes.atom?agreement={code}")) == {word}


def test_an_agreement_lends_its_words_to_no_other_and_to_no_text_that_is_nobodys(both: User) -> None:
    Agreement.objects.filter(code="river").update(languages=[])
    assert said(read("/obligations/river/R-1/")) == {""}
    assert said(read("/obligations/lake/R-1/")) == {"језеро"}


def shown(text: str, page: HttpRequest | None) -> str:
    with translation.override("sr"), in_own_language(page):
        return f"{text}"


def a_page(address: str, user: User | None = None) -> HttpRequest:
    request = RequestFactory().get(address)
    request.user, request.resolver_match = user or AnonymousUser(), resolve(request.path)
    return request


def test_a_text_of_no_known_agreement_is_read_as_its_page_and_its_reader_have_it(
    both: User, settings: Settings
) -> None:
    text = PackText("Report")
    for code, word in OWN.items():
        for address in (f"/agreements/{code}/", f"/obligations/{code}/R-1/", f"/gates/?agreement={code}"):
            assert shown(text, a_page(address)) == f"Report {word}"
    assert shown(text, a_page("/desk/", both)) == "Report"  # which of the two?
    assert shown(text, None) == "Report"
    settings.PUBLIC_READING = False
    river_alone = make.analyst(of=river())
    assert shown(text, a_page("/desk/", river_alone)) == "Report река"
    for page in (
        a_page("/gates/?agreement=lake", river_alone),
        a_page("/gates/?agreement=lake"),
        a_page("/gates/"),
    ):
        assert shown(text, page) == "Report"  # of an agreement that they do not see


def test_whose_text_it_is_costs_nothing_and_is_known_as_far_as_is_loaded(
    both: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key = river().pk
    [loaded] = Obligation.objects.filter(agreement=key, code="R-1").select_related("provision__instrument")
    bare = Provision.objects.get(pk=loaded.provision_id)
    with django_assert_num_queries(0):
        texts = [loaded.title, *loaded.beneficiaries, loaded.provision.label]
        assert [one.of for one in texts] == [key] * 4  # type: ignore[attr-defined]
        assert bare.label.of is None  # type: ignore[attr-defined]
    assert river().title.of == key  # type: ignore[attr-defined]
    assert Party.objects.filter(of="river")[0].name.of == "river"  # type: ignore[attr-defined]


@pytest.mark.parametrize("again", [copy, deepcopy, lambda text: pickle.loads(pickle.dumps(text))])
def test_a_text_knows_whose_it_is_wherever_it_is_carried(both: User, again: Callable[[str], str]) -> None:
    carried = again(obligation("R-1").title)
    assert shown(carried, None) == "Report река"
    assert carried == "Report"


def test_a_text_is_stored_and_compared_as_the_pack_has_it_whosever_it_is(both: User) -> None:
    with translation.override("sr"), in_own_language():
        title = obligation("R-1").title
        assert json.dumps([title, PackText(title)]) == '["Report", "Report"]'
        assert [title.upper(), title[:3], title + "s", {"Report": 1}[title]] == [
            "REPORT",
            "Rep",
            "Reports",
            1,
        ]
        assert {one.agreement.code for one in Obligation.objects.filter(title=title)} == set(OWN)


def test_what_a_page_asks_for_is_one_query_more_however_many_agreements_it_shows(both: User) -> None:
    for address in ("/", "/desk/", "/obligations/river/R-1/"):
        asked = {}
        for language in ("sr", "en", "sr", "en"):  # what is counted is kept in each
            User.objects.update(language=language)
            with CaptureQueriesContext(connection) as queries:
                read(address, both, language)
            asked[language] = len(queries)
        assert asked["sr"] == asked["en"] + 1


def test_what_this_process_lacks_it_asks_for_at_once_and_it_keeps_so_much_and_no_more(
    both: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed = list(Obligation.objects.filter(code="R-1"))
    kept: dict[str, Any] = {}
    monkeypatch.setattr(translations, "_kept", kept)
    with CaptureQueriesContext(connection) as queries, translation.override("sr"), in_own_language():
        assert {str(one.title) for one in owed} == {"Report језеро", "Report река"}
    assert len(queries) == 2
    kept.clear()
    monkeypatch.setattr(translations, "MOST_KEPT", 1)
    for _again in range(2):
        with translation.override("sr"), in_own_language():
            assert {str(one.title) for one in owed} == {"Report језеро", "Report река"}
    assert len(kept["sr"]) == 1
