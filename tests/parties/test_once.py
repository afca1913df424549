"""Once means once: however often and however close together an act is sent, it is recorded a single time."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

import agreement.commands
import obligations.bulk
import obligations.commands
import obligations.packs
from agreement.commands import make_token, set_policy
from agreement.models import LedgerEntry, SignOff
from agreement.viewers import viewer_for
from obligations.commands import record_claim, record_finding
from obligations.commands.errors import KeyTaken, Refused
from obligations.commands.retention import forget
from obligations.models import Statement
from parties.models import ApiToken, SentOnce
from tests import make
from tests.make import NOW
from tests.parties.acts import ACTS, World, keyed, rows_of

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
    said = world.said(now=NOW)
    with keyed():
        record_claim(actor=world.party, reason="Ours.", **said)
        theirs = record_finding(actor=world.mediator, reason="The mediator's.", **said)
    assert theirs.kind == Statement.Kind.FINDING


@pytest.mark.django_db
def test_what_was_refused_binds_no_key() -> None:
    world = World()
    said = world.said(actor=world.party, now=NOW)
    with keyed():
        with pytest.raises(Refused):
            record_claim(reason=" ", **said)
        made = record_claim(reason="Put right.", **said)
    assert Statement.objects.filter(pk=made.pk).exists()


@pytest.mark.django_db
def test_after_a_minute_the_same_words_are_another_act() -> None:
    world = World()
    said = world.said(actor=world.party)
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
    said = world.said(actor=world.party)
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
