"""Who recorded what, and who signed it: for the mediators of the agreement, who know each other."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from obligations.models import Commitment, Reading, Statement
from parties.models import User


@dataclass(frozen=True, slots=True)
class Authorship:
    """`signed_by` is the second mediator and `proposal` the key of what was signed; both empty where one was enough."""

    recorded_by: User | None
    signed_by: User | None = None
    proposal: str = ""


def authorship_of(commitments: Iterable[Commitment]) -> dict[str, dict[int, Authorship]]:
    """By kind of row (`statements`, `readings`) and its key. Two queries."""
    keys = [one.pk for one in commitments]
    return {
        "statements": by_key(Statement.objects.filter(commitment__in=keys)),
        "readings": by_key(Reading.objects.filter(commitment__in=keys)),
    }


def by_key(rows: "QuerySet[Statement] | QuerySet[Reading]") -> dict[int, Authorship]:
    signed = rows.select_related("recorded_by", "signed__signature__by", "signed__signature__proposal")
    return {row.pk: authorship(row) for row in signed.order_by()}


def authorship(row: Statement | Reading) -> Authorship:
    signed = getattr(row, "signed", None)
    if signed is None:
        return Authorship(row.recorded_by)
    return Authorship(row.recorded_by, signed.signature.by, signed.signature.proposal.key)
