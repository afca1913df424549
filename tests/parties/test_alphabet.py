"""Names stand in the order of the reader's own alphabet."""

import pytest
from django.utils import translation

from parties.alphabet import in_alphabet


@pytest.mark.parametrize(
    ("language", "in_order"),
    [
        ("en", "Albania, Kosovo*, Serbia, the Union"),
        (
            "sq",
            "Cili, Çami, Durrësi, Dhërmiu, Elbasani, Ëma, Gusha, Gjakova, Kosova*, Serbia, Shkodra, Zana, Zhupa",
        ),
        (
            "sr-latn",
            "Čačak, Ćuprija, Dunav, Džep, Đakovica, Kosovo*, Leskovac, Ljig, Niš, Njeguši, Srbija, Šid",
        ),
        (
            "sr",
            "Дунав, Ђаковица, Жабаљ, Зајечар, Косово*, Лесковац, Љиг, Ниш, Његуши, Србија, Ћуприја, Чачак, Џеп",
        ),
    ],
)
def test_names_stand_in_the_order_of_the_alphabet(language: str, in_order: str) -> None:
    names = in_order.split(", ")
    with translation.override(language):
        assert sorted(sorted(names), key=in_alphabet) == names


@pytest.mark.parametrize("language", ["en", "sq", "sr", "sr-latn"])
def test_the_parties_of_the_first_agreement_stand_alike_in_all(language: str) -> None:
    names = {"en": ["Kosovo*", "Serbia"], "sq": ["Kosova*", "Serbia"], "sr": ["Косово*", "Србија"]}
    with translation.override(language):
        theirs = names.get(language, ["Kosovo*", "Srbija"])
        assert in_alphabet(theirs[0]) < in_alphabet(theirs[1])
