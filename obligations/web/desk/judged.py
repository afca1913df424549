"""The claims that a finding from the desk can judge, and the one that its form starts from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from obligations.models import Commitment, Statement
from obligations.web.desk.periods import Review
from parties.access import Viewer


def claims_to_judge(
    commitment: Commitment, viewer: Viewer, now: datetime, named: str = ""
) -> list[Statement]:
    """The claims on the commitment that wait for a finding, contested ones among them, the newest first.

    And the claim with the key `named`, where it was not withdrawn: a form that is sent twice names one that waits no
    more. Its first sending says so, and not that there is no such claim.
    """
    in_force = Statement.objects.visible_to(viewer, now).in_force().filter(kind=Statement.Kind.CLAIM)
    waiting = Statement.objects.filter(commitment=commitment).awaiting_a_finding(viewer, now)
    contested = Statement.objects.filter(commitment=commitment).contested_claims()
    wanted = Q(pk__in=waiting.values("pk")) | Q(pk__in=contested.values("pk"))
    if named and "\x00" not in named:
        wanted |= Q(key=named)
    rows = in_force.filter(wanted, commitment=commitment)
    return list(rows.select_related("agreement", "by", "confidant").newest_first())


def first_of(claims: Sequence[Statement], review: Review | None, named: str = "") -> Statement | None:
    """The claim that the form starts from: the one that is named, else the newest.

    Where a period waits for its review, that is one on the period: a claim on another does not answer the review.
    """
    if review is not None:
        claims = [one for one in claims if review.period.holds(one.effective_on)]
    return next((one for one in claims if one.key == named), next(iter(claims), None))


def started_from(claim: Statement) -> dict[str, Any]:
    """Its day, and so its period, and that it is judged; who may see the finding the choices say."""
    return {"cites": claim.key, "effective_on": claim.effective_on}
