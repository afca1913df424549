"""Addresses of pages in what people write: a host and a path, with or without a scheme, of any top-level domain."""

import re
from collections.abc import Iterator

_REST = r"[^\s<>\"]"
# A host has two labels or more, and ends in letters: "3.4" and "e.g." are none. Where no path follows, it is written in
# small letters of ASCII: else a sentence that begins without a space would be one.
_PAGE = rf"(?:[^\W_][\w-]*\.)+[^\W\d_]{{2,24}}\.?(?::\d+)?/{_REST}*"
_HOST = rf"(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{{2,24}}\.?(?::\d+)?(?:[?#]{_REST}*)?(?![\w@-])"
_ADDRESS = re.compile(rf"https?://{_REST}+|(?<![\w@./-])(?:{_PAGE}|{_HOST})")
# Names of files, which look like hosts where no path follows.
_FILES = re.compile(r"\.(?:csv|docx?|html?|jpe?g|json|md|odt|pdf|png|pptx?|py|txt|xlsx?|xml|ya?ml|zip)$")
_CLOSING = {")": "(", "]": "["}


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with the address that it leads to; empty for what is no address."""
    end = 0
    for found in _ADDRESS.finditer(text):
        words = without_the_sentence(found.group())
        if _FILES.search(words) and "/" not in words:
            continue
        yield text[end : found.start()], ""
        yield words, with_scheme(words)
        end = found.start() + len(words)
    yield text[end:], ""


def without_the_sentence(address: str) -> str:
    """Without the marks that close a sentence or a bracket around it; a bracket that it opens itself is its own."""
    while address:
        last = address[-1]
        opening = _CLOSING.get(last)
        if last not in ".,;:!?'" and (opening is None or address.count(opening) >= address.count(last)):
            break
        address = address[:-1]
    return address


def with_scheme(address: str) -> str:
    """The address as a link takes it; https where it names no scheme."""
    return address if re.match(r"https?://", address) else f"https://{address}"
