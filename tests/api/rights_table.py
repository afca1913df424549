"""The matrix of rights, written by hand: who may do what, over pages and API alike.

It is not taken from `parties.rights`: both have to say the same. An act, or an address that takes anything but reading,
without a row here makes a test fail.
"""

from dataclasses import dataclass, field
from typing import Any

from parties.rights import Right
from tests.api.rights_world import (
    ADMINISTRATOR,
    ADMINISTRATOR_ELSEWHERE,
    ADMINISTRATORS,
    ANALYST,
    BOTH,
    CLEARED,
    ELSEWHERE,
    KEEPER,
    MEDIATOR,
    NOBODY,
    OBSERVER,
    PARTIES,
    VIEWERS,
)

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
