"""The sides that a viewer speaks for, and how the commitments of these stand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from agreement.models import Agreement
from obligations.deadlines import Moment, Timeliness, present
from obligations.models import Commitment
from obligations.status.filters import FILTERS, Condition
from obligations.status.parts import WITH_PARTS
from obligations.status.reading import BY_TEXT, IN_TEXT, Listed, number
from obligations.status.status import Standing, with_standing
from obligations.status.to_answer import own_grants
from obligations.words.method import DATED
from parties.access import Viewer, agreements_of
from parties.models import Party

AHEAD = (Timeliness.OVERDUE.value, Timeliness.DUE_SOON.value, Timeliness.UPCOMING.value)


@dataclass(frozen=True, slots=True)
class Side:
    """A party in an agreement in which the viewer speaks for it."""

    agreement: Agreement
    party: Party

    @property
    def rule(self) -> Condition:
        """Its commitments, with those of its parts, over `s`: as lists pick them by its code."""
        sql = f"(s.agreement_id = %s AND s.party_id = ANY(ARRAY({WITH_PARTS})))"
        return sql, [self.agreement.pk, self.party.code]

    def listed_at(self, *timeliness: str) -> str:
        """The address of the list of its commitments."""
        chosen = {"agreement": self.agreement.code, "party": self.party.code, "timeliness": timeliness}
        return f"{reverse('commitments')}?{urlencode(chosen, doseq=True)}"

    @property
    def due_at(self) -> str:
        return self.listed_at(*AHEAD)

    @property
    def overdue_at(self) -> str:
        return self.listed_at(Timeliness.OVERDUE.value)


def sides_of(viewer: Viewer) -> list[Side]:
    """The sides that the viewer speaks for, by the name of the agreement. Two queries."""
    grants = own_grants(viewer)
    agreements = Agreement.objects.in_bulk(agreements_of(grants))
    parties = Party.objects.in_bulk([one.party_id for one in grants if one.party_id])
    found = [Side(agreements[one.agreement_id], parties[one.party_id]) for one in grants if one.party_id]
    return sorted(found, key=lambda one: (one.agreement.short_title.casefold(), one.agreement.code))


def as_speaker_of(viewer: Viewer, sides: Sequence[Side]) -> Viewer:
    """The viewer as far as they speak for these sides."""
    keys = {one.agreement.pk for one in sides}
    return replace(viewer, grants=tuple(one for one in own_grants(viewer) if one.agreement_id in keys))


@dataclass(frozen=True, slots=True)
class Due:
    """How many are overdue, due soon, and have a date at all; `rows` are the first of what is ahead, by their day."""

    overdue: int
    soon: int
    dated: int
    rows: list[Standing]


def due_of(sides: Sequence[Side], viewer: Viewer, now: datetime, most: int) -> Due:
    moment = present(now)
    rules = [one.rule for one in sides]
    own = " OR ".join(sql for sql, _given in rules), [one for _sql, given in rules for one in given]
    listed = Listed(viewer, moment, more=((f"({own[0]})", own[1]),))
    states = [in_state(moment, *each) for each in (AHEAD[:1], AHEAD[1:2], DATED)]
    columns = ", ".join(number(sql) for sql, _given in states)
    ((overdue, soon, dated),) = listed.counted((columns, [one for _sql, given in states for one in given]))
    ahead = replace(listed, more=(*listed.more, in_state(moment, *AHEAD)))
    order = f"ORDER BY s.due_at, {BY_TEXT} LIMIT {most}"
    keys = [key for (key,) in ahead.select(("s.commitment_id", []), order, IN_TEXT)]
    standing = {
        one.commitment.pk: one
        for one in with_standing(Commitment.objects.filter(pk__in=keys), viewer, moment)
    }
    return Due(overdue, soon, dated, [standing[key] for key in keys if key in standing])


def in_state(moment: Moment, *states: str) -> Condition:
    return FILTERS["timeliness"].condition(states, moment)
