"""A row of a queue: what, who, since when, and why it stands there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.deadlines import EVER, day_in, days_after, present
from obligations.deadlines.explain import sum_of
from obligations.models import Commitment, Period, Statement
from obligations.status.periods import SeenPeriod, in_words, periods_seen
from obligations.status.requests import ANSWERED, NO_REPLY, RequestState
from obligations.status.status import Standing
from obligations.words.languages import within
from obligations.words.numbers import amount, days_until, until
from parties.access import Viewer

# The form offers no more than these, the newest.
MOST = 60
# Characters of why a row is there.
MOST_OF_WHY = 140


@dataclass(frozen=True, slots=True)
class Review:
    """The last period that has ended, of a commitment whose review waits; and how many earlier ones have no finding."""

    period: SeenPeriod
    earlier: int = 0


def reviews(commitments: Iterable[Commitment], viewer: Viewer, now: datetime) -> dict[int, Review]:
    """The review that waits, by the key of its commitment. One query."""
    found: dict[int, Review] = {}
    there = periods_seen([commitment.pk for commitment in commitments], viewer, present(now))
    for period in (one for one in reversed(there) if one.wants_a_review):
        known = found.get(period.commitment_id)
        found[period.commitment_id] = replace(known, earlier=known.earlier + 1) if known else Review(period)
    return found


def unreviewed(review: Review) -> str:
    """Which periods have no finding."""
    words = {"period": in_words(review.period), "n": amount(review.earlier)}
    if not review.earlier:
        # Translators: “period” is two days, or “Due” with a day.
        return _("No finding yet: %(period)s") % words
    also = ngettext(
        "No finding yet: %(period)s, and %(n)s earlier period",
        "No finding yet: %(period)s, and %(n)s earlier periods",
        review.earlier,
    )
    return also % words


def periods_begun(commitment: Commitment, now: datetime) -> list[Period]:
    """What a finding can be about, the newest first. One query, or none where nothing lasts."""
    if not commitment.obligation.lasts:
        return []
    moment = present(now)
    begun = Period.objects.known(moment).started(moment).filter(commitment=commitment)
    return list(begun.order_by("-starts_on")[:MOST])


@dataclass(frozen=True, slots=True)
class Row:
    """`when` is the short fact at the row's end, `late` whether it is lateness; `why` is a sentence.

    `claim` is the newest that asks for something; among claims to answer it is the one that waits longest. `is_new`:
    others recorded something since the last visit.
    """

    commitment: Commitment
    standing: Standing
    when: str
    late: bool
    why: str
    claim: Statement | None
    is_new: bool


def row(
    standing: Standing,
    queue: str,
    now: datetime,
    review: Review | None,
    asked: RequestState | None = None,
    is_new: bool = False,
) -> Row:
    commitment = standing.commitment
    if asked is not None:
        when, late, why = asked_for(asked), asked.state == NO_REPLY, asked_in_words(asked)
    elif review is not None:
        when, late, why = (
            # Translators: a period ended on that day.
            _("ended %(day)s") % {"day": date_format(review.period.ends_on)},
            False,
            unreviewed(review),
        )
    else:
        when, late = since(commitment, standing, queue, now)
        why = REASONS.get(queue, by_date)(standing)
    why = why if isinstance(why, SafeString) else Truncator(why).chars(MOST_OF_WHY)
    claim = waiting_of(standing) if queue == "claims" else claim_of(standing)
    return Row(commitment, standing, when, late, why, claim, is_new)


def asked_for(asked: RequestState) -> str:
    if asked.state == ANSWERED and asked.replied_at:
        on = day_in(asked.replied_at, asked.request.agreement.zone)
        return _("replied %(day)s") % {"day": date_format(on)}
    return _("asked for %(day)s") % {"day": date_format(asked.request.reply_by)}


def asked_in_words(asked: RequestState) -> str:
    """What was asked of whom, or that nothing came of it."""
    if asked.state == NO_REPLY:
        return silent(asked)
    words = short(asked.request.words)
    told = _("%(party)s was asked: “%(words)s”") % {"party": asked.request.party.name, "words": words}
    return within(told, words, asked.request.language)


def silent(silence: RequestState) -> str:
    request = silence.request
    text = (
        _("%(party)s did not reply to what was said (%(kind)s)")
        if request.statement
        else _("%(party)s was asked for a claim and made none")
    )
    kind = request.statement.get_kind_display() if request.statement else ""
    return text % {"party": request.party.name, "kind": kind}


def since(commitment: Commitment, standing: Standing, queue: str, now: datetime) -> tuple[str, bool]:
    if queue == "claims" and (claim := waiting_of(standing)):
        waits = days_after(claim.effective_on, day_in(now, commitment.agreement.zone))
        # Translators: a claim waits so long; a short fact at the end of a row.
        return ngettext("waits %(days)s day", "waits %(days)s days", waits) % in_days(waits), False
    if queue == "contests" and standing.contests:
        return _("contested %(day)s") % {"day": date_format(standing.contests[0].effective_on)}, False
    if queue == "immediate" and (runs := standing.days_running) is not None:
        # Translators: so long a clock without a date runs; a short fact at the end of a row.
        return ngettext("%(days)s day running", "%(days)s days running", runs) % in_days(runs), False
    if queue == "soon" and standing.deadline.due_on:
        left = days_until(standing.deadline.due_on, now, commitment.agreement.zone)
        return until(left), False
    if (late := standing.days_late) is not None:
        return ngettext("%(days)s day late", "%(days)s days late", late) % in_days(late), True
    return (_("late since midnight") if queue == "overdue" else ""), queue == "overdue"


def in_days(n: int) -> dict[str, str]:
    return {"days": amount(n)}


def by_date(standing: Standing) -> str:
    """The due date with its sum, or what stands in its place."""
    deadline = standing.deadline
    if deadline.due_on is None:
        return ""
    due = _("Due %(day)s") % {"day": date_format(deadline.due_on)}
    return f"{due}: {sum_of(deadline)}" if deadline.runs_from else due


def at_once(standing: Standing) -> str:
    start = standing.deadline.runs_from
    if start is None:
        return ""
    return _("Due at once after %(day)s; no reading gives it a date") % {"day": date_format(start)}


def claim_of(standing: Standing) -> Statement | None:
    """The newest claim; none once it is found complete, or where it is on an earlier period than the one awaited."""
    claim = standing.claim
    if claim is None or standing.complete_since or claim.effective_on < asked_since(standing):
        return None
    return claim


def waiting_of(standing: Standing) -> Statement | None:
    """The oldest claim that no finding answers: the list goes by its day."""
    waits = [
        claim
        for claim in standing.claims
        if not any(
            found.effective_on >= claim.effective_on and found.recorded_at >= claim.recorded_at
            for found in standing.findings
        )
    ]
    return min(waits, key=lambda claim: (claim.effective_on, claim.pk), default=None)


def asked_since(standing: Standing) -> date:
    """The first day of the time that is awaited, of what recurs: a claim on an earlier one is no answer."""
    return standing.awaited.period.starts_on if standing.awaited else EVER


def contested(standing: Standing) -> str:
    if not standing.contests:
        return ""
    contest = standing.contests[0]
    # Translators: a party, and what it wrote.
    told = _("%(party)s: “%(reason)s”") % {"party": contest.by, "reason": short(contest.reason)}
    return within(told, short(contest.reason), contest.language)


def short(words: str) -> str:
    """What somebody wrote, beside who did."""
    return Truncator(words).chars(100)


REASONS: dict[str, Callable[[Standing], str]] = {
    "overdue": by_date,
    "soon": by_date,
    "immediate": at_once,
    "periods": lambda standing: "",
    "claims": lambda standing: "",
    "contests": contested,
}
