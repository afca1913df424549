"""Each viewer gets past the doors that the matrix of rights opens (`rights_table.py`), and past no others."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agreement.models import LedgerEntry
from parties.rights import Right, may
from tests import make
from tests.api.rights_table import OWN, RIGHT, ROOMS, WAYS, WAYS_ELSEWHERE, Way
from tests.api.rights_world import VIEWERS, World, build
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
world = made_once(build)
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
