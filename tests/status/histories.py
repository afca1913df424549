"""Random histories, made by the commands: what mediators and parties might record about two agreements over months.

What a command refuses is left out, as it would be in life. The same seed makes the same history.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied

from agreement.models import Agreement, Calendar, Trigger
from agreement.viewers import viewer_for
from obligations.commands import (
    Refused,
    clock,
    readings,
    release,
    set_trigger_date,
    withdraw_statement,
)
from obligations.commands.calendars import set_holiday
from obligations.deadlines.moment import OUTSET
from obligations.models import Commitment, Obligation, Reading, Statement
from parties.access import PUBLIC_VIEWER, Role, Tier, Viewer
from parties.models import User
from tests import make
from tests.calendar_data import load, pack_calendar

BEGINS, ENDS = date(2023, 1, 2), date(2024, 6, 30)
LEVELS = [None, 0, 1, 2, 3, 3, 3]
# The rule, its terms, and what starts the clock: a trigger, or the fulfilment of the "first" obligation.
LIMITS: list[tuple[str, dict[str, Any], str]] = [
    ("fixed", {"date": "2023-06-17"}, ""),
    ("days_after", {"days": 40}, "T-START"),
    ("working_days_after", {"working_days": 15}, "T-LATER"),
    ("months_after", {"months": 4}, "T-LATER"),
    ("weeks_before", {"weeks": 3}, "T-SUMMIT"),
    ("immediate", {}, "T-LATER"),
    ("end_of_period", {"period": "2023-Q3"}, ""),
    ("days_after", {"days": 60}, "first"),
    ("none", {}, ""),
]


@dataclass
class History:
    random: random.Random
    now: datetime
    done: Counter[str] = field(default_factory=Counter)
    people: dict[str, User] = field(default_factory=dict)

    def pick(self, *options: Any) -> Any:
        return self.random.choice(options)

    def earlier(self, commitment: Commitment, most: int = 120) -> date:
        """Today in the agreement's zone, or some days before; today more often than not."""
        today = self.now.astimezone(commitment.agreement.zone).date()
        return today - timedelta(days=self.pick(0, 0, self.random.randint(0, most)))


def viewers(agreements: list[Agreement]) -> dict[str, Viewer]:
    """By role: each sees another part of what is found."""
    alpha = User.objects.get(email=f"alpha@{agreements[0].code}.invalid")
    return {
        "public": PUBLIC_VIEWER,
        "mediator": make.a_mediator(agreements[0]),
        "mediator elsewhere": make.a_mediator(agreements[-1]),
        "representative": viewer_for(alpha),
        "cleared": viewer_for(make.analyst(cleared=True, of=agreements[0])),
    }


def an_agreement(code: str, zone: str, convention: str, history: History) -> Agreement:
    """With a party that has a calendar, one that has none, and an obligation for each of the limits."""
    of = make.agreement(code, title=code, short_title=code, time_zone=zone, convention=convention)
    parties = [make.party("alpha", of), make.party("beta", of)]
    # A Monday, a Friday and a day on which one of the limits ends.
    days = {date(2023, 4, 17): "Easter", date(2023, 6, 16): "Feast", date(2023, 10, 2): "Feast"}
    own, other = pack_calendar("alpha", days, parties=("alpha",)), pack_calendar("beta", {BEGINS: "Feast"})
    load(own, now=history.now, outset=True, of=of)
    load(own, other, now=history.now, outset=False, of=of)
    for party in parties:
        who = make.user(f"{party.code}@{code}.invalid", Role.REPRESENTATIVE, of, party=party)
        history.people[f"{code} {party.code}"] = who
    triggers = {
        "T-START": make.trigger("T-START", on=date(2023, 3, 18), of=of),
        "T-LATER": make.trigger("T-LATER", on=None, of=of),
        "T-SUMMIT": make.trigger("T-SUMMIT", on=None, of=of),
    }
    for number, (rule, terms, starts) in enumerate(LIMITS):
        add(f"O-{number}", of, history.now, rule, terms, triggers.get(starts), starts == "first")
    add("S-1", of, history.now, "none", {}, kind="standing")
    return of


def add(
    code: str,
    of: Agreement,
    now: datetime,
    rule: str,
    terms: dict[str, Any],
    trigger: Trigger | None = None,
    after_first: bool = False,
    kind: str = "one_off",
) -> None:
    """An obligation of both parties. What was there before the first day was known from the outset."""
    first = Obligation.objects.filter(agreement=of, code="O-0").first()
    owed = Obligation.objects.create(
        agreement=of,
        provision=make.provision(of=of),
        code=code,
        title=code,
        summary=code,
        kind=kind,
        confidence="verified",
        rule=rule,
        terms=terms,
        trigger=trigger,
        after_obligation=first if after_first else None,
    )
    make.terms(owed, now, OUTSET if now.year < BEGINS.year else None)
    for party in ("alpha", "beta"):
        made = Commitment.objects.create(agreement=of, obligation=owed, party=make.party(party, of))
        clock.reset(made, now)


def tell(history: History, acts: int, *agreements: Agreement) -> None:
    """So many attempts, one after the other, between BEGINS and ENDS."""
    dice = history.random
    for history.now in sorted(an_instant(dice, agreements) for _ in range(acts)):
        of = dice.choice(agreements)
        attempt = dice.choices(list(ATTEMPTS), list(ATTEMPTS.values()))[0]
        try:
            history.done[attempt(history, of)] += 1
        except (Refused, PermissionDenied):
            history.done[f"refused {attempt.__name__}"] += 1


def one_act(name: str, on: Commitment, now: datetime, day: date, number: int, hidden: bool) -> None:
    """An act that is given whole; nothing where it is refused."""
    later = (on.due_on or day) + timedelta(days=number * 10 + 1)
    of_its_own: dict[str, dict[str, Any]] = {
        "finding": {"level": number, "tier": Tier.MEDIATORS if hidden else Tier.PUBLIC},
        "extend": {"due_on": later},
        "give_date": {"due_on": later},
        "count_by": {"convention": "working-days" if hidden else "eu-1182-71"},
    }
    more = of_its_own.get(name, {})
    from_day: dict[str, Any] = {} if name in ("give_date", "count_by") else {"effective_on": day}
    try:
        if name == "finding":
            make.finding(on, **more, **from_day, now=now)
        elif name == "take_back":
            found = Statement.objects.filter(commitment__party=on.party, kind="finding", withdrawn_at=None)
            if last := found.order_by("pk").last():
                actor = make.a_mediator(on.agreement)
                withdraw_statement(statement=last, actor=actor, now=now, reason="Not so.")
        elif name == "withdraw":
            read = Reading.objects.filter(commitment=on, withdrawn_by=None).exclude(kind="withdrawal").last()
            if read:
                make.reading_taken_back(read, now=now)
        else:
            make.reading(on, name, **more, **from_day, now=now)
    except Refused:
        return


def an_instant(dice: random.Random, agreements: tuple[Agreement, ...]) -> datetime:
    """Often just before or at a midnight, where days of knowledge meet."""
    day = BEGINS + timedelta(days=dice.randint(0, (ENDS - BEGINS).days))
    clock_time = dice.choice(
        [time(), time(23, 59, 59, 999999), time(dice.randint(0, 23), dice.randint(0, 59))]
    )
    return datetime.combine(day, clock_time, dice.choice(agreements).zone)


def some(history: History, of: Agreement) -> Commitment:
    rows = Commitment.objects.filter(agreement=of).select_related("agreement", "obligation", "party")
    chosen: Commitment = history.random.choice(list(rows.order_by("pk")))
    return chosen


def finding(history: History, of: Agreement) -> str:
    on = some(history, of)
    tier = history.pick(*Tier, Tier.PUBLIC, Tier.PUBLIC)
    confidant = make.party(history.pick("alpha", "beta"), of) if tier == Tier.IN_CONFIDENCE else None
    cites = Statement.objects.filter(commitment=on).contested_claims().first()
    said = {"tier": tier, "confidant": confidant, "now": history.now, "cites": cites}
    if on.obligation.has_conduct:
        make.finding(on, None, history.earlier(on), conduct=history.pick("kept", "contrary"), **said)
        return "conduct"
    level = history.pick(*LEVELS)
    make.finding(on, level, history.earlier(on), not_assessable=level is None, **said)
    return "finding"


def claim(history: History, of: Agreement) -> str:
    on = some(history, of)
    conduct = history.pick("kept", "not_kept") if on.obligation.has_conduct else ""
    by = history.people[f"{of.code} {history.pick('alpha', 'beta')}"]
    level = None if conduct else history.pick(0, 1, 3)
    make.claim(on, by, level, history.earlier(on), conduct=conduct, now=history.now)
    return "claim"


def contest(history: History, of: Agreement) -> str:
    said = (
        Statement.objects.filter(agreement=of, tier=Tier.PUBLIC)
        .filter(kind__in=["claim", "finding"], withdrawn_at=None)
        .order_by("-pk")
        .first()
    )
    if said is None:
        return "no contest"
    make.contest(said, history.people[f"{of.code} {history.pick('alpha', 'beta')}"], now=history.now)
    return "contest"


def take_back(history: History, of: Agreement) -> str:
    """Half of them what was found last, where it counts."""
    rows = Statement.objects.filter(agreement=of, kind="finding", withdrawn_at=None).order_by("-recorded_at")
    there = list(rows[: history.pick(1, 40)])
    if not there:
        return "nothing to take back"
    withdraw_statement(
        statement=history.random.choice(there), actor=make.a_mediator(of), now=history.now, reason="Not so."
    )
    return "taken back"


def let_see(history: History, of: Agreement) -> str:
    found = list(Statement.objects.filter(agreement=of, kind="finding").order_by("pk"))
    if not found:
        return "nothing to let see"
    tier = history.pick(Tier.PUBLIC, Tier.PUBLIC, Tier.PARTIES, Tier.MEDIATORS)
    subject = history.random.choice(found)
    release(subject=subject, actor=make.a_mediator(of), now=history.now, tier=tier, reason="It was agreed.")
    return "release"


def understand(history: History, of: Agreement) -> str:
    on = some(history, of)
    if history.pick(True, False):
        convention = history.pick("calendar", "eu-1182-71", "working-days")
        calendars = history.pick((), ("beta",), ("alpha", "beta"))
        make.reading(on, "count_by", convention=convention, calendars=calendars, now=history.now)
        return "counting"
    make.reading(on, "give_date", due_on=ahead(history, on), now=history.now)
    return "date"


def move(history: History, of: Agreement) -> str:
    on = some(history, of)
    kind = history.pick("extend", "suspend", "suspend", "waive") if on.life == "active" else "resume"
    if history.pick(True, False, False, False, False):
        kind = history.pick("extend", "waive", "suspend")
    days = {"effective_on": history.earlier(on, 40), "now": history.now}
    make.reading(on, kind, **days, **({"due_on": ahead(history, on)} if kind == "extend" else {}))
    return kind


def ahead(history: History, on: Commitment) -> date:
    return (on.due_on or date(2023, 7, 1)) + timedelta(days=history.random.randint(-5, 90))


def withdraw(history: History, of: Agreement) -> str:
    rows = Reading.objects.filter(agreement=of, withdrawn_by=None).exclude(kind="withdrawal")
    there = list(rows.order_by("pk"))
    if not there:
        return "nothing to withdraw"
    readings.withdraw(
        reading=history.random.choice(there), actor=make.a_mediator(of), now=history.now, reason="Not so."
    )
    return "withdrawal"


def supersede(history: History, of: Agreement) -> str:
    on = some(history, of)
    change = history.pick(readings.supersede, readings.reinstate)
    changed = change([on], PUBLIC_VIEWER, history.now, "The text changed.")
    return f"{change.__name__} {changed}"


def date_of_trigger(history: History, of: Agreement) -> str:
    trigger = history.random.choice(list(Trigger.objects.filter(agreement=of).order_by("pk")))
    today = history.now.astimezone(of.zone).date()
    to_come = (
        history.random.randint(-60, 90) if trigger.code == "T-SUMMIT" else -history.random.randint(0, 60)
    )
    on = history.pick(None, *[today + timedelta(days=to_come)] * 3)
    set_trigger_date(
        trigger=trigger, actor=make.a_mediator(of), now=history.now, occurred_on=on, reason="Held."
    )
    return "trigger date"


def day_off(history: History, of: Agreement) -> str:
    calendar = history.random.choice(list(Calendar.objects.filter(agreement=of).order_by("pk")))
    day = some(history, of).due_on or date(2023, 10, 2)
    day = history.pick(day, day, date(2023, 4, 17), date(2023, 10, 2), date(2023, 9, 29))
    set_holiday(
        calendar=calendar,
        actor=make.a_mediator(of),
        now=history.now,
        day=day,
        name="Feast",
        is_holiday=history.pick(True, False),
        reason="Announced.",
    )
    return "day off"


def other_terms(history: History, of: Agreement) -> str:
    """As a later pack would give them."""
    owed = history.random.choice(list(Obligation.objects.filter(agreement=of, kind="one_off").order_by("pk")))
    unit = next((name for name in owed.terms if name in ("days", "months", "weeks", "working_days")), None)
    if unit is None:
        return "same terms"
    owed.terms = {unit: history.random.randint(1, 40)}
    owed.save()
    make.terms(owed, history.now, None)
    keys = Commitment.objects.filter(obligation=owed).values_list("pk", flat=True)
    clock.reset_all(clock.lock_all(keys), history.now)
    return "terms"


def new_obligation(history: History, of: Agreement) -> str:
    rule, terms, starts = history.random.choice(LIMITS)
    trigger = Trigger.objects.filter(agreement=of, code=starts).first()
    code = f"N-{Obligation.objects.filter(agreement=of).count()}"
    add(code, of, history.now, rule, terms, trigger, starts == "first")
    return "obligation"


ATTEMPTS: dict[Callable[[History, Agreement], str], int] = {
    finding: 30,
    take_back: 6,
    let_see: 4,
    claim: 4,
    contest: 2,
    understand: 9,
    move: 30,
    withdraw: 7,
    supersede: 4,
    date_of_trigger: 9,
    day_off: 5,
    other_terms: 3,
    new_obligation: 1,
}
