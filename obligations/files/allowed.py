"""The kinds of files that are taken, and what is raised for others. All are safe to save: none runs in a browser."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parties.alphabets import place_of


class Unacceptable(ValueError):
    """A file that is not taken; its text is a sentence for the one who handed it in. Nothing was kept."""


class TooLarge(Unacceptable):
    """It has more bytes than `EVIDENCE_MAX_BYTES`."""


class ScannerAway(Unacceptable):
    """The scanner for viruses gave no answer, and nothing is taken without one."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is taken: its word, and the endings of names that tell it."""

    word: Promise
    extensions: tuple[str, ...]


OOXML, ODF = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
ALLOWED: dict[str, FileKind] = {
    "application/pdf": FileKind(gettext_lazy("PDF"), ("pdf",)),
    "image/png": FileKind(gettext_lazy("PNG image"), ("png",)),
    "image/jpeg": FileKind(gettext_lazy("JPEG image"), ("jpg", "jpeg")),
    "image/webp": FileKind(gettext_lazy("WebP image"), ("webp",)),
    "text/plain": FileKind(gettext_lazy("plain text"), ("txt",)),
    "text/csv": FileKind(gettext_lazy("CSV"), ("csv",)),
    f"{OOXML}.wordprocessingml.document": FileKind(gettext_lazy("Word document"), ("docx",)),
    f"{OOXML}.spreadsheetml.sheet": FileKind(gettext_lazy("Excel workbook"), ("xlsx",)),
    f"{OOXML}.presentationml.presentation": FileKind(gettext_lazy("PowerPoint presentation"), ("pptx",)),
    f"{ODF}.text": FileKind(gettext_lazy("OpenDocument text"), ("odt",)),
    f"{ODF}.spreadsheet": FileKind(gettext_lazy("OpenDocument spreadsheet"), ("ods",)),
    f"{ODF}.presentation": FileKind(gettext_lazy("OpenDocument presentation"), ("odp",)),
    "video/mp4": FileKind(gettext_lazy("MP4 video"), ("mp4", "m4v")),
    "audio/mpeg": FileKind(gettext_lazy("MP3 sound"), ("mp3",)),
}


def essence(media_type: str) -> str:
    """A media type without its `charset`, as `ALLOWED` has it."""
    return media_type.partition(";")[0]


def charset_of(media_type: str) -> str:
    """The code page of a text, as Windows names it; empty where it is in Unicode."""
    return media_type.partition("charset=")[2]


def in_words() -> str:
    """What is taken, as people call it."""
    return ", ".join(sorted({str(kind.word) for kind in ALLOWED.values()}, key=place_of))


def refusal(found: str) -> Unacceptable:
    return Unacceptable(
        _("The content of this file is %(found)s, which is not taken. What is taken: %(taken)s.")
        % {"found": found, "taken": in_words()}
    )
