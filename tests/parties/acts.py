"""One of each act that somebody can send twice, on a record with all that these are about."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.db import connections
from django.db.models import Model

from agreement.commands import give_mandate, invite, set_policy
from agreement.models import SignOff
from agreement.viewers import viewer_for
from obligations.bulk.run import record as record_sheet
from obligations.bulk.sheet import Row
from obligations.commands import (
    make_request,
    record_claim,
    record_finding,
    record_observation,
    release,
    set_trigger_date,
    withdraw_statement,
)
from obligations.commands.desk import save_sheet
from obligations.commands.evidence import add_file, add_link, record_with_evidence
from obligations.commands.gates import open_gate
from obligations.commands.proposals import Command, carry_out
from obligations.commands.readings import record as record_reading
from obligations.models import Gate, Reading, Statement
from parties.access import Tier
from parties.once import Key, sent_with
from tests import make
from tests.make import NOW

Acts = dict[str, tuple[Callable[..., Any], dict[str, Any]]]
ON, WHY = date(2024, 1, 10), "The minutes say so."


def keyed(text: str = "key-1", alone: bool = False) -> Any:
    return sent_with(lambda: Key(text, alone))


class World:
    """One of each that a command is about, and who may."""

    def __init__(self) -> None:
        self.agreement = make.agreement()
        self.beta = make.party("beta")
        self.owed = make.commitment("O-1", days=30)
        self.mediator = make.a_mediator()
        self.author = make.representative(self.owed.party)
        self.party = viewer_for(self.author)
        self.observer = make.observer()
        self.administrator = viewer_for(make.administrator())
        self.claim = make.claim(
            self.owed, self.author, level=2, tier=Tier.PARTIES, now=NOW - timedelta(days=9)
        )
        make.claim(make.commitment("O-2", self.beta), make.representative(self.beta))

    def said(self, **more: Any) -> dict[str, Any]:
        """What is said of the commitment, as claims and findings take it."""
        return {"commitment": self.owed, "effective_on": ON, "level": 1, "tier": Tier.PUBLIC} | more

    def acts(self) -> Acts:
        """By name: the command, and what it is given beside `now`; `reason` is the one word that can be another."""
        return (
            self.statements()
            | self.about_statements()
            | self.about_the_obligation()
            | self.of_the_agreement()
        )

    def statements(self) -> Acts:
        mediator, party, said = self.mediator, self.party, self.said(reason=WHY)
        evidence = make.evidence_link(self.owed.obligation, self.author, now=NOW - timedelta(days=9))
        return {
            "finding": (record_finding, {"actor": mediator, **said}),
            "finding by way of sign-off": (
                lambda **more: carry_out(Command.RECORD_FINDING, **more),
                {"actor": mediator, **said},
            ),
            "claim": (record_claim, {"actor": party, **said}),
            "observation": (record_observation, {"actor": viewer_for(self.observer), **said}),
            "claim with evidence": (
                record_with_evidence,
                {"actor": party, "kind": Statement.Kind.CLAIM, "evidence": [evidence], **said},
            ),
        }

    def about_statements(self) -> Acts:
        of_claim = {"actor": self.party, "reason": WHY}
        return {
            "withdrawal": (withdraw_statement, {"statement": self.claim, **of_claim}),
            "release": (release, {"subject": self.claim, "tier": Tier.PUBLIC, **of_claim}),
            "request": (
                lambda reason, **more: make_request(words=reason, **more),
                {
                    "actor": self.mediator,
                    "commitment": self.owed,
                    "party": self.owed.party,
                    "reply_by": date(2026, 4, 1),
                    "tier": Tier.PARTIES,
                    "reason": WHY,
                },
            ),
            "reading": (
                lambda actor, now, **more: record_reading(
                    Reading.Kind.WAIVER, [self.owed], actor, now, **more
                ),
                {"actor": self.mediator, "effective_on": ON, "reason": WHY},
            ),
        }

    def about_the_obligation(self) -> Acts:
        obligation = self.owed.obligation
        gate = Gate.objects.create(obligation=obligation, place=0, condition="The text says so.")
        about = {"title": "Minutes", "represents_on": ON, "language": "en", "tier": Tier.PUBLIC}
        about |= {"actor": self.party, "obligation": obligation, "reason": WHY}
        link = {"url": "https://example.org/", "quote": "It opened.", "seen_on": ON}
        return {
            "link": (lambda reason, **more: add_link(origin=reason, **more), about | link),
            "file": (
                lambda reason, **more: add_file(
                    upload=BytesIO(b"Seen on site.\n"), file_name="a.txt", origin=reason, **more
                ),
                about,
            ),
            "gate": (open_gate, {"actor": self.mediator, "gate": gate, "opened_on": ON, "reason": WHY}),
            "trigger": (
                set_trigger_date,
                {"actor": self.mediator, "trigger": make.trigger(), "occurred_on": ON, "reason": WHY},
            ),
        }

    def of_the_agreement(self) -> Acts:
        here = {"agreement": self.agreement, "reason": WHY}
        given = {"actor": self.administrator, "role": "analyst", **here}
        row = {"obligation": "O-1", "party": "alpha", "level": "1", "tier": "public"}
        row |= {"effective_on": "2024-01-10"}
        return {
            "account": (invite, {"email": "new@trial.invalid", **given}),
            "mandate": (give_mandate, {"account": make.user("somebody@trial.invalid"), **given}),
            "policy": (set_policy, {"actor": self.administrator, "wanted": [SignOff.WAIVERS], **here}),
            "sheet": (
                lambda reason, **more: record_sheet(
                    rows=[Row(2, row | {"reason": reason})], shown=None, **more
                ),
                {"actor": self.mediator, **here},
            ),
            "sheet that waits": (
                lambda reason, **more: save_sheet(content={"rows": [reason]}, **more),
                {"actor": self.mediator, **here},
            ),
        }


ACTS = [
    "finding",
    "finding by way of sign-off",
    "claim",
    "observation",
    "claim with evidence",
    "withdrawal",
    "release",
    "request",
    "reading",
    "link",
    "file",
    "gate",
    "trigger",
    "account",
    "mandate",
    "policy",
    "sheet",
    "sheet that waits",
]


def rows_of(done: Any) -> Any:
    if isinstance(done, Model):
        return (done._meta.label, done.pk)
    if isinstance(done, list | tuple):
        return [rows_of(one) for one in done]
    return (
        [(one.statement.pk, one.effect) for one in done.new if one.statement]
        if hasattr(done, "new")
        else done
    )


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """What many threads are answered that do the same at the same moment, on connections of their own."""
    gate = threading.Barrier(number)

    def work(place: int) -> Any:
        try:
            gate.wait()
            return act(place)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(work, range(number)))
