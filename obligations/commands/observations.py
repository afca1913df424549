"""Observations: what is said by somebody who is no party and no mediator. They move no clock."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agreement.models import Participation
from obligations.commands.errors import Refused
from obligations.commands.protected import refuse_publication
from obligations.commands.statements import Beside, FindingVerdict, record, require_own_party
from obligations.models import Commitment, Statement
from parties.access import Viewer
from parties.models import Party
from parties.once import once
from parties.rights import Right, require


@once()
def record_observation(
    *,
    commitment: Commitment,
    actor: Viewer,
    now: datetime,
    effective_on: date,
    reason: str,
    tier: str,
    level: int | None = None,
    not_assessable: bool = False,
    conduct: str = "",
    by: Party | None = None,
    wider: bool = False,
    tried: Beside | None = None,
    **more: Any,
) -> Statement:
    """Record what an observer says of a commitment: in its own name, or by a mediator in the name of the observer `by`.

    The rest is as in `record_finding`; it moves no clock, and nothing but its own number counts it.
    """
    grant = require(actor, Right.RECORD_OBSERVATION, commitment.agreement_id)
    if grant.party_id is not None:
        require_own_party(grant.party_id, by)
        by = Party.objects.get(pk=grant.party_id)
    place = commitment.agreement.participations.filter(party=by, kind=Participation.Kind.OBSERVER)
    if by is None or not place.exists():
        raise Refused({"by": _("Name an observer of this agreement, in whose name this is said.")})
    said = FindingVerdict(level=level, not_assessable=not_assessable, conduct=conduct)
    statement = Statement(
        kind=Statement.Kind.OBSERVATION,
        agreement_id=commitment.agreement_id,
        by=by,
        effective_on=effective_on,
        reason=reason,
        tier=tier,
    )
    if tried is None:
        refuse_publication(
            statement, actor, now, _("Record it for the mediators, and propose its publication then.")
        )
    return record(statement, commitment, said, actor, now, {"tier": tier, **more}, wider, tried=tried)
