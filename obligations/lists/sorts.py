"""Orders in which commitments can be listed, on pages, in the API and in files: one table, in SQL over `s` and `a`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from obligations.deadlines import Moment, Timeliness
from obligations.lists.listing import Key
from obligations.lists.places import DAY, NUMBER, SMALL_NUMBER, Part
from obligations.models.statement import Conduct
from obligations.status import reading
from obligations.status.filters import Parameter

# What the keys stand in: the obligation, its party, and the provisions above its own.
ALSO = f"""{reading.IN_TEXT}
JOIN agreement_provision v ON v.id = s.provision_id JOIN agreement_instrument i ON i.id = v.instrument_id
LEFT JOIN agreement_provision v1 ON v1.id = v.parent_id LEFT JOIN agreement_provision v2 ON v2.id = v1.parent_id
LEFT JOIN agreement_provision v3 ON v3.id = v2.parent_id"""
NAME = Part(r"[^~\x00]{1,300}", str, str)
ROW = Key("s.commitment_id", "bigint", NUMBER)
TEXT = Key("o.place", "int", SMALL_NUMBER)
PARTY = Key("y.name", "text", NAME)
# A level, then conduct from kept to contrary, then what cannot be assessed.
LEVEL = f"""CASE WHEN s.not_assessable IS NOT FALSE THEN 19
    WHEN s.level IS NOT NULL THEN s.level ELSE 9 + array_position(ARRAY{list(Conduct.values)}, s.conduct) END"""


@dataclass(frozen=True, slots=True)
class Sort:
    """`keys` are those that lead; the text, the party and the row tell apart what they leave alike."""

    label: Promise
    keys: Callable[[Moment], Sequence[Key]]


def article(moment: Moment) -> Sequence[Key]:
    top = "coalesce(v3.place, v2.place, v1.place, v.place)"
    return [Key("i.place", "int", SMALL_NUMBER), Key("i.id", "bigint", NUMBER), Key(top, "int", SMALL_NUMBER)]


def timeliness(moment: Moment) -> Sequence[Key]:
    state, given = reading.timeliness(moment)
    order = "ARRAY['" + "', '".join(IN_TIME) + "']"
    return [Key(f"array_position({order}, ({state})::text)", "int", SMALL_NUMBER, tuple(given))]


# What is late stands first.
IN_TIME = (
    *(Timeliness.OVERDUE.value, Timeliness.DUE_SOON.value, Timeliness.UPCOMING.value),
    *(Timeliness.TRIGGER_PENDING.value, Timeliness.NO_DATE.value, Timeliness.MET_LATE.value),
    *(Timeliness.MET_ON_TIME.value, Timeliness.STOPPED.value),
)


def late(moment: Moment) -> Sequence[Key]:
    day, given = reading.today(moment)
    met = reading.days_after("s.in_time_until", "s.complete_since")
    sql = f"""coalesce(CASE WHEN s.complete_since IS NOT NULL THEN {met}
        ELSE {reading.days_after("s.run_until", day)} END, 0)"""
    return [Key(sql, "int", SMALL_NUMBER, tuple(given))]


def on_day(column: str) -> Callable[[Moment], Sequence[Key]]:
    return lambda moment: [without(column), Key(f"coalesce({column}, {reading.ENDLESS})", "date", DAY)]


def without(column: str) -> Key:
    """What has nothing there stands last."""
    return Key(f"({column} IS NULL)::int", "int", SMALL_NUMBER, stays=True)


def level(moment: Moment) -> Sequence[Key]:
    return [without("s.not_assessable"), Key(LEVEL, "int", SMALL_NUMBER)]


SORTS: dict[str, Sort] = {
    "text": Sort(_("Order of the text"), lambda moment: [TEXT]),
    "article": Sort(_("Article"), article),
    "party": Sort(_("Party"), lambda moment: [PARTY]),
    "level": Sort(_("What was found"), level),
    "found_on": Sort(_("Day of the finding"), on_day("s.found_on")),
    "timeliness": Sort(_("Timeliness"), timeliness),
    "due": Sort(_("Due day"), on_day("s.due_on")),
    "late": Sort(_("Days late"), late),
}
# By what lists are grouped.
GROUPS = ("article", "party", "level", "timeliness")
SORT_CHOICES = [
    *((name, one.label) for name, one in SORTS.items()),
    *((f"-{name}", one.label) for name, one in SORTS.items()),
]
SORTED = Parameter(
    _("Order of the rows, `-` turning it round. The first leads, the next orders what is alike in it."),
    choices=SORT_CHOICES,
    several=True,
)


def keys_of(sorts: Sequence[str], moment: Moment) -> tuple[Key, ...]:
    """The keys of an order, by the names of sorts, the first one leading; `-` before a name turns it round.

    None where no sort is named: the rows are in the order of their listing.
    """
    if not sorts:
        return ()
    keys: dict[str, Key] = {}
    for name in sorts:
        down = name.startswith("-")
        for key in SORTS[name.removeprefix("-")].keys(moment):
            keys.setdefault(key.sql, replace(key, down=down and not key.stays))
    for key in (TEXT, PARTY, ROW):
        keys.setdefault(key.sql, key)
    return tuple(keys.values())
