"""Two worlds that differ in one thing: which of two parties is called Alpha, and which Beta.

All keys are the same in both, since rows are made in the same order, by sequences and a generator that start anew.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from agreement.models import Agreement, SignOff
from agreement.viewers import viewer_for
from obligations.commands import record_answer, withdraw_statement
from obligations.commands.desk import save_draft
from obligations.commands.meetings import close_meeting, tie_to_meeting
from obligations.commands.periods import make_periods
from obligations.commands.proposals import Command, carry_out
from obligations.commands.releases import release
from obligations.flagging import sweep
from obligations.models import Commitment, Draft, Statement
from parties.access import Tier, Viewer
from parties.models import Party, User
from tests import make
from tests.calendar_data import load, pack_calendar
from tests.make import NOW

EARLIER = datetime(2024, 2, 1, 9, tzinfo=UTC)
MONTHLY = {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "first": "2025-12-31"}


@contextmanager
def from_the_start(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is made in the block is taken back, and so are the keys that it took, with what is kept by them."""
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = current_schema()"
        )
        for (sequence,) in cursor.fetchall():
            cursor.execute(f"ALTER SEQUENCE {sequence} RESTART WITH 1000")
    monkeypatch.setattr("parties.keys.secrets.choice", random.Random(7).choice)
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def build(one: str, other: str) -> dict[str, User | None]:
    """An agreement in which everything was done; `one` and `other` are the parties' codes. Gives the viewers."""
    of = make.agreement("accord")
    mine, yours = party(one, 1), party(other, 2)
    viewers: dict[str, User | None] = {
        "nobody": None,
        "cleared analyst": make.analyst(cleared=True),
        "one": make.representative(mine),
        "other": make.representative(yours),
        "mediator": make.mediator("mediator@accord.invalid"),
        "administrator": make.administrator(),
    }
    assert viewers["mediator"] is not None
    make.webhook(viewers["mediator"])
    make.work(viewers["mediator"])
    owed_by(of, mine, yours)
    said(of, viewers["one"], viewers["other"])
    sweep(NOW)
    return viewers


def party(code: str, mark: int) -> Party:
    made = make.party(code)
    made.mark = mark
    made.save()
    return made


def owed_by(of: Agreement, one: Party, other: Party) -> None:
    """Some are owed by both, some by one alone; no two stand alike."""
    load(pack_calendar(one.code, {date(2023, 4, 17): "Feast"}, parties=(one.code,)))
    place = make.provision("art_2", heading="On reports", place=2)
    soon: dict[str, Any] = {"rule": "fixed", "terms": {"date": (NOW.date() + timedelta(days=5)).isoformat()}}
    for by in (one, other):
        make.commitment("LATE", by, of, EARLIER, days=30, tags=["papers"])
        make.commitment("KEEP", by, of, EARLIER, kind="standing", provision=place)
    make.commitment("MET", one, of, EARLIER, days=60)
    make.commitment("SOON", other, of, provision=place, **soon)
    make.commitment("WAIT", other, of, days=10, trigger=make.trigger("T-LATER", None, of))
    make.commitment("REPORT", one, of, kind="recurring", rule="recurring", terms=MONTHLY, provision=place)
    make_periods(of.pk, NOW)
    event = make.event("E-1", of, title="Report of both")
    event.obligations.add(owed("LATE", one).obligation)
    make.event("E-2", of, tier=Tier.IN_CONFIDENCE, confidant=one)


def said(of: Agreement, one: User | None, other: User | None) -> None:
    assert one is not None
    assert other is not None
    mine, yours = (Party.objects.get(code=who.email.partition("@")[0]) for who in (one, other))
    mediator = make.a_mediator(of)
    make.finding(owed("MET", mine), 3, date(2023, 4, 1), now=EARLIER)
    claim = make.claim(owed("LATE", mine), one, 3, now=EARLIER, reason="Report of ours.")
    contested = make.contest(claim, other, now=EARLIER)
    record_answer(statement=contested, actor=mediator, now=EARLIER, reason="Noted.", tier=Tier.PUBLIC)
    make.claim(owed("LATE", mine), other, 0, now=EARLIER, reason="Report of theirs.")
    found = make.finding(owed("LATE", yours), 1, now=EARLIER, tier=Tier.PARTIES)
    release(subject=found, actor=mediator, now=NOW, tier=Tier.PUBLIC, reason="Agreed.")
    make.claim(owed("SOON", yours), other, 2, tier=Tier.IN_CONFIDENCE, confidant=yours)
    back = make.claim(owed("SOON", yours), other, 1)
    withdraw_statement(statement=back, actor=viewer_for(other), now=NOW, reason="Mistaken.")
    make.finding(owed("KEEP", mine), None, date(2024, 1, 10), conduct="kept")
    make.finding(owed("KEEP", yours), None, date(2024, 1, 10), conduct="not_kept")
    make.contest(make.observation(owed("LATE", mine)), other)
    make.observation(owed("KEEP", yours), None, conduct="kept", tier=Tier.PARTIES)
    read_and_asked(mine, yours)
    make.evidence_file(owed("LATE", mine).obligation, one)
    make.evidence_link(owed("LATE", mine).obligation, other, tier=Tier.PARTIES)
    met(of, mediator, owed("LATE", mine))
    for who in (viewer_for(one), mediator):
        a_sheet(of, who, mine)
    proposed(of, mediator, mine, yours)


def read_and_asked(mine: Party, yours: Party) -> None:
    make.reading(owed("LATE", yours), "extend", due_on=date(2023, 6, 1), effective_on=date(2023, 4, 1))
    make.reading(owed("WAIT", yours), "suspend", effective_on=date(2024, 1, 10))
    make.request(owed("LATE", mine))
    make.request(owed("KEEP", yours), now=EARLIER, reply_by=date(2024, 2, 9))


def a_sheet(of: Agreement, by: Viewer, mine: Party) -> None:
    """A draft of statements in a sheet."""
    row = {
        "number": 2,
        "cells": {
            "obligation": "LATE",
            "party": mine.code,
            "level": "1",
            "reason": "Sheet.",
            "effective_on": "2024-01-10",
            "tier": "public",
        },
    }
    content = {"name": "sheet.csv", "rows": [row]}
    save_draft(kind=Draft.Kind.BULK, agreement=of, actor=by, now=NOW, content=content)


def proposed(of: Agreement, mediator: Viewer, mine: Party, yours: Party) -> None:
    """A finding and a policy that wait for a second signature, and a gate."""
    owed("LATE", mine).obligation.gates.create(place=0, condition="Both have met.")
    of.sign_off = sorted(SignOff.values)
    of.save()
    done: dict[str, Any] = {
        "level": 3,
        "effective_on": date(2024, 1, 10),
        "reason": "It is done.",
        "source": "",
        "tier": "public",
    }
    carry_out(Command.RECORD_FINDING, actor=mediator, now=NOW, commitment=owed("LATE", yours), **done)
    second = viewer_for(make.administrator("second@trial.invalid"))
    fewer: dict[str, Any] = {"wanted": [SignOff.POWERS], "reason": "Fewer."}
    carry_out(Command.SET_POLICY, actor=second, now=NOW, agreement=of, **fewer)


def met(of: Agreement, mediator: Viewer, late: Commitment) -> None:
    """A meeting that was closed with its minutes, and one that is to come."""
    agenda = [("Deliverables", "kind=one_off"), ("Next", "")]
    last = make.meeting(of, date(2024, 3, 1), tier=Tier.PUBLIC, agenda=agenda)
    make.meeting(of, tier=Tier.PUBLIC, agenda=agenda)
    findings = list(Statement.objects.filter(kind="finding", commitment=late))
    requests = list(late.requests.all())
    acts: dict[str, Any] = {"meeting": last, "actor": mediator, "now": NOW}
    tie_to_meeting(findings=findings, requests=requests, **acts)
    close_meeting(minutes="All agreed.", members="A. Chair", **acts)


def owed(code: str, by: Party) -> Commitment:
    return Commitment.objects.get(obligation__code=code, party=by)
