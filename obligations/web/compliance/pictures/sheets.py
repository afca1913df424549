"""What stands as a table on a page, whose marks wrap there, and as a picture in a file."""

from collections.abc import Sequence

from obligations.models.statement import Conduct
from obligations.status.filters import NOT_ASSESSABLE
from obligations.web.compliance.marks import Counted, Duties, Mark, MarkedCommitment, Sides, Slot, Strip
from obligations.web.compliance.pictures.canvas import Picture
from obligations.web.compliance.pictures.mirrored import HEAD, Panel, heads, panels
from parties.models import Party

IN_A_ROW, SLOT = 4, 0.24
LINE = 18.0
# How many letters of a label there is place for: between two parties or beside one, above several, before periods.
BETWEEN, ABOVE, BEFORE = 28, 100, 44


def articles_picture(strips: Sequence[Strip], sides: Sides) -> Picture:
    picture = Picture("articles", HEAD if sides.are_two else 0, "")
    heads(picture, sides, "")
    for strip in strips:
        picture.words(
            strip.title,
            50 if sides.are_two else 0,
            picture.height + 14,
            "strong mid" if sides.are_two else "strong",
        )
        picture.height += 24
        for line in strip.lines:
            more = picture.lines(
                f"{line.place.label} {line.place.heading}",
                BETWEEN if len(line.cells) <= 2 else ABOVE,
                50 if sides.are_two else 0,
                picture.height + 12,
                "mid" if sides.are_two else "",
            )
            cells = list(zip(panels(sides), line.cells, strict=True))
            if len(cells) > 2:
                picture.height += more
                each_below(picture, cells)
                continue
            most = [marks_outwards(picture, cell, panel, picture.height) for (_p, panel), cell in cells]
            picture.height += max(LINE * max([1, *most]), LINE + more) + 2
    return picture


def each_below(
    picture: Picture, cells: Sequence[tuple[tuple[Party, Panel], Sequence[MarkedCommitment | Counted]]]
) -> None:
    """The marks of each party that has any, one party below the other."""
    picture.height += LINE
    for (party, panel), cell in cells:
        if cell:
            picture.words(party.name, panel.start - 2.5, picture.height + 12, "end")
            picture.mark(f"m{party.mark}", panel.start - 1.2, picture.height + 8)
            picture.height += LINE * marks_outwards(picture, cell, panel, picture.height) + 2


# What a legend names, and how many pixels a letter is wide.
NAMED, LETTER = ("3", "2", "1", "0", NOT_ASSESSABLE, "", *Conduct.values), 8.0


def legend(picture: Picture, width: float) -> None:
    """The marks with their words, below a picture of so many pixels."""
    x, y = 8.0, picture.height + 18
    for value in NAMED:
        one = Mark(value)
        if x + len(one.word) * LETTER + 30 > width:
            x, y = 8.0, y + LINE
        picture.mark(one.sprite, 100 * x / width, y)
        picture.words(one.word, 100 * (x + 13) / width, y + 4)
        x += len(one.word) * LETTER + 36
    picture.height = y + 12


def marks_outwards(
    picture: Picture, cell: Sequence[MarkedCommitment | Counted], panel: Panel, y: float
) -> int:
    for at, one in enumerate(cell):
        row, column = divmod(at, IN_A_ROW)
        x = panel.at(0.03 + SLOT * column)
        look = "end" if panel.outwards < 0 else ""
        picture.mark(one.mark.sprite, x, y + row * LINE + 8, one.said, "old" if one.mark.year else "")
        short = f"{one.short} {one.mark.year}" if one.mark.year else one.short
        picture.words(short, x + panel.outwards * 1.4, y + row * LINE + 12, look, one.href)
    return -(-len(cell) // IN_A_ROW)


def periods_picture(duties: Duties, sides: Sides) -> Picture:
    """A row for each duty, a column for each period; the parties side by side, with time running the same way."""
    picture = Picture("periods", 34, "")
    shown = list(enumerate(sides.parties))
    width = 62 / max(len(shown), 1)
    step = (width - 3) / max(len(duties.spans), 1)
    for at, party in shown:
        start = 38 + width * at
        picture.mark(f"m{party.mark}", start + 0.6, 11)
        picture.words(party.name, start + 1.6, 15, "strong")
        column = 0
        for year, columns in duties.years:
            picture.words(str(year), start + step * column, 30)
            column += columns
    for duty in duties.lines:
        more = picture.lines(f"{duty.code} {duty.title}", BEFORE, 0, picture.height + 12, "", duty.href)
        for at, slots in enumerate(duty.of):
            for column, slot in enumerate(slots):
                place_slot(picture, slot, 38 + width * at + step * (column + 0.4), picture.height + 8)
        picture.height += LINE + more
    return picture


def place_slot(picture: Picture, slot: Slot, x: float, y: float) -> None:
    if slot.mark.value:
        picture.mark(slot.mark.sprite, x, y, slot.mark.word)
    elif slot.period:
        picture.words("…" if slot.is_running else "·", x, y + 4, "mid")
