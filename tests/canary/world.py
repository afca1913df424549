"""What all may see: two agreements with something of everything, and the accounts of the nine viewers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from agreement.models import Agreement
from obligations.commands.periods import make_periods
from obligations.deadlines.moment import STILL
from obligations.flagging import sweep
from obligations.models import Commitment, Gate, Period
from parties.access import Role, Tier
from parties.models import Party, User
from tests import make
from tests.calendar_data import load, pack_calendar
from tests.make import NOW

IN_2023, IN_2024 = datetime(2023, 9, 1, 9, tzinfo=UTC), datetime(2024, 2, 1, 9, tzinfo=UTC)
MONTHLY = {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "first": "2025-12-31"}
NOBODY = "nobody"
# By viewer: the email of the account; none for who has none.
ACCOUNTS = {
    NOBODY: "",
    "analyst": "analyst@trial.invalid",
    "cleared analyst": "cleared@trial.invalid",
    "observer": "monitor@trial.invalid",
    "representative of alpha": "alpha@trial.invalid",
    "representative of beta": "beta@trial.invalid",
    "mediator": "mediator@accord.invalid",
    "mediator elsewhere": "mediator@bond.invalid",
    "administrator": "administrator@trial.invalid",
}


def build() -> None:
    """Both agreements; of the first, commitments that stand in every way, and what the parties and mediators said."""
    accord, bond = make.agreement("accord"), make.agreement("bond", title="Bond", short_title="Bond")
    people(accord, bond)
    owed_in(accord, make.party("alpha", accord), make.party("beta", accord))
    owed_in_bond(bond)
    said_openly(accord)
    for of in (accord, bond):
        make.event(f"{of.code}-whole", of, touches_all=True)
    sweep(NOW)


def people(accord: Agreement, bond: Agreement) -> None:
    make.analyst(ACCOUNTS["analyst"], of=accord)
    make.analyst(ACCOUNTS["cleared analyst"], cleared=True, of=accord)
    make.observer(of=accord)
    make.party("monitor", bond, "observer")
    for of in (accord, bond):
        make.party("committee", of, "body")
    for code in ("alpha", "beta"):
        make.representative(make.party(code, accord), accord)
    make.user("gamma@trial.invalid", Role.REPRESENTATIVE, bond, party=make.party("gamma", bond))
    make.a_mediator(accord)
    make.webhook(User.objects.get(email=ACCOUNTS["mediator"]), off_at=NOW)
    make.work(User.objects.get(email=ACCOUNTS["mediator"]), "It waits", b"")
    make.a_mediator(bond)
    make.administrator(ACCOUNTS["administrator"], of=accord)


def owed_in(of: Agreement, alpha: Party, beta: Party) -> None:
    load(pack_calendar("alpha", {date(2023, 4, 17): "Feast"}, parties=("alpha",)), of=of)
    place = make.provision("art_2", of, heading="On reports")
    soon: dict[str, Any] = {"rule": "fixed", "terms": {"date": (NOW.date() + timedelta(days=5)).isoformat()}}
    make.commitment("LATE", alpha, of, IN_2023, days=30, tags=["papers"])
    make.commitment("LATE", beta, of, IN_2023)
    make.commitment("MET", alpha, of, IN_2023, days=30)
    make.commitment("BACK", beta, of, IN_2023, days=30, provision=place)
    late = Commitment.objects.filter(obligation__code="LATE").first()
    assert late is not None
    after: dict[str, Any] = {"rule": "days_after", "terms": {"days": 60}, "after_obligation": late.obligation}
    make.commitment("AFTER", alpha, of, IN_2023, **after)
    make.commitment("SOON", beta, of, provision=place, **soon)
    make.commitment("NOW", alpha, of, rule="immediate", trigger=make.trigger(of=of))
    make.commitment("WAIT", beta, of, days=10, trigger=make.trigger("T-LATER", None, of))
    make.commitment("REPORT", alpha, of, kind="recurring", rule="recurring", terms=MONTHLY, provision=place)
    make.commitment("KEEP", beta, of, kind="standing", recorded_at=IN_2024)
    make_periods(of.pk, NOW)


def owed_in_bond(of: Agreement) -> None:
    make.commitment("LATE", make.party("gamma", of), of, IN_2023, days=30, trigger=make.trigger(of=of))


def said_openly(of: Agreement) -> None:
    alpha, beta = (
        User.objects.get(email=ACCOUNTS[f"representative of {code}"]) for code in ("alpha", "beta")
    )
    make.reading(owed("MET"), "extend", due_on=date(2023, 5, 30), effective_on=date(2023, 4, 1), now=IN_2023)
    first = make.finding(owed("MET"), 3, date(2024, 1, 10), now=IN_2024)
    make.finding(owed("BACK"), 3, date(2023, 4, 1), now=IN_2023)
    make.finding(owed("BACK"), 2, date(2024, 1, 10), now=IN_2024)
    found = make.finding(owed("LATE", "beta"), 1, now=IN_2024)
    make.contest(found, beta, now=IN_2024)
    make.claim(owed("NOW"), alpha, 3, now=IN_2024)
    make.contest(make.claim(owed("SOON"), beta, 2, now=IN_2024), alpha, now=IN_2024)
    make.finding(owed("KEEP"), None, date(2024, 1, 10), conduct="kept", now=IN_2024)
    make.contest(make.observation(owed("NOW"), now=IN_2024), beta, now=IN_2024)
    for asked in ("alpha", "beta"):
        # What is hidden replies to these: to who is not told of a reply, each has to read as before.
        openly: dict[str, Any] = {"tier": Tier.PUBLIC, "now": IN_2024}
        make.request(owed("LATE"), make.party(asked, of), **openly)
        make.request(owed("MET"), make.party(asked, of), statement=first, **openly)
    make.reading(owed("WAIT"), "suspend", effective_on=date(2024, 1, 10), now=IN_2024)
    Gate.objects.create(obligation=owed("MET").obligation, place=1, after_obligation=owed("LATE").obligation)
    event = make.event("E-1", of)
    event.obligations.add(owed("LATE").obligation, owed("REPORT").obligation)


def owed(code: str, party: str = "", of: str = "accord") -> Commitment:
    rows = Commitment.objects.filter(obligation__code=code, agreement__code=of)
    found = rows.filter(party__code=party).first() if party else rows.order_by("party__code").first()
    assert found is not None
    return found


def last_period(of: Commitment) -> Period:
    """The newest that has ended."""
    ended = of.periods.filter(known_until=STILL, ends_on__lt=NOW.date())
    return ended.latest("ends_on")
