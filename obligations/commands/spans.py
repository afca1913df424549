"""The spans of clocks, as they were known: rows that follow from the records, brought into line with them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db import connection

from obligations.commands.bulk import insert
from obligations.deadlines.moment import INSTANT, STILL
from obligations.deadlines.spans import Grounds, Span, spans
from obligations.deadlines.steps import written
from obligations.models import ClockSpan
from obligations.status.records import Records, needs_days_off
from parties.prepared import run

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
    "anchored_by_id",
    "rule",
    "convention",
    "calendars",
    "steps",
)


SPANS = f"SELECT commitment_id, {', '.join(COLUMNS)} FROM {ClockSpan._meta.db_table} WHERE commitment_id = ANY(%s)"
IN_ORDER = "ORDER BY commitment_id, known_from, from_day"
END = f"UPDATE {ClockSpan._meta.db_table} SET known_until = %s WHERE commitment_id = ANY(%s) AND known_until = %s"


def write(records: Mapping[int, Records], since: datetime | None = None) -> None:
    """Bring the spans of commitments into line with their records. Nothing where nothing differs.

    `since` is the instant before which nothing changes of what was known: what is in force is all that is worked out.
    """
    if since is None:
        rewrite(records)
        return
    there: dict[int, list[Values]] = {pk: [] for pk in records}
    begun = {pk for pk, known in records.items() if known.turns()[-1:] > [since]}
    sql = f"{SPANS} AND known_until = %s {IN_ORDER}"
    for pk, known_from, _until, *values in run(sql, [list(records), STILL]):
        there[pk].append(tuple(values))
        if known_from >= since:
            begun.add(pk)
    # What became known no earlier than that, and what is new.
    rewrite({pk: known for pk, known in records.items() if pk in begun or not there[pk]})
    alike: dict[int, list[Values]] = {}
    wanted: dict[int, list[Values]] = {}
    for pk, known in records.items():
        if there[pk] and pk not in begun:
            own = known.spans()  # those who share them share their grounds
            if id(own) not in alike:
                alike[id(own)] = list(present_spans(known))
            wanted[pk] = alike[id(own)]
    differing = [pk for pk, rows in wanted.items() if rows != there[pk]]
    if differing:
        with connection.cursor() as cursor:
            cursor.execute(END, [since, differing, STILL])
        insert_rows((pk, since, STILL, *row) for pk in differing for row in wanted[pk])


def rewrite(records: Mapping[int, Records]) -> None:
    """Replace all spans of those commitments of which any differs."""
    if not records:
        return
    there: dict[int, list[Values]] = {pk: [] for pk in records}
    for pk, *values in run(f"{SPANS} {IN_ORDER}", [list(records)]):
        there[pk].append(tuple(values))
    wanted = {pk: list(known_spans(known)) for pk, known in records.items()}
    differing = [pk for pk, rows in wanted.items() if rows != there[pk]]
    if gone := [pk for pk in differing if there[pk]]:
        ClockSpan.objects.filter(commitment__in=gone).delete()
    insert_rows((pk, *row) for pk in differing for row in wanted[pk])


def insert_rows(rows: Iterable[Values]) -> None:
    insert(ClockSpan, ("commitment_id", *COLUMNS), rows)


def present_spans(records: Records) -> Iterator[Values]:
    """The values of the rows that are in force, without the instants between which they are known."""
    if grounds := records.grounds():
        yield from (values_of(span, grounds) for span in records.spans())


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
        span.anchored_by,
        grounds.rule,
        grounds.counted_by,
        list(grounds.calendars_used) if counts_days_off else [],
        written(deadline.steps),
    )
