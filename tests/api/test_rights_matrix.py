"""The matrix of rights, written by hand: who may do what, and write and read which tier, over pages and API alike.

It is not taken from `parties.rights`: both have to say the same. An act, or an address that takes anything but reading,
without a row here makes a test fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from agreement.commands import set_policy
from agreement.models import Agreement, LedgerEntry, Mandate, Notice, SignOff
from agreement.viewers import viewer_for
from obligations.commands import Refused, record_answer, record_claim, record_finding
from obligations.commands.drafts import save_draft
from obligations.commands.proposals import Command, carry_out
from obligations.models import Commitment, Draft, Message, Proposal, Statement
from obligations.status.breaches import breaches_of
from parties.access import PUBLIC_VIEWER, Role, Tier, Viewer
from parties.models import User
from parties.rights import Right, may
from tests import make
from tests.make import NOW
from tests.worlds import made_once

pytestmark = pytest.mark.django_db

NOBODY, ANALYST, CLEARED = "no account", "analyst", "cleared analyst"
OBSERVER = "observer"
ALPHA, BETA = "representative of alpha", "representative of beta"
MEDIATOR, ELSEWHERE = "mediator", "mediator of another agreement"
ADMINISTRATOR, ADMINISTRATOR_ELSEWHERE = "administrator", "administrator of another agreement"
KEEPER = "administrator of the server"
VIEWERS = (
    NOBODY,
    ANALYST,
    CLEARED,
    OBSERVER,
    ALPHA,
    BETA,
    ELSEWHERE,
    MEDIATOR,
    ADMINISTRATOR,
    ADMINISTRATOR_ELSEWHERE,
    KEEPER,
)
ADMINISTRATORS = {ADMINISTRATOR, ADMINISTRATOR_ELSEWHERE, KEEPER}
PARTIES = {ALPHA, BETA}
BOTH = {MEDIATOR, *PARTIES}

# In the agreement that all but one of them have a mandate in.
RIGHT: dict[Right, set[str]] = {
    Right.RECORD_FINDING: {MEDIATOR},
    Right.MAKE_CLAIM: PARTIES,
    Right.RECORD_OBSERVATION: {MEDIATOR, OBSERVER},
    Right.CONTEST: PARTIES,
    Right.ADD_EVIDENCE: BOTH,
    Right.ANSWER: BOTH,
    Right.REQUEST: {MEDIATOR},
    Right.WITHDRAW: {*BOTH, OBSERVER},
    Right.TRANSLATE: {MEDIATOR},
    Right.RELEASE: BOTH,
    Right.RECORD_EVENT: {MEDIATOR},
    Right.SET_TRIGGER_DATE: {MEDIATOR},
    Right.RECORD_READING: {MEDIATOR},
    Right.ACKNOWLEDGE: {MEDIATOR},
    Right.ASSIGN: {MEDIATOR},
    Right.FOLLOW: {ANALYST, CLEARED, OBSERVER, ADMINISTRATOR, *BOTH},
    Right.ASK_FOR_WORK: {ANALYST, CLEARED, OBSERVER, ADMINISTRATOR, KEEPER, *BOTH},
    Right.READ_LEDGER: {MEDIATOR},
    Right.EDIT_CALENDAR: {MEDIATOR},
    Right.OPEN_DESK: {MEDIATOR},
    Right.OPEN_ADMINISTRATION: {ADMINISTRATOR, KEEPER},
    Right.MANAGE_ACCOUNTS: {ADMINISTRATOR, KEEPER},
    Right.HOLD_MEETINGS: {MEDIATOR},
    Right.LOAD_PACK: {ADMINISTRATOR, KEEPER},
    Right.OPEN_GATE: {MEDIATOR},
    Right.SET_POLICY: {ADMINISTRATOR},
    Right.SIGN: {MEDIATOR},
    Right.SIGN_POWERS: {ADMINISTRATOR, KEEPER},
}
# What everybody does with the own account alone; it needs no right.
OWN = {
    "account_change_password",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password",
    "account_reset_password_from_key",
    "account_signup",
    "api:current-token",
    "api:followed",
    "api:following",
    "api:token",
    "api:tokens",
    "api:webhook",
    "api:webhook-on",
    "api:webhook-replay",
    "api:webhook-secret",
    "api:webhook-test",
    "api:webhooks",
    "drafts",
    "follow-view",
    "language",
    "mail-stop",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "own-mail",
    "own-session-end",
    "own-token-revoke",
    "own-tokens",
    "own-tokens-revoke",
    "own-webhook",
    "own-webhook-on",
    "own-webhook-remove",
    "own-webhook-replay",
    "own-webhook-rotate",
    "own-webhook-test",
    "own-webhooks",
    "sign-out-everywhere",
    "unsent",
    "work-again",
    "work-cancel",
    "api:work-cancellation",
}


@dataclass
class World:
    """One row of all that can be acted on, and the viewers."""

    users: dict[str, User | None]
    owed: Commitment
    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)

    def viewer(self, who: str) -> Viewer:
        user = self.users[who]
        return viewer_for(user) if user else PUBLIC_VIEWER

    def client(self, who: str) -> Client:
        client, user = Client(), self.users[who]
        if user is not None:
            client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client


def build() -> World:
    alpha, beta = make.party("alpha"), make.party("beta")
    owed = make.commitment("O-1", alpha, days=30)
    make.commitment("O-1", beta)
    users: dict[str, User | None] = {
        NOBODY: None,
        ANALYST: make.analyst(),
        CLEARED: make.analyst("cleared@trial.invalid", cleared=True),
        OBSERVER: make.observer(),
        ALPHA: make.representative(alpha),
        BETA: make.representative(beta),
        ELSEWHERE: make.mediator("elsewhere@trial.invalid", of=make.agreement("other")),
        MEDIATOR: make.mediator(),
        ADMINISTRATOR: make.administrator(),
        ADMINISTRATOR_ELSEWHERE: make.administrator("administers@elsewhere.invalid", make.agreement("other")),
        KEEPER: User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD),
    }
    world = World(users, owed)
    gate = owed.obligation.gates.create(place=0, condition="Both have met.")
    # By one administrator, while there is no other; the mediators are told.
    set_policy(
        agreement=make.agreement(),
        wanted=[SignOff.GATES, SignOff.POWERS],
        actor=world.viewer(ADMINISTRATOR),
        now=NOW,
        reason="Agreed.",
    )
    second = viewer_for(make.mediator("second@trial.invalid"))
    proposal = carry_out(
        Command.OPEN_GATE, actor=second, now=NOW, gate=gate, opened_on=date(2024, 1, 10), reason="They met."
    )
    said = make.finding(owed, 1, actor=world.viewer(MEDIATOR))
    sheet = save_draft(
        kind=Draft.Kind.BULK,
        agreement=make.agreement(),
        actor=world.viewer(MEDIATOR),
        now=NOW,
        content={"name": "sheet.csv", "rows": []},
    )
    account = make.user("one@trial.invalid", Role.ANALYST)
    account_elsewhere = make.analyst("one@elsewhere.invalid", of=make.agreement("other"))
    # Of both, and so kept by the server.
    account_of_both = make.analyst("both@trial.invalid")
    Mandate.objects.create(user=account_of_both, agreement=make.agreement("other"), role=Role.MEDIATOR)
    for of in (make.agreement(), make.agreement("other")):
        mandate_to_sign(of)
    power, power_elsewhere = Proposal.objects.of_power().order_by("pk")
    message = waiting_for(users[MEDIATOR])
    world.path = {
        "message": message.key,
        "power": power.key,
        "power elsewhere": power_elsewhere.key,
        "notice": Notice.objects.get(recipient=users[MEDIATOR]).key,
        "account": account.key,
        "account elsewhere": account_elsewhere.key,
        "account of both": account_of_both.key,
        "breach": breaches_of([owed], viewer_for(users[MEDIATOR]), NOW)[0].key,  # type: ignore[arg-type]
        "request": make.request(owed, tier=Tier.PUBLIC).key,
        "commitment": owed.pk,
        "event": make.event().code,
        "file": "/api/v1/commitments/?format=xlsx",
        "evidence": make.evidence_link(owed.obligation).key,
        "meeting": make.meeting(tier=Tier.PUBLIC, agenda=[("Adoption", "")]).key,
        "proposal": proposal.key,
        "reading": make.reading(owed, "suspend", effective_on=date(2024, 2, 1)).key,
        "sheet": sheet.key,
        "statement": said.key,
        "trigger": make.trigger().code,
    }
    return world


def waiting_for(recipient: Any) -> Message:
    """A message by mail."""
    nothing = dict.fromkeys(("after_position", "after_part", "until_position", "until_part"), 0)
    return Message.objects.create(
        recipient=recipient, agreement=make.agreement(), how="daily", made_at=NOW, next_at=NOW, **nothing
    )


def mandate_to_sign(of: Agreement) -> None:
    """Proposed by a second administrator."""
    proposer, other = (make.user(f"{one}@{of.code}.invalid") for one in ("proposes", "signs"))
    Mandate.objects.create(user=proposer, agreement=of, role=Role.ADMINISTRATOR)
    actor = viewer_for(proposer)
    said: dict[str, Any] = {"agreement": of, "actor": actor, "now": NOW, "reason": "Asked for."}
    made = carry_out(Command.GIVE_MANDATE, account=other, role=Role.ADMINISTRATOR, **said)
    assert isinstance(made, Proposal)


world = made_once(build)
HERE = {"agreement": "accord"}
OF = {"agreement": "accord", "code": "O-1"}


@dataclass(frozen=True)
class Way:
    """An address that writes: who gets past the door. `at` names things of the world by the address's own words."""

    who: set[str]
    fixed: dict[str, Any] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def about(act: Right, fixed: dict[str, Any] | None = None, /, **at: str) -> Way:
    query = {name[1:]: thing for name, thing in at.items() if name.startswith("_")}
    path = {name: thing for name, thing in at.items() if not name.startswith("_")}
    return Way(RIGHT[act], fixed or {}, path, query)


WAYS: dict[str, Way] = {
    # Pages
    "account-factor": about(Right.MANAGE_ACCOUNTS, key="account"),
    "account-close": Way({KEEPER}, at={"key": "account"}),
    "account-link": about(Right.MANAGE_ACCOUNTS, key="account"),
    "account-mandate": about(Right.MANAGE_ACCOUNTS, key="account"),
    "account-switch": about(Right.MANAGE_ACCOUNTS, key="account"),
    "account-withdraw": about(Right.MANAGE_ACCOUNTS, HERE, key="account"),
    "accounts": Way(ADMINISTRATORS),  # which agreement stands in the form
    "mail-again": Way({KEEPER}, at={"key": "message"}),
    "run-now": Way(ADMINISTRATORS, {"part": "sweep"}),
    "imports": Way(ADMINISTRATORS),  # which agreement stands in the pack
    "bulk-sheet": Way({MEDIATOR}, HERE, {"key": "sheet"}),  # private to who brought it in
    "bulk-upload": Way({*BOTH, OBSERVER}, HERE),
    "calendar-change": about(Right.EDIT_CALENDAR, {"code": "accord"}),
    "desk-finding": about(Right.RECORD_FINDING, commitment_id="commitment"),
    "event-record": about(Right.RECORD_EVENT, OF),
    "desk-periods": Way({MEDIATOR, ELSEWHERE}),  # which rows stands in the address
    "desk-seen": Way({MEDIATOR, ELSEWHERE}),  # one's own visit
    "desk-undo": Way({MEDIATOR}, at={"key": "statement"}),  # what one recorded oneself
    "desk-view-remove": Way({MEDIATOR, ELSEWHERE}, {"key": "none"}),  # one's own view
    "desk-views": Way({MEDIATOR, ELSEWHERE}),  # one's own view
    "evidence-add-file": about(Right.ADD_EVIDENCE, OF),
    "evidence-add-link": about(Right.ADD_EVIDENCE, OF),
    "evidence-attach": about(Right.ADD_EVIDENCE, OF, key="evidence"),
    "follow": about(Right.FOLLOW, HERE),
    "gate": about(Right.OPEN_GATE, OF | {"place": 0}),
    "obligation-acknowledge": about(Right.ACKNOWLEDGE, OF, _commitment="commitment", _breach="commitment"),
    "obligation-owner": about(Right.ASSIGN, OF),
    "obligation-answer": about(Right.ANSWER, OF, _statement="statement"),
    "obligation-request": about(Right.REQUEST, OF, _commitment="commitment"),
    "obligation-request-back": about(Right.REQUEST, OF, key="request"),
    "obligation-claim": about(Right.MAKE_CLAIM, OF, _commitment="commitment"),
    "obligation-observe": about(Right.RECORD_OBSERVATION, OF, _commitment="commitment"),
    "obligation-contest": about(Right.CONTEST, OF, _statement="statement"),
    "obligation-release": about(Right.RELEASE, OF, _statement="statement"),
    "obligation-translate": about(Right.TRANSLATE, OF, _statement="statement"),
    "obligation-withdraw": about(Right.WITHDRAW, OF, _statement="statement"),
    **{
        f"meeting-{act}": about(Right.HOLD_MEETINGS, key="meeting")
        for act in ("agenda", "change", "close", "recorded")
    },
    "meeting-plan": Way({MEDIATOR, ELSEWHERE}),  # which agreement stands in its address
    "meeting-point": about(Right.HOLD_MEETINGS, {"place": 1}, key="meeting"),
    "notice": Way({MEDIATOR}, at={"key": "notice"}),  # private to who was told
    "policy": about(Right.SET_POLICY, {"code": "accord"}),
    "power": about(Right.SIGN_POWERS, key="power"),
    "proposal": about(Right.SIGN, key="proposal"),
    "reading": about(Right.RECORD_READING, OF),
    "reading-take-back": about(Right.RECORD_READING, OF, key="reading"),
    "work-file": Way({*VIEWERS} - {NOBODY}, query={"of": "file"}),  # what it is about stands in its address
    "trigger-date": about(Right.SET_TRIGGER_DATE, HERE, trigger="trigger"),
    # API
    "api:answers": about(Right.ANSWER, key="statement"),
    "api:request-taken-back": about(Right.REQUEST, key="request"),
    "api:breach-acknowledgement": about(Right.ACKNOWLEDGE, key="breach"),
    "api:obligation-owner": about(Right.ASSIGN, OF),
    "api:bulk": Way({*BOTH, OBSERVER, ELSEWHERE}),  # which agreement stands in the body
    "api:claims": about(Right.MAKE_CLAIM, pk="commitment"),
    "api:observations": about(Right.RECORD_OBSERVATION, pk="commitment"),
    "api:commitment-requests": about(Right.REQUEST, pk="commitment"),
    "api:commitment-readings": about(Right.RECORD_READING, pk="commitment"),
    "api:contests": about(Right.CONTEST, key="statement"),
    "api:event-releases": about(Right.RELEASE, HERE, code="event"),
    "api:evidence-statements": about(Right.ADD_EVIDENCE, key="evidence"),
    "api:findings": about(Right.RECORD_FINDING, pk="commitment"),
    "api:gate-openings": about(Right.OPEN_GATE, OF | {"place": 0}),
    "api:obligation-events": about(Right.RECORD_EVENT, OF),
    "api:obligation-evidence": about(Right.ADD_EVIDENCE, OF),
    "api:renewals": about(Right.SIGN, key="proposal"),
    "api:signatures": about(Right.SIGN, key="proposal"),
    "api:statement-translations": about(Right.TRANSLATE, key="statement"),
    "api:statement-releases": about(Right.RELEASE, key="statement"),
    "api:trigger-dates": about(Right.SET_TRIGGER_DATE, HERE, code="trigger"),
    "api:work-list": Way({*VIEWERS} - {NOBODY}),  # what it is about stands in the body
    "api:withdrawals": about(Right.WITHDRAW, key="statement"),
}
# Every administrative act on what is of another agreement, and on an account that is of both.
OTHER = {"agreement": "other"}
THEIRS = {ADMINISTRATOR_ELSEWHERE, KEEPER}
WAYS_ELSEWHERE: list[tuple[str, Way]] = [
    ("account-factor", Way(THEIRS, at={"key": "account elsewhere"})),
    ("account-close", Way({KEEPER}, at={"key": "account elsewhere"})),
    ("account-close", Way({KEEPER}, at={"key": "account of both"})),
    ("account-link", Way(THEIRS, at={"key": "account elsewhere"})),
    ("account-mandate", Way(THEIRS, at={"key": "account elsewhere"})),
    ("account-switch", Way(THEIRS, at={"key": "account elsewhere"})),
    ("account-withdraw", Way(THEIRS, OTHER, at={"key": "account elsewhere"})),
    ("account-factor", Way({KEEPER}, at={"key": "account of both"})),
    ("account-link", Way({KEEPER}, at={"key": "account of both"})),
    ("account-mandate", Way(ADMINISTRATORS, at={"key": "account of both"})),
    ("account-switch", Way({KEEPER}, at={"key": "account of both"})),
    ("account-withdraw", Way(THEIRS, OTHER, at={"key": "account of both"})),
    ("account-withdraw", Way({ADMINISTRATOR, KEEPER}, HERE, at={"key": "account of both"})),
    ("policy", Way({ADMINISTRATOR_ELSEWHERE}, {"code": "other"})),
    ("power", Way(THEIRS, at={"key": "power elsewhere"})),
    ("api:signatures", Way({ADMINISTRATOR, KEEPER}, at={"key": "power"})),
    ("api:signatures", Way(THEIRS, at={"key": "power elsewhere"})),
    ("api:renewals", Way({ADMINISTRATOR, KEEPER}, at={"key": "power"})),
    ("api:renewals", Way(THEIRS, at={"key": "power elsewhere"})),
]
# The administrators' pages, to be read.
ROOMS: list[tuple[str, Way]] = [
    ("account", Way({ADMINISTRATOR, KEEPER}, at={"key": "account"})),
    ("account", Way(THEIRS, at={"key": "account elsewhere"})),
    ("account", Way(ADMINISTRATORS, at={"key": "account of both"})),
    ("accounts", Way(ADMINISTRATORS)),
    ("administration", Way(ADMINISTRATORS)),
    ("administration-retention", Way(ADMINISTRATORS)),
    ("imports", Way(ADMINISTRATORS)),
    ("mail-log", Way(ADMINISTRATORS)),
    ("policies", Way(ADMINISTRATORS)),
    ("policy", Way({ADMINISTRATOR}, {"code": "accord"})),
    ("policy", Way({ADMINISTRATOR_ELSEWHERE}, {"code": "other"})),
    ("power", Way({ADMINISTRATOR, KEEPER}, at={"key": "power"})),
    ("power", Way(THEIRS, at={"key": "power elsewhere"})),
    ("powers", Way(ADMINISTRATORS)),
    ("rights", Way(ADMINISTRATORS)),
    ("api:proposal", Way({ADMINISTRATOR, KEEPER}, at={"key": "power"})),
    ("api:proposal", Way(THEIRS, at={"key": "power elsewhere"})),
    ("api:proposal", Way({MEDIATOR}, at={"key": "proposal"})),
    ("proposal", Way(set(), at={"key": "power"})),  # none of the desk's
]
WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def addresses(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, Any]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, f"{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name}", one.callback


def writes(view: Any) -> bool:
    """Whether a view takes anything but reading, by the methods of its class or by its decorators."""
    shown = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if shown is not None:
        actions = getattr(view, "actions", None)
        named = actions or [name for name in map(str.lower, WRITING) if hasattr(shown, name)]
        return bool({name.upper() for name in named} & WRITING)
    while view is not None:
        cells = dict(zip(view.__code__.co_freevars, view.__closure__ or (), strict=False))
        if "request_method_list" in cells:
            return bool(set(cells["request_method_list"].cell_contents) & WRITING)
        view = getattr(view, "__wrapped__", None)
    return True


# They look at nothing but themselves, whatever the method.
HEALTH = {"healthz", "readyz", "livez"}


def test_every_address_that_writes_has_a_row() -> None:
    found = {name for name, view in addresses(get_resolver()) if writes(view)} - HEALTH
    assert found == set(WAYS) | OWN


def test_every_act_has_a_row_and_the_table_of_rights_says_the_same(world: World) -> None:
    assert set(RIGHT) == set(Right)
    here = make.agreement().pk
    for act, allowed in RIGHT.items():
        assert {who for who in VIEWERS if may(world.viewer(who), act, here)} == allowed, act


def sent(client: Client, name: str, address: str, data: dict[str, str] | None = None) -> Any:
    if name.startswith("api:"):
        return client.post(address, "{}", content_type="application/json")
    return client.post(address, data)


# What an administrator has at hand: where the door is behind the form.
IN_HAND = {
    "account-factor": {"reason": "Asked for."},
    "account-close": {"reason": "Asked for."},
    "account-link": {"reason": "Asked for."},
    "account-switch": {"reason": "Asked for.", "on": "no"},
    "account-withdraw": {"reason": "Asked for."},
}


def is_in(answer: Any) -> bool:
    return answer.status_code not in (401, 403, 404, 405) and "/account/login/" not in answer.get(
        "Location", ""
    )


def address(name: str, way: Way, world: World) -> str:
    path = {key: world.path[thing] for key, thing in way.at.items()} | way.fixed
    query = {key: str(world.path[thing]) for key, thing in way.query.items()}
    return reverse(name, kwargs=path, query=query)


@pytest.mark.parametrize("who", VIEWERS)
def test_each_viewer_gets_past_the_doors_of_the_table_and_no_others(who: str, world: World) -> None:
    """With nothing in hand: who may act is asked what is missing, and anybody else is not let in."""
    client, entries = world.client(who), LedgerEntry.objects.count()
    wrong = {}
    for name, way in [*WAYS.items(), *WAYS_ELSEWHERE]:
        with transaction.atomic():
            answer = sent(client, name, address(name, way, world), IN_HAND.get(name))
            transaction.set_rollback(True)
        if is_in(answer) != (who in way.who):
            wrong[f"{name} {way.at} {way.fixed}"] = answer.status_code
    assert wrong == {}
    assert LedgerEntry.objects.count() == entries


@pytest.mark.parametrize("who", VIEWERS)
def test_each_viewer_reads_the_administrators_pages_of_the_table_and_no_others(
    who: str, world: World
) -> None:
    client = world.client(who)
    wrong = {}
    for name, way in ROOMS:
        answer = client.get(address(name, way, world))
        if is_in(answer) != (who in way.who):
            wrong[f"{name} {way.at} {way.fixed}"] = answer.status_code
    assert wrong == {}


def test_every_administrators_page_has_a_row() -> None:
    named = {name for name, _view in addresses(get_resolver())}
    pages = {
        name
        for name in named
        if name.startswith(("account", "administration", "imports", "mail-log", "polic", "power", "rights"))
    }
    pages = {name for name in pages if not name.startswith("account_")}
    rows = {name for name, _way in [*ROOMS, *WAYS_ELSEWHERE] if not name.startswith("api:")}
    assert pages == rows - {"proposal"}


# Who may say something in which tier; "own" and "other" are confidences with alpha and beta.
TIERS = ("public", "parties", "own", "other", "mediators")
SAYS = {MEDIATOR: set(TIERS), ALPHA: {"public", "parties", "own"}, BETA: {"public", "parties", "other"}}
READS = {
    NOBODY: {"public"},
    ANALYST: {"public"},
    CLEARED: {"public", "parties"},
    OBSERVER: {"public"},
    ALPHA: {"public", "parties", "own"},
    BETA: {"public", "parties", "other"},
    ELSEWHERE: {"public"},
    MEDIATOR: set(TIERS),
    ADMINISTRATOR: {"public"},
    ADMINISTRATOR_ELSEWHERE: {"public"},
    KEEPER: {"public"},
}


def in_tier(tier: str) -> dict[str, Any]:
    if tier in ("own", "other"):
        return {"tier": Tier.IN_CONFIDENCE, "confidant": make.party("alpha" if tier == "own" else "beta")}
    return {"tier": Tier(tier)}


def said_in(tier: str, who: str, world: World) -> Statement | None:
    """A statement of the viewer in that tier; None where it is refused."""
    command = record_finding if who == MEDIATOR else record_claim
    said: dict[str, Any] = {"level": 1, "effective_on": date(2024, 1, 10), "reason": f"In {tier}."}
    try:
        return command(
            commitment=world.owed, actor=world.viewer(who), now=timezone.now(), **said, **in_tier(tier)
        )
    except Refused:
        return None


@pytest.mark.parametrize("author", SAYS)
def test_what_is_said_in_a_tier_is_read_back_by_those_of_the_table(author: str, world: World) -> None:
    made = {tier: said_in(tier, author, world) for tier in TIERS}
    assert {tier for tier, one in made.items() if one} == SAYS[author]
    for who in VIEWERS:
        client = world.client(who)
        page = client.get("/obligations/accord/O-1/").content.decode()
        for tier, one in made.items():
            if one is not None:
                seen = tier in READS[who]
                assert (f"In {tier}." in page) == seen, (who, tier)
                answer = client.get(f"/api/v1/statements/{one.key}/")
                assert answer.status_code == (200 if seen else 404), (who, tier)


# What refers to a statement in which tier is within its readers, and so wants no second word.
WITHIN = {
    "public": set(TIERS),
    "parties": {"parties", "own", "other", "mediators"},
    "own": {"own", "mediators"},
    "other": {"other", "mediators"},
    "mediators": {"mediators"},
}


def answered_in(tier: str, who: str, about: Statement, world: World, **more: Any) -> bool:
    said: dict[str, Any] = {"now": timezone.now(), "reason": f"Answered in {tier}."}
    try:
        record_answer(statement=about, actor=world.viewer(who), **said, **in_tier(tier), **more)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("author", SAYS)
def test_what_answers_a_tier_is_within_its_readers_unless_more_are_meant(author: str, world: World) -> None:
    """The table is that of `READS`: whoever reads an answer reads what it answers."""
    for tier in READS[author]:
        about = said_in(tier, MEDIATOR, world)
        assert about is not None
        assert {to for to in TIERS if answered_in(to, author, about, world)} == SAYS[author] & WITHIN[tier]
        meant = {to for to in TIERS if answered_in(to, author, about, world, wider=True)}
        assert meant == SAYS[author]


def test_the_table_of_what_is_within_follows_from_who_reads() -> None:
    for tier in TIERS:
        within = {to for to in TIERS if all(to not in seen or tier in seen for seen in READS.values())}
        assert within == WITHIN[tier], tier


OUTSIDE = (NOBODY, ELSEWHERE, ADMINISTRATOR_ELSEWHERE, KEEPER)


def test_without_public_reading_only_a_mandate_opens_an_agreement(world: World, settings: Any) -> None:
    settings.PUBLIC_READING = False
    for who in VIEWERS:
        page = world.client(who).get("/obligations/accord/O-1/")
        assert page.status_code == (404 if who in OUTSIDE else 200), who


def test_a_mandate_that_is_withdrawn_closes_every_door(world: World) -> None:
    user = world.users[MEDIATOR]
    Mandate.objects.filter(user=user).delete()
    answer = world.client(MEDIATOR).post(
        reverse("api:findings", args=[world.owed.pk]), "{}", content_type="application/json"
    )
    assert answer.status_code == 403
