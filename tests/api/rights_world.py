"""Those who look and act, and one row of all that can be acted on: what the matrix of rights is tried with."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.test import Client

from agreement.commands import set_policy
from agreement.models import Agreement, Mandate, Notice, SignOff
from agreement.viewers import viewer_for
from obligations.commands.desk import save_draft
from obligations.commands.proposals import Command, carry_out
from obligations.models import Commitment, Draft, Message, Proposal
from obligations.status.breaches import breaches_of
from parties.access import PUBLIC_VIEWER, Role, Tier, Viewer
from parties.models import Party, User
from tests import make
from tests.make import NOW

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
    world = World(users_of(alpha, beta), owed)
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
    mediator = world.viewer(MEDIATOR)
    sheet = save_draft(
        kind=Draft.Kind.BULK,
        agreement=make.agreement(),
        actor=mediator,
        now=NOW,
        content={"name": "sheet.csv", "rows": []},
    )
    world.path = {
        **accounts(),
        **powers(),
        "message": waiting_for(world.users[MEDIATOR]).key,
        "notice": Notice.objects.get(recipient=world.users[MEDIATOR]).key,
        "breach": breaches_of([owed], mediator, NOW)[0].key,
        "request": make.request(owed, tier=Tier.PUBLIC).key,
        "commitment": owed.pk,
        "event": make.event().code,
        "file": "/api/v1/commitments/?format=xlsx",
        "evidence": make.evidence_link(owed.obligation).key,
        "meeting": make.meeting(tier=Tier.PUBLIC, agenda=[("Adoption", "")]).key,
        "proposal": proposal.key,
        "reading": make.reading(owed, "suspend", effective_on=date(2024, 2, 1)).key,
        "sheet": sheet.key,
        "statement": make.finding(owed, 1, actor=mediator).key,
        "trigger": make.trigger().code,
    }
    return world


def users_of(alpha: Party, beta: Party) -> dict[str, User | None]:
    other = make.agreement("other")
    return {
        NOBODY: None,
        ANALYST: make.analyst(),
        CLEARED: make.analyst("cleared@trial.invalid", cleared=True),
        OBSERVER: make.observer(),
        ALPHA: make.representative(alpha),
        BETA: make.representative(beta),
        ELSEWHERE: make.mediator("elsewhere@trial.invalid", of=other),
        MEDIATOR: make.mediator(),
        ADMINISTRATOR: make.administrator(),
        ADMINISTRATOR_ELSEWHERE: make.administrator("administers@elsewhere.invalid", other),
        KEEPER: User.objects.create_superuser("keeper@trial.invalid", make.PASSWORD),
    }


def accounts() -> dict[str, str]:
    """Those that acts of administrators are about; that of both agreements is kept by the server."""
    of_both = make.analyst("both@trial.invalid")
    Mandate.objects.create(user=of_both, agreement=make.agreement("other"), role=Role.MEDIATOR)
    return {
        "account": make.user("one@trial.invalid", Role.ANALYST).key,
        "account elsewhere": make.analyst("one@elsewhere.invalid", of=make.agreement("other")).key,
        "account of both": of_both.key,
    }


def powers() -> dict[str, str]:
    """An act of power that waits in each agreement."""
    for of in (make.agreement(), make.agreement("other")):
        mandate_to_sign(of)
    here, elsewhere = Proposal.objects.of_power().order_by("pk")
    return {"power": here.key, "power elsewhere": elsewhere.key}


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
