"""The mark that lies in a store of evidence: whose it is, and a row that its database has had.

A store without it, or with another's, is not this deployment's to clean. Evidence is never deleted from the database:
one that does not know the row of the mark is older than the store, restored from a backup.
"""

import json
from dataclasses import asdict, dataclass
from io import BytesIO

from django.core.files import File

from obligations.files.store import storage

PLACE = "normalization-tracker-store.json"


@dataclass(frozen=True, slots=True)
class Mark:
    """`deployment` is the key of the database's deployment; `newest` that of evidence it committed, or empty."""

    deployment: str
    newest: str = ""


def read() -> Mark | None:
    """None where there is none, or what lies there is none of ours. Raises what the storage raises."""
    try:
        with storage().open(PLACE, "rb") as file:
            said = json.loads(file.read())
        return Mark(str(said["deployment"]), str(said["newest"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write(mark: Mark) -> None:
    kept = storage()
    text = json.dumps(asdict(mark)).encode()
    where = kept.save(PLACE, File(BytesIO(text), name=PLACE))
    if where != PLACE:
        kept.delete(where)
        raise OSError(f"The storage kept the mark under another name: {where}")
