"""What waits for a mediator, and why: the queues of the desk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from obligations.deadlines import present
from obligations.models import PartyRequest
from obligations.status.filters import Chosen, Condition
from obligations.status.freshness import freshness_of, until_it_changes
from obligations.status.reading import BY_TEXT, COMMITMENTS, IN_TEXT, Listed
from parties.access import COMMON, Audience, Role, Tier, Viewer

T = TypeVar("T")
OVERDUE = "s.phase = 'running' AND s.due_at <= %(now)s"
DUE_SOON = (
    "s.phase = 'running' AND s.due_at > %(now)s AND s.due_at <= %(now)s + a.due_soon_days * interval '1 day'"
)
# Of a duty over time, the newest period that has ended: something was owed, and no finding on it is seen.
MEDIATORS_BIT = 1 << COMMON.index(Audience(Tier.MEDIATORS))
PERIOD_WAITS = f"""(s.kind IN ('standing', 'recurring') AND (
    SELECT t.owed AND t.conduct IS NULL
    FROM obligations_period q JOIN obligations_periodstatus t ON t.period_id = q.id
    WHERE q.commitment_id = s.commitment_id AND q.due_on IS NULL AND q.known_until = '9999-12-31 00:00Z'
        AND q.ends_on < (%(now)s::timestamptz AT TIME ZONE a.time_zone)::date
        AND t.known_until = '9999-12-31 00:00Z' AND t.until_day = '9999-12-31' AND (t.mask & {MEDIATORS_BIT}) <> 0
        AND t.shown_from <= %(now)s AND t.shown_until > %(now)s
    ORDER BY q.ends_on DESC LIMIT 1))"""


@dataclass(frozen=True, slots=True)
class Queue:
    """`waits` picks its rows out of `waiting`, in SQL; `empty` says what an empty queue means."""

    code: str
    title: Promise
    waits: str
    order: str
    sorted_by: Promise
    empty: Promise


BY_DUE_DATE = f"s.due_at NULLS LAST, {BY_TEXT}"
QUEUES: dict[str, Queue] = {
    queue.code: queue
    for queue in (
        Queue(
            "overdue",
            _("Overdue"),
            OVERDUE,
            BY_DUE_DATE,
            _("Longest wait first"),
            _("No commitment is past its date without a finding that it is complete."),
        ),
        Queue(
            "soon",
            _("Due soon"),
            DUE_SOON,
            BY_DUE_DATE,
            _("Next date first"),
            _("No commitment falls due in this time."),
        ),
        Queue(
            "immediate",
            _("Immediate without a reading"),
            "s.clock = 'immediate' AND s.complete_since IS NULL",
            f"s.runs_from, {BY_TEXT}",
            _("Longest wait first"),
            _("Nothing that the text asks for at once is left without a finding of completion."),
        ),
        Queue(
            "periods",
            _("Periods to review"),
            PERIOD_WAITS,
            BY_TEXT,
            _("In the order of the text"),
            _("Every standing duty has a finding on its last period that has ended."),
        ),
        Queue(
            "claims",
            _("Claims to answer"),
            "s.claim_waits",
            BY_DUE_DATE,
            _("Earliest due date first"),
            _("Every claim of a party has a finding that speaks of its day or a later one."),
        ),
        Queue(
            "contests",
            _("Contests"),
            "s.contest_waits",
            BY_DUE_DATE,
            _("Earliest due date first"),
            _("Every contest was followed by a finding, or answered by a mediator."),
        ),
        Queue(
            "silence",
            _("No reply"),
            "s.commitment_id = ANY(%(silent)s)",
            BY_DUE_DATE,
            _("Earliest due date first"),
            _("Every party that was asked for a claim or a reply gave one, or still has time."),
        ),
    )
}


ACTIVE = "s.life = 'active'"
MEDIATED = """(
    SELECT coalesce(sum(commitments), 0)::bigint FROM obligations_revision WHERE agreement_id = ANY(%(mediated)s)
)"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Active commitments of the agreements that the viewer mediates, as far as filters leave them, and the queues."""

    listed: Listed
    given: dict[str, Any]
    fresh: str

    def select(
        self, columns: str, waits: str = "true", then: str = "", joins: str = ""
    ) -> list[tuple[Any, ...]]:
        placed, named = self.where
        return rows_named(
            f"SELECT {columns} FROM {COMMITMENTS} {joins} WHERE {placed} AND {ACTIVE} AND {waits} {then}",
            named,
        )

    def number(self, rule: str) -> str:
        return f"(SELECT count(*) FROM {COMMITMENTS} WHERE {self.where[0]} AND {rule})"

    @property
    def where(self) -> tuple[str, dict[str, Any]]:
        """The conditions with names for what stands in them, and that with what queues want beside."""
        where, params = self.listed.where
        named = {f"p{place}": value for place, value in enumerate(params)}
        return where % tuple(f"%({name})s" for name in named), named | self.given

    def counts(self) -> dict[str, int]:
        """How many wait in each queue, and `all`, of which they are."""
        return self.kept("counts", self.counted)

    def kept(self, name: str, work_out: Callable[[], T], *of: object) -> T:
        """What is worked out of these rows: once as long as nothing changes."""
        listed = self.listed
        named = ("desk", name, sorted(listed.chosen.items()), self.given["silent"], *of)
        return until_it_changes(self.fresh, named, work_out)

    def counted(self) -> dict[str, int]:
        """Each queue by an index of its own: one query."""
        of_all, stopped = self.number(ACTIVE), self.number(f"NOT ({ACTIVE})")
        if not self.listed.chosen:
            of_all = f"{MEDIATED} - {stopped}"
        waiting = (self.number(f"{ACTIVE} AND {queue.waits}") for queue in QUEUES.values())
        (found,) = rows_named(f"SELECT {of_all}, {', '.join(waiting)}", self.where[1])
        return dict(zip(("all", *QUEUES), found, strict=True))


def rows_named(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def waiting(viewer: Viewer, now: datetime, chosen: Mapping[str, Chosen]) -> Waiting:
    mediated = [grant.agreement_id for grant in viewer.grants if grant.role == Role.MEDIATOR]
    silent = PartyRequest.objects.without_reply(Agreement.objects.filter(pk__in=mediated), now)
    # Of one agreement, rows come in the order of its indexes.
    theirs: Condition = ("s.agreement_id = %s", mediated)
    if len(mediated) != 1:
        theirs = ("s.agreement_id = ANY(%s)", [mediated])
    given = {
        "now": now,
        "mediated": mediated,
        "silent": list(silent.order_by().values_list("commitment", flat=True)),
    }
    return Waiting(Listed(viewer, present(now), chosen, (theirs,)), given, freshness_of(viewer, now))


@dataclass(frozen=True, slots=True)
class InQueue(Sequence[int]):
    """The keys of what waits in a queue, in its order: what a paginator takes pages of. `length` is counted already."""

    rows: Waiting
    queue: Queue
    length: int

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, part: Any) -> Any:
        then = f"ORDER BY {self.queue.order} LIMIT {part.stop - part.start} OFFSET {part.start}"

        def keys() -> list[int]:
            return [key for (key,) in self.rows.select("s.commitment_id", self.queue.waits, then, IN_TEXT)]

        return self.rows.kept(self.queue.code, keys, part.start, part.stop)
