#!/usr/bin/env python3
"""Verifies an exported ledger with nothing but Python 3.9 or newer: no part of the software that wrote it.

    python verify_ledger.py FILE [--head HASH] [--seal DAY:SEAL]

FILE has a line of JSON for the chain (`ledger`, `agreement`, `chain`, `head`), and one for each entry, in their order:
`position` (1, 2, ...), `previous`, `hash` and `content`, all text but for the position. It holds where

    hash      is SHA-256, in lower case hex digits, over `previous`, a line feed (0x0A), the position in decimal digits,
              a line feed, and `content`, encoded in UTF-8;
    previous  is the hash of the entry before; of the first, 64 zeros;
    content   is an object of JSON that names the chain in its member `agreement` (null stands for 0).

--head wants this to be the hash of an entry: that of a head that you noted, or were told, before. --seal wants that a
daily seal which you were sent is SHA-256 over the day (2026-03-02), a line feed, and the hash of an entry.

Prints how many entries were verified and the hash of the last, and exits with 0; or the first fault, and exits with 1.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any


class Fault(Exception):
    """What is wrong, and where."""


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def lines(file: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, start=1):
        try:
            value = json.loads(line)
        except ValueError:
            raise Fault(f"line {number}: is no JSON") from None
        if not isinstance(value, dict):
            raise Fault(f"line {number}: is no object")
        yield value


def verify(file: Iterable[str]) -> list[str]:
    """The hashes of all entries, in their order."""
    entries = lines(file)
    head = next(entries, None)
    if head is None or head.get("ledger") != 1:
        raise Fault("line 1: is not the head of an exported ledger")
    hashes: list[str] = []
    previous = "0" * 64
    for position, entry in enumerate(entries, start=1):
        name = f"entry {position}"
        if entry.get("position") != position or isinstance(entry.get("position"), bool):
            raise Fault(f"{name}: missing, the file goes on with entry {entry.get('position')}")
        if entry.get("previous") != previous:
            raise Fault(f"{name}: does not follow the entry before it")
        content = entry.get("content")
        if not isinstance(content, str) or sha256(f"{previous}\n{position}\n{content}") != entry.get("hash"):
            raise Fault(f"{name}: its content is not what the hash was taken over")
        inside = json.loads(content)
        if (inside.get("agreement") or 0) != head.get("chain"):
            raise Fault(f"{name}: belongs to another chain")
        previous = entry["hash"]
        hashes.append(previous)
    if head.get("head") != {"position": len(hashes), "hash": previous}:
        raise Fault(f"entry {len(hashes) + 1}: missing, the head is {head.get('head')}")
    return hashes


def main() -> int:
    parser = argparse.ArgumentParser(description="Verifies an exported ledger.")
    parser.add_argument("file")
    parser.add_argument("--head", metavar="HASH", help="wants this to be the hash of an entry")
    parser.add_argument("--seal", metavar="DAY:SEAL", help="wants this to be the seal of a day")
    asked = parser.parse_args()
    try:
        with open(asked.file, encoding="utf-8") as file:
            hashes = verify(file)
        if asked.head and asked.head.lower() not in hashes:
            raise Fault(f"no entry has the hash {asked.head}")
        if asked.seal:
            day, _colon, seal = asked.seal.partition(":")
            if seal.lower() not in (sha256(f"{day}\n{head}") for head in ["0" * 64, *hashes]):
                raise Fault(f"no entry gives the seal {seal} of {day}")
    except (Fault, OSError, ValueError, AttributeError) as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"{len(hashes)} entries verified; the last has the hash {hashes[-1] if hashes else '0' * 64}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
