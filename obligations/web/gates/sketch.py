"""What waits for what, as a drawing: boxes in columns, x in per cent and y in pixels, so that words keep their size."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from obligations.web.gates.collected import Condition, Gated

# Pixels: a box, and what stands between two of them. A box takes so much of its column.
ROW, HEIGHT, TOP = 50, 38, 6
BOX = 0.8
# More than this is no sketch.
MOST = 40


@dataclass(frozen=True, slots=True)
class Node:
    """`words` stand below its `name`."""

    name: str
    words: str
    href: str
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Box:
    name: str
    words: str
    href: str
    x: str
    y: int
    width: str


@dataclass(frozen=True, slots=True)
class Line:
    x1: str
    y1: int
    x2: str
    y2: int
    is_open: bool

    @property
    def middle(self) -> tuple[str, int]:
        left, right = float(self.x1.rstrip("%")), float(self.x2.rstrip("%"))
        return per_cent((left + right) / 2), (self.y1 + self.y2) // 2


@dataclass(frozen=True, slots=True)
class Sketch:
    height: int
    boxes: list[Box]
    lines: list[Line]
    words: str


def sketch_of(gates: Sequence[Gated]) -> Sketch | None:
    """Conditions at the left of what waits for them. None where there is nothing to draw, or too much."""
    if not gates or sum(len(one.conditions) for one in gates) > MOST:
        return None
    columns = columns_of(gates)
    count = max(columns.values()) + 1
    nodes: dict[str, Node] = {}
    lines: list[Line] = []
    row, told = 0, []
    for gated in gates:
        code = gated.obligation.code
        start = row
        for condition in gated.conditions:
            key = key_of(condition)
            if key not in nodes:
                name, words = named(condition)
                nodes[key] = Node(name, words, f"#gate-{code}-{condition.gate.place}", columns[key], row)
                row += 1
        row = max(row, start + 1)
        if code not in nodes:
            nodes[code] = Node(code, gated.obligation.title, f"#gate-{code}", columns[code], start)
    for gated in gates:
        behind = nodes[gated.obligation.code]
        for condition in gated.conditions:
            before = nodes[key_of(condition)]
            lines.append(line(before, behind, count, condition.opening is not None))
            told.append(
                _("%(behind)s waits for %(condition)s") % {"behind": behind.name, "condition": before.name}
            )
    boxes = [box(one, count) for one in nodes.values()]
    return Sketch(row * ROW + TOP, boxes, lines, "; ".join(told))


def columns_of(gates: Sequence[Gated]) -> dict[str, int]:
    """By the key of each node how many gates lie before it at most; a ring of them is cut where it closes."""
    before = {one.obligation.code: [key_of(condition) for condition in one.conditions] for one in gates}

    def depth(key: str, through: tuple[str, ...]) -> int:
        return max(
            (depth(one, (*through, key)) + 1 for one in before.get(key, ()) if one not in (*through, key)),
            default=0,
        )

    keys = {*before, *(key for keys in before.values() for key in keys)}
    return {key: depth(key, ()) for key in keys}


def key_of(condition: Condition) -> str:
    gate = condition.gate
    if gate.after_obligation:
        return gate.after_obligation.code
    return gate.after_trigger.code if gate.after_trigger else f"words {gate.pk}"


def named(condition: Condition) -> tuple[str, str]:
    gate = condition.gate
    if gate.after_obligation:
        return gate.after_obligation.code, gate.after_obligation.title
    if gate.after_trigger:
        return gate.after_trigger.code, gate.after_trigger.label
    if condition.shares:
        numbers = {"n": condition.not_complete, "all": condition.deliverables}
        return _("%(n)s of %(all)s lacking") % numbers, gate.condition
    return _("In words"), gate.condition


def box(node: Node, columns: int) -> Box:
    wide = 100 / columns
    gap = 0 if columns == 1 else (1 - BOX) * wide / (columns - 1)
    left = node.column * (wide + gap)
    return Box(node.name, node.words, node.href, per_cent(left), node.row * ROW + TOP, per_cent(wide * BOX))


def line(before: Node, behind: Node, columns: int, is_open: bool) -> Line:
    left, right = box(before, columns), box(behind, columns)
    start = float(left.x.rstrip("%")) + float(left.width.rstrip("%"))
    half = HEIGHT // 2
    return Line(per_cent(start), left.y + half, right.x, right.y + half, is_open)


def per_cent(value: float) -> str:
    return f"{value:.2f}%"
