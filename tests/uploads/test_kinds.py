"""What is taken and what is not, by the content of a file; and the name it is saved under."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from obligations.files import TooLarge, Unacceptable, office
from obligations.files.intake import clean_name, examine
from tests.uploads import samples

TEXT = "application/vnd.oasis.opendocument.text"
FRENCH = "Réunion du comité à Bruxelles, où la présidente a déclaré l'été.\n"
# Letters that look like Latin ones are what these texts are about.
# ruff: noqa: RUF001


def workbook() -> bytes:
    made = BytesIO()
    openpyxl.Workbook().save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (samples.PDF, "a.pdf", "application/pdf"),
        (b"\xef\xbb\xbf" + samples.PDF, "a.pdf", "application/pdf"),
        (b"\xef\xbb\xbf\r\n \n" + samples.PDF, "a.pdf", "application/pdf"),
        (bytes(100) + samples.PDF, "a.pdf", "application/pdf"),
        (samples.PDF + bytes(50_000), "a.pdf", "application/pdf"),
        (samples.PDF + b"\r\n" * 4_000, "a.pdf", "application/pdf"),
        (samples.PDF + b"<!-- from the cache -->" + bytes(5_000), "a.pdf", "application/pdf"),
        (samples.png(), "a.png", "image/png"),
        (samples.png() + bytes(9_000), "a.png", "image/png"),
        (samples.JPEG, "a.jpeg", "image/jpeg"),
        (samples.WEBP, "a.webp", "image/webp"),
        (samples.MP4, "a.mp4", "video/mp4"),
        (samples.MP3, "a.mp3", "audio/mpeg"),
        (b"ID3\x04\x00\x00\x00\x00\x02\x01" + bytes(257) + samples.MP3, "a.mp3", "audio/mpeg"),
        (b"Plain words.\r\n", "a.txt", "text/plain"),
        (b"MZ is not always a program, nor PK an archive.", "a.txt", "text/plain"),
        ("Обавезе и përgjegjësi".encode(), "a.txt", "text/plain"),
        ("Обавезе".encode("utf-16"), "a.txt", "text/plain"),
        ("Белешка са састанка: ђћџ\r\n".encode("cp1251"), "a.txt", "text/plain; charset=windows-1251"),
        ("ОВО ЈЕ СВОЈ РОК; ДАН".encode("cp1251"), "a.CSV", "text/csv; charset=windows-1251"),
        ("Građani su čekali, žedni i ćutke.".encode("cp1250"), "a.txt", "text/plain; charset=windows-1250"),
        (FRENCH.encode("cp1252"), "a.txt", "text/plain; charset=windows-1252"),
        (
            b"In English. " * 20_000 + "\nСастанак у општини данас.\n".encode("cp1251"),
            "a.txt",
            "text/plain; charset=windows-1251",
        ),
        (b"1 < 2 and a > b", "a.txt", "text/plain"),
        (b"day,place\n2024-01-01,Merdare\n", "a.CSV", "text/csv"),
        (samples.office("docx"), "a.docx", f"{samples.OOXML}.wordprocessingml.document"),
        (samples.office("pptx"), "a.pptx", f"{samples.OOXML}.presentationml.presentation"),
        (workbook(), "a.xlsx", f"{samples.OOXML}.spreadsheetml.sheet"),
        (samples.office("docx", **{"word/embeddings/chart.xlsx": samples.office("xlsx")}), "a.docx", None),
        (samples.open_document(), "a.odt", TEXT),
        (samples.open_document("spreadsheet"), "a.ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ],
)
def test_what_is_on_the_list_is_taken(content: bytes, name: str, media_type: str | None) -> None:
    taken = examine(BytesIO(content), name)
    assert taken.media_type == (media_type or f"{samples.OOXML}.wordprocessingml.document")
    assert (taken.name.lower(), taken.size) == (name.lower(), len(content))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "empty"),
        (samples.SVG, "an SVG image"),
        (b"\xef\xbb\xbf \n<!-- x --><?xml version='1.0'?>" + samples.SVG, "an SVG image"),
        (samples.SVG.decode().encode("utf-16"), "an SVG image"),
        (samples.HTML, "an HTML page"),
        (b"Dear all,\n<script>alert(1)</script>", "an HTML page"),
        (b"<note>hello</note>", "XML or other markup"),
        (b"<?php system($_GET[0]);", "XML or other markup"),
        (b"MZ\x90\x00" + bytes(200), "a Windows program"),
        (b"\x7fELF" + bytes(200), "a program"),
        (b"#!/bin/sh\nrm -rf /\n", "a script"),
        (b"{\\rtf1 hello}", "an RTF document"),
        (b"\x1f\x8b\x08" + bytes(50), "an archive (gzip)"),
        (b"Rar!\x1a\x07" + bytes(50), "an archive (RAR)"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "which can hold macros"),
        (samples.zipped({"notes.txt": b"hello"}), "an archive (zip)"),
        (b"GIF89a" + bytes(50), "a GIF image"),
        (b"Plain until\x00here", "not taken"),
        (b"\xff\xfe\x00\x00" + "words".encode("utf-32-le"), "not taken"),
        (samples.PDF[:40], "cut off"),
        (samples.PDF + b"x" * 5_000, "something else, or its last part is missing"),
        (b"\x00junk" + samples.PDF, "Before the beginning of this PDF"),
        ("Састанак је одржан.".encode() + b"\xd0", "in UTF-8, and some of its letters are damaged"),
        ("Састанак \x01 је".encode("cp1251"), "not taken"),
        (bytes(range(128, 256)) * 3, "not taken"),
        ("Добро <script>".encode("cp1251"), "an HTML page"),
        (samples.png()[:-12], "cut off"),
        (samples.office("docx")[:-30], "cut off"),
        (samples.office("docx", **{"word/vbaProject.bin": b"\xd0\xcf\x11\xe0vba"}), "macros"),
        (samples.open_document("text", **{"Basic/Standard/Module1.xml": b"<x/>"}), "macros"),
        (samples.office("docx", **{"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0x"}), "embedded"),
        (samples.office("docx", **{"word/media/x.bin": b"MZ\x90"}), "A program is embedded"),
        (samples.office("docx", **{"../../etc/cron.d/x": b"x"}), "no office program"),
        (samples.office("docx") + b"trailing", "damaged"),
        (samples.bomb(), "zip bomb"),
        (samples.overlapping(), "zip bomb"),
        (samples.lying(), "damaged"),
        (
            samples.office("docx", **{"e.docx": samples.office("docx", **{"e.docx": samples.office()})}),
            "inside one another",
        ),
        (samples.office("docx", **{"e.docx": samples.bomb()}), "zip bomb"),
        (samples.office("docx", **{f"{n}.xml": b"" for n in range(6000)}), "too many entries"),
    ],
)
def test_what_is_not_on_the_list_is_refused_in_a_sentence_that_says_what_it_is(
    content: bytes, found: str
) -> None:
    with pytest.raises(Unacceptable, match=found.replace("(", r"\(").replace(")", r"\)")):
        examine(BytesIO(content), "report.pdf")


def test_macros_are_told_by_the_type_of_the_main_part() -> None:
    enabled = "application/vnd.ms-word.document.macroEnabled.main+xml"
    content = samples.zipped({"[Content_Types].xml": samples.types(enabled), "main.xml": b"<w/>"})
    with pytest.raises(Unacceptable, match="macros"):
        examine(BytesIO(content), "report.docx")


def test_many_small_entries_are_a_bomb_as_well() -> None:
    content = samples.office("docx", **{f"{n}.xml": bytes(20_000) for n in range(6)})
    with pytest.raises(Unacceptable, match="zip bomb"):
        office.checked(BytesIO(content), len(content), office.Budget(100_000))


def test_entities_in_a_document_are_not_opened() -> None:
    billion = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(Unacceptable, match="damaged"):
        examine(BytesIO(samples.zipped({"[Content_Types].xml": billion})), "report.docx")


def test_a_file_above_the_limit_is_refused_whatever_it_says_of_its_size(settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 100
    with pytest.raises(TooLarge):
        examine(BytesIO(b"a" * 101), "a.txt")
    assert examine(BytesIO(b"a" * 100), "a.txt").size == 100


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\report.txt", "report.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"),
        ("\u200f\u2067raport për\u2069.pdf", "raport për.pdf"),
        ("...", "file"),
        ("", "file"),
        ('a"b<c>.txt', "a_b_c_.txt"),
        ("con.txt", "_con.txt"),
        ("a" * 500 + ".txt", "a" * 116 + ".txt"),
    ],
)
def test_a_name_is_one_that_can_be_shown_and_saved(given: str, clean: str) -> None:
    assert clean_name(given) == clean


@pytest.mark.parametrize(
    ("given", "content", "saved"),
    [
        ("page.html", b"Only words.", "page.html.txt"),
        ("run.bat", b"del *.*", "run.bat.txt"),
        ("photo.exe", samples.JPEG, "photo.exe.jpg"),
        ("report", samples.PDF, "report.pdf"),
    ],
)
def test_a_name_ends_as_the_content_says(given: str, content: bytes, saved: str) -> None:
    assert examine(BytesIO(content), given).name == saved
