"""What waits for a mediator, and why: the queues of the desk, and how many are in each."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, TypeVar

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from obligations.deadlines import present
from obligations.deadlines.moment import OUTSET
from obligations.models import Assignment, PartyRequest, PeriodTally, SavedView
from obligations.models.obligation import KINDS_WITH_PERIODS
from obligations.status.care import News
from obligations.status.filters import Condition, chosen_in
from obligations.status.freshness import freshness_of, until_it_changes
from obligations.status.reading import (
    COMMITMENTS,
    MEDIATORS_BIT,
    ONE_EACH,
    Listed,
    awaits_review,
    is_tallied,
    number,
    periods_counted,
)
from obligations.status.reading import rows_of as found_by
from parties.access import Role, Viewer

T = TypeVar("T")
OVERDUE = "s.phase = 'running' AND s.due_at <= %(now)s"
DUE_SOON = (
    "s.phase = 'running' AND s.due_at > %(now)s AND s.due_at <= %(now)s + a.due_soon_days * interval '1 day'"
)
FOR_MEDIATORS = f"""{{0}}.known_until = '9999-12-31 00:00Z' AND ({{0}}.mask & {MEDIATORS_BIT}) <> 0
        AND {{0}}.shown_from <= %(now)s AND {{0}}.shown_until > %(now)s"""
PERIOD_WAITS = f"""EXISTS (
    SELECT FROM obligations_periodstatus t
    WHERE t.commitment_id = s.commitment_id AND t.until_day = '9999-12-31' AND {FOR_MEDIATORS.format("t")}
        AND {awaits_review(present(OUTSET), "t")[0].replace("%s", "%(now)s")})"""
# What is overdue has an open run of its clock, and nothing else has: `tests/status/` holds it.
BREACH_OPEN = f"""EXISTS (
    SELECT FROM obligations_breachstatus b
    WHERE b.commitment_id = s.commitment_id AND {FOR_MEDIATORS.format("b")}
        AND b.closed_at IS NULL AND b.overdue_since <= %(now)s
        AND NOT EXISTS (SELECT FROM obligations_breachacknowledgement k WHERE k.breach = b.key))"""
BREACH_WAITS = f"{OVERDUE} AND {BREACH_OPEN}"
# Overdue, and all that was flagged of it acknowledged: told by those who did.
ACKNOWLEDGED = f"""{OVERDUE} AND s.commitment_id IN (
    SELECT k.commitment_id FROM obligations_breachacknowledgement k WHERE k.agreement_id = ANY(%(mediated)s)
) AND NOT {BREACH_OPEN}"""
DUE = "s.due_at"
# Since which day the oldest claim waits that no finding answers: mediators see all of both.
CLAIMED = """(SELECT min(c.effective_on) FROM obligations_statement c
    WHERE c.commitment_id = s.commitment_id AND c.kind = 'claim' AND c.withdrawn_at IS NULL AND NOT EXISTS (
        SELECT FROM obligations_statement f WHERE f.commitment_id = c.commitment_id AND f.kind = 'finding'
            AND f.withdrawn_at IS NULL AND f.effective_on >= c.effective_on AND f.recorded_at >= c.recorded_at))"""
CONTESTED = """(SELECT max(c.recorded_at) FROM obligations_statement c
    WHERE c.commitment_id = s.commitment_id AND c.kind = 'contest' AND c.withdrawn_at IS NULL)"""
# Longer queues go by the due date in place of these, which are worked out for each row.
COSTLY, LONG = (CLAIMED, CONTESTED), 5_000


@dataclass(frozen=True, slots=True)
class Queue:
    """`waits` picks its rows out of `waiting`, in SQL; `empty` says what an empty queue means.

    `since` is what they go by, the smallest first and then the text; empty where the text is all.
    """

    code: str
    title: Promise
    waits: str
    since: str
    sorted_by: Promise
    empty: Promise


LONGEST, IN_ORDER = _("Longest wait first"), _("In the order of the text")
BY_DATE = _("Earliest due date first")
# A duty that stands from the start takes no day by a reading, and is never complete: it is reviewed.
START_WAITS = f"s.start_waits AND s.kind <> ALL('{{{','.join(KINDS_WITH_PERIODS)}}}')"

QUEUES: dict[str, Queue] = {
    queue.code: queue
    for queue in (
        Queue(
            "new",
            _("New since your last visit"),
            "s.commitment_id = ANY(%(news)s)",
            "array_position(%(news)s, s.commitment_id)",
            _("Newest first"),
            _("Nobody but you recorded anything since your last visit."),
        ),
        Queue(
            "overdue",
            _("Overdue"),
            OVERDUE,
            DUE,
            LONGEST,
            _("No commitment is past its date without a finding that it is complete."),
        ),
        Queue(
            "soon",
            _("Due soon"),
            DUE_SOON,
            DUE,
            _("Next date first"),
            _("No commitment falls due in this time."),
        ),
        Queue(
            "immediate",
            _("At once, with no day set"),
            START_WAITS,
            "s.runs_from",
            LONGEST,
            _("Nothing that the text asks for at once is left without a finding of completion."),
        ),
        Queue(
            "periods",
            _("Periods to review"),
            PERIOD_WAITS,
            "",
            IN_ORDER,
            _("Every standing duty has a finding on its last period that has ended."),
        ),
        Queue(
            "claims",
            _("Claims to answer"),
            "s.claim_waits",
            CLAIMED,
            LONGEST,
            _("Every claim of a party has a finding that speaks of its day or a later one."),
        ),
        Queue(
            "contests",
            _("Contests"),
            "s.contest_waits",
            CONTESTED,
            LONGEST,
            _("Every contest was followed by a finding, or answered by a mediator."),
        ),
        Queue(
            "replies",
            _("Replies to requests"),
            "s.commitment_id = ANY(%(replied)s)",
            "array_position(%(replied)s, s.commitment_id)",
            LONGEST,
            _("Every reply was followed by a finding, an answer or another request."),
        ),
        Queue(
            "silence",
            _("No reply"),
            "s.commitment_id = ANY(%(silent)s)",
            "array_position(%(silent)s, s.commitment_id)",
            LONGEST,
            _("Every party that was asked for a claim or a reply gave one, or still has time."),
        ),
        Queue(
            "requests",
            _("Open requests"),
            "s.commitment_id = ANY(%(asked)s)",
            "array_position(%(asked)s, s.commitment_id)",
            _("Next day of reply first"),
            _("No party has been asked for anything that it still has time for."),
        ),
        Queue(
            "mine",
            _("Assigned to me"),
            "s.obligation_id = ANY(%(mine)s)",
            DUE,
            BY_DATE,
            _("You own no obligation. On the form of a commitment you can take one."),
        ),
        Queue(
            "breaches",
            _("Breaches to acknowledge"),
            BREACH_WAITS,
            DUE,
            LONGEST,
            _("Every breach that is open was acknowledged by a mediator."),
        ),
    )
}
SORTS: dict[str, Promise] = {"wait": _("By wait"), "date": _("By date"), "article": _("By article")}
ME, NOBODY = "me", "nobody"
# In the place of a queue: proposals, and no commitments.
SIGNATURES = "signatures"

ACTIVE = "s.life = 'active'"
# Those that are picked by keys, which `given` has by these names: of no key there is no row to be counted.
BY_KEYS = {"new": "news", "replies": "replied", "silence": "silent", "requests": "asked", "mine": "mine"}
# Those whose numbers are not in the tally of commitments.
BY_ROWS = (*BY_KEYS, "periods", "breaches")
NAMED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Owned:
    """Which obligations somebody owns, with the number and the key of the account."""

    rows: Sequence[tuple[int, int, str]]

    def by(self, asked: str, viewer: Viewer) -> list[int]:
        """Those that oneself owns, or the account with a key; none where there is no such account."""
        return [
            obligation
            for obligation, owner, key in self.rows
            if (owner == viewer.user_id if asked == ME else key == asked)
        ]

    def that(self, asked: str, viewer: Viewer) -> list[Condition]:
        """What an address asks of owners: nothing, nobody, oneself, or the account with a key."""
        if asked == NOBODY:
            return [("s.obligation_id <> ALL(%s)", [[obligation for obligation, *_whose in self.rows]])]
        return [("s.obligation_id = ANY(%s)", [self.by(asked, viewer)])] if asked else []


@dataclass(frozen=True, slots=True)
class Waiting:
    """Active commitments of the agreements that the viewer mediates, as far as filters leave them, and the queues.

    `given` is what stands in the conditions of queues, by name. `is_tallied`: nothing but filters narrows them.
    """

    listed: Listed
    given: dict[str, Any]
    fresh: str
    owned: Owned
    is_tallied: bool = True

    def asked(self, query: QueryDict) -> Self:
        """What an address leaves of them: `query` may have filters, and an `owner`."""
        narrowed = self.owned.that(query.get("owner", ""), self.listed.viewer)
        listed = replace(self.listed, chosen=chosen_in(query), more=(*self.listed.more, *narrowed))
        return replace(self, listed=listed, is_tallied=not narrowed)

    def placed(self, sql: str) -> Condition:
        return NAMED.sub("%s", sql), [self.given[name] for name in NAMED.findall(sql)]

    def that(self, rule: str) -> Listed:
        """Those of the listed commitments, active or not, of which a rule holds."""
        return replace(self.listed, more=(*self.listed.more, self.placed(rule)))

    def counts(self) -> dict[str, int]:
        """How many wait in each queue, and `all`, of which they are."""
        return self.kept("counts", self.counted)

    def new(self) -> dict[str, int]:
        """How many of each queue are new."""
        return self.kept("new", self.counted_new) if self.given["news"] else dict.fromkeys(QUEUES, 0)

    def kept(self, name: str, work_out: Callable[[], T], *of: object) -> T:
        """What is worked out of these rows: once as long as nothing changes."""
        listed = self.listed
        given = sorted((key, value) for key, value in self.given.items() if key != "now")
        named = ("desk", name, sorted(listed.chosen.items()), listed.more, given, *of)
        return until_it_changes(self.fresh, named, work_out)

    def counts_of(self, views: Iterable[SavedView], to_sign: int) -> dict[int, int]:
        """How many rows each view shows, by its key. One query, or none as long as nothing changes."""
        queries = {view.pk: QueryDict(view.query) for view in views}

        def count() -> dict[int, int]:
            each = []
            for key, query in queries.items():
                where, given = self.asked(query).that(f"{ACTIVE} AND {queue_of(query).waits}").where
                each.append((f"SELECT %s, count(*) FROM {COMMITMENTS} WHERE {where}", [key, *given]))
            sql = " UNION ALL ".join(one for one, _given in each)
            return dict(found_by(sql, [value for _one, given in each for value in given])) if each else {}

        found = self.kept("views", count, *((key, query.urlencode()) for key, query in queries.items()))
        of_proposals = [key for key, query in queries.items() if query.get("queue") == SIGNATURES]
        return found | dict.fromkeys(of_proposals, to_sign)

    def counted(self) -> dict[str, int]:
        rules = {"all": "true"} | {code: one.waits for code, one in QUEUES.items() if code not in BY_ROWS}
        numbers = self.numbers(rules.values())
        found = self.listed.counted(numbers) if self.is_tallied else self.listed.select(numbers, "", ONE_EACH)
        numbers_of = dict(zip(rules, found[0], strict=True))
        by_keys = {
            code: number_of(self.that(f"{ACTIVE} AND {QUEUES[code].waits}")) if self.given[name] else 0
            for code, name in BY_KEYS.items()
        }
        acknowledged = number_of(self.that(f"{ACTIVE} AND {ACKNOWLEDGED}")) if self.given["mediated"] else 0
        unacknowledged = {"breaches": numbers_of["overdue"] - acknowledged}
        return numbers_of | by_keys | unacknowledged | {"periods": self.to_review()}

    def counted_new(self) -> dict[str, int]:
        new = self.that("s.commitment_id = ANY(%(news)s)")
        found = new.select(self.numbers(one.waits for one in QUEUES.values()), "", ONE_EACH)
        return dict(zip(QUEUES, found[0], strict=True))

    def numbers(self, rules: Any) -> Condition:
        return self.placed(", ".join(number(f"{ACTIVE} AND {rule}") for rule in rules))

    def to_review(self) -> int:
        """How many wait for the review of a period: the tally of periods has those of stopped commitments, too."""
        listed = self.listed
        if not (self.is_tallied and is_tallied(PeriodTally, listed.moment, listed.chosen)):
            return number_of(self.that(f"{ACTIVE} AND {PERIOD_WAITS}"))
        ((waiting,),) = periods_counted(listed, (number(), []), awaits_review(listed.moment))
        return int(waiting) - number_of(self.that(f"NOT ({ACTIVE}) AND {PERIOD_WAITS}"))


def number_of(listed: Listed) -> int:
    return int(listed.select(("count(*)", []))[0][0])


def queue_of(query: QueryDict) -> Queue:
    """The one that an address of the desk asks for."""
    return QUEUES.get(query.get("queue", ""), QUEUES["overdue"])


def waiting(viewer: Viewer, now: datetime, news: News | None = None) -> Waiting:
    """All that waits for the viewer."""
    mediated = viewer.agreements_as(Role.MEDIATOR)
    agreements = list(Agreement.objects.filter(pk__in=mediated))
    requests = PartyRequest.objects.filter(agreement__in=mediated)
    current = Assignment.objects.visible_to(viewer).current().order_by()
    owned = Owned(list(current.values_list("obligation", "owner", "owner__key")))
    late = requests.without_reply(agreements, now).order_by("reply_by", "pk")
    silent = dict(late.values_list("pk", "commitment"))
    asked = requests.awaiting_a_reply().exclude(pk__in=silent).order_by("reply_by", "pk")
    # Of one agreement, rows come in the order of its indexes.
    theirs: Condition = ("s.agreement_id = %s", mediated)
    if len(mediated) != 1:
        theirs = ("s.agreement_id = ANY(%s)", [mediated])
    given = {
        "now": now,
        "mediated": mediated,
        "news": list(news.commitments) if news else [],
        "silent": once_each(silent.values()),
        "asked": once_each(asked.values_list("commitment", flat=True)),
        "replied": once_each(
            requests.replied().order_by("asked_at", "pk").values_list("commitment", flat=True)
        ),
        "mine": owned.by(ME, viewer),
    }
    return Waiting(Listed(viewer, present(now), more=(theirs,)), given, freshness_of(viewer, now), owned)


def once_each(keys: Any) -> list[int]:
    return list(dict.fromkeys(keys))
