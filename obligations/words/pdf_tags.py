"""Tags of languages in a PDF, with the script: typst names languages and regions, and no scripts.

So in a sheet a region of nobody stands for each script (`templates/paper/sheet.typ`), and the document's own language
has none. Here they become what a page says, such as `sr-Latn`, and the table of where each object lies is set right.
"""

import re
import zlib
from itertools import accumulate, pairwise
from typing import Final

REGIONS: Final = {b"XC": b"Cyrl", b"XL": b"Latn"}
TAG: Final = re.compile(rb"/Lang\(([a-z]{2,3})(?:-(X[CL]))?\)")
# What is on a page, with its pieces of other languages: nothing else is said of such a stream.
STREAM: Final = re.compile(
    rb"(\d+ 0 obj\s<</Length )\d+(/Filter/FlateDecode>>\sstream\n)(.*)(\nendstream\s+endobj\s+)", re.DOTALL
)
# Where an object lies: ten digits, its generation, and that it is in use.
PLACE: Final = re.compile(rb"^\d{10}(?= \d{5} n)", re.MULTILINE)
END: Final = re.compile(rb"startxref\s(\d+)\s")


def with_scripts(made: bytes, tag: str) -> bytes:
    """The document with tags that name scripts; `tag` is its own. As it is, where it lists its objects otherwise."""
    end = END.search(made, made.rindex(b"startxref"))
    if end is None or not made.startswith(b"xref", table := int(end[1])):
        return made
    places = sorted(int(place) for place in PLACE.findall(made, table))
    objects = [tagged(made[begins:ends], tag) for begins, ends in pairwise([*places, table])]
    now_at = accumulate(map(len, objects), initial=places[0])
    moved = {b"%010d" % was: b"%010d" % place for was, place in zip(places, now_at, strict=False)}
    body = b"".join([made[: places[0]], *objects])
    tail = PLACE.sub(lambda found: moved[found[0]], made[table : end.start()])
    return body + tail + made[end.start() :].replace(end[1], b"%d" % len(body), 1)


def tagged(one: bytes, tag: str) -> bytes:
    """An object with its tags."""
    language, dash, script = tag.encode().partition(b"-")

    def whole(found: re.Match[bytes]) -> bytes:
        named, region = found.groups()
        of_document = dash + script if named == language else b""
        return b"/Lang(%s%s)" % (named, b"-" + REGIONS[region] if region else of_document)

    if stream := STREAM.fullmatch(one):
        head, rest, packed, foot = stream.groups()
        plain = zlib.decompress(packed)
        packed = zlib.compress(said) if (said := TAG.sub(whole, plain)) != plain else packed
        return b"%s%d%s%s%s" % (head, len(packed), rest, packed, foot)
    return one if b"stream" in one else TAG.sub(whole, one)
