"""What not everybody may see: rows of every model with a tier, with a canary in every text that they hold.

A canary is one word, so that no search or highlight cuts it; it tells which rows it is of, and so who may see it. A
model with a tier that is not among the BUILDERS makes `test_nothing_is_forgotten` red.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model

from agreement.models import Agreement, Event, Notice
from agreement.viewers import viewer_for
from obligations.commands.desk import save_draft
from obligations.commands.evidence import attach
from obligations.commands.meetings import close_meeting, record_conclusion, tie_to_meeting
from obligations.commands.proposals import propose
from obligations.commands.releases import SUBJECTS, release
from obligations.commands.replies import record_answer, translate_statement
from obligations.models import (
    Attachment,
    Commitment,
    Draft,
    Evidence,
    GateOpening,
    Meeting,
    Message,
    PartyRequest,
    Period,
    Proposal,
    Reading,
    Release,
    SavedView,
    Signature,
    Statement,
    Subscription,
    Webhook,
)
from obligations.models.party_request import RequestTakenBack
from parties.access import Tier
from parties.models import Keyed, Party, Tiered, User
from tests import make
from tests.canary.world import last_period, owed
from tests.make import NOW

LATER = NOW + timedelta(days=30)
CANARY = re.compile("zq([a-z]+)qz")
WORD = "harbour"
FOUND_OPENLY = ("LATE", "MET", "BACK", "REPORT", "KEEP")
FOUND_IN_CONFIDENCE = ("LATE", "KEEP")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one agreement that the same people may see. `confidant` is a party's code."""

    of: str
    tier: Tier
    confidant: str = ""
    publish_at: datetime | None = None

    @property
    def name(self) -> str:
        """Letters alone, such as "accordinconfidencealpha"."""
        later = "later" if self.publish_at else ""
        return f"{self.of}{self.tier.value}{self.confidant}{later}".replace("_", "")

    def canary(self, what: str) -> str:
        """Of a model's field or some other text."""
        return f"zq{self.name}qz{re.sub('[^a-z]', '', what.lower())}"

    def text(self, what: str) -> str:
        """With a word that all of them have, to search for."""
        return f"{self.canary(what)} {WORD}"

    @property
    def agreement(self) -> Agreement:
        return Agreement.objects.get(code=self.of)

    def tiered(self, **more: Any) -> dict[str, Any]:
        """The columns of a row."""
        party = Party.objects.get(code=self.confidant) if self.confidant else None
        return {"tier": self.tier, "confidant": party, **more}


GROUPS = (
    Group("accord", Tier.PARTIES),
    Group("accord", Tier.IN_CONFIDENCE, "alpha"),
    Group("accord", Tier.IN_CONFIDENCE, "beta"),
    Group("accord", Tier.MEDIATORS),
    Group("accord", Tier.MEDIATORS, publish_at=LATER),
    Group("bond", Tier.PARTIES),
    Group("bond", Tier.MEDIATORS),
)
# Drafts are private; the tier of these groups is none.
AUTHORS = {
    Group("accord", Tier.IN_CONFIDENCE, "draftofalpha"): "alpha@trial.invalid",
    Group("accord", Tier.IN_CONFIDENCE, "draftofbeta"): "beta@trial.invalid",
}
ALL = {group.name for group in (*GROUPS, *AUTHORS)}
IN_ACCORD = {group.name for group in GROUPS if group.of == "accord"}
# By viewer, by hand.
SEES: dict[str, set[str]] = {
    "nobody": set(),
    "analyst": set(),
    "administrator": set(),
    "observer": set(),
    "cleared analyst": {"accordparties"},
    "representative of alpha": {
        "accordparties",
        "accordinconfidencealpha",
        "accordinconfidencedraftofalpha",
    },
    "representative of beta": {"accordparties", "accordinconfidencebeta", "accordinconfidencedraftofbeta"},
    "mediator": IN_ACCORD,
    "mediator elsewhere": {group.name for group in GROUPS if group.of == "bond"},
}


def statements(group: Group) -> None:
    """Findings that change how commitments stand, and what a party that may know of them said."""
    said: dict[str, Any] = {
        "reason": group.text("statement reason"),
        "source": group.canary("statement source"),
        **group.tiered(),
    }
    codes = FOUND_OPENLY if group.tier in (Tier.PARTIES, Tier.MEDIATORS) else FOUND_IN_CONFIDENCE
    rows = Commitment.objects.filter(agreement__code=group.of, obligation__code__in=codes)
    for number, commitment in enumerate(
        rows.select_related("agreement", "obligation", "party").order_by("pk")
    ):
        now, on = NOW - timedelta(days=40 - number), date(2024, 3, 1 + number)
        if commitment.obligation.has_conduct:
            make.finding(commitment, None, on, conduct="contrary", now=now, **said)
        elif commitment.obligation.kind == "recurring":
            make.finding(commitment, 3, date(2026, 3, 1), period=last_period(commitment), **said)
        else:
            make.finding(commitment, 2 if commitment.obligation.code == "MET" else 3, on, now=now, **said)
    observed = make.observation(owed("LATE", of=group.of), 2, date(2024, 4, 1), **said)
    words = {"of_language": "en", "language": "sq", "text": group.text("translation")}
    translate_statement(statement=observed, actor=make.a_mediator(group.agreement), now=NOW, **words)
    if by := speaker(group):
        make.claim(owed("LATE", of=group.of), by, 2, date(2024, 5, 1), **said)
        openly = Statement.objects.filter(agreement__code=group.of, tier=Tier.PUBLIC, kind="finding").first()
        if openly is not None:
            make.contest(openly, by, **said)
    answer_what_is_open(group, said)


def answer_what_is_open(group: Group, said: dict[str, Any]) -> None:
    """The mediators answer each claim, contest and observation that everybody sees, to whom the group is."""
    openly = Statement.objects.filter(agreement__code=group.of, tier=Tier.PUBLIC)
    for one in openly.filter(kind__in=("claim", "contest", "observation")).order_by("pk"):
        record_answer(statement=one, actor=make.a_mediator(group.agreement), now=NOW, **said)


def speaker(group: Group) -> User | None:
    """A representative who can say it: the confidant's, or any where the parties share it."""
    if group.tier == Tier.MEDIATORS:
        return None
    rows = User.objects.filter(mandates__role="representative", mandates__agreement__code=group.of)
    own = rows.filter(mandates__party__code=group.confidant) if group.confidant else rows
    return own.order_by("pk")[0]


def events(group: Group) -> None:
    made = make.event(
        group.canary("event code"),
        group.agreement,
        title=group.text("event title"),
        source=group.canary("event source"),
        happened_on=date(2023, 2, 1),
        **group.tiered(),
    )
    made.obligations.add(owed("LATE", of=group.of).obligation)


def evidence(group: Group) -> None:
    """A file and a link, and the statement that rests on them."""
    about = owed("LATE", of=group.of).obligation
    said = {
        "title": group.text("evidence title"),
        "origin": group.canary("evidence origin"),
        **group.tiered(),
    }
    content = group.canary("evidence content").encode() + b"\n"
    by = speaker(group)
    file = make.evidence_file(about, by, content, file_name=f"{group.canary('evidence name')}.txt", **said)
    link = make.evidence_link(
        about,
        by,
        url=f"https://example.org/{group.canary('evidence url')}",
        quote=group.canary("evidence quote"),
        **said,
    )
    own = Statement.objects.filter(
        reason__startswith=f"zq{group.name}qz", commitment__obligation=about, by=file.by
    )
    actor = viewer_for(by) if by else make.a_mediator(group.agreement)
    openly = Statement.objects.filter(tier=Tier.PUBLIC, commitment__obligation=about, by=file.by)
    for one in (file, link):
        for rests in (*own.order_by("pk")[:1], *openly.order_by("pk")[:1]):
            attach(evidence=one, statement=rests, actor=actor, now=NOW)


def requests(group: Group) -> None:
    """Of the party that may know of it. Nothing is asked among mediators alone."""
    if group.tier != Tier.MEDIATORS:
        on = owed("LATE", group.confidant, group.of)
        make.request(on, words=group.text("partyrequest words"), tier=group.tier)


def meetings(group: Group) -> None:
    """With its agenda, a conclusion, minutes, and what of the group was recorded in it."""
    actor: dict[str, Any] = {"actor": make.a_mediator(group.agreement), "now": NOW}
    made = make.meeting(
        group.agreement,
        date(2026, 2, 1),
        venue=group.text("meeting venue"),
        members=group.canary("meeting members"),
        agenda=[(group.text("agenda title"), "")],
        **group.tiered(),
    )
    record_conclusion(item=made.agenda.get(), conclusion=group.text("agenda conclusion"), **actor)
    recorded = Statement.objects.filter(reason__startswith=f"zq{group.name}qz", kind="finding")
    asked = PartyRequest.objects.filter(words__startswith=f"zq{group.name}qz")
    tie_to_meeting(meeting=made, findings=list(recorded), requests=list(asked), **actor)
    close_meeting(
        meeting=made, minutes=group.text("meeting minutes"), members=group.canary("meeting members"), **actor
    )


def proposals(group: Group) -> None:
    """Of a mediator to the others; nobody else learns of it."""
    if group.tier == Tier.MEDIATORS and group.publish_at is None:
        propose(
            command=Proposal.Command.RECORD_FINDING,
            arguments={
                "commitment": owed("LATE", of=group.of),
                "level": 3,
                "effective_on": date(2024, 6, 1),
                "reason": group.text("proposal reason"),
                "source": group.canary("proposal source"),
                "tier": Tier.PUBLIC,
            },
            actor=make.a_mediator(group.agreement),
            now=NOW,
        )


def drafts(group: Group) -> None:
    """Of whoever has the group's canaries in mind, with a file that was made for them; see `AUTHORS`."""
    author = User.objects.get(email=AUTHORS[group])
    make.work(author, group.canary("work about"), group.text("work file").encode())
    save_draft(
        kind=Draft.Kind.CLAIM,
        agreement=group.agreement,
        actor=viewer_for(author),
        now=NOW,
        content={"reason": group.text("draft reason"), "source": group.canary("draft source")},
        commitment=owed("LATE", of=group.of),
    )


# In this order: evidence is attached to statements.
BUILDERS: dict[type[Model], Callable[[Group], None]] = {
    Statement: statements,
    Event: events,
    Evidence: evidence,
    PartyRequest: requests,
    Meeting: meetings,
    Proposal: proposals,
}
# What is made with them, and tells of them.
FOLLOW: set[type[Model]] = {RequestTakenBack, Attachment, Release, Signature}
# What whoever reads an agreement may see of it: they have keys since their numbers would tell of other agreements, and
# of acts that were only tried. See `test_numbers`.
OPEN: set[type[Model]] = {GateOpening, Period, Reading}


def hide(*groups: Group) -> None:
    for group in groups:
        if group in AUTHORS:
            drafts(group)
            continue
        for model, build in BUILDERS.items():
            there = set(model._default_manager.values_list("pk", flat=True))
            build(group)
            if group.publish_at and model in SUBJECTS.values():
                publish_later(group, model._default_manager.exclude(pk__in=there))


def publish_later(group: Group, rows: Iterable[Any]) -> None:
    for row in rows:
        release(
            subject=row,
            actor=make.a_mediator(group.agreement),
            now=NOW,
            tier=Tier.PUBLIC,
            reason=group.text("release reason"),
            publish_at=group.publish_at,
        )


def of_names(names: set[str]) -> list[Group]:
    return [group for group in (*GROUPS, *AUTHORS) if group.name in names]


def not_for_everybody() -> set[type[Model]]:
    """The models with a tier, and those with keys that tell nothing of how many rows there are.

    Accounts and what is told of them have no tier, and hold no text about anything: who meets them stands in the matrix
    of rights. A saved view is a name for an address.
    """
    found: set[type[Model]] = {model for model in apps.get_models() if issubclass(model, Tiered | Keyed)}
    return found - {Message, Notice, SavedView, Subscription, User, Webhook}


def has_rows(model: type[Model], group: Group) -> bool:
    if model is PartyRequest:
        return group.tier != Tier.MEDIATORS
    return model is not Proposal or (group.tier == Tier.MEDIATORS and group.publish_at is None)
