"""What waits for the answer of the sides that a viewer speaks for, and which of all is the most urgent thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.models import PartyRequest, Statement
from obligations.models.statement import Level
from obligations.status.requests import with_all
from obligations.status.status import Standing
from obligations.status.to_answer import requests_waiting
from obligations.web.party.lists import RepliedStatement, act, claim_at
from obligations.words.numbers import amount, days_until, until
from obligations.words.requests import answered_at
from parties.access import Viewer


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """A request; `left` are the days until its day, negative where that has passed."""

    request: PartyRequest
    left: int

    @property
    def left_in_words(self) -> str:
        return until(self.left)

    @property
    def address(self) -> str:
        return f"{answered_at(self.request)}&from=party"


def requests_to(viewer: Viewer, now: datetime) -> list[WaitingRequest]:
    """Those that wait, the nearest day on top."""
    rows = (
        with_all(requests_waiting(viewer, now))
        .select_related("commitment__agreement")
        .order_by("reply_by", "asked_at", "key")
    )
    return [WaitingRequest(one, days_until(one.reply_by, now, one.agreement.zone)) for one in rows]


@dataclass(frozen=True, slots=True)
class Next:
    """The most urgent thing, as a sentence, and the button that does it."""

    sentence: str
    address: str
    label: str


def next_of(
    asked: Sequence[WaitingRequest],
    due: Sequence[Standing],
    waiting: Sequence[RepliedStatement],
    found: Sequence[RepliedStatement],
) -> Next | None:
    """What is asked by a day, what is overdue, what others say, what was found; None where nothing is to be done."""
    if asked:
        return to_reply(asked[0])
    own = [(one, one.claim_of(one.commitment.party_id)) for one in due]
    late = next((one for one, said in own if one.days_late and not has_spoken(one, said)), None)
    if late is not None:
        return to_claim(late)
    if waiting:
        return to_object(waiting[0].statement)
    if found:
        return to_read(found[0].statement)
    waits = next(((one, said) for one, said in own if said and one.waits(said)), None)
    return to_await(*waits) if waits else None


def has_spoken(standing: Standing, said: Statement | None) -> bool:
    """Whether no claim is due: the party said that it is done, or what it said waits for a finding or was answered
    with less, which it reads first.
    """
    if said is None:
        return False
    return said.level == Level.COMPLETE or standing.waits(said) or standing.below(said) is not None


def to_reply(asked: WaitingRequest) -> Next:
    words = {
        "code": asked.request.commitment.obligation.code,
        "day": date_format(asked.request.reply_by),
        "left": asked.left_in_words,
    }
    if asked.request.statement:
        sentence = _("answer what was said on %(code)s. The mediators asked for it by %(day)s (%(left)s).")
        return Next(sentence % words, asked.address, _("Answer it"))
    sentence = _("say how %(code)s stands. The mediators asked for a claim by %(day)s (%(left)s).")
    return Next(sentence % words, asked.address, _("Make the claim"))


def to_claim(standing: Standing) -> Next:
    n = standing.days_late or 0
    words = {"code": standing.commitment.obligation.code, "days": amount(n)}
    sentence = ngettext(
        "%(code)s is %(days)s day late, and you have not said that it is done. Say how it stands.",
        "%(code)s is %(days)s days late, and you have not said that it is done. Say how it stands.",
        n,
    )
    return Next(
        sentence % words, claim_at(standing.commitment.agreement.code, standing.commitment), _("Make a claim")
    )


def to_await(standing: Standing, said: Statement) -> Next:
    owed = standing.commitment.obligation
    words = {"code": owed.code, "day": date_format(said.effective_on)}
    sentence = _("wait for the mediators: your claim on %(code)s, of %(day)s has no finding yet.")
    at = reverse("obligation", args=[standing.commitment.agreement.code, owed.code])
    return Next(sentence % words, f"{at}#statement-{said.key}", _("See the claim"))


def to_object(said: Statement) -> Next:
    words = {
        "code": said.commitment.obligation.code,
        "party": said.by,
        "day": date_format(said.effective_on),
    }
    if said.kind == Statement.Kind.CONTEST:
        sentence = _("%(party)s contests what you said on %(code)s. The mediators have not judged it yet.")
    else:
        sentence = _(
            "%(party)s makes a claim about you on %(code)s, of %(day)s. The mediators have not judged it yet."
        )
    return Next(sentence % words, act("answer", said.agreement.code, said), _("Answer it"))


def to_read(said: Statement) -> Next:
    words = {"code": said.commitment.obligation.code, "day": date_format(said.effective_on)}
    sentence = _("read what was found on %(code)s, of %(day)s. You may answer it or contest it.")
    return Next(sentence % words, act("contest", said.agreement.code, said), _("Contest it"))
