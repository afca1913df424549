"""Two agreements with the same codes: what is loaded, planned or withdrawn in one leaves the other as it was."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from agreement.models import Agreement
from obligations.models import Commitment
from obligations.packs.export import pack_of
from tests import make
from tests.packs.pack_data import RIVER, changed, load, obligation, owed, river, without

pytestmark = pytest.mark.django_db

LAKE = RIVER.replace("code: river", "code: lake")
# The way from a row to its agreement.
WAYS = (
    "agreement",
    "instrument__agreement",
    "obligation__agreement",
    "commitment__agreement",
    "trigger__agreement",
    "calendar__agreement",
)


def rows_of(agreement: Agreement) -> dict[str, list[Any]]:
    """Every row that belongs to an agreement, of every model that has a way to one."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        names = {field.name for field in model._meta.get_fields()}
        for way in WAYS:
            if way.split("__")[0] in names and model is not Agreement:
                rows = model._default_manager.filter(**{way: agreement}).order_by("pk")
                found[model.__name__] = list(rows.values())
                break
    return found


def test_rows_of_every_kind_are_compared(tmp_path: Path) -> None:
    load(tmp_path)
    made = {name for name, rows in rows_of(river()).items() if rows}
    assert {
        "Commitment",
        "Gate",
        "Indicator",
        "Obligation_touched_by",
        "Position",
        "Terms",
        "TriggerDate",
    } < made


def test_the_same_codes_in_two_agreements_are_two_things(tmp_path: Path) -> None:
    load(tmp_path)
    before = rows_of(river())
    counts = load(tmp_path, LAKE).counts
    assert rows_of(river()) == before
    assert counts["added"]["parties"] == 3
    assert Commitment.objects.filter(obligation__code="R-1").count() == 4
    after = obligation("R-2", "lake").gates.values_list("after_obligation__agreement__code", flat=True)
    assert after[0] == "lake"


def test_changing_one_leaves_the_other(tmp_path: Path) -> None:
    load(tmp_path)
    load(tmp_path, LAKE)
    make.finding(owed("R-1", "beta"), 2)
    make.finding(owed("R-1", "beta", "lake"), 2)
    before = rows_of(river())
    text = changed(
        ("title: Report\n", "title: Other\n"),
        ("obligors: [alpha, beta]", "obligors: [alpha]"),
        ("counting: calendar", "counting: working-days"),
        ("T-START, label: Start", "T-START, label: First"),
        (", expected_due: 2023-08-15", ""),
        text=LAKE,
    )
    text = without("- code: R-2", without("- {code: T-END", text))
    assert load(tmp_path, text, plan=True)
    assert rows_of(river()) == before
    assert load(tmp_path, text).counts["superseded"] == {"commitments": 1}
    assert rows_of(river()) == before
    assert owed("R-1", "beta").life == "active"
    assert owed("R-1", "beta", "lake").life == "superseded"


def test_each_is_written_out_by_itself(tmp_path: Path) -> None:
    load(tmp_path)
    load(tmp_path, changed(("title: Report\n", "title: Other\n"), text=LAKE))
    titles = {code: pack_of(river(code)).obligations[0].title for code in ("river", "lake")}
    assert titles == {"river": "Report", "lake": "Other"}
    assert {len(pack_of(river(code)).obligations) for code in ("river", "lake")} == {2}
