"""Documents on paper: one sheet, set by typst as PDF/UA-1, which screen readers read.

`templates/paper/sheet.typ` is the sheet; what a document says goes to it as JSON and is never typst markup.
Compiling reads that folder and the fonts that typst brings, and nothing else of the server.
"""

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from itertools import accumulate, pairwise
from threading import Lock
from typing import Any, Final, NotRequired, Protocol, TypedDict

import typst
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from obligations.models.statement import Conduct, Level
from obligations.status.tiers import Audiences
from obligations.words.languages import translation_note
from parties.access import EVERYBODY, Audience, Tier, narrowest
from parties.languages import tag_of
from parties.models import Party

# typst names languages and regions, and no scripts. So in a sheet a region of nobody stands for each script
# (`templates/paper/sheet.typ`), and the document's own language has none. `with_scripts` makes of them what a page
# says, such as `sr-Latn`, and sets the table of where each object lies right.
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


FOLDER = settings.BASE_DIR / "templates" / "paper"
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# What typst says of a character that none of its typefaces has, or that a PDF of this standard may not hold.
UNSHOWN = re.compile("could not be displayed|codepoint")
# What XML cannot hold, and so no drawing: no other character stands for these.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# One at a time in a process: a document takes a tenth of a second, and each that is made at once its own 30 MB.
ONE_AT_A_TIME = Lock()


class Run(TypedDict):
    """A piece of text. `style`: bold, small, late or note (a number of a source). The mark stands before it, or
    after it with `flip`. `href` is a whole address, or one of this server's. `lang` is the tag of its language, where
    that is not the document's; empty, nobody said it.
    """

    text: str
    style: NotRequired[str]
    mark: NotRequired[str]
    flip: NotRequired[bool]
    href: NotRequired[str]
    lang: NotRequired[str]


Words = str | Sequence[str | Run]
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document. `tier` is the highest that is counted in it, and stands on each sheet, as `footnote` does.

    `over` is a line above the title, `lines` are those below: of which day it is, what it was narrowed to.
    `wide` sheets lie on their side. `base` is put before addresses that begin with a slash.
    """

    title: str
    tier: str
    footnote: str
    lines: Sequence[str]
    blocks: Sequence[Block]
    over: str = ""
    wide: bool = False
    base: str = ""


# Rows of tables that are set while somebody waits: a thousand take more than a second.
AT_ONCE = 1_000


def is_long(paper: Paper) -> bool:
    """Whether setting it would keep its reader waiting."""
    return sum(len(block.get("rows", ())) for block in paper.blocks) > AT_ONCE


def heading(text: str, level: int = 2) -> Block:
    return {"kind": "heading", "text": text, "level": level}


def text(words: Words, small: bool = False) -> Block:
    return {"kind": "small" if small else "text", "text": words}


def items(rows: Sequence[Words], numbered: bool = False) -> Block:
    return {"kind": "items", "items": rows, "numbered": numbered}


def sources(rows: Sequence[Words]) -> Block:
    """A numbered list in small print."""
    return {"kind": "sources", "items": rows}


def table(
    head: Sequence[Words],
    rows: Sequence[Sequence[Words]],
    align: Sequence[str] = (),
    widths: Sequence[int] = (),
) -> Block:
    """Its head stands again on each sheet. `align`: left, center or right; `widths`: shares, 0 as wide as its words."""
    return {
        "kind": "table",
        "head": head,
        "rows": rows,
        "align": align or ["left"] * len(head),
        "widths": widths or [1] * len(head),
    }


def mirrored(left: Party, middle: str, right: Party, rows: Sequence[Sequence[Words]]) -> Block:
    """A table of two parties, each in a column of its own on either side of what is compared."""
    head: list[Words] = [[party(left, flip=True)], middle, [party(right)]]
    return table(head, rows, ["right", "center", "left"], [5, 6, 5]) | {"is_mirrored": True}


def chart(svg: str, alt: str, caption: str = "") -> Block:
    """A drawing with a sentence that says what is in it. It may name no other file."""
    return {"kind": "chart", "svg": svg, "alt": alt, "caption": caption}


def drawing(svg: str) -> str:
    """A drawing without what no program could read it with: a title may hold a character of control."""
    return NOT_IN_XML.sub("", svg)


def filled(sentence: str, **given: "Run | str | Sequence[str | Run]") -> list[str | Run]:
    """A translated sentence with runs, or texts, in the place of its named placeholders."""
    found: list[str | Run] = []
    for at, piece in enumerate(PLACEHOLDER.split(sentence)):
        words: Any = given[piece] if at % 2 else piece
        found.extend(words if isinstance(words, list | tuple) else [words])
    return [one for one in found if one]


class HasVerdict(Protocol):
    """A statement, or how a commitment stands."""

    @property
    def level(self) -> int | None: ...
    @property
    def not_assessable(self) -> bool | None: ...
    @property
    def conduct(self) -> str | None: ...


def verdict(of: HasVerdict | None, flip: bool = False) -> Run:
    """What was found, with its mark."""
    if of is not None and of.conduct:
        return marked(str(Conduct(of.conduct).label), of.conduct, flip)
    if of is not None and of.level is not None:
        return marked(str(Level(of.level).label), f"l{of.level}", flip)
    if of is not None and of.not_assessable:
        return marked(_("Not assessable"), "la", flip)
    return marked(_("No finding"), "ln", flip)


def party(of: Party, flip: bool = False) -> Run:
    return marked(of.name, f"party-{of.mark}", flip)


def marked(words: str, mark: str, flip: bool = False) -> Run:
    return {"text": words, "mark": mark, "flip": flip}


def tier_of_sheet(told: Audiences) -> str:
    """The highest tier of all that a sheet counts, in words: only who is in each of these audiences may read it."""
    least = narrowest({EVERYBODY, *told}) or Audience(Tier.MEDIATORS)
    if least.confidant_id is None:
        return capfirst(str(least.tier.label))
    return _("In confidence with %(party)s") % {"party": told[least]}


def as_read(of: Any) -> Any:
    """With texts of packs in the language that the document is read in."""
    if isinstance(of, dict):
        return {name: as_read(one) for name, one in of.items()}
    if isinstance(of, list | tuple):
        return [as_read(one) for one in of]
    return str(of) if isinstance(of, str) else of


@cache
def fonts() -> typst.Fonts:
    """Those that typst brings, and none of the server's: the same document everywhere."""
    return typst.Fonts(include_system_fonts=False)


def pdf(paper: Paper, now: datetime) -> bytes:
    """The document as PDF/UA-1, made at `now`."""
    page = _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"}
    tag = tag_of(get_language() or "en")
    said = as_read(asdict(paper)) | {"lang": tag.partition("-")[0], "page_of": page}
    said["footnote"] = " ".join(filter(None, [said["footnote"], translation_note()]))
    with ONE_AT_A_TIME:
        compiler = typst.Compiler(
            FOLDER / "sheet.typ", FOLDER, fonts(), sys_inputs={"paper": json.dumps(said, default=str)}
        )
        about: dict[str, Any] = {"format": "pdf", "timestamp": int(now.timestamp())}
        try:
            made = compiler.compile(pdf_standards="ua-1", **about)
        except typst.TypstError as error:
            if not UNSHOWN.search(error.diagnostic):
                raise
            # The standard wants a glyph for each character. One strange character keeps no document from its readers:
            # it is tagged all the same, and a box stands in the character's place.
            made = compiler.compile(**about)
    assert isinstance(made, bytes)
    return with_scripts(made, tag)


PICTURE = b"""
#set page(width: float(sys.inputs.width) * 1pt, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)
"""


def png(svg: str, width: int) -> bytes:
    """A drawing of so many pixels across as an image of twice as many, in the fonts that typst brings."""
    with ONE_AT_A_TIME:
        made = typst.compile(
            PICTURE,
            format="png",
            ppi=144,
            font_paths=fonts(),
            sys_inputs={"svg": svg, "width": str(width)},
        )
    assert isinstance(made, bytes)
    return made
