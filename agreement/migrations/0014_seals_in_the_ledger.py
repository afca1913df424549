"""Seals that were made before the ledger named them are named now, in the chain of no agreement."""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

from agreement.ledger.canonical import canonical, digest, instant

LABEL = "agreement.ledgerseal"
COLUMNS = ["chain", "day", "head", "id", "made_at", "seal"]


def adopt(apps: Any, schema_editor: Any) -> None:
    seals = apps.get_model("agreement", "LedgerSeal").objects.order_by("pk")
    rows = [[LABEL, pk, digest(COLUMNS, values)] for pk, *values in seals.values_list("pk", *COLUMNS)]
    if not rows:
        return
    now = datetime.now(UTC)
    told: dict[str, Any] = {
        "after": {"rows": len(rows)},
        "before": {},
        "command": "adopt_rows",
        "reason": "They were on record before the ledger named rows.",
        "request_id": "",
        "subject": LABEL,
    }
    nobody: dict[str, Any] = {"actor": None, "agreement": None, "at": instant(now), "on_behalf_of": None}
    named = {"columns": {LABEL: COLUMNS}, "format": 2, "gone": [], "rows": rows}
    nothing: dict[str, Any] = {"states": [], "state_columns": {}}
    content = canonical(told | nobody | named | nothing)
    apps.get_model("agreement", "LedgerEntry").objects.create(at=now, content=content, **told)


class Migration(migrations.Migration):
    dependencies = [("agreement", "0013_witness_end")]
    operations = [migrations.RunPython(adopt, migrations.RunPython.noop)]
