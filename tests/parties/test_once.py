"""Once means once: however often and however close together an act is sent, it is recorded a single time."""

import importlib
import inspect
import pkgutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connections
from django.db.models import Model

import agreement.commands
import obligations.bulk
import obligations.commands
import obligations.packs
from agreement.commands import give_mandate, invite, make_token, set_policy
from agreement.models import LedgerEntry, SignOff
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
from obligations.commands.drafts import save_sheet
from obligations.commands.errors import KeyTaken, Overtaken, Refused
from obligations.commands.evidence import add_file, add_link, record_with_evidence
from obligations.commands.gates import open_gate
from obligations.commands.proposals import Command, carry_out, sign
from obligations.commands.readings import record as record_reading
from obligations.commands.retention import forget
from obligations.models import Gate, Proposal, Reading, Statement
from parties.access import Tier, Viewer
from parties.models import ApiToken, SentOnce
from parties.once import Key, sent_with
from tests import make
from tests.make import NOW

SECOND = timedelta(seconds=1)
# Commands that no second sending could repeat, each with its reason.
OF_THEMSELVES = {
    "load_pack": "where nothing changed it writes nothing, and its author is no account",
    "load_calendars": "a part of load_pack",
    "load_statements": "each statement has its key in the file",
    "publish_due": "the worker's: what is public is not made public again",
    "make_periods": "the worker's: periods that are there are not made again",
    "save_draft": "one draft a form, in place of the one before",
    "drop_draft": "nothing where it is gone already",
    "drop_view": "nothing where it is gone already",
    "visit": "a visit that has begun is gone on with",
    "visit_obligation": "a visit that has begun is gone on with",
    "remove_webhook": "nothing where it is gone already",
    "set_kinds": "the kinds are those, whoever says it again",
    "follow_view": "it is followed or not, whoever says it again",
    "set_wants": "what is wanted is so, whoever says it again",
    "end_session": "nothing where it is ended already",
    "note_factor": "the library has added or removed it once alone",
    "send_again": "nothing where it was not given up",
    "revoke_token": "nothing where it is revoked already",
    "note_seen": "what was shown was shown",
    "revoke_tokens": "nothing where all are revoked already",
    "sign_out_everywhere": "who sends it again is signed out",
}


def modules(*packages: Any) -> Iterator[Any]:
    for package in packages:
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def commands() -> dict[str, Callable[..., Any]]:
    """The public functions of `commands/` and `packs/` that take `now` and an acting viewer by keyword alone."""
    found: dict[str, Callable[..., Any]] = {}
    for module in modules(agreement.commands, obligations.commands, obligations.packs):
        for name, function in vars(module).items():
            if not inspect.isfunction(function) or function.__module__ != module.__name__:
                continue
            parameters = inspect.signature(function).parameters
            if {"actor", "now"} <= {n for n, p in parameters.items() if p.kind is p.KEYWORD_ONLY}:
                found[name] = function
    return found


def test_every_command_that_somebody_sends_is_recorded_once() -> None:
    """A wrapper, such as `readings.waive` or `add_file`, hands what it is given to a command that is."""
    found = commands()
    assert len(found) > 25
    handed_on = {"waive", "withdraw", "add_file", "record_with_file", "import_later"}
    not_once = {name for name, one in found.items() if not hasattr(one, "is_once")}
    assert not_once - OF_THEMSELVES.keys() == handed_on & not_once
    assert {"record_finding", "give_mandate", "set_policy", "carry_out"} <= {
        n for n in found if n not in not_once
    }


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

    def acts(self) -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
        """By name: the command, and what it is given beside `now`; `reason` is the one word that can be another."""
        owed, mediator, party = self.owed, self.mediator, self.party
        on, why = date(2024, 1, 10), "The minutes say so."
        gate = Gate.objects.create(obligation=owed.obligation, place=0, condition="The text says so.")
        account = make.user("somebody@trial.invalid")
        evidence = make.evidence_link(owed.obligation, self.author, now=NOW - timedelta(days=9))
        about = {"title": "Minutes", "represents_on": on, "language": "en", "tier": Tier.PUBLIC}
        link = {"url": "https://example.org/", "quote": "It opened.", "seen_on": on}
        said: dict[str, Any] = {"commitment": owed, "effective_on": on, "level": 1, "tier": Tier.PUBLIC}
        return {
            "finding": (record_finding, {"actor": mediator, **said, "reason": why}),
            "finding by way of sign-off": (
                lambda **more: carry_out(Command.RECORD_FINDING, **more),
                {"actor": mediator, **said, "reason": why},
            ),
            "claim": (record_claim, {"actor": party, **said, "reason": why}),
            "observation": (record_observation, {"actor": viewer_for(self.observer), **said, "reason": why}),
            "claim with evidence": (
                record_with_evidence,
                {"actor": party, "kind": Statement.Kind.CLAIM, "evidence": [evidence], **said, "reason": why},
            ),
            "withdrawal": (withdraw_statement, {"actor": party, "statement": self.claim, "reason": why}),
            "release": (
                release,
                {"actor": party, "subject": self.claim, "tier": Tier.PUBLIC, "reason": why},
            ),
            "request": (
                lambda reason, **more: make_request(words=reason, **more),
                {
                    "actor": mediator,
                    "commitment": owed,
                    "party": owed.party,
                    "reply_by": date(2026, 4, 1),
                    "tier": Tier.PARTIES,
                    "reason": why,
                },
            ),
            "reading": (
                lambda actor, now, **more: record_reading(Reading.Kind.WAIVER, [owed], actor, now, **more),
                {"actor": mediator, "effective_on": on, "reason": why},
            ),
            "link": (
                lambda reason, **more: add_link(origin=reason, **more),
                {"actor": party, "obligation": owed.obligation, **about, **link, "reason": why},
            ),
            "file": (
                lambda reason, **more: add_file(
                    upload=BytesIO(b"Seen on site.\n"), file_name="a.txt", origin=reason, **more
                ),
                {"actor": party, "obligation": owed.obligation, **about, "reason": why},
            ),
            "gate": (open_gate, {"actor": mediator, "gate": gate, "opened_on": on, "reason": why}),
            "trigger": (
                set_trigger_date,
                {"actor": mediator, "trigger": make.trigger(), "occurred_on": on, "reason": why},
            ),
            "account": (
                invite,
                {
                    "actor": self.administrator,
                    "email": "new@trial.invalid",
                    "agreement": self.agreement,
                    "role": "analyst",
                    "reason": why,
                },
            ),
            "mandate": (
                give_mandate,
                {
                    "actor": self.administrator,
                    "account": account,
                    "agreement": self.agreement,
                    "role": "analyst",
                    "reason": why,
                },
            ),
            "policy": (
                set_policy,
                {
                    "actor": self.administrator,
                    "agreement": self.agreement,
                    "wanted": [SignOff.WAIVERS],
                    "reason": why,
                },
            ),
            "sheet": (
                lambda reason, **more: record_sheet(
                    rows=[
                        Row(
                            2,
                            {"obligation": "O-1", "party": "alpha", "level": "1", "tier": "public"}
                            | {"effective_on": "2024-01-10", "reason": reason},
                        )
                    ],
                    shown=None,
                    **more,
                ),
                {"actor": mediator, "agreement": self.agreement, "reason": why},
            ),
            "sheet that waits": (
                lambda reason, **more: save_sheet(content={"rows": [reason]}, **more),
                {"actor": mediator, "agreement": self.agreement, "reason": why},
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


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACTS)
def test_what_is_sent_again_is_answered_as_the_first_time_and_entered_once(name: str) -> None:
    command, said = World().acts()[name]
    with keyed():
        first = command(now=NOW, **said)
        entries = LedgerEntry.objects.count()
        again = command(now=NOW + timedelta(hours=47), **said)
    assert rows_of(again) == rows_of(first)
    assert LedgerEntry.objects.count() == entries
    assert SentOnce.objects.filter(key="key-1").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACTS)
def test_the_same_words_without_a_key_are_the_same_act_for_a_minute(name: str) -> None:
    command, said = World().acts()[name]
    first = command(now=NOW, **said)
    entries = LedgerEntry.objects.count()
    assert rows_of(command(now=NOW + 59 * SECOND, **said)) == rows_of(first)
    assert LedgerEntry.objects.count() == entries


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("alone", [True, False])
def test_the_same_key_with_other_words_is_refused(name: str, alone: bool) -> None:
    command, said = World().acts()[name]
    with keyed(alone=alone):
        command(now=NOW, **said)
        entries = LedgerEntry.objects.count()
        with pytest.raises(KeyTaken, match="other content"):
            command(now=NOW, **said | {"reason": "Other words."})
    assert LedgerEntry.objects.count() == entries


@pytest.mark.django_db
def test_a_key_of_one_act_is_of_no_other() -> None:
    acts = World().acts()
    with keyed():
        acts["claim"][0](now=NOW, **acts["claim"][1])
        with pytest.raises(KeyTaken):
            acts["withdrawal"][0](now=NOW, **acts["withdrawal"][1])


@pytest.mark.django_db
def test_a_key_is_its_authors_alone() -> None:
    world = World()
    said: dict[str, Any] = {
        "commitment": world.owed,
        "now": NOW,
        "effective_on": date(2024, 1, 10),
        "tier": Tier.PUBLIC,
        "level": 1,
    }
    with keyed():
        record_claim(actor=world.party, reason="Ours.", **said)
        theirs = record_finding(actor=world.mediator, reason="The mediator's.", **said)
    assert theirs.kind == Statement.Kind.FINDING


@pytest.mark.django_db
def test_what_was_refused_binds_no_key() -> None:
    world = World()
    said: dict[str, Any] = {
        "commitment": world.owed,
        "actor": world.party,
        "now": NOW,
        "effective_on": date(2024, 1, 10),
        "tier": Tier.PUBLIC,
    }
    with keyed():
        with pytest.raises(Refused):
            record_claim(level=1, reason=" ", **said)
        made = record_claim(level=1, reason="Put right.", **said)
    assert Statement.objects.filter(pk=made.pk).exists()


@pytest.mark.django_db
def test_after_a_minute_the_same_words_are_another_act() -> None:
    world = World()
    said: dict[str, Any] = {
        "commitment": world.owed,
        "actor": world.party,
        "effective_on": date(2024, 1, 10),
        "tier": Tier.PUBLIC,
        "level": 1,
    }
    first = record_claim(now=NOW, reason="Still so.", **said)
    assert record_claim(now=NOW + 61 * SECOND, reason="Still so.", **said) != first


@pytest.mark.django_db
def test_what_the_author_did_between_makes_the_same_words_another_act() -> None:
    """A policy set, taken back and set again: the third act is no repeat of the first."""
    world = World()
    said: dict[str, Any] = {
        "agreement": world.agreement,
        "actor": world.administrator,
        "now": NOW,
        "reason": "Agreed.",
    }
    for wanted in ([SignOff.WAIVERS], [], [SignOff.WAIVERS]):
        set_policy(wanted=wanted, **said)
    world.agreement.refresh_from_db()
    assert world.agreement.sign_off == [SignOff.WAIVERS]


@pytest.mark.django_db
def test_a_form_that_is_opened_anew_within_a_minute_records_the_same_words_once() -> None:
    """Back, and send again: the page has a key of its own by then. A program that takes a new key means another act."""
    world = World()
    said: dict[str, Any] = {
        "commitment": world.owed,
        "actor": world.party,
        "effective_on": date(2024, 1, 10),
        "tier": Tier.PUBLIC,
        "level": 1,
    }
    made = []
    for key, alone in (("first", False), ("second", False), ("third", True)):
        with keyed(key, alone):
            made.append(record_claim(now=NOW, reason="Still so.", **said))
    assert made[0] == made[1] != made[2]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 101, "a\x00b", "\u200b"])
def test_a_key_that_can_be_none_is_refused_in_words(key: str) -> None:
    command, said = World().acts()["claim"]
    with keyed(key), pytest.raises(Refused, match="Give a key"):
        command(now=NOW, **said)


@pytest.mark.django_db
def test_of_two_tokens_for_one_key_the_second_is_not_made() -> None:
    """Its secret is shown once; without a key each is another token, since two programs may ask at the same moment."""
    account = make.mediator()
    said: dict[str, Any] = {"account": account, "actor": viewer_for(account), "now": NOW}
    said |= {"name": "A program", "scope": "read"}
    with keyed():
        make_token(**said)
        with pytest.raises(KeyTaken, match="shown no second time"):
            make_token(**said)
    assert ApiToken.objects.count() == 1
    assert make_token(**said)[0] != make_token(**said)[0]


@pytest.mark.django_db
def test_keys_are_forgotten_after_two_days() -> None:
    command, said = World().acts()["claim"]
    with keyed():
        command(now=NOW, **said)
    forget(NOW + timedelta(days=2) - SECOND)
    assert SentOnce.objects.filter(key="key-1").exists()
    assert forget(NOW + timedelta(days=2))["keys"] > 0
    assert not SentOnce.objects.exists()


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "name", ["finding by way of sign-off", "file", "mandate", "sheet", "reading", "account"]
)
@pytest.mark.parametrize("key", [None, "key-1"])
def test_ten_at_the_same_moment_are_one(name: str, key: str | None) -> None:
    command, said = World().acts()[name]
    before = LedgerEntry.objects.count()

    def act(_place: int) -> Any:
        if key is None:
            return rows_of(command(now=NOW, **said))
        with keyed(key, alone=True):
            return rows_of(command(now=NOW, **said))

    answers = at_once(10, act)
    assert all(one == answers[0] for one in answers)
    # An account is made and given its mandate in one act, with an entry each.
    assert LedgerEntry.objects.count() == before + (2 if name == "account" else 1)


@pytest.mark.django_db(transaction=True)
def test_ten_different_words_at_the_same_moment_are_ten() -> None:
    world = World()
    said: dict[str, Any] = {
        "commitment": world.owed,
        "actor": world.party,
        "effective_on": date(2024, 1, 10),
        "tier": Tier.PUBLIC,
        "level": 1,
    }
    made = at_once(10, lambda place: record_claim(now=NOW, reason=f"Part {place}.", **said).pk)
    assert len(set(made)) == 10


@pytest.mark.django_db(transaction=True)
def test_ten_proposals_at_the_same_moment_are_one() -> None:
    world = World()
    world.agreement.sign_off = [SignOff.COMPLETE_FINDINGS]
    world.agreement.save()
    said: dict[str, Any] = {
        "commitment": world.owed,
        "actor": world.mediator,
        "effective_on": date(2024, 1, 10),
        "tier": Tier.PUBLIC,
        "level": 3,
    }
    made = at_once(10, lambda _place: carry_out(Command.RECORD_FINDING, now=NOW, reason="Done.", **said).pk)
    assert set(made) == {Proposal.objects.get().pk}


class TestWhatWasSeen:
    """A finding that names what its author had seen last."""

    def said(self, world: World, **more: Any) -> dict[str, Any]:
        common: dict[str, Any] = {
            "commitment": world.owed,
            "effective_on": date(2024, 1, 10),
            "tier": Tier.PUBLIC,
            "level": 1,
            "reason": "Seen.",
        }
        return common | {"actor": world.mediator, "now": NOW, "seen": "none"} | more

    @pytest.mark.django_db
    @pytest.mark.parametrize("later", [timedelta(0), timedelta(seconds=30), timedelta(hours=40)])
    def test_a_retry_is_no_conflict_with_oneself(self, later: timedelta) -> None:
        world = World()
        first = record_finding(**self.said(world))
        assert record_finding(**self.said(world, now=NOW + later)) == first

    @pytest.mark.django_db
    def test_neither_is_another_finding_of_ones_own(self) -> None:
        world = World()
        record_finding(**self.said(world))
        record_finding(**self.said(world, level=2))
        assert Statement.objects.findings().count() == 2

    @pytest.mark.django_db
    def test_what_another_recorded_meanwhile_is(self) -> None:
        world = World()
        first = record_finding(**self.said(world))
        other = viewer_for(make.mediator("second@trial.invalid"))
        with pytest.raises(Overtaken) as overtaken:
            record_finding(**self.said(world, actor=other))
        assert overtaken.value.newer == first
        assert record_finding(**self.said(world, actor=other, seen=first.key))

    @pytest.mark.django_db
    def test_so_it_is_where_a_second_mediator_has_to_sign(self) -> None:
        world = World()
        record_finding(**self.said(world))
        world.agreement.sign_off = [SignOff.COMPLETE_FINDINGS]
        world.agreement.save()
        other = viewer_for(make.mediator("second@trial.invalid"))
        said = self.said(world, actor=other, level=3)
        with pytest.raises(Overtaken):
            carry_out(Command.RECORD_FINDING, **said)
        proposal = carry_out(
            Command.RECORD_FINDING, **said | {"seen": Statement.objects.findings().get().key}
        )
        assert "seen" not in proposal.arguments
        signed: dict[str, Any] = {
            "verdict": "approve",
            "reason": "Right.",
            "digest": proposal.digest,
            "now": NOW,
        }
        sign(proposal=proposal, actor=world.mediator, **signed)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_the_same_moment_one_is_told_of_the_other(self) -> None:
        world = World()
        authors: list[Viewer] = [world.mediator, viewer_for(make.mediator("second@trial.invalid"))]

        def act(place: int) -> str:
            try:
                record_finding(**self.said(world, actor=authors[place]))
            except Overtaken:
                return "overtaken"
            return "recorded"

        assert sorted(at_once(2, act)) == ["overtaken", "recorded"]
