"""How often what is seen has changed, and how many commitments there are: rows that are added to, and summed."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db.models import Sum

from agreement.packs.read import read_pack
from obligations import drift
from obligations.commands import revisions
from obligations.deadlines import present
from obligations.models import TALLIES, Commitment, CommitmentStatus, CommitmentTally, PeriodTally, Revision
from obligations.packs.load import load_pack
from obligations.status.filters import FILTERS
from obligations.status.freshness import freshness_of
from obligations.status.reading import Listed
from parties.access import PUBLIC_VIEWER
from tests import lasting, make
from tests.packs.small import SMALL


def totals() -> dict[int, int]:
    rows = Revision.objects.order_by().values("mask").annotate(n=Sum("changes"))
    return {row["mask"]: row["n"] for row in rows}


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


def test_numbers_are_kept_whoever_writes_and_say_the_same_once_summed(db: None) -> None:
    owed = make.commitment(days=30)
    make.finding(owed, 1)
    make.finding(owed, 3, tier="mediators")
    lasting.standing()
    CommitmentStatus.objects.filter(commitment=owed, is_present=True).update(life="waived")
    assert [revisions.wrong(tally) for tally in TALLIES] == [0, 0]
    rows = CommitmentTally.objects.count()
    revisions.sum_up(few=0)
    assert [revisions.wrong(tally) for tally in TALLIES] == [0, 0]
    assert CommitmentTally.objects.count() < rows
    assert CommitmentTally.objects.filter(life="waived").aggregate(Sum("n"))["n__sum"] == 2


def test_every_filter_counts_as_many_as_it_lists(db: None, settings: object) -> None:
    settings.PUBLIC_READING = True  # type: ignore[attr-defined]
    owed = make.commitment(days=30)
    make.finding(owed, 3)
    make.commitment("O-2", rule="immediate", trigger=make.trigger())
    make.finding(make.commitment("O-3", by=make.party("beta"), days=10_000), 1)
    make.finding(lasting.standing(), conduct="kept")
    codes = {
        "agreement": ["accord"],
        "instrument": ["main"],
        "party": ["alpha", "beta"],
        "obligation": ["O-2"],
    }
    codes |= {"due_from": ["2023-06-01"], "due_until": ["2030-01-01", "1990-01-01"]}
    codes |= {"provision": [owed.obligation.provision.anchor], "tag": ["none"]}
    for name, one in FILTERS.items():
        for value in [str(value) for value, _label in one.choices or ()] or codes[name]:
            listed = Listed(PUBLIC_VIEWER, present(make.NOW), {name: (value,)})
            assert listed.count() == len(listed.select(("s.id", []))), (name, value)


def test_a_number_that_is_wrong_is_told_by_the_drift_check_and_mended_by_recompute(db: None) -> None:
    make.commitment(days=30)
    CommitmentTally.objects.update(n=5)
    PeriodTally.objects.all().delete()
    told = [one["what"] for one in drift.check(make.NOW, lambda: make.NOW).differences]
    assert told == ["numbers of commitments that are alike"]
    call_command("recompute", stdout=StringIO())
    assert drift.check(make.NOW, lambda: make.NOW).found == 0


def test_words_of_a_pack_that_changed_are_a_change(db: None, settings: object, tmp_path: Path) -> None:
    settings.PUBLIC_READING = True  # type: ignore[attr-defined]
    file = tmp_path / "pack.yaml"
    seen = set()
    for text in (SMALL, SMALL.replace("Publish the levels", "Publish all levels")):
        file.write_text(text)
        load_pack(pack=read_pack(file), actor=PUBLIC_VIEWER, now=make.NOW)
        seen.add(freshness_of(PUBLIC_VIEWER, make.NOW))
    assert len(seen) == 2
