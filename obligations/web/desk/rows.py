"""A row of a queue: what, who, since when, and why it stands there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.deadlines import EVER, present
from obligations.deadlines.explain import DAY, sum_of
from obligations.models import Commitment, Period
from obligations.status.periods import SeenPeriod, in_words, periods_seen
from obligations.status.requests import RequestState
from obligations.status.status import Standing
from obligations.words.ages import days, days_until
from parties.access import Viewer

# The form offers no more than these, the newest.
MOST = 60


@dataclass(frozen=True, slots=True)
class Review:
    """The last period that has ended, of a commitment whose review waits; and how many earlier ones have no finding."""

    period: SeenPeriod
    earlier: int = 0


def reviews(commitments: Iterable[Commitment], viewer: Viewer, now: datetime) -> dict[int, Review]:
    """Of each commitment, by its key. One query."""
    found: dict[int, Review] = {}
    there = periods_seen([commitment.pk for commitment in commitments], viewer, present(now))
    for period in (one for one in reversed(there) if one.wants_a_review):
        known = found.get(period.commitment_id)
        found[period.commitment_id] = replace(known, earlier=known.earlier + 1) if known else Review(period)
    return found


def unreviewed(review: Review) -> str:
    """Which periods have no finding."""
    why = _("No finding on %(period)s") % {"period": in_words(review.period)}
    if not review.earlier:
        return why
    also = ngettext(
        "%(why)s, nor on %(n)s earlier period", "%(why)s, nor on %(n)s earlier periods", review.earlier
    )
    return also % {"why": why, "n": number_format(review.earlier, force_grouping=True)}


def periods_begun(commitment: Commitment, now: datetime) -> list[Period]:
    """What a finding can be about, the newest first. One query, or none where nothing lasts."""
    if not commitment.obligation.lasts:
        return []
    moment = present(now)
    begun = Period.objects.known(moment).started(moment).filter(commitment=commitment)
    return list(begun.order_by("-starts_on")[:MOST])


@dataclass(frozen=True, slots=True)
class Row:
    """`when` is the short fact at the row's end, `late` whether it is lateness; `why` and `claimed` are sentences."""

    commitment: Commitment
    standing: Standing
    when: str
    late: bool
    why: str
    claimed: str


def row(
    standing: Standing,
    queue: str,
    now: datetime,
    review: Review | None,
    silence: RequestState | None = None,
) -> Row:
    commitment = standing.commitment
    if silence is not None:
        when, late, why = asked_for(silence), True, silent(silence)
    elif review is not None:
        when, late, why = (
            _("ended %(day)s") % {"day": date_format(review.period.ends_on, DAY)},
            False,
            unreviewed(review),
        )
    else:
        when, late = since(commitment, standing, queue, now)
        why = REASONS[queue](standing)
    return Row(commitment, standing, when, late, why, claim_of(commitment, standing))


def asked_for(silence: RequestState) -> str:
    return _("asked for %(day)s") % {"day": date_format(silence.request.reply_by, DAY)}


def silent(silence: RequestState) -> str:
    request = silence.request
    text = (
        _("%(party)s did not reply to the %(kind)s")
        if request.statement
        else _("%(party)s was asked for a claim and made none")
    )
    kind = request.statement.get_kind_display() if request.statement else ""
    return text % {"party": request.party, "kind": kind}


def since(commitment: Commitment, standing: Standing, queue: str, now: datetime) -> tuple[str, bool]:
    if queue == "claims" and standing.claim:
        return _("claimed for %(day)s") % {"day": date_format(standing.claim.effective_on, DAY)}, False
    if queue == "contests" and standing.contests:
        return _("contested %(day)s") % {"day": date_format(standing.contests[0].effective_on, DAY)}, False
    if queue == "immediate" and standing.days_running is not None:
        return _("%(days)s running") % {"days": days(standing.days_running)}, False
    if queue == "soon" and standing.deadline.due_on:
        left = days_until(standing.deadline.due_on, now, commitment.agreement.zone)
        return (_("in %(days)s") % {"days": days(left)} if left else _("today")), False
    if standing.days_late is not None:
        return _("%(days)s late") % {"days": days(standing.days_late)}, True
    return (_("late since midnight") if queue == "overdue" else ""), queue == "overdue"


def by_date(standing: Standing) -> str:
    """The due date with its sum, or what stands in its place."""
    deadline = standing.deadline
    if deadline.due_on is None:
        return ""
    due = _("Due %(day)s") % {"day": date_format(deadline.due_on, DAY)}
    return f"{due}: {sum_of(deadline)}" if deadline.runs_from else due


def at_once(standing: Standing) -> str:
    start = standing.deadline.runs_from
    if start is None:
        return ""
    return _("Due at once after %(day)s; no reading gives it a date") % {"day": date_format(start, DAY)}


def claim_of(commitment: Commitment, standing: Standing) -> str:
    """The newest claim, with its author where it is another party's; nothing once it is found complete."""
    claim = standing.claim
    if claim is None or standing.complete_since or claim.effective_on < asked_since(standing):
        return ""
    if claim.by_id == commitment.party_id:
        return _("Claimed %(verdict)s") % {"verdict": claim.verdict().lower()}
    return _("Claimed %(verdict)s by %(party)s") % {"verdict": claim.verdict().lower(), "party": claim.by}


def asked_since(standing: Standing) -> date:
    """The first day of the time that is awaited, of what recurs: a claim on an earlier one is no answer."""
    return standing.awaited.period.starts_on if standing.awaited else EVER


def claimed(standing: Standing) -> str:
    return _("No finding since that speaks of this day or a later one")


def contested(standing: Standing) -> str:
    if not standing.contests:
        return ""
    contest = standing.contests[0]
    return _("%(party)s: “%(reason)s”") % {"party": contest.by, "reason": contest.reason}


REASONS: dict[str, Callable[[Standing], str]] = {
    "overdue": by_date,
    "soon": by_date,
    "immediate": at_once,
    "periods": lambda standing: "",
    "claims": claimed,
    "contests": contested,
    "silence": lambda standing: "",
}
