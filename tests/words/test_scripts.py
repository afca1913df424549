"""Serbian in Latin script, from the Cyrillic."""

import pytest

from parties.scripts import to_latin


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Његош, ЊЕГОШ", "Njegoš, NJEGOŠ"),
        ("ЉУБАВ и КОЊ", "LJUBAV i KONJ"),
        ("Џеп, џеп, Њ", "Džep, džep, Nj"),
        ("инјекција, надживети", "injekcija, nadživeti"),
        ("%(n)d од <b>%(total)d</b> &amp; PDF", "%(n)d od <b>%(total)d</b> &amp; PDF"),
        ("ЕУЛЕКС", "EULEX"),
        ("Косово*, Ђ ђ Ћ ћ Ж ж Ш ш Ч ч Ц ц", "Kosovo*, Đ đ Ć ć Ž ž Š š Č č C c"),
        ("28. новембра 2026.", "28. novembra 2026."),
    ],
)
def test_the_latin_follows_from_the_cyrillic_and_nothing_else_changes(cyrillic: str, latin: str) -> None:
    assert to_latin(cyrillic) == latin
