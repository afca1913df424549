"""Orders in which lists can be, on pages, in the API and in files, in SQL over the tables of each listing."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from obligations.deadlines import Moment, Timeliness
from obligations.lists.listing import Key, Sort
from obligations.lists.places import AN_INSTANT, DAY, NAME, NUMBER, SMALL_NUMBER
from obligations.models.period import PeriodState
from obligations.models.statement import Conduct
from obligations.status import reading
from obligations.status.breaches import OUTCOMES
from obligations.status.filters import Condition, Parameter

# What the keys stand in: the obligation, its party, and the provisions above its own, of what has their keys.
ALSO = """
JOIN obligations_obligation o ON o.id = {0}.obligation_id JOIN parties_party y ON y.id = {0}.party_id
JOIN agreement_provision v ON v.id = o.provision_id JOIN agreement_instrument i ON i.id = v.instrument_id
LEFT JOIN agreement_provision v1 ON v1.id = v.parent_id LEFT JOIN agreement_provision v2 ON v2.id = v1.parent_id
LEFT JOIN agreement_provision v3 ON v3.id = v2.parent_id"""
TEXT_PLACE = Key("o.place", "int", SMALL_NUMBER)
PARTY_NAME = Key("y.name", "text", NAME)
# A level, then conduct from kept to contrary, then what cannot be assessed.
LEVEL = f"""CASE WHEN s.not_assessable IS NOT FALSE THEN 19
    WHEN s.level IS NOT NULL THEN s.level ELSE 9 + array_position(ARRAY{list(Conduct.values)}, s.conduct) END"""


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
    return lambda moment: [without(column), Key(f"coalesce({column}, '1900-01-01'::date)", "date", DAY)]


def without(column: str) -> Key:
    """What has nothing there stands last."""
    return Key(f"({column} IS NULL)::int", "int", SMALL_NUMBER, stays=True)


def level(moment: Moment) -> Sequence[Key]:
    return [without("s.not_assessable"), Key(LEVEL, "int", SMALL_NUMBER)]


def since(moment: Moment) -> Sequence[Key]:
    return [Key("s.overdue_since", "timestamptz", AN_INSTANT)]


def closed(moment: Moment) -> Sequence[Key]:
    """What is open has no such instant, and stands last."""
    open_, given = reading.is_open(moment)
    at = f"CASE WHEN {open_} THEN s.overdue_since ELSE coalesce(s.closed_at, s.overdue_since) END"
    is_open = Key(f"({open_})::int", "int", SMALL_NUMBER, tuple(given), stays=True)
    return [is_open, Key(at, "timestamptz", AN_INSTANT, tuple(given))]


def outcome(moment: Moment) -> Sequence[Key]:
    open_, given = reading.is_open(moment)
    ended = f"array_position(ARRAY{[str(one) for one, _label in OUTCOMES]}, ({reading.OUTCOME})::text)"
    return [Key(f"CASE WHEN {open_} THEN 0 ELSE {ended} END", "int", SMALL_NUMBER, tuple(given))]


def state(moment: Moment) -> Sequence[Key]:
    sql, given = reading.state_of_period(moment)
    return [
        Key(f"array_position(ARRAY{PeriodState.values}, ({sql})::text)", "int", SMALL_NUMBER, tuple(given))
    ]


def days_late(sql: Callable[[Moment], Condition]) -> Callable[[Moment], Sequence[Key]]:
    """By a count of days, null where nothing is late."""

    def keys(moment: Moment) -> Sequence[Key]:
        text, given = sql(moment)
        return [Key(f"coalesce({text}, 0)", "int", SMALL_NUMBER, tuple(given))]

    return keys


IN_TEXT: dict[str, Sort] = {
    "text": Sort(_("Order of the text"), lambda moment: [TEXT_PLACE]),
    "article": Sort(_("Article"), article),
    "party": Sort(_("Party"), lambda moment: [PARTY_NAME]),
}
SORTS: dict[str, Sort] = {
    **IN_TEXT,
    "level": Sort(_("What was found"), level),
    "found_on": Sort(_("Day of the finding"), on_day("s.found_on")),
    "timeliness": Sort(_("Timeliness"), timeliness),
    "due": Sort(_("Due day"), on_day("s.due_on")),
    "late": Sort(_("Days late"), late),
}
BREACH_SORTS: dict[str, Sort] = {
    **IN_TEXT,
    "since": Sort(_("Overdue since"), since),
    "closed": Sort(_("When it ended"), closed),
    "outcome": Sort(_("Outcome"), outcome),
    "late": Sort(_("Days late"), days_late(reading.days_of_breach)),
}
PERIOD_SORTS: dict[str, Sort] = {
    **IN_TEXT,
    "ends_on": Sort(_("Last day"), lambda moment: [Key("q.ends_on", "date", DAY)]),
    "state": Sort(_("How it stands"), state),
    "found_on": Sort(_("Day of the finding"), on_day("s.found_on")),
    "late": Sort(_("Days late"), days_late(reading.days_of_period)),
}


def sorted_by(sorts: Mapping[str, Sort]) -> Parameter:
    """The parameter that asks for an order."""
    both = [(f"{turned}{name}", one.label) for turned in ("", "-") for name, one in sorts.items()]
    return Parameter(
        _("Order of the rows, `-` turning it round. The first leads, the next orders what is alike in it."),
        choices=both,
        several=True,
    )
