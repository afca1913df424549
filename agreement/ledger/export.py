"""A chain as lines of JSON, for who wants to verify it without this software; `offline.py` says what they hold."""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from agreement.models import Agreement, ChainHead, ChainLink
from agreement.models.ledger import BEGINNING

#!/usr/bin/env python3


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


FORMAT = 1
CHUNK = 500


def exported(agreement: Agreement) -> Iterator[str]:
    """The lines of an agreement's chain, each with its end, many in a part; whole up to the head as it is at first.

    Read in parts and without a transaction: what stands in a chain stays, so that slow readers hold nothing.
    """
    head = ChainHead.objects.filter(chain=agreement.pk).first()
    last, last_hash = (head.position, head.hash) if head else (0, BEGINNING)
    yield line(
        {
            "ledger": FORMAT,
            "agreement": {"code": agreement.code, "title": agreement.title},
            "chain": agreement.pk,
            "head": {"position": last, "hash": last_hash},
        }
    )
    at = 0
    while at < last:
        rows = ChainLink.objects.filter(chain=agreement.pk, position__gt=at, position__lte=last)
        links = list(
            rows.order_by("position").values_list("position", "previous", "hash", "entry__content")[:CHUNK]
        )
        if not links:
            return  # whoever verifies the file will miss them
        at = links[-1][0] or last
        # Together: each part that is sent takes a web server as long, however large it is.
        yield "".join(
            line({"position": position, "previous": previous, "hash": made, "content": content})
            for position, previous, made, content in links
        )


def line(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
