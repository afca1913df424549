"""What became of requests, for one viewer at one moment.

That a party did not reply is said only where it is true and tells of nothing hidden. A party may reply in confidence.
To say "no reply" to who may not see that would be untrue; to say nothing only then would betray it, since other
requests have the mark. So what became of a request is told to those who see every reply to it, the mediators and the
asked party itself; others who see the request see that it was made, and by when. Where the mediators want it known
that nobody replied, they say so in a finding.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from obligations.deadlines.moment import Moment, end_of_day
from obligations.models import Commitment, PartyRequest, RequestTakenBack, Statement
from obligations.models.party_request import REPLIES, known_at
from obligations.status.tiers import REFERENTS
from parties.access import Role, Viewer
from parties.known import is_known, known

OPEN, ANSWERED, NO_REPLY, TAKEN_BACK = "open", "answered", "no_reply", "taken_back"
WITHDRAWN = "withdrawn"
STATES: dict[str, Promise] = {
    OPEN: pgettext_lazy("a request", "open"),
    ANSWERED: pgettext_lazy("a request", "answered"),
    NO_REPLY: _("no reply"),
    TAKEN_BACK: pgettext_lazy("a request", "taken back"),
    # Translators: what a party was asked to reply to was withdrawn by its author.
    WITHDRAWN: _("the statement was withdrawn"),
}


@dataclass(frozen=True, slots=True)
class RequestState:
    """`state` is empty for who is not told. `reply` is None where the viewer may not see it; `late`: after the day."""

    request: PartyRequest
    state: str = ""
    reply: Statement | None = None
    replied_at: datetime | None = None
    late: bool = False
    taken_back: RequestTakenBack | None = None

    @property
    def key(self) -> str:
        return self.request.key

    @property
    def asked_at(self) -> datetime:
        return self.request.asked_at

    @property
    def word(self) -> Promise | str:
        return STATES.get(self.state, "")

    @property
    def waits(self) -> bool:
        """Whether a reply is still awaited, in time or not."""
        return self.state in (OPEN, NO_REPLY)


def request_states(requests: Iterable[PartyRequest], viewer: Viewer, moment: Moment) -> list[RequestState]:
    """What became of requests that the viewer may see. Three queries at most, beside that of the rows."""
    rows = list(requests)
    at = known_at(moment)
    taken_back = RequestTakenBack.objects.filter(
        known(at, "recorded_at"), request__in=[row.pk for row in rows]
    )
    back = {one.request_id: one for one in taken_back}
    told = [row for row in rows if is_told(viewer, row)]
    said = said_by(told, at)
    shown = Statement.objects.visible_to(viewer, moment.now).filter(pk__in=[one.pk for one in said])
    seen = set(shown.values_list("pk", flat=True))
    keys = {row.pk for row in told}
    return [became_of(row, said if row.pk in keys else None, seen, back.get(row.pk), at) for row in rows]


def requests_on(
    commitments: list[Commitment], viewer: Viewer, moment: Moment
) -> dict[int, list[RequestState]]:
    """The requests on commitments, by the key of the commitment, the newest first. Three queries."""
    seen = PartyRequest.objects.visible_to(viewer, moment.now).as_of(moment)
    told = request_states(with_all(seen.filter(commitment__in=commitments)), viewer, moment)
    by_commitment: dict[int, list[RequestState]] = {}
    for one in told:
        by_commitment.setdefault(one.request.commitment_id, []).append(one)
    return by_commitment


def with_all(rows: Any) -> Any:
    about = ("statement__by", "statement__confidant", f"statement__{REFERENTS}")
    return rows.select_related(
        "agreement", "party", "confidant", "commitment__party", "commitment__obligation", *about
    )


def is_told(viewer: Viewer, request: PartyRequest) -> bool:
    """Whether the viewer sees every reply: a mediator does, and the party that replied."""
    grant = viewer.grant(request.agreement_id)
    if grant is None:
        return False
    return grant.role == Role.MEDIATOR or (
        grant.role == Role.REPRESENTATIVE and grant.party_id == request.party_id
    )


def said_by(requests: list[PartyRequest], at: datetime) -> list[Statement]:
    """All that the asked parties said on these commitments, in order, and had not withdrawn."""
    if not requests:
        return []
    rows = Statement.objects.filter(
        known(at, "recorded_at", "withdrawn_at"),
        commitment__in={one.commitment_id for one in requests},
        by__in={one.party_id for one in requests},
    )
    return list(rows.order_by("recorded_at", "key"))


def became_of(
    request: PartyRequest,
    said: list[Statement] | None,
    seen: set[int],
    back: RequestTakenBack | None,
    at: datetime,
) -> RequestState:
    if back is not None:
        return RequestState(request, TAKEN_BACK, taken_back=back)
    if said is None:
        return RequestState(request)
    ends = end_of_day(request.reply_by, request.agreement.zone)
    reply = next((one for one in said if replies_to(one, request)), None)
    about = request.statement
    if reply is None and about is not None and not about.in_force(at):
        return RequestState(request, WITHDRAWN)
    if reply is None:
        return RequestState(request, NO_REPLY if is_known(at, ends) else OPEN)
    shown = reply if reply.pk in seen else None
    return RequestState(request, ANSWERED, shown, reply.recorded_at, late=reply.recorded_at >= ends)


def replies_to(said: Statement, request: PartyRequest) -> bool:
    if said.by_id != request.party_id or said.recorded_at <= request.asked_at:
        return False
    if request.statement_id is None:
        return said.kind == Statement.Kind.CLAIM and said.commitment_id == request.commitment_id
    return said.kind in REPLIES and said.refers_to_id == request.statement_id
