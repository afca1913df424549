"""From a ``Pack`` to its YAML files: the way back from read.py. What is written reads as an equal pack."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml

from agreement.packs.draft import FORMAT
from agreement.packs.model import (
    TERMS,
    Actor,
    Calendar,
    Deadline,
    Event,
    Gate,
    Instrument,
    Obligation,
    Pack,
    Rule,
    Trigger,
)

MAIN = "pack.yaml"
# Far below what the reader takes, so that an editor opens every file with ease.
MOST_ENTRIES, MOST_BYTES = 1_000, 4_000_000
# What a text may hold in plain, quoted or literal style; anything else is escaped.
_PLAIN = re.compile("[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")

Entry = dict[str, Any]
T = TypeVar("T")


class Flow(dict[str, Any]):
    """An entry that is written on one line."""


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: object) -> bool:
        """A value that stands twice is written twice: the reader takes no aliases."""
        return True


def _text(dumper: Any, text: str) -> Any:
    style = '"' if not _PLAIN.fullmatch(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _flow(dumper: Any, entry: Flow) -> Any:
    return dumper.represent_mapping("tag:yaml.org,2002:map", entry, flow_style=True)


def _block(dumper: Any, entries: list[Any]) -> Any:
    codes = all(isinstance(entry, (str, int, dt.date)) and " " not in str(entry) for entry in entries)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", entries, flow_style=codes)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Flow, _flow)
_Dumper.add_representer(list, _block)


def write_pack(pack: Pack, folder: Path) -> list[Path]:
    """Write the main file and its parts into an existing folder. Returns the files, the main one first."""
    parts = dict(_parts(pack))
    head = f"format: {FORMAT}\npart_of: {pack.agreement.code}\n"
    files = {MAIN: _main(pack, list(parts))} | {name: head + text for name, text in parts.items()}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]


def _main(pack: Pack, parts: list[str]) -> str:
    head: Entry = {"format": FORMAT, "agreement": _agreement(pack)}
    if pack.naming:
        naming = pack.naming
        head["naming"] = {"label": naming.label, "marker": naming.marker, "footnote": naming.footnote}
    head["include"] = parts
    head["actors"] = list(map(_actor, pack.actors))
    head["groups"] = [Flow(code=group.code, label=group.label) for group in pack.groups]
    head["triggers"] = list(map(_trigger, pack.triggers))
    return _dump({name: value for name, value in head.items() if value})


def _parts(pack: Pack) -> Iterator[tuple[str, str]]:
    """The names of the parts, with what each holds beside its head."""
    yield from _files("calendars", pack.calendars, _calendar)
    yield from _files("instruments", pack.instruments, _instrument)
    yield from _files("rules", pack.rules, _rule)
    yield from _files("events", pack.events, _event)
    yield from _files("obligations", pack.obligations, _obligation)


def _files(section: str, records: Sequence[T], entry: Callable[[T], Entry]) -> Iterator[tuple[str, str]]:
    """One file, or several where the list is long."""
    texts: list[str] = [""]
    held = 0
    for start in range(0, len(records), 50):
        batch = records[start : start + 50]
        text = _dump([entry(record) for record in batch])
        if held and (held + len(batch) > MOST_ENTRIES or len((texts[-1] + text).encode()) > MOST_BYTES):
            texts.append("")
            held = 0
        texts[-1] += text
        held += len(batch)
    for number, text in enumerate(texts, start=1):
        name = section if len(texts) == 1 else f"{section}-{number}"
        if text:
            yield f"{name}.yaml", f"\n{section}:\n{text}"


def _dump(value: object) -> str:
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=118, default_flow_style=False
    )
    return text


def _kept(**values: Any) -> Entry:
    """The values that are set: what may be left out is, and an empty list says no more than none."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value is not None and value not in ("", ())
    }


def _agreement(pack: Pack) -> Entry:
    head = pack.agreement
    return _kept(
        code=head.code,
        title=head.title,
        short_title=head.short_title,
        as_of=head.as_of,
        time_zone=head.time_zone,
        counting=head.counting,
        due_soon_days=head.due_soon_days,
        review_every=Flow(months=head.review_every_months),
        sign_off=head.sign_off,
    )


def _actor(actor: Actor) -> Entry:
    return Flow(_kept(code=actor.code, name=actor.name, role=actor.role, mark=actor.mark, note=actor.note))


def _trigger(trigger: Trigger) -> Entry:
    entry = {"code": trigger.code, "label": trigger.label, "date": trigger.date}
    return Flow(entry | _kept(note=trigger.note))


def _calendar(calendar: Calendar) -> Entry:
    several = len(calendar.parties) > 1
    return _kept(
        code=calendar.code,
        name=calendar.name,
        party=None if several else next(iter(calendar.parties), None),
        parties=calendar.parties if several else (),
        library=calendar.library,
        years=(calendar.first_year, calendar.last_year),
        source=calendar.source,
        note=calendar.note,
        days=tuple(Flow(date=day.date, name=day.name) for day in calendar.days),
    ) | _kept(**{"except": calendar.exceptions})


def _instrument(text: Instrument) -> Entry:
    entry = _kept(
        code=text.code,
        kind=text.kind,
        title=text.title,
        short_title=text.short_title,
        date=text.date,
        in_effect_from=text.in_effect_from,
        derived_from=text.derived_from,
        source=text.source,
        note=text.note,
    )
    entry["positions"] = [
        Flow(_kept(party=p.party, position=p.position, date=p.date, note=p.note)) for p in text.positions
    ]
    entry["provisions"] = [
        Flow(_kept(anchor=p.anchor, label=p.label, heading=p.heading, parent=p.parent))
        for p in text.provisions
    ]
    return entry


def _rule(rule: Rule) -> Entry:
    return _kept(code=rule.code, instrument=rule.instrument, provision=rule.provision, text=rule.text)


def _event(event: Event) -> Entry:
    entry = _kept(code=event.code, date=event.date, precision=event.precision, title=event.title)
    entry["touches"] = ["all"] if event.touches_all else list(event.touches)
    return entry | _kept(trigger=event.trigger, source=event.source)


def _deadline(limit: Deadline) -> Entry:
    terms = {name: getattr(limit, name) for name in TERMS}
    started = {"trigger": limit.trigger, "after": limit.after, "expected_due": limit.expected_due}
    return Flow(_kept(rule=limit.rule, **terms, **started))


def _gate(gate: Gate) -> Entry:
    return Flow(_kept(obligation=gate.obligation, trigger=gate.trigger, text=gate.text))


def _obligation(owed: Obligation) -> Entry:
    months = owed.review_every_months
    return _kept(
        code=owed.code,
        instrument=owed.instrument,
        provision=owed.provision,
        title=owed.title,
        summary=owed.summary,
        kind=owed.kind,
        obligors=tuple(commitment.obligor for commitment in owed.commitments),
        shares={c.obligor: c.share for c in owed.commitments if c.share} or None,
        beneficiaries=owed.beneficiaries,
        deadline=_deadline(owed.deadline),
        deadline_from=owed.deadline_from,
        review_every=Flow(months=months) if months else None,
        gates=tuple(map(_gate, owed.gates)),
        tags=owed.tags,
        indicators=owed.indicators,
        confidence=owed.confidence,
        confidence_note=owed.confidence_note,
        source=owed.source,
    )
