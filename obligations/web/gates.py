"""What the text lets happen only after something else: each condition, what it lacks, and what waits for what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreement.models import Agreement, Trigger
from obligations.deadlines import Moment, day_in, present
from obligations.models import Commitment, Gate, GateOpening, Obligation
from obligations.models.commitment import Life
from obligations.models.obligation import KINDS_WITH_PERIODS, RECURRING_RULE
from obligations.models.statement import Conduct, Level
from obligations.status import recall
from obligations.status.moments import WrongDay, moment_asked, then_of
from obligations.status.reading import IN_TEXT, Listed
from obligations.status.status import Standing, in_order_of_parties, with_standing
from obligations.web.base.guards import for_readers
from obligations.web.base.register import Register
from obligations.web.base.scope import nothing_to_read, reader_of
from parties.access import Viewer
from parties.content import PackText
from parties.models import Party
from parties.rights import Right, may

OWED_NO_MORE = (Life.SUPERSEDED, Life.WAIVED)


@dataclass(frozen=True, slots=True)
class ObligationFinding:
    """What was found of an obligation; `not_assessable` is None where nothing was."""

    code: str
    title: str
    level: int | None
    not_assessable: bool | None
    conduct: str | None
    found_on: date | None

    @property
    def finding(self) -> "ObligationFinding | None":
        return None if self.not_assessable is None else self


@dataclass(slots=True)
class Share:
    """What a party owes under the texts that a condition speaks of: deliverables with those that are not complete, and
    duties that last, with how many were kept in the last period that has ended.
    """

    party: Party
    deliverables: int = 0
    lacking: list[ObligationFinding] = field(default_factory=list)
    lasting: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """`met` is None where the record cannot say. `owed` are the commitments of the obligation that it names, `shares`
    what is owed under the texts that its words speak of.
    """

    gate: Gate
    opening: GateOpening | None
    met: bool | None
    owed: tuple[Standing, ...] = ()
    shares: tuple[Share, ...] = ()

    @property
    def lacking(self) -> list[Standing]:
        return [one for one in self.owed if one.complete_since is None]

    @property
    def deliverables(self) -> int:
        return sum(share.deliverables for share in self.shares)

    @property
    def not_complete(self) -> int:
        return sum(len(share.lacking) for share in self.shares)

    @property
    def name(self) -> str:
        """What it is called in a word or two, before its `words`."""
        if self.gate.after_obligation:
            return self.gate.after_obligation.code
        if self.gate.after_trigger:
            return _("Event")
        if self.shares:
            return _("%(n)s of %(all)s lacking") % {"n": self.not_complete, "all": self.deliverables}
        return _("In words")

    @property
    def words(self) -> str:
        before, event = self.gate.after_obligation, self.gate.after_trigger
        return before.title if before else event.label if event else self.gate.condition


@dataclass(frozen=True, slots=True)
class Gated:
    """An obligation behind its conditions, and who owes it."""

    obligation: Obligation
    standings: tuple[Standing, ...]
    conditions: tuple[Condition, ...]

    @property
    def is_open(self) -> bool:
        return all(one.opening for one in self.conditions)


@dataclass(frozen=True, slots=True)
class Awaited:
    """An event without a day yet, with the obligations whose clocks start by it."""

    trigger: Trigger
    starts: tuple[Obligation, ...]
    opens: tuple[Obligation, ...]


def gates_of(agreement: Agreement, viewer: Viewer, moment: Moment, register: Register) -> list[Gated]:
    """The gates in the order of the text. A fixed number of queries, however many gates there are."""
    seen = recall.obligations_of(
        Obligation.objects.visible_to(viewer).filter(agreement=agreement, in_pack=True), moment
    )
    rows = Gate.objects.filter(obligation__in=seen).select_related(
        "obligation__provision__instrument", "after_obligation", "after_trigger"
    )
    gates = list(rows.order_by("obligation__place", "place"))
    days = recall.triggers_of({one.after_trigger_id for one in gates if one.after_trigger_id}, moment)
    openings = {gate.pk: opening for gate, opening in recall.with_openings(gates, moment)}
    standings = standings_of(gates, viewer, moment)
    named = sorted({code for gate in gates for code in gate.instruments})
    under = deliverables(agreement, viewer, moment, named) if named else []
    today = moment.spoken_on or day_in(moment.at, agreement.zone)
    found: dict[int, list[Condition]] = defaultdict(list)
    for gate in gates:
        gate.after_trigger = days.get(gate.after_trigger_id or 0)
        owed = tuple(one for one in standings[gate.after_obligation_id or 0] if one.life not in OWED_NO_MORE)
        shares = shares_of(gate, under, register)
        found[gate.obligation_id].append(
            Condition(gate, openings[gate.pk], is_met(gate, owed, today), owed, shares)
        )
    gated = {gate.obligation_id: gate.obligation for gate in gates}
    return [Gated(owed, tuple(standings[key]), tuple(found[key])) for key, owed in gated.items()]


def standings_of(gates: Iterable[Gate], viewer: Viewer, moment: Moment) -> dict[int, list[Standing]]:
    """How the commitments stand that are behind gates or that gates wait for, by the key of the obligation."""
    keys = {key for gate in gates for key in (gate.obligation_id, gate.after_obligation_id) if key}
    rows = Commitment.objects.visible_to(viewer).known(moment.known_at).filter(obligation__in=keys)
    found: dict[int, list[Standing]] = defaultdict(list)
    for standing in in_order_of_parties(with_standing(rows, viewer, moment)):
        found[standing.commitment.obligation_id].append(standing)
    return found


def is_met(gate: Gate, owed: Sequence[Standing], today: date) -> bool | None:
    """Whether the condition is met by what the viewer sees; None where a person judges it. The command asks what
    everybody sees.
    """
    if gate.after_trigger:
        happened = gate.after_trigger.occurred_on
        return happened is not None and happened <= today
    if gate.after_obligation_id:
        return bool(owed) and all(one.complete_since for one in owed)
    return None


COLUMNS = """s.party_id, i.code, o.id, o.kind IN %s AND o.rule <> %s,
o.code, o.title, s.level, s.not_assessable, s.conduct, s.found_on"""
TEXTS = f"""{IN_TEXT} JOIN agreement_provision p ON p.id = o.provision_id
JOIN agreement_instrument i ON i.id = p.instrument_id"""
Row = tuple[int, str, int, bool, ObligationFinding]


def deliverables(agreement: Agreement, viewer: Viewer, moment: Moment, texts: Sequence[str]) -> list[Row]:
    """What is owed under the texts, by what the viewer sees of it, in their order: a party, a text, an obligation,
    whether it lasts, and what was found.
    """
    more: tuple[tuple[str, list[Any]], ...] = (
        ("s.life <> ALL(%s)", [[life.value for life in OWED_NO_MORE]]),
        ("s.obligation_id IN (SELECT id FROM obligations_obligation WHERE in_pack)", []),
        (
            "s.provision_id IN (SELECT p.id FROM agreement_provision p JOIN agreement_instrument i"
            " ON i.id = p.instrument_id WHERE i.code = ANY(%s))",
            [list(texts)],
        ),
    )
    listed = Listed(viewer, moment, {"agreement": (agreement.code,)}, more)
    kinds = tuple(kind.value for kind in KINDS_WITH_PERIODS)
    rows = listed.select((COLUMNS, [kinds, RECURRING_RULE]), "ORDER BY o.place", TEXTS)
    return [
        (party, text, owed, lasts, ObligationFinding(code, PackText(title, agreement.pk), *found))
        for party, text, owed, lasts, code, title, *found in rows
    ]


def shares_of(gate: Gate, rows: Iterable[Row], register: Register) -> tuple[Share, ...]:
    """The share of each party that owes something under the texts that the gate speaks of, but for the obligation
    behind it.
    """
    shares = {party.pk: Share(party) for party in register.parties}
    for party, text, owed, lasts, found in rows:
        if text not in gate.instruments or owed == gate.obligation_id:
            continue
        share = shares[party]
        if lasts:
            share.lasting += 1
            share.kept += found.conduct == Conduct.KEPT
        else:
            share.deliverables += 1
            if found.level != Level.COMPLETE:
                share.lacking.append(found)
    return tuple(one for one in shares.values() if one.deliverables or one.lasting)


def awaited(agreement: Agreement, viewer: Viewer, moment: Moment, gates: Iterable[Gated]) -> list[Awaited]:
    """The events of the agreement whose day is not known at the moment, in the order of the pack. Two queries."""
    known = recall.with_day(
        Trigger.objects.visible_to(viewer).filter(agreement=agreement, in_pack=True), moment
    )
    there = [one for one in known.order_by("place", "pk") if one.occurred_then is None]
    owed: dict[int, list[Obligation]] = defaultdict(list)
    hanging = Obligation.objects.visible_to(viewer).filter(trigger__in=there, in_pack=True)
    for one in hanging.order_by("place"):
        owed[one.trigger_id or 0].append(one)
    opens: dict[int, list[Obligation]] = defaultdict(list)
    for gated in gates:
        for condition in gated.conditions:
            opens[condition.gate.after_trigger_id or 0].append(gated.obligation)
    return [Awaited(one, tuple(owed[one.pk]), tuple(opens[one.pk])) for one in there]


@require_safe
@for_readers
def gates(request: HttpRequest) -> HttpResponse:
    """Show the gates as of the days that the address names; 400 with the present where these are none."""
    reader = reader_of(request)
    if reader is None:
        return nothing_to_read(request, _("Gates"), request.path)
    agreement, viewer, wrong = reader.agreement, reader.viewer, list[str]()
    try:
        moment = moment_asked(request.GET, reader.now, agreement.zone, ahead=True)
    except WrongDay as error:
        moment, wrong = present(reader.now), error.sentences
    found = gates_of(agreement, viewer, moment, reader.register)
    context = {
        "scope": reader,
        "agreement": agreement,
        "then": then_of(
            moment, agreement.zone, Commitment.objects.filter(agreement=agreement), viewer, ahead=True
        ),
        "days_wrong": wrong,
        "carried": [("agreement", agreement.code)],
        "gates": found,
        "closed": sum(not one.is_open for one in found),
        "awaited": awaited(agreement, viewer, moment, found),
        "may_open_gate": moment.is_present and may(viewer, Right.OPEN_GATE, agreement.pk),
        "may_date": moment.is_present and may(viewer, Right.SET_TRIGGER_DATE, agreement.pk),
    }
    return render(request, "gates/page.html", context, status=400 if wrong else 200)


urlpatterns: list[URLPattern | URLResolver] = [path("", gates, name="gates")]
