"""What waits for a mediator, and why: the queues of the desk."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from obligations.deadlines import present
from obligations.deadlines.moment import OUTSET
from obligations.models import PartyRequest, PeriodTally
from obligations.models.obligation import KINDS_WITH_PERIODS
from obligations.status.filters import Chosen, Condition
from obligations.status.freshness import freshness_of, until_it_changes
from obligations.status.reading import (
    BY_TEXT,
    COMMITMENTS,
    IN_TEXT,
    MEDIATORS_BIT,
    Listed,
    awaits_review,
    is_tallied,
    number,
    periods_counted,
    selected,
)
from parties.access import Role, Viewer

T = TypeVar("T")
OVERDUE = "s.phase = 'running' AND s.due_at <= %(now)s"
DUE_SOON = (
    "s.phase = 'running' AND s.due_at > %(now)s AND s.due_at <= %(now)s + a.due_soon_days * interval '1 day'"
)
PERIOD_WAITS = f"""EXISTS (
    SELECT FROM obligations_periodstatus t
    WHERE t.commitment_id = s.commitment_id AND t.known_until = '9999-12-31 00:00Z' AND t.until_day = '9999-12-31'
        AND (t.mask & {MEDIATORS_BIT}) <> 0 AND t.shown_from <= %(now)s AND t.shown_until > %(now)s
        AND {awaits_review(present(OUTSET), "t")[0].replace("%s", "%(now)s")})"""


@dataclass(frozen=True, slots=True)
class Queue:
    """`waits` picks its rows out of `waiting`, in SQL; `empty` says what an empty queue means.

    `order` is what they go by before the text; empty where the text is all.
    """

    code: str
    title: Promise
    waits: str
    order: str
    sorted_by: Promise
    empty: Promise


BY_DUE_DATE = "s.due_at NULLS LAST"
# A duty that stands from the start takes no day by a reading, and is never complete: it is reviewed.
START_WAITS = f"s.start_waits AND s.kind <> ALL('{{{','.join(KINDS_WITH_PERIODS)}}}')"

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
            START_WAITS,
            "s.runs_from NULLS LAST",
            _("Longest wait first"),
            _("Nothing that the text asks for at once is left without a finding of completion."),
        ),
        Queue(
            "periods",
            _("Periods to review"),
            PERIOD_WAITS,
            "",
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
# Those whose numbers are not in the tally of commitments.
BY_ROWS = ("periods", "silence")
NAMED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Active commitments of the agreements that the viewer mediates, as far as filters leave them, and the queues.

    `given` is what stands in the conditions of queues, by name.
    """

    listed: Listed
    given: dict[str, Any]
    fresh: str

    def placed(self, sql: str) -> Condition:
        return NAMED.sub("%s", sql), [self.given[name] for name in NAMED.findall(sql)]

    def that(self, rule: str) -> Listed:
        """Those of the listed commitments, active or not, of which a rule holds."""
        return replace(self.listed, more=(*self.listed.more, self.placed(rule)))

    def counts(self) -> dict[str, int]:
        """How many wait in each queue, and `all`, of which they are."""
        return self.kept("counts", self.counted)

    def kept(self, name: str, work_out: Callable[[], T], *of: object) -> T:
        """What is worked out of these rows: once as long as nothing changes."""
        listed = self.listed
        named = ("desk", name, sorted(listed.chosen.items()), self.given["silent"], *of)
        return until_it_changes(self.fresh, named, work_out)

    def counted(self) -> dict[str, int]:
        rules = {"all": "true"} | {code: one.waits for code, one in QUEUES.items() if code not in BY_ROWS}
        numbers = ", ".join(number(f"{ACTIVE} AND {rule}") for rule in rules.values())
        (found,) = self.listed.counted(self.placed(numbers))
        silent = number_of(self.that(f"{ACTIVE} AND {QUEUES['silence'].waits}"))
        return dict(zip(rules, found, strict=True)) | {"periods": self.to_review(), "silence": silent}

    def to_review(self) -> int:
        """How many wait for the review of a period: the tally of periods has those of stopped commitments, too."""
        listed = self.listed
        if not is_tallied(PeriodTally, listed.moment, listed.chosen):
            return number_of(self.that(f"{ACTIVE} AND {PERIOD_WAITS}"))
        ((waiting,),) = periods_counted(listed, (number(), []), awaits_review(listed.moment))
        return int(waiting) - number_of(self.that(f"NOT ({ACTIVE}) AND {PERIOD_WAITS}"))


def number_of(listed: Listed) -> int:
    return int(listed.select(("count(*)", []))[0][0])


def waiting(viewer: Viewer, now: datetime, chosen: Mapping[str, Chosen]) -> Waiting:
    mediated = viewer.agreements_as(Role.MEDIATOR)
    silent = PartyRequest.objects.without_reply(Agreement.objects.filter(pk__in=mediated), now)
    # Of one agreement, rows come in the order of its indexes.
    theirs: Condition = ("s.agreement_id = %s", mediated)
    if len(mediated) != 1:
        theirs = ("s.agreement_id = ANY(%s)", [mediated])
    given = {"now": now, "silent": list(silent.order_by().values_list("commitment", flat=True))}
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
        limits = f"LIMIT {part.stop - part.start} OFFSET {part.start}"

        def keys() -> list[int]:
            waiting, order = self.rows.that(f"{ACTIVE} AND {self.queue.waits}"), self.queue.order
            key: Condition = ("s.commitment_id", [])
            if not order:
                return [pk for (pk,) in waiting.select(key, f"ORDER BY {BY_TEXT} {limits}", IN_TEXT)]
            # What is on a page is told by an index; of one instant, the page is in the order of the text.
            where, given = waiting.where
            picked = f"SELECT s.* FROM {COMMITMENTS} WHERE {where} ORDER BY {order}, s.commitment_id {limits}"
            in_order = ("true", given), f"ORDER BY {order}, {BY_TEXT}"
            return [pk for (pk,) in selected(key, f"({picked}) AS s {IN_TEXT}", *in_order)]

        return self.rows.kept(self.queue.code, keys, part.start, part.stop)
