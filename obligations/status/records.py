"""What a commitment's clock rests on, with when each part of it became known.

It reads the append-only rows (terms, dates of triggers, readings, days of calendars, findings that start another
clock), and gives the grounds as known at any instant. Whoever asks for a due day, today's or a past one, asks here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from agreement.models import TriggerDate
from obligations.deadlines import FindingFact, complete_day
from obligations.deadlines.moment import OUTSET
from obligations.deadlines.spans import EVER, Grounds, ReadingAct, Span, spans
from obligations.models.commitment import Commitment
from obligations.models.daysoff import Calendars, calendars_of
from obligations.models.reading import Reading, Terms
from obligations.models.statement import Statement
from parties.access import Tier
from parties.known import is_known
from parties.prepared import objects

# A finding with the instants from which it is known and, where it was withdrawn, until which.
Known = tuple[datetime, datetime | None, FindingFact]


@dataclass(slots=True)
class Records:
    """Of one commitment. `terms`, `dates` and `readings` are in the order of their recording.

    `fulfilments` holds the public findings on each of the commitments whose fulfilment starts this one's clock, by
    obligation and commitment, with the instants between which each is known.
    """

    commitment: Commitment
    terms: list[Terms] = field(default_factory=list)
    dates: dict[int, list[TriggerDate]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    fulfilments: dict[int, dict[int, list[Known]]] = field(default_factory=dict)
    calendars: Calendars | None = None
    present: tuple[Span, ...] | None = None
    # The spans that others have by the same terms, anchors and calendars.
    alike: dict[tuple[object, ...], tuple[Span, ...]] = field(default_factory=dict)

    def grounds(self, known_at: datetime | None = None) -> Grounds | None:
        """As known at an instant, None for all that is on record. None where the commitment was not known yet."""
        known = [one for one in self.terms if is_known(known_at, known_of(one))]
        if not known:
            return None
        terms = known[-1]
        anchors, anchored_by = self.anchors(terms, known_at)
        return Grounds(
            zone=self.commitment.agreement.zone,
            rule=terms.rule,
            terms=terms.terms,
            convention=terms.convention,
            anchors=anchors,
            anchored_by=anchored_by,
            acts=self.acts(known_at),
            calendars=self.calendars.known(known_at) if self.calendars else {},
            own_calendars=self.calendars.own(self.commitment.party_id) if self.calendars else (),
        )

    def spans(self, known_at: datetime | None = None) -> tuple[Span, ...]:
        """By the grounds; those by all that is on record are worked out once."""
        if known_at is not None:
            grounds = self.grounds(known_at)
            return spans(grounds) if grounds else ()
        if self.present is None:
            grounds = self.grounds()
            if grounds is None:
                self.present = ()
            elif self.readings or self.fulfilments:
                self.present = spans(grounds)
            else:
                own = grounds.rule, grounds.convention, grounds.anchors, grounds.own_calendars
                key = (self.commitment.agreement_id, repr(grounds.terms), *own)
                if key not in self.alike:
                    self.alike[key] = spans(grounds)
                self.present = self.alike[key]
        return self.present

    def take_in(self, finding: Statement, obligation_id: int) -> bool:
        """Add a public finding on another commitment, the newest one; whether this one's clock hangs on it."""
        known = self.fulfilments.get(obligation_id, {})
        if finding.commitment_id not in known:
            return False
        said = [*known[finding.commitment_id], (finding.recorded_at, None, finding.fact())]
        in_order = sorted(said, key=lambda one: (one[2].effective_on, one[0]))
        self.fulfilments[obligation_id] = known | {finding.commitment_id: in_order}
        self.present = None
        return True

    def acts(self, known_at: datetime | None) -> tuple[ReadingAct, ...]:
        return standing_acts(one for one in self.readings if is_known(known_at, one.recorded_at))

    def anchors(self, terms: Terms, known_at: datetime | None) -> "Anchors":
        if terms.trigger_id is not None:
            dates = self.dates.get(terms.trigger_id, [])
            known = [one for one in dates if is_known(known_at, known_of(one))]
            return ((EVER, known[-1].occurred_on if known else None),), {}
        if terms.after_obligation_id is not None:
            return fulfilled(self.fulfilments.get(terms.after_obligation_id, {}).values(), known_at)
        return ((EVER, None),), {}

    def turns(self) -> list[datetime]:
        """The instants at which something became known, in order; the first is the one from which it is there."""
        instants = {known_of(one) for one in self.terms}
        for one in self.terms:
            instants |= {known_of(given) for given in self.dates.get(one.trigger_id or 0, [])}
            for findings in self.fulfilments.get(one.after_obligation_id or 0, {}).values():
                instants |= {at for since, until, _fact in findings for at in (since, until) if at}
        instants |= {one.recorded_at for one in self.readings}
        if self.calendars and self.counts_days_off:
            instants |= self.calendars.turns()
        first = min((known_of(one) for one in self.terms), default=OUTSET)
        return sorted({max(at, first) for at in instants})

    @property
    def counts_days_off(self) -> bool:
        return any(needs_days_off(one.convention, one.rule) for one in self.terms) or any(
            one.kind == Reading.Kind.COUNTING and needs_days_off(one.convention, "") for one in self.readings
        )


def standing_acts(readings: Iterable[Reading]) -> tuple[ReadingAct, ...]:
    """Of readings in the order of their recording: those that none of them takes back."""
    known = list(readings)
    taken_back = {one.withdraws_id for one in known}
    return tuple(
        one.act() for one in known if one.pk not in taken_back and one.kind != Reading.Kind.WITHDRAWAL
    )


def known_of(row: Terms | TriggerDate) -> datetime:
    return row.known_since or row.recorded_at


def needs_days_off(convention: str, rule: str) -> bool:
    return convention not in ("", "calendar") or rule.startswith("working_days")


# What `Grounds` wants as its `anchors` and `anchored_by`.
Anchors = tuple[tuple[tuple[date, date | None], ...], dict[date, int]]


def fulfilled(each: Iterable[list[Known]], known_at: datetime | None) -> Anchors:
    """Since when all of the commitments are complete, over the days, and by which finding that changed."""
    facts = [[fact for since, until, fact in known if is_known(known_at, since, until)] for known in each]
    days = sorted({fact.effective_on for known in facts for fact in known})
    anchors: list[tuple[date, date | None]] = [(EVER, None)]
    anchored_by: dict[date, int] = {}
    for day in days:
        complete = [complete_day(f for f in known if f.effective_on <= day) for known in facts]
        since = max((one for one in complete if one), default=None) if all(complete) else None
        if since != anchors[-1][1]:
            anchors.append((day, since))
            anchored_by[day] = max(fact.id for known in facts for fact in known if fact.effective_on == day)
    return tuple(anchors), anchored_by


def records_of(commitments: Iterable[Commitment], with_calendars: bool = False) -> dict[int, Records]:
    """The records of commitments whose `obligation` and `agreement` are loaded, by key.

    Three queries whatever their number; two more where a clock starts with a fulfilment, and those of the calendars
    where days off are counted, or asked for.
    """
    commitments = list(commitments)
    alike: dict[tuple[object, ...], tuple[Span, ...]] = {}
    made = {one.pk: Records(one, alike=alike) for one in commitments}
    terms = terms_of({one.obligation_id for one in commitments})
    dates = dates_of({one.trigger_id for known in terms.values() for one in known if one.trigger_id})
    of_commitments = "commitment_id = ANY(%s) ORDER BY recorded_at, id"
    for reading in objects(Reading, of_commitments, [list(made)]):
        made[reading.commitment_id].readings.append(reading)
    for one in commitments:
        made[one.pk].terms, made[one.pk].dates = terms[one.obligation_id], dates
    add_fulfilments(commitments, made)
    add_calendars(commitments, made, with_calendars)
    return made


def terms_of(obligations: Iterable[int]) -> dict[int, list[Terms]]:
    found: dict[int, list[Terms]] = defaultdict(list)
    for one in objects(Terms, "obligation_id = ANY(%s) ORDER BY recorded_at, id", [list(obligations)]):
        found[one.obligation_id].append(one)
    return found


def dates_of(triggers: Iterable[int]) -> dict[int, list[TriggerDate]]:
    found: dict[int, list[TriggerDate]] = defaultdict(list)
    for one in objects(TriggerDate, "trigger_id = ANY(%s) ORDER BY recorded_at, id", [list(triggers)]):
        found[one.trigger_id].append(one)
    return found


def add_fulfilments(commitments: Sequence[Commitment], made: dict[int, Records]) -> None:
    """The same party's commitment counts where it has one, otherwise all of the obligation's."""
    after = {t.after_obligation_id for r in made.values() for t in r.terms if t.after_obligation_id}
    if not after:
        return
    owed: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Commitment.objects.filter(obligation__in=after).order_by("pk")
    for pk, obligation_id, party_id in rows.values_list("pk", "obligation_id", "party_id"):
        owed[obligation_id].append((pk, party_id))
    findings: dict[int, list[Known]] = defaultdict(list)
    public = Statement.objects.findings().filter(tier=Tier.PUBLIC, commitment__obligation__in=after)
    for said in public.in_order():
        findings[said.commitment_id].append((said.recorded_at, said.withdrawn_at, said.fact()))
    for one in commitments:
        for obligation_id in {t.after_obligation_id for t in made[one.pk].terms if t.after_obligation_id}:
            all_of_it = owed[obligation_id]
            own = [pair for pair in all_of_it if pair[1] == one.party_id]
            made[one.pk].fulfilments[obligation_id] = {pk: findings[pk] for pk, _party in own or all_of_it}


def add_calendars(commitments: Sequence[Commitment], made: dict[int, Records], asked: bool) -> None:
    wanted = {one.agreement_id for one in commitments if asked or made[one.pk].counts_days_off}
    loaded = {agreement_id: calendars_of(agreement_id) for agreement_id in wanted}
    for one in commitments:
        made[one.pk].calendars = loaded.get(one.agreement_id)
