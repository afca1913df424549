"""Who may see a row may change, by a recorded act; the verification finds where it changed by none."""

from pathlib import Path
from typing import Any

import pytest

from agreement.viewers import viewer_for
from obligations.commands import release
from obligations.models import Statement
from parties.models import User
from tests import make
from tests.ledger.data import a_ledger, faults, tamper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("tier = 'mediators'", "tier"),
        ("publish_at = now()", "tier"),
        ("withdrawn_at = now()", "withdrawn_at"),
    ],
)
def test_a_column_that_no_command_changed_is_found(
    change: str, column: str, tmp_path: Path, settings: Any
) -> None:
    settings.LEDGER_WITNESS = str(tmp_path / "outside" / "heads.jsonl")
    a_ledger(tmp_path)
    first, second = Statement.objects.filter(kind="claim").order_by("pk")
    mediator = viewer_for(User.objects.get(email="mediator@trial.invalid"))
    release(subject=first, actor=mediator, now=make.NOW, tier="parties", reason="It was agreed.")
    assert faults() == []
    tamper(f"UPDATE obligations_statement SET {change} WHERE id = %s", values=[second.pk])
    told = [f"statement {second.key}: {column} is not what the releases and withdrawals on record say"]
    assert faults() == told
    tamper(f"UPDATE obligations_statement SET {change} WHERE id = %s", values=[first.pk])
    assert faults()[0] == f"entry 6: obligations.statement {first.pk} is not as it was left"
