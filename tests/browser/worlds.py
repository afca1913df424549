"""Three worlds that the walk goes through: without an agreement, with nothing recorded yet, and with some of all.

Each is committed, since a server of its own threads reads it, and taken away at the end of its block.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from django.test import TransactionTestCase

from agreement.models import Agreement, SignOff
from agreement.viewers import viewer_for
from obligations.commands.desk import save_draft
from obligations.commands.proposals import Command, carry_out
from obligations.models import Draft, Statement
from parties.access import Tier
from parties.models import User
from tests import make
from tests.canary.hidden import hide, of_names
from tests.canary.world import ACCOUNTS, build, owed, owed_in, people
from tests.make import NOW
from tests.pages.forms_found import more

STRANGER: Final = "somebody without a mandate"
EMAILS: Final = {**ACCOUNTS, STRANGER: "stranger@trial.invalid"}
HIDDEN: Final = {"accordparties", "accordmediators", "accordinconfidencealpha"}


def bare() -> None:
    make.user(EMAILS[STRANGER])


def begun() -> None:
    """What a pack gives, and nothing that anybody said; a second agreement without even that."""
    bare()
    accord, bond = make.agreement("accord"), make.agreement("bond", title="Bond", short_title="Bond")
    people(accord, bond)
    owed_in(accord, make.party("alpha", accord), make.party("beta", accord))


def full() -> None:
    bare()
    build()
    hide(*of_names(HIDDEN))
    make.factor(User.objects.get(email=EMAILS["mediator"]))
    more()
    drafts()
    waiting()


def drafts() -> None:
    """Of each form that can be saved, and a sheet with a row that is right and one that is not."""
    alpha, mediator = (
        viewer_for(User.objects.get(email=EMAILS[who])) for who in ("representative of alpha", "mediator")
    )
    late = owed("LATE")
    found = (
        Statement.objects.findings()
        .filter(commitment__agreement=late.agreement, tier="public")
        .earliest("pk")
    )
    typed = {"reason": "Typed, and not sent.", "source": "example.org"}
    about: list[tuple[Any, Draft.Kind, dict[str, Any]]] = [
        (alpha, Draft.Kind.CLAIM, {"commitment": late}),
        (alpha, Draft.Kind.CONTEST, {"statement": found}),
        (alpha, Draft.Kind.ANSWER, {"statement": found}),
        (mediator, Draft.Kind.FINDING, {"commitment": late}),
    ]
    for who, kind, subject in about:
        save_draft(kind=kind, agreement=late.agreement, actor=who, now=NOW, content=typed, **subject)
    cells = {"obligation": "LATE", "party": "alpha", "level": "1", "reason": "Seen.", "tier": "public"}
    rows = [
        {"number": 2, "cells": {**cells, "effective_on": "2024-01-10"}},
        {"number": 3, "cells": {**cells, "effective_on": "never"}},
    ]
    for who in (alpha, mediator):
        content = {"name": "sheet.csv", "rows": rows}
        save_draft(kind=Draft.Kind.BULK, agreement=late.agreement, actor=who, now=NOW, content=content)


def waiting() -> None:
    """Findings that wait for a second mediator: of one who is not among those that walk, and of the one who is."""
    accord = Agreement.objects.get(code="accord")
    accord.sign_off = [SignOff.COMPLETE_FINDINGS, *accord.sign_off]
    accord.save()
    second = make.mediator("second.mediator@trial.invalid", accord)
    done: dict[str, Any] = {"level": 3, "effective_on": date(2024, 1, 10), "reason": "Done.", "source": ""}
    for email, code in ((second.email, "LATE"), (second.email, "BACK"), (EMAILS["mediator"], "NOW")):
        actor = viewer_for(User.objects.get(email=email))
        carry_out(
            Command.RECORD_FINDING, actor=actor, now=NOW, commitment=owed(code), tier=Tier.PUBLIC, **done
        )


WORLDS: Final[dict[str, Callable[[], None]]] = {"bare": bare, "begun": begun, "full": full}


@contextmanager
def committed(name: str) -> Iterator[None]:
    try:
        WORLDS[name]()
        yield
    finally:
        TransactionTestCase._fixture_teardown(TransactionTestCase())  # type: ignore[attr-defined]
