"""Builders: the least data that a test needs, for one agreement, named by role and never by person."""

import time
import uuid
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from agreement.models import (
    Agreement,
    Event,
    Instrument,
    Mandate,
    Participation,
    Provision,
    Trigger,
    TriggerDate,
)
from agreement.viewers import viewer_for
from obligations.commands import clock, readings, statuses
from obligations.commands import make_request as ask_command
from obligations.commands import record_claim as claim_command
from obligations.commands import record_contest as contest_command
from obligations.commands import record_finding as finding_command
from obligations.commands import record_observation as observation_command
from obligations.commands.evidence import add_file, add_link
from obligations.commands.meetings import plan_meeting
from obligations.commands.webhooks import TEST
from obligations.commands.work import seen_as
from obligations.deadlines import start_of_day
from obligations.deadlines.moment import OUTSET
from obligations.models import (
    Commitment,
    Evidence,
    Meeting,
    Obligation,
    PartyRequest,
    Reading,
    Statement,
    Terms,
    Webhook,
    Work,
)
from parties.access import Clearance, Role, Tier, Viewer
from parties.models import ApiToken, Party, User

# A moment long after every due date in the tests, so that what is late is late.
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "a-password-for-tests-only"
# Deliberately, whatever it refers to. Tests of who sees what say it otherwise.
OPENLY: dict[str, Any] = {"tier": Tier.PUBLIC, "wider": True}


def agreement(code: str = "accord", **fields: Any) -> Agreement:
    defaults = {"title": "Accord", "short_title": "Accord", "time_zone": "Europe/Brussels"}
    return Agreement.objects.get_or_create(code=code, defaults=defaults | fields)[0]


def party(code: str = "alpha", of: Agreement | None = None, kind: str = "party") -> Party:
    defaults = {"name": code.title(), "of": (of or agreement()).code}
    made = Party.objects.get_or_create(code=code, defaults=defaults)[0]
    Participation.objects.get_or_create(agreement=of or agreement(), party=made, defaults={"kind": kind})
    return made


def provision(
    anchor: str = "art_1", of: Agreement | None = None, instrument: str = "main", **fields: Any
) -> Provision:
    of = of or agreement()
    text = Instrument.objects.get_or_create(
        agreement=of,
        code=instrument,
        defaults={"kind": "agreement", "title": "Main text", "adopted_on": date(2023, 2, 27)},
    )[0]
    return Provision.objects.get_or_create(
        instrument=text, anchor=anchor, defaults={"label": anchor.replace("_", " "), **fields}
    )[0]


def trigger(
    code: str = "T-START", on: date | None = date(2023, 3, 18), of: Agreement | None = None
) -> Trigger:
    """Its day, where it has one, was known on the day itself, as that of an agreement's first pack."""
    of = of or agreement()
    made, is_new = Trigger.objects.get_or_create(
        agreement=of, code=code, defaults={"label": f"Start {code}", "occurred_on": on}
    )
    if is_new and on is not None:
        known_since = start_of_day(on, of.zone)
        TriggerDate.objects.create(
            trigger=made, occurred_on=on, recorded_at=NOW, known_since=known_since, reason="The text."
        )
    return made


def obligation(
    code: str = "O-1",
    of: Agreement | None = None,
    days: int | None = None,
    recorded_at: datetime | None = None,
    **fields: Any,
) -> Obligation:
    """Without `days` it has no time limit; with it, so many days after the trigger `T-START`.

    It was known from the outset, or since `recorded_at`, as one that a later pack brought.
    """
    of = of or agreement()
    limit: dict[str, Any] = {"rule": "none"}
    if days is not None:
        limit = {
            "rule": "days_after",
            "terms": {"days": days},
            "trigger": fields.pop("trigger", None) or trigger(of=of),
        }
    defaults = {
        "title": f"Do {code}",
        "summary": f"What {code} asks.",
        "kind": "one_off",
        "confidence": "verified",
    }
    fields.setdefault("provision", None)
    place = fields.pop("provision") or provision(of=of)
    made = Obligation.objects.create(agreement=of, code=code, provision=place, **(defaults | limit | fields))
    terms(made, recorded_at, None) if recorded_at else terms(made)
    return made


def terms(of: Obligation, recorded_at: datetime = NOW, known_since: datetime | None = OUTSET) -> Terms:
    """The terms that an obligation has now, on record: known from the outset unless told otherwise."""
    return Terms.objects.create(
        obligation=of,
        rule=of.rule,
        terms=of.terms,
        trigger=of.trigger,
        after_obligation=of.after_obligation,
        convention=of.agreement.convention,
        recorded_at=recorded_at,
        known_since=known_since,
    )


def commitment(
    code: str = "O-1",
    by: Party | None = None,
    of: Agreement | None = None,
    now: datetime = NOW,
    **fields: Any,
) -> Commitment:
    """A party's commitment, its clock set. `fields` go to the obligation, which is made where it is not there yet."""
    of = of or agreement()
    owed = Obligation.objects.filter(agreement=of, code=code).first() or obligation(code, of, **fields)
    made = Commitment.objects.create(agreement=of, obligation=owed, party=by or party(of=of))
    clock.reset(made, now)
    return made


def event(code: str = "E-1", of: Agreement | None = None, **fields: Any) -> Event:
    defaults = {
        "tier": Tier.PUBLIC,
        "happened_on": date(2023, 4, 18),
        "precision": "day",
        "title": f"Event {code}",
        "source": "example.org",
    }
    return Event.objects.create(agreement=of or agreement(), code=code, **(defaults | fields))


def user(email: str, role: Role | None = None, of: Agreement | None = None, **mandate: Any) -> User:
    made: User = User.objects.create_user(email, PASSWORD)
    if role is not None:
        Mandate.objects.create(user=made, agreement=of or agreement(), role=role, **mandate)
    return made


def token(of: User, scope: str = "write", name: str = "a program", **fields: Any) -> str:
    """The secret of a token of the user, as a program shows it."""
    digest, secret = get_digest_token()
    beginning = secret[: CONSTANTS.TOKEN_KEY_LENGTH]
    ApiToken.objects.create(user=of, name=name, scope=scope, digest=digest, token_key=beginning, **fields)
    return str(secret)


def mediator(email: str = "mediator@trial.invalid", of: Agreement | None = None) -> User:
    return user(email, Role.MEDIATOR, of)


def analyst(email: str = "analyst@trial.invalid", cleared: bool = False, of: Agreement | None = None) -> User:
    return user(email, Role.ANALYST, of, clearance=Clearance.PARTIES if cleared else Clearance.PUBLIC)


def administrator(email: str = "administrator@trial.invalid", of: Agreement | None = None) -> User:
    return user(email, Role.ADMINISTRATOR, of)


def representative(of_party: Party | None = None, of: Agreement | None = None) -> User:
    of_party = of_party or party(of=of)
    return user(f"{of_party.code}@trial.invalid", Role.REPRESENTATIVE, of, party=of_party)


def observer(
    code: str = "monitor", email: str = "", of: Agreement | None = None, cleared: bool = False
) -> User:
    """The account of an observer, which takes part in the agreement."""
    clearance = Clearance.PARTIES if cleared else Clearance.PUBLIC
    speaks_for = party(code, of, "observer")
    return user(email or f"{code}@trial.invalid", Role.OBSERVER, of, party=speaks_for, clearance=clearance)


def a_mediator(of: Agreement | None = None) -> Viewer:
    """The viewer of the agreement's mediator, made where there is none."""
    of = of or agreement()
    email = f"mediator@{of.code}.invalid"
    return viewer_for(User.objects.filter(email=email).first() or mediator(email, of))


def finding(
    on: Commitment, level: int | None = None, effective_on: date = date(2024, 1, 10), **fields: Any
) -> Statement:
    """A finding by the agreement's mediator, through the command."""
    defaults: dict[str, Any] = {
        "now": NOW,
        "reason": "Seen.",
        **OPENLY,
        "actor": a_mediator(on.agreement),
    }
    return finding_command(commitment=on, level=level, effective_on=effective_on, **(defaults | fields))


def claim(
    on: Commitment, by: User, level: int | None = 3, effective_on: date = date(2024, 1, 10), **fields: Any
) -> Statement:
    defaults: dict[str, Any] = {"now": NOW, "reason": "We did it.", **OPENLY}
    return claim_command(
        commitment=on, actor=viewer_for(by), level=level, effective_on=effective_on, **(defaults | fields)
    )


def observation(
    on: Commitment, level: int | None = 1, effective_on: date = date(2024, 1, 10), **fields: Any
) -> Statement:
    """Of the observer `monitor`, entered by the agreement's mediator, unless told otherwise."""
    defaults: dict[str, Any] = {"now": NOW, "reason": "Seen from outside.", **OPENLY}
    if "actor" not in fields:
        by = party("monitor", on.agreement, "observer")
        defaults |= {"actor": a_mediator(on.agreement), "by": by}
    return observation_command(commitment=on, level=level, effective_on=effective_on, **(defaults | fields))


def contest(statement: Statement, by: User, **fields: Any) -> Statement:
    defaults: dict[str, Any] = {"now": NOW, "reason": "We see it otherwise.", **OPENLY}
    return contest_command(statement=statement, actor=viewer_for(by), **(defaults | fields))


def request(
    on: Commitment, of_party: Party | None = None, reply_by: date = date(2026, 3, 9), **fields: Any
) -> PartyRequest:
    """A request of the agreement's mediator, through the command: a week's time for a claim, unless told otherwise."""
    defaults: dict[str, Any] = {
        "now": NOW,
        "words": "How does it stand?",
        **OPENLY,
        "tier": Tier.PARTIES,
        "actor": a_mediator(on.agreement),
    }
    asked = of_party or on.party
    return ask_command(commitment=on, party=asked, reply_by=reply_by, **(defaults | fields))


def meeting(of: Agreement | None = None, held_on: date = date(2026, 3, 16), **fields: Any) -> Meeting:
    """A meeting that the agreement's mediator plans, through the command: of the committee, for the parties to see."""
    of = of or agreement()
    # Made only where it is missing: in a database that wants an entry for each row, nothing is made beside commands.
    if "actor" not in fields:
        fields["actor"] = a_mediator(of)
    if "body" not in fields:
        fields["body"] = party("committee", of, "body")
    defaults: dict[str, Any] = {"now": NOW, "tier": Tier.PARTIES, "held_on": held_on}
    return plan_meeting(agreement=of, **(defaults | fields))


READINGS = {
    "count_by": Reading.Kind.COUNTING,
    "give_date": Reading.Kind.DATE,
    "extend": Reading.Kind.EXTENSION,
    "suspend": Reading.Kind.SUSPENSION,
    "resume": Reading.Kind.RESUMPTION,
    "waive": Reading.Kind.WAIVER,
}


def reading(on: Commitment, act: str, **fields: Any) -> Reading:
    """A reading by the agreement's mediator: `act` is one of READINGS, such as "extend"."""
    defaults: dict[str, Any] = {"now": NOW, "reason": "It was agreed.", "actor": a_mediator(on.agreement)}
    return readings.record(READINGS[act], [on], **(defaults | fields))[0]


def reading_taken_back(reading: Reading, **fields: Any) -> Reading:
    """Its withdrawal by the agreement's mediator."""
    actor = a_mediator(reading.commitment.agreement)
    defaults: dict[str, Any] = {"now": NOW, "reason": "Read anew.", "actor": actor}
    return readings.withdraw(reading=reading, **(defaults | fields))


def evidence_file(
    about: Obligation, by: User | None = None, content: bytes = b"Seen on site.\n", **fields: Any
) -> Evidence:
    """A file of plain text, handed in by a representative, or by the agreement's mediator; through the command."""
    name = fields.pop("file_name", "report.txt")
    return add_file(
        obligation=about, upload=BytesIO(content), file_name=name, **(handed_in(about, by) | fields)
    )


def evidence_link(about: Obligation, by: User | None = None, **fields: Any) -> Evidence:
    link = {"url": "https://example.org/news", "quote": "It was opened.", "seen_on": date(2024, 1, 11)}
    return add_link(obligation=about, **(handed_in(about, by) | link | fields))


def handed_in(about: Obligation, by: User | None) -> dict[str, Any]:
    actor = viewer_for(by) if by else a_mediator(about.agreement)
    said = {
        "title": "A report",
        "represents_on": date(2024, 1, 10),
        "language": "en",
        **OPENLY,
    }
    return {"actor": actor, "now": NOW, **said}


def webhook(of: User, **fields: Any) -> Webhook:
    """Of an account with a mandate in `accord`, which was sent a test that did not arrive."""
    made = Webhook.objects.create(
        user=of,
        agreement=agreement(),
        url="https://example.org/hook",
        position=0,
        part=0,
        made_at=NOW,
        **fields,
    )
    made.deliveries.create(
        change=uuid.UUID(int=1), kind=TEST, code=500, attempts=1, made_at=NOW, next_at=NOW, given_up_at=NOW
    )
    return made


def work(of: User, about: str = "Statements, CSV", content: bytes = b"key\n", **fields: Any) -> Work:
    """A file that a worker made for an account with a mandate in `accord`; without `content`, one that waits."""
    said = {"of": "/api/v1/statements/?format=csv", "root": "http://localhost/"}
    words = {"user": of, "agreement": agreement(), "about": about, "said": said, "language": "en"}
    words |= {"kind": Work.Kind.FILE, "subject": about, "asked_at": NOW}
    made = {"file": "statements.csv", "media_type": "text/csv", "size": len(content)}
    ended = {"state": Work.State.DONE, "begun_at": NOW, "ended_at": NOW, "done": 1, "total": 1}
    result = {"result": made | {"seen_as": seen_as(viewer_for(of))}}
    more = ended | result if content else {}
    row = Work.objects.create(**words | more | fields)
    if content:
        row.parts.create(place=0, content=content)
    return row


def work_out() -> None:
    """What each audience sees, of rows that no command wrote."""
    statuses.recompute(NOW)


def factor(of: User) -> str:
    """A second factor of the account, with recovery codes: the secret of its app."""
    secret = str(totp.generate_totp_secret())
    totp.TOTP.activate(of, secret)
    RecoveryCodes.activate(of)
    return secret


def code(secret: str) -> str:
    """What the app shows now."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))
