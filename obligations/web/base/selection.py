"""What is picked out of the commitments: parameters of the address, each with the values that it allows.

A page has the reader's own filters, and each number on it picks further. Both are the same thing, so that a number's
link is made from what it was counted by.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils.functional import Promise

Selection = Mapping[str, tuple[str, ...]]


def values(*names: "str | Promise") -> tuple[str, ...]:
    return tuple(str(name) for name in names)


def narrowed(active: Selection, further: Selection) -> Selection | None:
    """Both selections at once; None where no value is left, and so nothing can be in both.

    A provision that the reader chose stays: it is the row that the number stands in, or a paragraph of it.
    """
    both = dict(active)
    for name, allowed in further.items():
        if name == "provision" and name in active:
            continue
        both[name] = tuple(value for value in allowed if value in active.get(name, allowed))
        if not both[name]:
            return None
    return both


def without(active: Selection, name: str, value: str) -> Selection:
    """The selection with one value taken back."""
    rest = {**active, name: tuple(kept for kept in active[name] if kept != value)}
    return {key: kept for key, kept in rest.items() if kept}


def address(selection: Selection) -> str:
    """The query string of a selection."""
    return urlencode(selection, doseq=True)
