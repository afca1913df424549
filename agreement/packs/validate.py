"""What a schema cannot see: codes that must be unique, and codes that must lead somewhere."""

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from agreement.packs.calendars import check_calendar, check_owners
from agreement.packs.codes import Known, known_codes, refer
from agreement.packs.draft import Draft
from agreement.packs.limits import check_circles, check_limit
from agreement.packs.model import SECTIONS, Event, Group, Instrument, Naming, Obligation, Rule
from agreement.packs.problems import Problem
from agreement.packs.source import LinedDict, shown


def check(draft: Draft) -> Iterator[Problem]:
    """Every problem that shows only when the whole pack is seen."""
    known = known_codes(draft)
    yield from _check_head(draft)
    for section in SECTIONS:
        yield from _twice([record.written for record in draft.sections[section]])
    for section, check_one in _CHECKS.items():
        for entry in draft.sound(section):
            yield from check_one(entry, known)
    yield from check_owners(draft.sound("calendars"))
    yield from check_circles(draft.sound("obligations"))


def _check_head(draft: Draft) -> Iterator[Problem]:
    agreement, actors = draft.agreement, draft.sections["actors"]
    if agreement and not _is_zone(agreement.time_zone):
        message = f"there is no time zone {shown(agreement.time_zone)}; write one such as Europe/Brussels"
        yield agreement.place("time_zone").problem(message)
    for section in ("instruments", "obligations"):
        if not draft.sections[section]:
            yield draft.main.place((section,)).problem(
                f"the pack has no {section}; write them here or include them"
            )
    if not any(actor.written.get("role") == "party" for actor in actors):
        yield draft.main.place(("actors",)).problem(
            "no actor has the role party; give it to those who are bound"
        )
    if draft.naming:
        yield from _check_naming(draft.naming, [actor.written.get("name") for actor in actors])


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found, not a name, a folder
        return False
    return True


def _check_naming(naming: Naming, names: list[object]) -> Iterator[Problem]:
    label, marker = naming.written["label"], naming.marker
    if not label.endswith(marker):
        yield naming.place("label").problem(
            f"{shown(label)} does not end with the marker {shown(marker)}; add it"
        )
    if label not in names:
        yield naming.place("label").problem(f"no actor has the name {shown(label)}; write both the same")


def _twice(entries: list[LinedDict]) -> Iterator[Problem]:
    first: dict[str, LinedDict] = {}
    for entry in entries:
        code = entry.get("code")
        if not isinstance(code, str):
            continue
        if code in first:
            there = first[code].place("code")
            message = f"{shown(code)} is taken, in {there.file}:{there.line}; give this one a code of its own"
            yield entry.place("code").problem(message)
        first.setdefault(code, entry)


def _check_group(group: Group, known: Known) -> Iterator[Problem]:
    if group.code in known.roles:
        yield group.place("code").problem("an actor has this code; give the group another")


def _check_instrument(text: Instrument, known: Known) -> Iterator[Problem]:
    yield from refer(text, "derived_from", "obligation", known.obligations)
    parties: set[str] = set()
    for position in text.positions:
        party, place = position.party, position.place("party")
        yield from refer(position, "party", "actor", known.roles)
        if known.roles.get(party, "party") != "party":
            yield place.problem(f"{party} is not a party; only parties have a position")
        if party in parties:
            yield place.problem(f"{party} has two positions here; keep one")
        parties.add(party)
    yield from _check_provisions(text)


def _check_provisions(text: Instrument) -> Iterator[Problem]:
    seen: set[str] = set()
    for provision in text.provisions:
        if provision.anchor in seen:
            message = f"{provision.anchor} is taken; give it another anchor"
            yield provision.place("anchor").problem(message)
        if provision.parent is not None and provision.parent not in seen:
            message = f"there is no provision {provision.parent} before this one; put the outer one first"
            yield provision.place("parent").problem(message)
        seen.add(provision.anchor)


def _check_provision_of(entry: Rule | Obligation, known: Known) -> Iterator[Problem]:
    yield from refer(entry, "instrument", "instrument", known.anchors)
    anchors = known.anchors.get(entry.instrument)
    if anchors is not None:
        yield from refer(entry, "provision", f"provision of {entry.instrument} with anchor", anchors)


def _check_event(event: Event, known: Known) -> Iterator[Problem]:
    if "all" not in event.touches:
        yield from refer(event, "touches", "obligation", known.obligations)
    elif not event.touches_all:
        yield event.place("touches").problem(
            "'all' stands for every obligation; remove the others, or remove 'all'"
        )
    yield from refer(event, "trigger", "trigger", known.triggers)
    yield from _check_day(event, known)


def _check_day(event: Event, known: Known) -> Iterator[Problem]:
    """An event and the trigger that it sets are of one day; only an announced event may wait for its trigger's."""
    trigger = known.triggers.get(event.trigger or "")
    if trigger is None:
        return
    there, here = trigger.date, event.date
    if there != here and not (there is None and event.precision == "scheduled"):
        message = f"the event is of {here}, but its trigger is of {there or 'no known day'}; correct one"
        yield event.place("date").problem(message)


def _check_obligation(owed: Obligation, known: Known) -> Iterator[Problem]:
    yield from _check_provision_of(owed, known)
    yield from refer(owed, "obligors", "actor", known.roles)
    yield from refer(owed, "beneficiaries", "actor or group", known.served)
    for obligor in owed.shares:
        if obligor not in owed.obligors:
            yield owed.place("shares", obligor).problem(
                f"{obligor} is not an obligor here; add it or remove this"
            )
    yield from check_limit(owed, known)
    for gate in owed.gates:
        yield from refer(gate, "obligation", "obligation", known.obligations)
        yield from refer(gate, "trigger", "trigger", known.triggers)
        if gate.obligation == owed.code:
            yield gate.place("obligation").problem("an obligation cannot be its own gate; remove it")


_CHECKS: dict[str, Callable[[Any, Known], Iterator[Problem]]] = {
    "groups": _check_group,
    "calendars": check_calendar,
    "instruments": _check_instrument,
    "rules": _check_provision_of,
    "events": _check_event,
    "obligations": _check_obligation,
}
