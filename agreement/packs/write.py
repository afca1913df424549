"""From a ``Pack`` to its YAML files: the way back from read.py. What is written reads as an equal pack."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from agreement.packs.fields import Entry
from agreement.packs.model import FORMAT, SECTIONS, Pack

MAIN = "pack.yaml"
# Far below what the reader takes, so that an editor opens every file with ease.
MOST_ENTRIES, MOST_BYTES = 1_000, 4_000_000
# What a text may hold in plain, quoted or literal style; anything else is escaped.
_PLAIN = re.compile("[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")

# The lists that stand in the main file; each of the others has a file of its own.
IN_MAIN = ("actors", "groups", "topics", "triggers")


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
    translated = {f"translations-{one.language}.yaml": one for one in pack.translations}
    files = {MAIN: _main(pack, list(parts), list(translated))} | {
        name: head + text for name, text in parts.items()
    }
    files |= {name: _dump(one) for name, one in translated.items()}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]


def _main(pack: Pack, parts: list[str], translated: list[str]) -> str:
    head = {"format": FORMAT, "agreement": pack.agreement, "naming": pack.naming, "include": parts}
    head |= {"translations": translated}
    head |= {section: getattr(pack, section) for section in IN_MAIN}
    return _dump({name: value for name, value in head.items() if value})


def _parts(pack: Pack) -> Iterator[tuple[str, str]]:
    """The names of the parts, with what each holds beside its head."""
    for section in SECTIONS:
        if section not in IN_MAIN:
            yield from _files(section, getattr(pack, section))


def _files(section: str, records: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """One file, or several where the list is long."""
    texts: list[str] = [""]
    held = 0
    for start in range(0, len(records), 50):
        batch = records[start : start + 50]
        text = _dump(batch)
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
        _plain(value),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=118,
        default_flow_style=False,
    )
    return text


def _plain(value: Any) -> Any:
    """The value as YAML writes it. What may be left out of an entry is, where it says nothing and is taken so."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return list(map(_plain, value))
    if not isinstance(value, Entry):
        return value
    fields = type(value).model_fields.items()
    entry = {
        field.alias or name: _plain(getattr(value, name))
        for name, field in fields
        if field.is_required() or (own := getattr(value, name)) or own != field.get_default()
    }
    return Flow(entry) if value.on_one_line else entry
