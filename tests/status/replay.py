"""What was so on a day, as known on another: worked out anew from all that is recorded, slowly and plainly.

It stands beside the application on purpose. Every row is read once, whole, and picked out here by comparisons in
Python; each clock is walked from one day on which something could change to the next. Of the application's arithmetic
only the sum of a time limit is used, which has its tests elsewhere.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agreement.models import CalendarParty, Holiday, TriggerDate
from obligations.deadlines import Deadline, Facts, Holidays, compute
from obligations.models import Commitment, Period, Reading, Statement, Terms
from parties.access import Viewer

DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
FIRST_DAY = date(2022, 11, 1)  # before everything in the histories
STOPPING = {"suspension": "suspended", "waiver": "waived", "supersession": "superseded"}


@dataclass(frozen=True)
class Answer:
    life: str
    clock: str
    due_on: date | None
    runs_from: date | None
    finding: int | None
    level: int | None
    not_assessable: bool
    conduct: str
    found_on: date | None
    complete_since: date | None
    last_finding: int | None
    own_claim: str
    other_claim: str
    timeliness: str


@dataclass
class Day:
    """The state of a clock while the days go by. `still` counts the days that it stood since the due day was set."""

    base: Deadline | None = None
    due_on: date | None = None
    life: str = "active"
    still: int = 0
    late_when_stopped: bool = False


@dataclass
class Recorded:
    """Every row, read at once: in the order of their recording, by the key of what they belong to."""

    commitments: list[Commitment]
    terms: dict[int, list[Terms]]
    dates: dict[int, list[TriggerDate]]
    readings: dict[int, list[Reading]]
    findings: dict[int, list[Statement]]
    claims: dict[int, list[Statement]]
    periods: dict[int, list[Period]]
    taken_back: dict[int, datetime]  # when each withdrawn statement was, by its key
    holidays: dict[int, list[Holiday]]
    calendars: dict[tuple[int, int], list[CalendarParty]]


def all_rows() -> Recorded:
    commitments = Commitment.objects.select_related("agreement", "obligation", "party")
    every = list(Statement.objects.all())
    said = [one for one in every if one.kind == "finding"]
    served = CalendarParty.objects.select_related("calendar")
    return Recorded(
        commitments=sorted(commitments, key=lambda one: one.pk),
        terms=in_order(Terms.objects.all(), lambda one: one.obligation_id),
        dates=in_order(TriggerDate.objects.all(), lambda one: one.trigger_id),
        readings=in_order(Reading.objects.all(), lambda one: one.commitment_id),
        findings=in_order(said, lambda one: one.commitment_id),
        claims=in_order((one for one in every if one.kind == "claim"), lambda one: one.commitment_id),
        periods=by_key(Period.objects.order_by("starts_on"), lambda one: one.commitment_id),
        taken_back={one.refers_to_id or 0: one.recorded_at for one in every if one.kind == "withdrawal"},
        holidays=in_order(Holiday.objects.select_related("calendar"), lambda one: one.calendar.agreement_id),
        calendars=by_key(served, lambda one: (one.agreement_id, one.party_id)),
    )


def in_order(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    return by_key(sorted(rows, key=lambda row: (row.recorded_at, row.pk)), key)


def by_key(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + DAY, time(), zone)


@dataclass
class Replay:
    """Of one viewer, on the day `spoken` (None: now) as known before the instant `known` (None: all on record)."""

    rows: Recorded
    viewer: Viewer
    now: datetime
    spoken: date | None
    known: datetime | None

    def answer(self, commitment: Commitment) -> Answer | None:
        """None where the commitment was not known."""
        if not self.terms_of(commitment):
            return None
        zone = commitment.agreement.zone
        today = self.spoken or self.now.astimezone(zone).date()
        state = self.walk(commitment, today)
        clock = state.base.clock if state.base else ""
        said = self.said(commitment, self.rows.findings)
        periods = [one for one in self.rows.periods[commitment.pk] if self.counts(one) and not one.due_on]
        finding, last = standing_by(said, [one for one in periods if one.starts_on <= today], today)
        since, claims = completed(said), self.said(commitment, self.rows.claims)
        own = [one for one in claims if one.by_id == commitment.party_id]
        others = [one for one in claims if one.by_id != commitment.party_id]
        return Answer(
            life=state.life,
            clock="dated" if state.due_on else clock,
            due_on=state.due_on,
            runs_from=state.base.runs_from if state.base else None,
            finding=finding.pk if finding else None,
            level=finding.level if finding else None,
            not_assessable=bool(finding and finding.not_assessable),
            conduct=finding.conduct if finding else "",
            found_on=finding.effective_on if finding else None,
            complete_since=since,
            last_finding=last.pk if last else None,
            own_claim=against(own, said, periods),
            other_claim=against(others, said, periods),
            timeliness=self.timeliness(commitment, state, since),
        )

    # What is known, and seen

    def is_known(self, recorded_at: datetime) -> bool:
        return self.known is None or recorded_at < self.known

    def terms_of(self, commitment: Commitment) -> list[Terms]:
        own = self.rows.terms[commitment.obligation_id]
        return [one for one in own if self.is_known(one.known_since or one.recorded_at)]

    def readings_of(self, commitment: Commitment) -> list[Reading]:
        known = [one for one in self.rows.readings[commitment.pk] if self.is_known(one.recorded_at)]
        taken_back = [one.withdraws_id for one in known]
        return [one for one in known if one.kind != "withdrawal" and one.pk not in taken_back]

    def sees(self, said: Statement) -> bool:
        """The table of tiers, by hand."""
        if said.tier == "public" or (said.publish_at is not None and said.publish_at <= self.now):
            return True
        for grant in self.viewer.grants:
            if grant.agreement_id != said.agreement_id:
                continue
            if grant.role == "mediator":
                return True
            if grant.role == "representative":
                own = said.tier == "in_confidence" and said.confidant_id == grant.party_id
                return own or said.tier == "parties"
            if grant.clearance == "parties" and said.tier == "parties":
                return True
        return False

    # What was found

    def said(self, commitment: Commitment, rows: dict[int, list[Statement]]) -> list[Statement]:
        return self.until(self.spoken, [one for one in rows[commitment.pk] if self.sees(one)])

    def counts(self, period: Period) -> bool:
        if self.known is None:
            return period.known_until.year == 9999
        return period.known_from < self.known <= period.known_until

    def until(self, day: date | None, said: Sequence[Statement]) -> list[Statement]:
        """What is known and speaks of `day` or an earlier one, in the order in which it speaks."""
        known = [one for one in said if self.is_known(one.recorded_at) and not self.is_gone(one)]
        spoken = [one for one in known if day is None or one.effective_on <= day]
        return sorted(spoken, key=lambda one: (one.effective_on, one.recorded_at, one.pk))

    def is_gone(self, said: Statement) -> bool:
        withdrawn_at = self.rows.taken_back.get(said.pk)
        return withdrawn_at is not None and self.is_known(withdrawn_at)

    # How the clock ran

    def walk(self, commitment: Commitment, today: date) -> Day:
        state, given = Day(), self.base_on(commitment)
        readings = self.readings_of(commitment)
        roll = self.roller(commitment, readings)
        days = sorted(day for day in self.days_of_change(commitment, readings) if day <= today) or [today]
        for day, after in zip(days, [*days[1:], today + DAY], strict=True):
            base = given(day)
            if told(base) != told(state.base):
                state.base, state.due_on, state.still = base, base.due_on, 0
                state.late_when_stopped = base.due_on is not None and base.due_on < day
            for one in readings:
                if one.effective_on == day:
                    act(one, state, day, roll)
            if state.life != "active":
                state.still += (after - day).days
        return state

    def days_of_change(self, commitment: Commitment, readings: Sequence[Reading]) -> set[date]:
        """Every day on which the clock could change: more than those on which it does."""
        terms = self.terms_of(commitment)[-1]
        days = {FIRST_DAY, *(one.effective_on for one in readings if one.effective_on)}
        days |= {one.occurred_on for one in self.rows.dates[terms.trigger_id or 0] if one.occurred_on}
        for other in self.awaited(commitment, terms):
            days |= {one.effective_on for one in self.rows.findings[other.pk]}
        return days

    def base_on(self, commitment: Commitment) -> Callable[[date], Deadline]:
        """What terms and readings of the text give, by the day spoken of."""
        terms = self.terms_of(commitment)[-1]
        readings = [one for one in self.readings_of(commitment) if one.kind in ("counting", "date")]
        last = readings[-1] if readings else None
        convention, holidays = self.counting(commitment, readings, terms)
        zone = commitment.agreement.zone
        runs = terms.rule in ("immediate", "urgent") or terms.rule.endswith("_after")
        anchor_on = self.anchor(commitment, terms)

        def sum_from(anchor: date | None) -> Deadline:
            return compute(terms.rule, terms.terms, Facts(zone, convention, anchor, holidays))

        def begun(anchor: date | None) -> Deadline:
            if last is not None and last.kind == "date" and last.due_on:
                return Deadline("dated", last.due_on, end_of(last.due_on, zone), anchor)
            return sum_from(anchor)

        waiting = sum_from(None) if runs else None
        answers: dict[date | None, Deadline] = {}

        def given(day: date) -> Deadline:
            anchor = anchor_on(day)
            if waiting is not None and anchor is not None and anchor > day:
                return waiting
            if anchor not in answers:
                answers[anchor] = begun(anchor)
            return answers[anchor]

        return given

    def counting(
        self, commitment: Commitment, readings: Sequence[Reading], terms: Terms
    ) -> tuple[str, Holidays]:
        said = [one for one in readings if one.kind == "counting"]
        codes = set(said[-1].calendars) if said else set()
        if not codes:
            served = self.rows.calendars[commitment.agreement_id, commitment.party_id]
            codes = {one.calendar.code for one in served}
        kept: dict[tuple[str, date], bool] = {}
        for row in self.rows.holidays[commitment.agreement_id]:
            if row.calendar.code in codes and (row.from_outset or self.is_known(row.recorded_at)):
                kept[row.calendar.code, row.day] = row.is_holiday
        days = {day: "a day off" for (_code, day), is_kept in kept.items() if is_kept}
        return (said[-1].convention if said else terms.convention), Holidays(days)

    def roller(self, commitment: Commitment, readings: Sequence[Reading]) -> Callable[[date], date]:
        """Moves a last day where the convention does: `calendar` never, and no day that is counted back."""
        terms = self.terms_of(commitment)[-1]
        stays = terms.rule.endswith("_before")
        understood = [one for one in readings if one.kind in ("counting", "date")]
        convention, holidays = self.counting(commitment, understood, terms)

        def roll(day: date) -> date:
            while convention != "calendar" and not stays and (day.weekday() > 4 or day in holidays.days):
                day += DAY
            return day

        return roll

    def anchor(self, commitment: Commitment, terms: Terms) -> Callable[[date], date | None]:
        """The day that the clock runs from, as it stands on a day."""
        dates = self.rows.dates[terms.trigger_id or 0]
        known = [one for one in dates if self.is_known(one.known_since or one.recorded_at)]
        if terms.trigger_id or not terms.after_obligation_id:
            occurred_on = known[-1].occurred_on if known else None
            return lambda day: occurred_on
        said = [
            self.until(None, [one for one in self.rows.findings[other.pk] if one.tier == "public"])
            for other in self.awaited(commitment, terms)
        ]

        def fulfilled(day: date) -> date | None:
            since = [completed([one for one in each if one.effective_on <= day]) for each in said]
            return None if not since or None in since else max(one for one in since if one)

        return fulfilled

    def awaited(self, commitment: Commitment, terms: Terms) -> list[Commitment]:
        """Those whose fulfilment starts the clock: the same party's where it has one."""
        owed = [one for one in self.rows.commitments if one.obligation_id == terms.after_obligation_id]
        return [one for one in owed if one.party_id == commitment.party_id] or owed

    # Where it stands

    def timeliness(self, commitment: Commitment, state: Day, since: date | None) -> str:
        agreement = commitment.agreement
        at = end_of(self.spoken, agreement.zone) - INSTANT if self.spoken else self.now
        if state.due_on is not None and since is not None:
            in_time = state.life != "active" and not state.late_when_stopped
            return "met_on_time" if in_time or since <= state.due_on else "met_late"
        if state.life != "active":
            return "stopped"
        if state.due_on is None:
            return "trigger_pending" if state.base and state.base.clock == "pending" else "no_date"
        # Instants in UTC: an hour that the clocks skip is no hour.
        left = end_of(state.due_on, agreement.zone).timestamp() - at.timestamp()
        if left <= 0:
            return "overdue"
        return "due_soon" if left <= agreement.due_soon_days * 86400 else "upcoming"


def told(base: Deadline | None) -> tuple[object, ...]:
    return (base.clock, base.due_on, base.runs_from) if base else ()


def about(said: Sequence[Statement], period: Period) -> list[Statement]:
    """Nothing in the histories is named to a period."""
    return [one for one in said if period.starts_on <= one.effective_on <= period.ends_on]


def standing_by(
    said: Sequence[Statement], begun: Sequence[Period], today: date
) -> tuple[Statement | None, Statement | None]:
    """The finding that stands, and of what is reviewed the one on the newest period that has any."""
    if not begun:
        return (said[-1] if said else None), None
    over = [one for one in begun if one.ends_on < today]
    stands = about(said, over[-1]) if over else []
    last = [one for period in begun for one in about(said, period)]
    return (stands[-1] if stands else None), (last[-1] if last else None)


def against(claims: Sequence[Statement], said: Sequence[Statement], periods: Sequence[Period]) -> str:
    if not claims:
        return ""
    claim = claims[-1]
    later = [one for one in said if one.effective_on >= claim.effective_on]
    own = [period for period in periods if about([claim], period)]
    answers = (about(later, own[0]) if own else []) or later
    if not answers:
        return "no_finding"
    found = answers[-1]
    if found.not_assessable:
        return "not_comparable"
    scale = ["contrary", "not_kept", "kept_with_incidents", "kept"]
    places = [scale.index(one.conduct) if one.conduct else (one.level or 0) for one in (claim, found)]
    gap = places[0] - places[1]
    return f"{'above' if gap > 0 else 'below'}_{abs(gap)}" if gap else "agrees"


def completed(said: Sequence[Statement]) -> date | None:
    since = None
    for one in said:
        if one.level is not None:
            since = (since or one.effective_on) if one.level == 3 else None
    return since


def act(one: Reading, state: Day, day: date, roll: Callable[[date], date]) -> None:
    if one.kind == "extension":
        state.due_on, state.still = one.due_on, 0
        state.late_when_stopped = state.due_on is not None and state.due_on < day
    elif one.kind == "resumption":
        if state.due_on is not None and state.still:
            state.due_on += timedelta(days=state.still)
            if not state.late_when_stopped:
                state.due_on = roll(state.due_on)
        state.life, state.still = "active", 0
    elif one.kind in STOPPING:
        if state.life == "active":
            state.still = 0
            state.late_when_stopped = state.due_on is not None and state.due_on < day
        state.life = STOPPING[one.kind]
