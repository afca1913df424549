"""Pictures as SVG: places across in percent, places down in pixels, tones as classes, and words beside what they name.

Words keep their size at every width, since nothing is scaled. The same items are drawn on a page, where the tones are
those of the stylesheet, and in a file of a fixed width (`templates/charts/file.svg`), where they are colours.
"""

from dataclasses import dataclass, field
from textwrap import wrap

from django.utils.html import format_html
from django.utils.safestring import SafeString

# The width of a picture in a file, in pixels.
WIDTH = 960
# How much of the width a letter takes on the narrowest screen, and a sign of a number.
LETTER, DIGIT = 2.1, 2.3
# From a line of words to the next.
WORDS_BELOW = 14


@dataclass
class Picture:
    """One drawing: `summary` says in a sentence all that it shows."""

    name: str
    height: float
    summary: str
    items: list[SafeString] = field(default_factory=list)
    has_links: bool = False

    def line(self, look: str, x1: float, x2: float, y1: float, y2: float) -> None:
        self.items.append(
            format_html(
                '<line class="{}" x1="{}%" x2="{}%" y1="{}" y2="{}"/>',
                look,
                *(f"{place:.2f}" for place in (x1, x2)),
                *(f"{place:.1f}" for place in (y1, y2)),
            )
        )

    def box(self, look: str, x: float, width: float, y: float, height: float, title: str = "") -> None:
        said = format_html("<title>{}</title>", title) if title else ""
        self.items.append(
            format_html(
                '<rect class="{}" x="{}%" width="{}%" y="{}" height="{}">{}</rect>',
                look,
                f"{x:.2f}",
                f"{width:.2f}",
                f"{y:.1f}",
                f"{height:.1f}",
                said,
            )
        )

    def bar(self, look: str, start: float, end: float, y: float, title: str = "") -> None:
        """A thick line: it is drawn outwards, on whichever side it is."""
        said = format_html("<title>{}</title>", title) if title else ""
        self.items.append(
            format_html(
                '<line class="{}" x1="{}%" x2="{}%" y1="{}" y2="{}">{}</line>',
                look,
                f"{start:.2f}",
                f"{end:.2f}",
                f"{y:.1f}",
                f"{y:.1f}",
                said,
            )
        )

    def words(self, text: str, x: float, y: float, look: str = "", href: str = "") -> None:
        said = format_html('<text class="{}" x="{}%" y="{}">{}</text>', look, f"{x:.2f}", f"{y:.1f}", text)
        self.items.append(format_html('<a href="{}">{}</a>', href, said) if href else said)
        self.has_links = self.has_links or bool(href)

    def lines(self, text: str, most: int, x: float, y: float, look: str = "", href: str = "") -> int:
        """Words of at most so many letters a line, one below the other; how many pixels more than one line."""
        found = wrap(text, most, break_on_hyphens=False)
        for at, line in enumerate(found):
            self.words(line, x, y + at * WORDS_BELOW, look, href)
        return WORDS_BELOW * (len(found) - 1)

    def dot(self, x: float, y: float, title: str) -> None:
        self.items.append(
            format_html(
                '<circle class="evt" cx="{}%" cy="{}" r="3.5"><title>{}</title></circle>',
                f"{x:.2f}",
                f"{y:.1f}",
                title,
            )
        )

    def mark(self, sprite: str, x: float, y: float, title: str = "", look: str = "") -> None:
        """A mark of the sprite."""
        said = format_html("<title>{}</title>", title) if title else ""
        self.items.append(
            format_html(
                '<svg x="{}%" y="{}" overflow="visible">{}<use class="{}" href="#{}"/></svg>',
                f"{x:.2f}",
                f"{y:.1f}",
                said,
                look,
                sprite,
            )
        )
