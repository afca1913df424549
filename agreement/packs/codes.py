"""Every code that a pack defines, and what to say about one that leads nowhere."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from agreement.packs.draft import Draft, Record
from agreement.packs.problems import Problem
from agreement.packs.shape import advice
from agreement.packs.source import shown


@dataclass(frozen=True, slots=True)
class Known:
    """Every code that the pack defines, even in an entry with a mistake, so that one mistake is told once."""

    roles: dict[str, object]
    groups: set[str]
    anchors: dict[str, set[str]]
    triggers: dict[str, Record]
    obligations: dict[str, Record]


def _codes(records: list[Record]) -> dict[str, Record]:
    return {str(r.entry["code"]): r for r in records if isinstance(r.entry.get("code"), str)}


def known_codes(draft: Draft) -> Known:
    codes = {section: _codes(records) for section, records in draft.sections.items()}
    return Known(
        roles={code: record.entry.get("role") for code, record in codes["actors"].items()},
        groups=set(codes["groups"]),
        anchors={code: _anchors(record) for code, record in codes["instruments"].items()},
        triggers=codes["triggers"],
        obligations=codes["obligations"],
    )


def _anchors(instrument: Record) -> set[str]:
    provisions = instrument.entry.get("provisions")
    entries = [p for p in provisions if isinstance(p, dict)] if isinstance(provisions, list) else []
    return {str(entry.get("anchor")) for entry in entries}


def refer(
    record: Record, steps: tuple[str | int, ...], what: str, known: Collection[str]
) -> Iterator[Problem]:
    """A problem unless the code at the steps is known; nothing where the key is left out."""
    value: Any = record.entry
    for step in steps:
        if isinstance(step, str) and step not in value:
            return
        value = value[step]
    if value not in known:
        yield record.place(*steps).problem(
            f"there is no {what} {shown(value)}; {advice(value, sorted(known))}"
        )
