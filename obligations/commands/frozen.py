"""Arguments of a command as JSON that can be kept, shown, hashed and taken up again exactly as they were.

A day is ``{"day": "2024-01-31"}``, an instant ``{"instant": ...}`` in ISO 8601, and a row ``{"row": "parties.party",
"id": 3, "name": ...}``, with its name for readers alone. A row that has a random key is named by it (``"key"``), and an
event by its code: their numbers would tell of rows that not every mediator may see. Text, numbers, true, false and null
stand for themselves.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import rfc8785
from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _

from agreement.models import Event
from obligations.commands.errors import Refused
from parties.models import Keyed

OURS = ("agreement", "obligations", "parties")
# By which a row is named: what was proposed before rows had keys is named by its number.
PATHS = {"id": "pk", "key": "key", "code": "code", "agreement": "agreement__code"}


def freeze(value: Any) -> Any:
    """TypeError for what cannot be kept: better now than at the approval."""
    if isinstance(value, Model):
        return {"row": value._meta.label_lower, **address_of(value), "name": str(value)}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Mapping):
        return {str(name): freeze(one) for name, one in value.items()}
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [freeze(one) for one in value]
    raise TypeError(f"{type(value).__name__} cannot be kept in a proposal")


def address_of(row: Model) -> dict[str, Any]:
    if isinstance(row, Keyed):
        return {"key": row.key}
    if isinstance(row, Event):
        return {"agreement": row.agreement.code, "code": row.code}
    return {"id": row.pk}


def thaw(value: Any) -> Any:
    """What was frozen, with rows as they are now. Refused where one of them is no more."""
    if isinstance(value, list):
        return [thaw(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "row" in value:
        return row(value)
    if "day" in value:
        return date.fromisoformat(value["day"])
    if "instant" in value:
        return datetime.fromisoformat(value["instant"])
    return {name: thaw(one) for name, one in value.items()}


def row(named: Mapping[str, Any]) -> Model:
    model = apps.get_model(named["row"])
    if model._meta.app_label not in OURS:
        raise ValueError(f"{named['row']} is no row of this record")
    where = {path: named[name] for name, path in PATHS.items() if name in named}
    found: Model | None = model._default_manager.filter(**where).first()
    if found is None:
        raise Refused({"proposal": _("What this is about is no more: propose it anew.")})
    return found


def digest_of(command: str, arguments: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of what would run."""
    return hashlib.sha256(rfc8785.dumps({"command": command, "arguments": arguments})).hexdigest()
