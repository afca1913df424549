"""The spans of clocks, as they were known: rows that follow from the records, brought into line with them."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from obligations.commands.bulk import insert
from obligations.deadlines.moment import INSTANT, STILL
from obligations.deadlines.spans import Grounds, Span, spans
from obligations.deadlines.steps import written
from obligations.models import ClockSpan
from obligations.status.prepared import run
from obligations.status.records import Records, needs_days_off

Values = tuple[object, ...]
COLUMNS = (
    "known_from",
    "known_until",
    "from_day",
    "until_day",
    "life",
    "clock",
    "clock_from",
    "due_on",
    "due_at",
    "in_time_until",
    "act_id",
    "rule",
    "convention",
    "calendars",
    "steps",
)
CALENDARS = COLUMNS.index("calendars")


SPANS = f"SELECT commitment_id, {', '.join(COLUMNS)} FROM {ClockSpan._meta.db_table} WHERE commitment_id = ANY(%s)"


def write(records: Mapping[int, Records]) -> None:
    """Replace the spans of commitments that differ from what their records give. Nothing where nothing differs."""
    there: dict[int, set[Values]] = {pk: set() for pk in records}
    for pk, *values in run(SPANS, [list(records)]):
        values[CALENDARS] = tuple(values[CALENDARS])
        there[pk].add(tuple(values))
    wanted = {pk: list(known_spans(known)) for pk, known in records.items()}
    differing = [pk for pk, rows in wanted.items() if set(rows) != there[pk]]
    if gone := [pk for pk in differing if there[pk]]:
        ClockSpan.objects.filter(commitment__in=gone).delete()
    insert(ClockSpan, ("commitment_id", *COLUMNS), (in_sql(pk, row) for pk in differing for row in wanted[pk]))


def in_sql(pk: int, row: Values) -> list[object]:
    values = [pk, *row]
    values[CALENDARS + 1] = list(row[CALENDARS])  # type: ignore[call-overload]
    return values


def known_spans(records: Records) -> Iterator[Values]:
    """The values of all rows of one commitment: its spans at each turn of what is known, until the next one."""
    layers: list[tuple[datetime, list[Values]]] = []
    for at in records.turns():
        grounds = records.grounds(at + INSTANT)
        rows = [values_of(span, grounds) for span in spans(grounds)] if grounds else []
        if not layers or layers[-1][1] != rows:
            layers.append((at, rows))
    ends = [*(at for at, _rows in layers[1:]), STILL]
    for (known_from, rows), known_until in zip(layers, ends, strict=True):
        yield from ((known_from, known_until, *row) for row in rows)


def values_of(span: Span, grounds: Grounds) -> Values:
    deadline = span.deadline
    counts_days_off = needs_days_off(grounds.counted_by, grounds.rule)
    return (
        span.from_day,
        span.until_day,
        span.life,
        deadline.clock,
        deadline.runs_from,
        deadline.due_on,
        deadline.due_at,
        span.in_time_until,
        span.act,
        grounds.rule,
        grounds.counted_by,
        grounds.calendars_used if counts_days_off else (),
        written(deadline.steps),
    )
