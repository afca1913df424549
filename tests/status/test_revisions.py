"""How often what is seen has changed, and how many commitments there are: rows that are added to, and summed."""

from pathlib import Path

from django.db.models import Sum

from agreement.packs.read import read_pack
from obligations.commands import revisions
from obligations.deadlines import present
from obligations.models import Commitment, Revision
from obligations.packs.load import load_pack
from obligations.status.freshness import freshness_of
from obligations.status.reading import Listed
from parties.access import PUBLIC_VIEWER
from tests import make
from tests.packs.small import SMALL


def totals() -> dict[int, tuple[int, int]]:
    rows = Revision.objects.order_by().values("mask").annotate(n=Sum("changes"), of=Sum("commitments"))
    return {row["mask"]: (row["n"], row["of"]) for row in rows}


def test_summed_revisions_say_the_same_in_fewer_rows(db: None) -> None:
    owed = make.commitment(days=30)
    for level in (1, 2, 3):
        make.finding(owed, level)
    before, rows = totals(), Revision.objects.count()
    revisions.sum_up(few=0)
    assert totals() == before
    assert Revision.objects.count() == len(before) < rows


def test_few_revisions_stay_as_they_are(db: None) -> None:
    make.finding(make.commitment(days=30), 1)
    before = freshness_of(PUBLIC_VIEWER, make.NOW)
    revisions.sum_up()
    assert freshness_of(PUBLIC_VIEWER, make.NOW) == before


def test_the_number_of_commitments_is_kept(db: None, settings: object) -> None:
    settings.PUBLIC_READING = True  # type: ignore[attr-defined]
    for code in ("O-1", "O-2", "O-3"):
        make.commitment(code, days=30)
    assert Listed(PUBLIC_VIEWER, present(make.NOW)).count() == 3
    Commitment.objects.get(obligation__code="O-2").delete()
    revisions.sum_up(few=0)
    assert Listed(PUBLIC_VIEWER, present(make.NOW)).count() == 2


def test_words_of_a_pack_that_changed_are_a_change(db: None, settings: object, tmp_path: Path) -> None:
    settings.PUBLIC_READING = True  # type: ignore[attr-defined]
    file = tmp_path / "pack.yaml"
    seen = set()
    for text in (SMALL, SMALL.replace("Publish the levels", "Publish all levels")):
        file.write_text(text)
        load_pack(pack=read_pack(file), actor=PUBLIC_VIEWER, now=make.NOW)
        seen.add(freshness_of(PUBLIC_VIEWER, make.NOW))
    assert len(seen) == 2
