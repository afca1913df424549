"""Documents on paper: what is on each sheet, in which order it is read, and that people's words stay words."""

import re
import shutil
import subprocess
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst
from django.utils import translation

from obligations.words import paper
from parties.access import Audience, Tier

NOW = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)
FOOTNOTE = "* This designation is without prejudice to positions on status."
reads_pdf = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler-utils")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><text y="15">Label</text>{}</svg>'


def document(*blocks: paper.Block, title: str = "Pack for the meeting", wide: bool = False) -> bytes:
    lines = ["As of 28 Nov 2026", "All parties"]
    return paper.pdf(
        paper.Paper(title, "Parties and mediators", FOOTNOTE, lines, blocks, "Brussels", wide), NOW
    )


def read(made: bytes, tmp_path: Path, *options: str) -> str:
    file = tmp_path / "made.pdf"
    file.write_bytes(made)
    asked = ["pdftotext", *options, str(file), "-"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout


LONG = paper.table(
    ["Obligation", "Days late"],
    [
        [[{"text": f"AX-{n}", "style": "bold"}, " Set up"], [{"text": "1,201", "style": "late"}]]
        for n in range(99)
    ],
    ["left", "right"],
    [1, 0],
)


@reads_pdf
def test_each_sheet_has_its_tier_its_footnote_and_the_heads_of_a_table_that_goes_on(tmp_path: Path) -> None:
    sheets = read(document(LONG), tmp_path).split("\f")[:-1]
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, start=1):
        assert "Parties and mediators" in sheet
        assert FOOTNOTE in sheet
        assert f"Page {number} of {len(sheets)}" in sheet
        assert "Days late" in sheet


@reads_pdf
def test_it_is_read_in_the_order_in_which_it_was_written(tmp_path: Path) -> None:
    made = document(
        paper.heading("1. What changed"),
        paper.text(["First ", {"text": "1", "style": "note"}]),
        paper.table(
            ["Left", "Middle", "Right"], [["a-left", "a-middle", "a-right"]], ["right", "center", "left"]
        ),
        paper.chart(SVG.format(""), "One bar", "A caption"),
        paper.sources([[{"text": "https://example.org/a", "href": "https://example.org/a"}]]),
    )
    said = read(made, tmp_path)
    order = [
        "1. What changed",
        "First",
        "Left",
        "a-left",
        "a-middle",
        "a-right",
        "A caption",
        "https://example.org",
    ]
    assert [said.index(words) for words in order] == sorted(said.index(words) for words in order)


@reads_pdf
def test_both_scripts_and_all_their_letters_can_be_read(tmp_path: Path) -> None:
    words = "Çështja e të zhdukurve, Đorđe Šćepanović, Заједница српских општина"
    assert words in read(document(paper.text(words)), tmp_path)


@reads_pdf
def test_what_people_write_is_never_read_as_markup(tmp_path: Path) -> None:
    words = '#import "/sheet.typ" $x$ *not bold* #read("/etc/passwd") @here <label> // rest'
    made = document(paper.heading(words), paper.table([words], [[words]]), title=words)
    assert " ".join(read(made, tmp_path).split()).count(words) >= 4


def test_the_title_the_language_and_the_tags_are_in_the_file() -> None:
    made = document(paper.text("x"), title="Minutes")
    for there in (b"/Lang(en)", b"<pdfuaid:part>1<", b">Minutes</rdf:li>"):
        assert there in made
    assert made.startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    "href", ["file:///etc/hostname", "/etc/hostname", "http://localhost/x.png", "../base.html"]
)
def test_a_drawing_reads_no_file_of_the_server(href: str) -> None:
    with pytest.raises(typst.TypstError):
        document(paper.chart(SVG.format(f'<image href="{href}" width="9" height="9"/>'), "One bar"))


def test_a_drawing_without_words_for_it_is_refused() -> None:
    with pytest.raises(typst.TypstError, match="alt"):
        document({**paper.chart(SVG.format(""), ""), "alt": None})


@pytest.mark.parametrize(
    "strange", ["\u4e2d\u6587", "done \U0001f600", "a\x01b", "a\ufeffb", "\ufffe", "a\u0378b"]
)
def test_a_character_that_no_typeface_has_keeps_no_document_from_its_readers(strange: str) -> None:
    svg = paper.drawing(SVG.format(f"<text>{strange}</text>"))
    drawn = paper.chart(svg, strange)
    made = document(paper.text(strange), paper.heading(strange), paper.items([strange]), drawn)
    assert made.startswith(b"%PDF")
    assert b"/StructTreeRoot" in made
    assert paper.png(svg, 90).startswith(b"\x89PNG")


def test_what_the_sheet_itself_does_wrong_is_no_strange_character() -> None:
    with pytest.raises(typst.TypstError, match="skipped"):
        document(paper.heading("Deep", 3))


def test_whoever_has_a_mark_of_their_own_on_pages_has_it_on_paper() -> None:
    marks = [document(paper.text([paper.marked("A party", f"party-{mark}")])) for mark in range(1, 9)]
    assert len(set(marks)) == 8


def test_the_same_at_the_same_moment_is_the_same_file() -> None:
    assert document(LONG, wide=True) == document(LONG, wide=True)


def test_the_tier_is_the_highest_of_all_that_is_counted() -> None:
    told = Audience(Tier.IN_CONFIDENCE, 2)
    cases: list[tuple[list[Audience], str]] = [
        ([], "Public"),
        ([Audience(Tier.PUBLIC), Audience(Tier.PARTIES)], "Parties and mediators"),
        ([Audience(Tier.PARTIES), told], "In confidence with Serbia"),
        ([Audience(Tier.IN_CONFIDENCE, 1), told], "Mediators"),
        ([Audience(Tier.MEDIATORS), told], "Mediators"),
    ]
    for audiences, words in cases:
        assert paper.tier_of_sheet(dict.fromkeys(audiences, "Serbia")) == words


@pytest.mark.parametrize(
    ("language", "own"), [("en", "en"), ("sq", "sq"), ("sr", "sr-Cyrl"), ("sr-latn", "sr-Latn")]
)
def test_languages_are_named_with_their_script_of_the_document_and_of_what_people_wrote(
    language: str, own: str
) -> None:
    words = {"sq": "Përshëndetje", "sr-Cyrl": "Како", "sr-Latn": "Kako", "en": "How", "": "Wie"}
    runs: list[paper.Run] = [{"text": text, "lang": tag} for tag, text in words.items()]
    with translation.override(language):
        made = document(paper.text(["Words: ", *runs]), paper.table(["A", "B"], [["x", [runs[0]]]]))
    (of_document,) = re.findall(rb"/Type/Catalog.*?/Lang\(([^)]*)\)", made)
    assert of_document.decode() == own
    streams = re.findall(rb"/FlateDecode>>\nstream\n(.*?)\nendstream", made, re.DOTALL)
    plain = b"".join(zlib.decompress(stream) for stream in streams)
    tags = set(re.findall(r"/Lang\(([^)]*)\)", (made + plain).decode("latin-1")))
    assert {*words} - {""} <= {*tags, own} <= {*words}


@reads_pdf
def test_a_document_of_other_scripts_is_whole(tmp_path: Path) -> None:
    run: paper.Run = {"text": "Kako", "lang": "sr-Latn"}
    with translation.override("sr"):
        made = document(paper.text(["Како ", run]))
    at = int(re.search(rb"startxref\n(\d+)\n", made)[1])  # type: ignore[index]
    assert made[at:].startswith(b"xref")
    for number, place in enumerate(re.findall(rb"(\d{10}) \d{5} n", made[at:]), start=1):
        assert made[int(place) :].startswith(b"%d 0 obj" % number)
    assert "Како Kako" in read(made, tmp_path)
