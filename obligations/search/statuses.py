"""How the commitments stand that found rows are about, as far as the viewer may see it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from obligations.deadlines import Moment, Timeliness
from obligations.status import reading
from parties.access import Viewer
from parties.alphabets import alphabetical
from parties.models import Party

COLUMNS = "s.obligation_id, s.commitment_id, s.party_id, s.level, s.not_assessable, s.conduct, s.due_on"


@dataclass(frozen=True, slots=True)
class PartyStatus:
    """One party's commitment at the moment that is asked about; `conduct` is None where nothing is found yet."""

    commitment: int
    party: Party
    level: int | None
    not_assessable: bool | None
    conduct: str | None
    due_on: date | None
    timeliness: Timeliness

    @property
    def finding(self) -> "PartyStatus | None":
        return None if self.conduct is None else self


def statuses_of(
    obligations: Iterable[int], viewer: Viewer, moment: Moment
) -> dict[int | None, tuple[PartyStatus, ...]]:
    """By the keys of obligations, the parties in their order. Two queries, whatever the number of rows."""
    state, given = reading.timeliness(moment)
    listed = reading.Listed(viewer, moment, more=(("s.obligation_id = ANY(%s)", [sorted(set(obligations))]),))
    rows = listed.select((f"{COLUMNS}, {state}", given))
    parties = Party.objects.in_bulk({row[2] for row in rows})
    by_obligation: dict[int, list[PartyStatus]] = defaultdict(list)
    for obligation, commitment, party, level, not_assessable, conduct, due_on, timeliness in rows:
        found = (level, not_assessable, conduct, due_on)
        status = PartyStatus(commitment, parties[party], *found, Timeliness(timeliness))
        by_obligation[obligation].append(status)
    return {
        key: tuple(sorted(parts, key=lambda part: (alphabetical(part.party), part.commitment)))
        for key, parts in by_obligation.items()
    }
