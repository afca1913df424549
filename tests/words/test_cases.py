"""The case that a sentence wants of a name, in the languages that have them."""

import re

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from obligations.templatetags.look import parties, party
from parties import content
from parties.cases import ASKED, Asking, in_case
from parties.content import PackText
from parties.models import Party
from tests.words.test_catalogues import CATALOGUES, entries, texts

# ruff: noqa: RUF001
NAMES = {"Alpha": {"": "Алфа", "genitive": "Алфе", "locative": "Алфи"}, "Beta": {"": "Бета"}}
ON_WHOM = "<b>%(what)s</b> by %(who)s on %(on_whom)s"


class Declined:
    """A language in which one name has cases and the other none."""

    def __init__(self) -> None:
        self.states: set[str] = set()

    def find(self, text: str, form: str, of: content.Of | None) -> str | None:
        return NAMES[text].get(form) or NAMES[text][""] if text in NAMES else None


def called(name: str) -> Party:
    """A party as the database gives it."""
    return Party.from_db("default", ["id", "name", "mark"], [1, PackText(name, 1), 1])


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        ("sr", "Alpha", "тврдња од стране Алфе, 1. мај"),
        ("sr", "Beta", "тврдња од стране Бета, 1. мај"),
        ("sr", "Gamma", "тврдња од стране Gamma, 1. мај"),
        ("sq", "Alpha", "тврдња (Алфа), 1. мај"),
        ("en", "Alpha", "тврдња of Алфа, 1. мај"),
    ],
)
def test_a_sentence_of_the_code_has_a_name_in_the_case_that_its_translation_asks_for(
    language: str, name: str, said: str
) -> None:
    places = {"what": "тврдња", "who": called(name).name, "day": "1. мај"}
    with translation.override(language), content.read_in(Declined()):
        for message in (
            gettext("%(what)s of %(who)s, %(day)s"),
            gettext_lazy("%(what)s of %(who)s, %(day)s"),
        ):
            assert message % places == said


def test_a_sentence_of_a_template_has_it_with_the_mark_of_the_party_and_escaped() -> None:
    sentence = re.sub(r"%\((\w+)\)s", r"{{ \1 }}", ON_WHOM)
    source = (
        "{% load i18n look %}{% party one as who %}{% parties both as on_whom %}"
        f"{{% blocktranslate %}}{sentence}{{% endblocktranslate %}}"
    )
    told = {"one": called("Alpha"), "both": [called("Alpha"), called("Beta")], "what": "Тврдња"}
    with translation.override("sr"), content.read_in(Declined()):
        shown = Template(source).render(Context(told))
    mark = '<span class="party mark-1">{}</span>'
    assert (
        shown
        == f"<b>Тврдња</b> од стране {mark.format('Алфе')} о {mark.format('Алфи')}, {mark.format('Бета')}"
    )


def test_what_is_dangerous_in_a_page_is_so_in_no_case() -> None:
    with content.read_in(Dangerous()):
        name = PackText("Alpha", 1).__html__()
        assert [name, in_case(name, "genitive")] == ["&lt;Alpha &gt;", "&lt;Alpha genitive&gt;"]
        assert "&lt;Alpha genitive&gt;" in in_case(party(called("Alpha")), "genitive")
        assert "&lt;Alpha locative&gt;" in in_case(parties([called("Alpha")]), "locative")


class Dangerous(Declined):
    def find(self, text: str, form: str, of: content.Of | None) -> str | None:
        return f"<{content.as_written(text)} {form}>"


def test_a_place_that_there_is_not_is_a_fault_in_any_case() -> None:
    for wrong in ("%(whom)s", "%(whom.genitive)s"):
        with pytest.raises(KeyError):
            Asking(wrong) % {"who": "Alpha"}


@pytest.mark.parametrize("name", CATALOGUES)
def test_what_a_translation_asks_for_is_a_case_and_pages_can_fill_it(name: str) -> None:
    asking = [(one, text) for one in entries(name) for text in texts(one) if re.search(r"%\(\w+\.", text)]
    for entry, text in asking:
        assert len(re.findall(r"%\(\w+\.", text)) == len(ASKED.findall(text)), text
        places = dict.fromkeys(re.findall(r"%\((\w+)\)", entry.msgid), "Alpha")
        language = name.split()[1].replace("_", "-").lower()
        with translation.override(language):
            assert gettext(entry.msgid) % places == ASKED.sub(r"\1", text) % places
    assert len(asking) > 10 or not name.startswith("locale s")


def test_a_message_that_was_made_plain_text_first_asks_all_the_same() -> None:
    assert str(Asking("тврдња %(who.genitive)s")) % {"who": "Beta"} == "тврдња Beta"


def test_a_contest_by_a_party_does_not_read_in_serbian_as_one_of_the_party_itself() -> None:
    told = {"what": "оспоравање", "who": called("Alpha").name, "day": "1. маја 2026."}
    with translation.override("sr"), content.read_in(Declined()):
        assert gettext("%(what)s of %(who)s, %(day)s") % told == "оспоравање од стране Алфе, 1. маја 2026."
