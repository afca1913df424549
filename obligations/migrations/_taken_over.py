"""Enters the states of rows that were there before the ledger named any: once, as they are."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import rfc8785

from agreement.ledger.canonical import instant, plain

# By model: the way to its agreement, None where it has none; and which columns are named, all where none is given.
MODELS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "agreement.agreement": ("id", ()),
    "agreement.calendar": ("agreement_id", ()),
    "agreement.calendarparty": ("agreement_id", ()),
    "agreement.event": ("agreement_id", ()),
    "agreement.instrument": ("agreement_id", ()),
    "agreement.interpretiverule": ("agreement_id", ()),
    "agreement.mandate": ("agreement_id", ()),
    "agreement.participation": ("agreement_id", ()),
    "agreement.position": ("instrument__agreement_id", ()),
    "agreement.provision": ("instrument__agreement_id", ()),
    "agreement.trigger": (
        "agreement_id",
        ("agreement_id", "code", "id", "in_pack", "label", "note", "pack_date", "place"),
    ),
    "obligations.commitment": (
        "agreement_id",
        ("agreement_id", "id", "in_pack", "obligation_id", "party_id", "place", "share"),
    ),
    "obligations.gate": ("obligation__agreement_id", ()),
    "obligations.indicator": ("obligation__agreement_id", ()),
    "obligations.obligation": ("agreement_id", ()),
    "obligations.obligation_touched_by": ("obligation__agreement_id", ()),
    "parties.party": (None, ()),
    "parties.user": (
        None,
        ("date_joined", "email", "is_active", "is_staff", "is_superuser", "name"),
    ),
}
REASON = "Taken over as they were when the ledger began to name them."


def enter(
    apps: Any, schema_editor: Any, models: dict[str, tuple[str | None, tuple[str, ...]]] = MODELS
) -> None:
    """An entry in each chain that has such rows. It writes what `agreement.ledger.enter` wrote at that time."""
    states: dict[int | None, list[list[Any]]] = defaultdict(list)
    columns: dict[int | None, dict[str, list[str]]] = defaultdict(dict)
    for label, (path, named) in models.items():
        model = model_of(apps, label)
        names = list(named or sorted(field.attname for field in model._meta.concrete_fields))
        for chain, key, taken in states_of(model, path, names):
            states[chain].append([label, key, taken])
            columns[chain][label] = names
    entries = apps.get_model("agreement", "LedgerEntry")
    now = datetime.now(UTC)
    for chain in sorted(states, key=lambda one: one or 0):
        told: dict[str, Any] = {
            "actor": None,
            "after": {"rows": len(states[chain])},
            "agreement": chain,
            "at": instant(now),
            "before": {},
            "command": "take_over",
            "on_behalf_of": None,
            "reason": REASON,
            "request_id": "",
            "subject": "rows that may change",
        }
        nothing_else: dict[str, Any] = {"columns": {}, "gone": [], "rows": [], "format": 2}
        said = told | nothing_else | {"states": states[chain], "state_columns": columns[chain]}
        entries.objects.create(
            agreement_id=chain,
            at=now,
            command=told["command"],
            subject=told["subject"],
            before={},
            after=told["after"],
            reason=REASON,
            content=rfc8785.dumps(said).decode(),
        )


def model_of(apps: Any, label: str) -> Any:
    if label == "obligations.obligation_touched_by":
        return apps.get_model("obligations", "Obligation").touched_by.through
    return apps.get_model(label)


def states_of(model: Any, path: str | None, names: list[str]) -> Iterator[tuple[int | None, int, str]]:
    values = ["pk", *names, *([path] if path else [])]
    for key, *rest in model.objects.order_by("pk").values_list(*values).iterator(2_000):
        chain = rest.pop() if path else None
        said = {name: plain(value) for name, value in zip(names, rest, strict=True)}
        yield chain, key, hashlib.sha256(rfc8785.dumps(said)).hexdigest()
