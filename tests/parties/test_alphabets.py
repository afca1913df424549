"""Labels stand in the order in which the reader's language looks for them."""

import pytest
from django.utils.translation import override

from obligations.words.languages import choices
from parties.alphabets import in_alphabet, place_of


@pytest.mark.parametrize(
    ("language", "in_order"),
    [
        ("en", ["(none)", "Angle", "étude", "Fact", "Zone"]),
        ("sq", ["dritë", "dhomë", "era", "ëndërr", "fakt", "njeri", "zë", "zhurmë"]),
        ("sr-latn", ["cilj", "čas", "ćebe", "drvo", "džep", "đak", "lopta", "ljubav", "šuma", "zid", "žaba"]),
        ("sr", ["дрво", "ђак", "јабука", "лопта", "љубав", "ћебе", "црква", "час", "џеп", "шума", "page"]),
    ],
)
def test_each_language_has_its_own_order(language: str, in_order: list[str]) -> None:
    with override(language):
        by_code_point = sorted(in_order)
        assert sorted(by_code_point, key=place_of) == in_order


@pytest.mark.parametrize("language", ["en", "sq", "sr-latn", "sr"])
def test_languages_are_offered_by_their_names_in_the_language_of_the_page(language: str) -> None:
    with override(language):
        _none, (_likely, likely), (_others, others) = choices()
        names = [str(name) for code, name in others]
        assert names == sorted(names, key=place_of)
        by_code = dict(likely)
        assert (
            by_code["sq"]
            == {"en": "Albanian", "sq": "shqip", "sr-latn": "albanski", "sr": "албански"}[language]
        )


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Kosovo*", "Serbia"]),
        ("sq", ["Kosova*", "Serbia"]),
        ("sr", ["Косово*", "Србија"]),
        ("sr-latn", ["Kosovo*", "Srbija"]),
    ],
)
def test_the_parties_of_the_first_agreement_stand_alike_in_every_language(
    language: str, names: list[str]
) -> None:
    with override(language):
        assert in_alphabet(names[0]) < in_alphabet(names[1])


@pytest.mark.parametrize("language", ["en", "sq", "sr", "sr-latn"])
def test_as_a_text_the_order_is_the_same(language: str) -> None:
    words = ["Gusha", "Gjakova", "Niš", "Njeguši", "Бањска", "Đakovica", "7.1", "Gjakovë", "A"]
    with override(language):
        assert sorted(words, key=in_alphabet) == sorted(words, key=place_of)
