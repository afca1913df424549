"""What a pack holds: how it all stands for those who get it, at one moment. A fixed number of queries but for one more
for each point of the agenda.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.http import QueryDict

from agreement.models import Agreement, Participation
from obligations.changes.what import changes
from obligations.changes.window import Change, Window
from obligations.deadlines import Moment, day_in, end_of_day, start_of_day
from obligations.lists.figures import Numbers, numbers_by_party, summed
from obligations.models import AgendaItem, Commitment, Meeting, PartyRequest, Statement
from obligations.status.filters import chosen_in
from obligations.status.reading import BY_TEXT, IN_TEXT, Listed
from obligations.status.requests import RequestState, request_states, with_all
from obligations.status.status import Standing, in_order_within_obligations, with_standing
from obligations.status.tiers import Audiences, audiences_of, audiences_told
from obligations.words.method import HEADLINES, OVERDUE, Selection
from parties.access import Clearance, Grant, Role, Tier, Viewer
from parties.alphabets import by_name
from parties.models import Party

HEADLINE = {one.name: one for one in HEADLINES}


def for_the_room(viewer: Viewer, meeting: Meeting, now: datetime) -> Viewer:
    """Somebody who sees what all who may see the meeting see, and no more: who gets it may lay it on the table."""
    audience = meeting.audience(now)
    if audience.tier == Tier.MEDIATORS:
        return viewer
    grant = Grant(meeting.agreement_id, Role.ANALYST)
    if audience.tier == Tier.PARTIES:
        grant = Grant(meeting.agreement_id, Role.ANALYST, clearance=Clearance.PARTIES)
    elif audience.tier == Tier.IN_CONFIDENCE:
        grant = Grant(meeting.agreement_id, Role.REPRESENTATIVE, audience.confidant_id)
    return Viewer(grants=(grant,))


@dataclass(frozen=True)
class Pack:
    """What is in the pack of a meeting, for a viewer at a moment."""

    meeting: Meeting
    viewer: Viewer
    moment: Moment

    @property
    def agreement(self) -> Agreement:
        return self.meeting.agreement

    @property
    def zone(self) -> ZoneInfo:
        return self.agreement.zone

    @property
    def day(self) -> date:
        """The day of which everything in it is."""
        return self.moment.spoken_on or self.moment.known_on or day_in(self.moment.now, self.zone)

    def listed(self, *selections: Selection) -> Listed:
        chosen: dict[str, tuple[str, ...]] = {"agreement": (self.agreement.code,)}
        for selection in selections:
            chosen.update(selection)
        return Listed(self.viewer, self.moment, chosen)

    @cached_property
    def parties(self) -> list[Party]:
        """Those of the agreement, in alphabetical order."""
        places = Participation.objects.filter(agreement=self.agreement, kind=Participation.Kind.PARTY)
        return by_name([one.party for one in places.filter(in_pack=True).select_related("party")])

    @cached_property
    def last(self) -> Meeting | None:
        """The last meeting of the body before this one that its reader may see."""
        there = Meeting.objects.visible_to(self.viewer, self.moment.now)
        before = min(self.meeting.held_on, self.day)
        return there.of_body(self.meeting.body, self.agreement).before(before).first()

    @property
    def since(self) -> date:
        """The day from which on it tells what changed: that of the last meeting, else the first of the year."""
        return self.last.held_on if self.last else self.day.replace(month=1, day=1)

    @cached_property
    def changed(self) -> list[Change]:
        """What was recorded since, the newest first."""
        known = self.moment.known_at or self.moment.now
        until = min(known, end_of_day(self.day, self.zone), self.moment.now)
        since = start_of_day(self.since, self.zone)
        if since >= until:
            return []
        found: list[Change] = changes(self.agreement, self.viewer, Window(since, until, self.moment.now))
        return found[::-1]

    @cached_property
    def keys(self) -> dict[AgendaItem | None, list[int]]:
        """The commitments of each point of the agenda that has some, and under None the overdue ones."""
        found = {None: self.keys_of(self.listed(HEADLINE[OVERDUE].picked))}
        return found | {item: self.keys_of_item(item) for item in self.meeting.agenda.all() if item.has_rows}

    def keys_of(self, listed: Listed) -> list[int]:
        return [key for (key,) in listed.select(("s.commitment_id", []), f"ORDER BY {BY_TEXT}", IN_TEXT)]

    def keys_of_item(self, item: AgendaItem) -> list[int]:
        keys = self.keys_of(self.listed(chosen_in(QueryDict(item.query)))) if item.query else []
        if item.picked:
            owed = Commitment.objects.visible_to(self.viewer).filter(agreement=self.agreement)
            rows = owed.filter(obligation__code__in=item.picked).order_by(
                "obligation__place", "party__name", "pk"
            )
            keys += [key for key in rows.values_list("pk", flat=True) if key not in set(keys)]
        return keys

    @cached_property
    def standings(self) -> dict[int, Standing]:
        wanted = {key for keys in self.keys.values() for key in keys}
        rows = Commitment.objects.filter(pk__in=wanted)
        return {one.commitment.pk: one for one in with_standing(rows, self.viewer, self.moment)}

    def rows(self, item: AgendaItem | None) -> list[Standing]:
        """How the commitments of a point stand, in the order of the text; those that are overdue for None."""
        found = (self.standings[key] for key in self.keys.get(item, ()) if key in self.standings)
        return in_order_within_obligations(found)

    @cached_property
    def contests(self) -> list[Statement]:
        """The contests of what is still in force, the newest first."""
        seen = Statement.objects.visible_to(self.viewer, self.moment.now).as_of(self.moment)
        rows = seen.in_force(self.moment).filter(agreement=self.agreement, kind=Statement.Kind.CONTEST)
        among = ("by", "commitment__obligation", "commitment__party", "refers_to__by")
        found = rows.select_related(*among).order_by("-effective_on", "-recorded_at", "key")
        return [one for one in found if one.refers_to and one.refers_to.in_force(self.moment.known_at)]

    @cached_property
    def requests(self) -> list[RequestState]:
        """What is asked of parties and by when, the nearest day first; without what was answered or taken back."""
        seen = PartyRequest.objects.visible_to(self.viewer, self.moment.now).as_of(self.moment)
        rows = with_all(seen.filter(agreement=self.agreement)).order_by("reply_by", "asked_at", "key")
        told = request_states(rows, self.viewer, self.moment)
        # Whether a reply came is told to some alone: to all others what was asked for since the last meeting.
        return [one for one in told if one.waits or (not one.state and one.request.reply_by >= self.since)]

    @cached_property
    def numbers(self) -> Mapping[str, tuple[Numbers, dict[int, Numbers]]]:
        """How many of how many, by headline: in all, and by the key of each party that owes something."""
        by_party = numbers_by_party(self.listed(), [replace(one, in_all=None) for one in HEADLINES])
        return {name: (summed(those.values()), those) for name, those in by_party.items()}

    def audiences(self) -> Audiences:
        """Those of all that is counted in it and shown."""
        told = audiences_told(self.viewer, self.moment, [self.agreement.pk], counted_alone=True)
        return told | audiences_of([self.meeting, *(one.request for one in self.requests)], self.moment.now)
