"""Which rows of a status table are for a viewer at a moment."""

from typing import Any

from django.db.models import BigIntegerField, Case, Expression, F, Lookup, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from agreement.models import AudienceBit
from obligations.deadlines.moment import STILL, Moment
from obligations.deadlines.spans import NEVER
from parties.access import COMMON, EVERYBODY, Audience, Grant, Tier, Viewer


@BigIntegerField.register_lookup
class Shares(Lookup):
    """Whether two masks have a bit in common."""

    lookup_name = "shares"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"({left} & {right}) <> 0", (*left_params, *right_params)


def seen_at(
    viewer: Viewer,
    moment: Moment,
    prefix: str = "",
    present: str = "",
    agreement: str = "agreement_id",
    has_days: bool = True,
) -> Q:
    """Rows that the viewer may see, as they were known; exactly one for each thing that was known at the moment.

    `prefix` is the path to the rows, `present` the column that tells the row of the present, where the table has one,
    and `agreement` the path to the key of the agreement from the query's own rows. `has_days` says whether they are of
    some days alone.
    """
    now = moment.now
    rule = {"mask__shares": bits_of(viewer, agreement), "shown_from__lte": now, "shown_until__gt": now}
    if moment.is_present and present:
        rule[present] = True
    else:
        known = moment.known_at or STILL
        rule |= {"known_from__lt": known, "known_until__gte": known}
        if has_days and moment.spoken_on:
            rule |= {"from_day__lte": moment.spoken_on, "until_day__gt": moment.spoken_on}
        elif has_days:
            rule |= {"until_day": NEVER}
    return Q(**{f"{prefix}{name}": value for name, value in rule.items()})


def bits_of(viewer: Viewer, agreement: str) -> Expression:
    """The bit that the viewer reads by: of each agreement another, where there are grants."""
    cases = [When(**{agreement: grant.agreement_id}, then=bit_of(grant)) for grant in viewer.grants]
    everybody = Value(1 << COMMON.index(EVERYBODY), BigIntegerField())
    return Case(*cases, default=everybody, output_field=BigIntegerField()) if cases else everybody


def bit_of(grant: Grant) -> Expression:
    """That of its audience; a party without a bit of its own reads by that of the parties."""
    reader = grant.reader
    if reader.confidant_id is None:
        return Value(1 << COMMON.index(reader), BigIntegerField())
    own = AudienceBit.objects.filter(agreement=grant.agreement_id, party=reader.confidant_id)
    one: Any = Value(1, BigIntegerField())
    shifted = own.annotate(shifted=one.bitleftshift(F("bit")))
    parties = Value(1 << COMMON.index(Audience(Tier.PARTIES)), BigIntegerField())
    return Coalesce(Subquery(shifted.values("shifted")), parties, output_field=BigIntegerField())
