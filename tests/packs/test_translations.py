"""A pack's texts in other languages: what files must say, and that nothing is read in another language by mistake."""

import json
import re
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from agreement.calendars import days_of, parts_of
from agreement.models import Agreement, Translation, Trigger, TriggerDate
from agreement.packs.archive import read_installed
from agreement.packs.read import missing
from agreement.packs.source import PackError
from agreement.translations import in_own_language
from agreement.viewers import readers_in, viewer_for
from obligations.models import Obligation
from obligations.packs import imports
from obligations.packs.export import pack_of
from obligations.packs.load import lines
from obligations.templatetags.sheets import plain, runs
from obligations.words import paper
from obligations.work.files import answer_with, ask_for_file
from obligations.work.kinds import KINDS
from obligations.work.run import take_up
from parties import content
from parties.access import Audience, Tier
from parties.cases import in_case
from parties.models import Party, User
from parties.scripts import to_latin
from tests import make
from tests.make import NOW
from tests.packs.pack_data import RIVER, changed, load, obligation, pack, river

# ruff: noqa: RUF001
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]

SENTENCE = "%(title)s"  # as catalogues have them

SERBIAN = """\
format: 1
translation_of: river
language: sr
state: machine
names:
  "Beta*": {name: "Бета*", genitive: "Бете*", locative: "Бети*"}
texts:
  Agreement on the river: Споразум о реци
  Report: Извештај
  A report is due.: Дугује се извештај.
  It is out: Објављен је
  "* Without prejudice.": "* Без прејудицирања."
days:
  Bridge: Премошћавање
"""
TRANSLATED = changed(
    (
        "actors:\n",
        'naming: {label: "Beta*", marker: "*", footnote: "Without prejudice."}\n'
        "translations: [translations-sr.yaml]\nactors:\n",
    ),
    ("name: Beta,", 'name: "Beta*",'),
)
PAGE = "/obligations/river/R-1/"


def given(folder: Path, *pairs: tuple[str, str]) -> None:
    (folder / "translations-sr.yaml").write_text(changed(*pairs, text=SERBIAN), encoding="utf-8")


def loaded(folder: Path, *pairs: tuple[str, str]) -> None:
    given(folder, *pairs)
    load(folder, TRANSLATED)


def page(language: str, path: str = PAGE) -> str:
    answer = Client().get(path, headers={"accept-language": language})
    return b"".join(answer).decode()


def test_a_page_shows_the_texts_of_its_language_and_says_that_they_are_translations(tmp_path: Path) -> None:
    loaded(tmp_path)
    cyrillic, latin = page("sr"), page("sr-Latn")
    for word in ("Извештај", "Дугује се извештај.", "Објављен је", "Бета*", "* Без прејудицирања."):
        assert word in cyrillic
    for word in ("Izveštaj", "Duguje se izveštaj.", "Objavljen je", "Beta*", "* Bez prejudiciranja."):
        assert word in latin
    assert "It is read" in latin  # which has no translation
    assert "преведени су машински" in cyrillic
    assert "translated by machine" not in page("en")
    assert "Извештај" not in page("sq") + page("en")


def test_why_a_pack_gives_a_day_is_translated_and_why_a_person_does_is_not(tmp_path: Path) -> None:
    loaded(tmp_path, ("  Report: Извештај\n", "  Report: Извештај\n  Start: Почетак\n"))
    said = '<p class="small pre">{}</p>'
    asked = "/changes/?agreement=river&since=2020-01-01"
    assert said.format("Почетак") in page("sr", asked)
    assert said.format("Start") in page("en", asked)
    later = {"occurred_on": date(2023, 3, 19), "recorded_at": timezone.now(), "reason": "Start"}
    TriggerDate.objects.create(
        trigger=Trigger.objects.get(code="T-START"), recorded_by=make.mediator(), **later
    )
    assert said.format("Start") in page("sr", asked)


def test_a_translation_that_was_reviewed_is_called_so(tmp_path: Path) -> None:
    loaded(tmp_path, ("state: machine", "state: reviewed"))
    told = page("sr")
    assert "евиденције су преводи." in told
    assert "преведени су машински" not in told


def test_what_is_compared_stored_or_read_by_programs_is_the_packs_own_text(tmp_path: Path) -> None:
    loaded(tmp_path)
    with translation.override("sr"), in_own_language():
        duty, beta = obligation("R-1"), Party.objects.get(code="beta")
        assert duty.title == "Report"
        assert f"{duty.title}, {beta.name}" == "Извештај, Бета*"
        assert [str(duty.title), SENTENCE % {"title": duty.title}] == ["Извештај"] * 2
        assert [in_case(beta.name, form) for form in ("genitive", "dative")] == ["Бете*", "Бета*"]
        duty.save()
        beta.save()
        exported = pack_of(river())
    assert Obligation.objects.filter(title="Report").exists()
    assert Party.objects.filter(name="Beta*").exists()
    assert exported == pack(tmp_path, TRANSLATED)
    asked = Client().get("/api/v1/obligations/", headers={"accept-language": "sr"})
    assert "Report" in asked.content.decode()
    assert "Извештај" not in asked.content.decode()


@pytest.mark.parametrize("asked", ["Извештај", "izveštaj", "izvestaj", "izveštaji", "report", "izvest"])
@pytest.mark.parametrize("language", ["en", "sr-Latn"])
def test_search_finds_what_reads_so_in_any_language_and_script(
    tmp_path: Path, asked: str, language: str
) -> None:
    loaded(tmp_path)
    found = page(language, f"/search/?q={asked}")
    assert PAGE in found
    assert PAGE not in page(language, "/search/?q=premoscavanje")


OF_TOPICS = changed(
    ("rules:\n", "topics:\n  - {code: roads, label: Traffic}\nrules:\n"),
    ("  - code: R-2\n", "    tags: [roads, still_water]\n  - code: R-2\n"),
    text=TRANSLATED,
)


@pytest.mark.parametrize(
    "asked", ["traffic", "Саобраћај", "saobraćaja", "saobracaj", "stajaća voda", "stajac", "still waters"]
)
def test_search_finds_a_duty_by_what_its_topics_are_called_in_any_language_and_script(
    tmp_path: Path, asked: str
) -> None:
    names = "  Traffic: Саобраћај\n  still water: Стајаћа вода\n"
    given(tmp_path, ("  Report: Извештај\n", f"  Report: Извештај\n{names}"))
    load(tmp_path, OF_TOPICS)
    found = page("sr", f"/search/?q={asked}")
    assert PAGE in found
    assert "/obligations/river/R-2/" not in found
    assert PAGE not in page("sr", "/search/?q=roads")


def test_a_page_asks_once_for_its_translations_and_in_english_not_at_all(
    tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    loaded(tmp_path)
    page("sr")
    with django_assert_num_queries(0), translation.override("en"), in_own_language():
        assert f"{Obligation(title='Report').title}" == "Report"
    duty = obligation("R-1")
    with django_assert_num_queries(1), translation.override("sr"), in_own_language():
        assert f"{duty.title} {duty.summary}" == "Извештај Дугује се извештај."


def test_a_page_in_another_language_asks_one_query_more(tmp_path: Path) -> None:
    loaded(tmp_path)
    page("sr"), page("en")
    asked = {}
    for language in ("en", "sr", "sr-Latn", "sr-Latn", "sq"):
        with CaptureQueriesContext(connection) as queries:
            page(language)
        asked[language] = len(queries)
    assert asked == {"en": asked["en"]} | dict.fromkeys(("sr", "sr-Latn", "sq"), asked["en"] + 1)


def test_a_file_of_a_page_reads_as_the_page_and_one_of_the_api_as_the_pack(tmp_path: Path) -> None:
    loaded(tmp_path)
    of_page = page("sr-Latn", "/timeline/?agreement=river&format=csv")
    assert "Izveštaj" in of_page
    of_api = b"".join(
        Client().get("/api/v1/commitments/?format=csv", headers={"accept-language": "sr"}).streaming_content  # type: ignore[attr-defined]
    ).decode()
    assert "Report" in of_api
    assert "Izveštaj" not in of_api


@pytest.mark.django_db(transaction=True)
def test_a_file_that_a_worker_makes_reads_as_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(tmp_path)
    monkeypatch.setattr(paper, "pdf", lambda made, now: json.dumps(paper.as_read(asdict(made))).encode())
    address = "/compliance/report.pdf?agreement=river"
    mediator = make.mediator(of=Agreement.objects.get())
    viewer = viewer_for(mediator)
    with translation.override("sr"):
        work = ask_for_file(address=address, root="http://testserver/", actor=viewer, now=timezone.now())
    take_up(KINDS, timezone.now)
    browser = Client(headers={"accept-language": "sr"})
    browser.force_login(mediator)
    work.refresh_from_db()
    assert b"".join(answer_with(work, viewer)) == browser.get(address).content
    assert "Без прејудицирања" in json.loads(browser.get(address).content)["footnote"]


def test_what_a_pack_would_change_is_the_same_in_each_language(tmp_path: Path) -> None:
    loaded(tmp_path)
    keeper = viewer_for(User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD))
    new = pack(
        tmp_path, RIVER.replace("name: Beta,", "name: Gamma,").replace("title: Report\n", "title: Yearly\n")
    )
    shown = {}
    for language in ("en", "sr"):
        with translation.override(language), in_own_language():
            shown[language] = imports.digest_of(imports.planned(new, keeper, NOW), new)
    assert shown["en"] == shown["sr"]


def test_a_new_version_is_shown_at_once_and_a_text_that_changed_is_translated_no_more(tmp_path: Path) -> None:
    loaded(tmp_path)
    assert "Извештај" in page("sr")
    loaded(tmp_path, ("Report: Извештај", "Report: Годишњи извештај"))
    assert "Годишњи извештај" in page("sr")
    text = changed(("    title: Report", "    title: Yearly report"), text=TRANSLATED)
    given(tmp_path, ("  Report: Извештај\n", ""))
    told = load(tmp_path, text)
    assert "Yearly report" in page("sr")
    assert "  missing     sr  (15 texts, the first: 'Alpha')" in list(lines(told))
    load(tmp_path)
    assert not Translation.objects.exists()
    assert Agreement.objects.get().languages == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Report: И", "Raport: И", "there is no text in the pack that reads Raport; did you mean Report?"),
        ('"Beta*": {', '"Beta": {', "there is no actor of this name Beta; "),
        ("Бете*", "Бете", "Бете does not end with the marker *; add it"),
        ("_of: river", "_of: lake", "translates lake, but river includes it; correct one"),
        ("Bridge:", "Read it whole.:", "is a text of the pack; write it among names or texts"),
        ("state: machine", "state: good", "good is not known here; use one of machine, reviewed"),
        ("genitive", "genitiv", "is not a key of this part; did you mean genitive?"),
    ],
)
def test_what_does_not_belong_to_the_pack_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    given(tmp_path, (old, new))
    with pytest.raises(PackError) as error:
        pack(tmp_path, TRANSLATED)
    [problem] = error.value.problems
    assert said in problem.message
    assert problem.file.endswith("translations-sr.yaml")
    assert (
        new.strip('"').split(":")[0].split('"')[0]
        in (tmp_path / "translations-sr.yaml").read_text().splitlines()[problem.line - 1]
    )


def test_two_files_of_one_language_are_one_too_many(tmp_path: Path) -> None:
    given(tmp_path)
    (tmp_path / "again.yaml").write_text(SERBIAN, encoding="utf-8")
    text = changed(("[translations-sr.yaml]", "[translations-sr.yaml, again.yaml]"), text=TRANSLATED)
    with pytest.raises(PackError, match="sr is taken"):
        pack(tmp_path, text)


def test_a_pack_without_translations_reads_as_before(tmp_path: Path) -> None:
    load(tmp_path, RIVER)
    assert "Report" in page("sr")
    assert "translated" not in page("sr")


def test_the_first_pack_is_whole_in_each_language_and_in_its_own_letters() -> None:
    told = read_installed("ohrid-2023")
    assert [one.language for one in told.translations] == ["sq", "sr"]
    for one in told.translations:
        assert missing(told, one) == []
        texts = " ".join(one.rows().values())
        assert not re.search("[\u01c4-\u01cc]", texts)
        if one.language == "sq":
            assert not re.search("[\u0400-\u04ff]", texts)
        else:
            assert set(re.findall("[A-Za-z]+", to_latin(texts))) >= {"Kosova", "Srbije"}
            assert set(re.findall(r"[A-Za-z.]{2,}", texts)) <= LEFT_IN_LATIN


LEFT_IN_LATIN = {
    *("Kosovo", "Online", "normalizacija.rs", "mts", "d.o.o.", "RKS", "LiDAR"),  # names, plates, a method
    *("Public", "holidays", "in", "the", "European", "Union"),  # the title of a page that was read
}


@pytest.mark.parametrize("language", ["sq", "sr"])
def test_every_day_off_of_the_first_pack_has_a_name_in_each_language(language: str) -> None:
    told = read_installed("ohrid-2023")
    [one] = [one for one in told.translations if one.language == language]
    names = {
        base
        for calendar in told.calendars
        for name in days_of(calendar).values()
        for base, _ in parts_of(name)
    }
    assert names - one.days.keys() == set()


def test_names_in_a_list_and_on_a_sheet_are_read_as_they_are_elsewhere() -> None:
    make.party("alpha")
    make.party("beta")
    with content.read_in(InCapitals()):
        readers = readers_in(Agreement.objects.get())
        assert readers.of(Audience(Tier.PARTIES)).startswith("ALPHA, BETA, ")
        alpha = Party.objects.get(code="alpha")
        assert ">ALPHA</span>" in runs([paper.party(alpha)])
        assert plain([paper.party(alpha)]) == "ALPHA"


class InCapitals:
    """A language in which everything that a pack says is in capitals."""

    def __init__(self) -> None:
        self.states: set[str] = set()

    def find(self, text: str, form: str, of: content.Of | None) -> str | None:
        return text.upper()
