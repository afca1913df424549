"""Every code that a pack defines, and what to say about one that leads nowhere."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from agreement.packs.draft import Draft, Record
from agreement.packs.entry import Entry
from agreement.packs.model import Obligation, Trigger
from agreement.packs.problems import Problem
from agreement.packs.shape import advice
from agreement.packs.source import shown


@dataclass(frozen=True, slots=True)
class Known:
    """Every code that the pack defines, even in an entry with a mistake, so that one mistake is told once."""

    roles: dict[str, object]
    groups: set[str]
    served: set[str]  # actors and groups: whom an obligation can serve
    anchors: dict[str, set[str]]
    triggers: dict[str, Trigger | None]  # None: it has a mistake
    obligations: dict[str, Obligation | None]


def _codes(records: list[Record[Any]]) -> dict[str, Record[Any]]:
    return {str(r.written["code"]): r for r in records if isinstance(r.written.get("code"), str)}


def known_codes(draft: Draft) -> Known:
    codes = {section: _codes(records) for section, records in draft.sections.items()}
    return Known(
        roles={code: record.written.get("role") for code, record in codes["actors"].items()},
        groups=set(codes["groups"]),
        served={*codes["actors"], *codes["groups"]},
        anchors={code: _anchors(record) for code, record in codes["instruments"].items()},
        triggers={code: record.sound for code, record in codes["triggers"].items()},
        obligations={code: record.sound for code, record in codes["obligations"].items()},
    )


def _anchors(instrument: Record[Any]) -> set[str]:
    provisions = instrument.written.get("provisions")
    entries = [p for p in provisions if isinstance(p, dict)] if isinstance(provisions, list) else []
    return {str(entry.get("anchor")) for entry in entries}


def refer(entry: Entry, key: str, what: str, known: Collection[str]) -> Iterator[Problem]:
    """A problem for each code under the key that is not known; none where the key is left out."""
    value = entry.written.get(key)
    unknown: list[tuple[tuple[str | int, ...], str]] = []
    if isinstance(value, list):
        unknown = [((key, index), code) for index, code in enumerate(value) if code not in known]
    elif value is not None and value not in known:
        unknown = [((key,), value)]
    for steps, code in unknown:
        message = f"there is no {what} {shown(code)}; {advice(code, sorted(known))}"
        yield entry.place(*steps).problem(message)
