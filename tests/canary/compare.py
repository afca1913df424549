"""One viewer's pages in two worlds: with what they may not see, and without it."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from agreement.models import Event
from obligations.flagging import sweep
from obligations.models import Draft
from tests.canary.addresses import addresses, arguments_of, guesses, routes
from tests.canary.filters_asked import filtered
from tests.canary.hidden import ALL, AUTHORS, BUILDERS, CANARY, SEES, WORD, has_rows, hide, of_names
from tests.canary.reader import SIGNS_OUT, Answer, Reader
from tests.canary.world import ACCOUNTS, owed
from tests.effort import effort, every
from tests.make import NOW

JSON = "application/json"


def compare(
    viewer: str,
    settings: Settings,
    *,
    lists: tuple[int, int],
    public: bool = True,
) -> None:
    """Fails on a canary that the viewer may not see, and on any answer that tells the two worlds apart.

    Of the lists with filters the viewer reads a part, given as its number and how many there are. All, where the test
    is thorough.
    """
    settings.PUBLIC_READING = public
    settings.ALLOWED_HOSTS = ["testserver"]
    hide(*of_names(SEES[viewer]))
    sweep(NOW)
    reader = Reader(ACCOUNTS[viewer])
    cache.clear()  # which counts what one asked too often
    with transaction.atomic():
        hide(*of_names(ALL - SEES[viewer]))
        sweep(NOW)
        sent = every(refusable(), *lists)
        asked = [*addresses(), *every(filtered() + guesses(), *lists), *searched()]
        present = reader.crawl(asked)
        present |= posted(reader, sent)
        transaction.set_rollback(True)
    cache.clear()
    absent = reader.answers(address for address in present if address.startswith("/"))
    absent |= posted(reader, sent)
    assert len(present) > 100
    shows_no_other_canary(viewer, present)
    tells_nothing(present, absent)
    if public or ACCOUNTS[viewer]:
        shows_its_own(viewer, present)


def searched() -> list[str]:
    """What everybody asks for: the word that all hidden texts have, and the form that would hold a draft."""
    return [f"/search/?q={WORD}", f"/obligations/accord/LATE/claim/?commitment={owed('LATE').pk}"]


def shows_no_other_canary(viewer: str, answers: dict[str, Answer]) -> None:
    shown = {
        address: sorted(set(CANARY.findall(said(address, answer))) - SEES[viewer])
        for address, answer in answers.items()
    }
    assert {address: found for address, found in shown.items() if found} == {}


def said(address: str, answer: Answer) -> str:
    """What an answer tells, beside the address that was asked for."""
    path = address.partition(" ")[2] or address
    told = re.sub("</?(mark|b|em|strong)[^>]*>", "", answer.everything.lower())
    for echoed in (path, path.partition("?")[0]):
        told = told.replace(echoed.lower(), "")
    return told


def tells_nothing(present: dict[str, Answer], absent: dict[str, Answer]) -> None:
    differing = [address for address in present if not alike(address, present[address], absent[address])]
    assert not differing, "\n".join(difference(one, present[one], absent[one]) for one in differing[:12])


def alike(address: str, present: Answer, absent: Answer) -> bool:
    """What was written has a new key each time; what was refused is refused in the same words."""
    written = address.startswith("POST") and present.status < 400
    return present.status == absent.status if written else present == absent


def difference(address: str, present: Answer, absent: Answer) -> str:
    """The first words that differ."""
    one, other = (f"{answer.status} {answer.everything}" for answer in (present, absent))
    at = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    around = slice(max(at - 80, 0), at + 120)
    return f"{address}\n   with: {one[around]!r}\nwithout: {other[around]!r}"


def shows_its_own(viewer: str, answers: dict[str, Answer]) -> None:
    """Otherwise the test would hold where nothing is shown at all."""
    everything = " ".join(answer.everything for answer in answers.values())
    wanted = {
        group.canary(model.__name__)
        for group in of_names(SEES[viewer])
        for model in ([Draft] if group in AUTHORS else BUILDERS)
        if model is Draft or has_rows(model, group)
    }
    assert {one for one in wanted if one not in everything} == set()
    assert "Event E-1" in everything


def refusable() -> list[tuple[str, str, Any]]:
    """What is sent to be refused: the route's name, the address, the body. Nothing of it is kept."""
    code = Event.objects.filter(code__startswith="zq").order_by("-pk").values_list("code", flat=True)[0]
    statement = {"level": 3, "effective_on": "2026-03-01", "reason": "Seen.", "event": code}
    found: list[tuple[str, str, Any]] = []
    for route in routes():
        if route.name in SIGNS_OUT or route.name == "api:nowhere":
            continue
        for one in chosen(arguments_of(route)):
            try:
                address = reverse(route.name, kwargs=one)
            except NoReverseMatch:
                continue
            found.append((route.name, address, {}))
            if route.name.startswith("api:") and route.parameters:
                found.append((route.name, address, statement))
    return found


def chosen(arguments: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    most = effort(2, 1000)
    return arguments if len(arguments) <= most else [*arguments[: most // 2], *arguments[-(most // 2) :]]


def posted(reader: Reader, sent: list[tuple[str, str, Any]]) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for number, (name, address, body) in enumerate(sent):
        with transaction.atomic():
            kind = {"content_type": JSON} if name.startswith("api:") else {}
            found[f"POST{number} {address}"] = reader.send("post", address, body, **kind)
            transaction.set_rollback(True)
    for address in {name: address for name, address, _body in sent}.values():
        found[f"OPTIONS {address}"] = reader.send("options", address)
        found[f"HEAD {address}"] = reader.send("head", address)
    return found
