"""What a schema cannot see: codes that must be unique, and codes that must lead somewhere."""

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from agreement.packs.calendars import check_calendar, check_owners
from agreement.packs.codes import Known, known_codes, refer
from agreement.packs.draft import Draft, Record
from agreement.packs.limits import check_circles, check_limit
from agreement.packs.model import SECTIONS
from agreement.packs.problems import Problem
from agreement.packs.source import shown


def check(draft: Draft) -> Iterator[Problem]:
    """Every problem that shows only when the whole pack is seen."""
    known = known_codes(draft)
    yield from _check_head(draft)
    for section in SECTIONS:
        yield from _twice(draft.sections[section])
    for section, check_one in _CHECKS.items():
        for record in draft.sound(section):
            yield from check_one(record, known)
    yield from check_owners(draft.sound("calendars"))
    yield from check_circles(draft.sound("obligations"))


def _check_head(draft: Draft) -> Iterator[Problem]:
    agreement, naming = draft.agreement, draft.naming
    if agreement and agreement.sound and not _is_zone(agreement.entry["time_zone"]):
        zone = shown(agreement.entry["time_zone"])
        yield agreement.place("time_zone").problem(
            f"there is no time zone {zone}; write one such as Europe/Brussels"
        )
    for section in ("instruments", "obligations"):
        if not draft.sections[section]:
            yield draft.main.place((section,)).problem(
                f"the pack has no {section}; write them here or include them"
            )
    if not any(record.entry.get("role") == "party" for record in draft.sections["actors"]):
        yield draft.main.place(("actors",)).problem(
            "no actor has the role party; give it to those who are bound"
        )
    if naming and naming.sound:
        yield from _check_naming(naming, draft.sections["actors"])


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found, not a name, a folder
        return False
    return True


def _check_naming(naming: Record, actors: list[Record]) -> Iterator[Problem]:
    label, marker = naming.entry["label"], naming.entry["marker"]
    if not label.endswith(marker):
        yield naming.place("label").problem(
            f"{shown(label)} does not end with the marker {shown(marker)}; add it"
        )
    if not any(actor.entry.get("name") == label for actor in actors):
        yield naming.place("label").problem(f"no actor has the name {shown(label)}; write both the same")


def _twice(records: list[Record]) -> Iterator[Problem]:
    first: dict[str, Record] = {}
    for record in records:
        code = record.entry.get("code")
        if not isinstance(code, str):
            continue
        if code in first:
            there = first[code].place("code")
            message = f"{shown(code)} is taken, in {there.file}:{there.line}; give this one a code of its own"
            yield record.place("code").problem(message)
        first.setdefault(code, record)


def _check_group(record: Record, known: Known) -> Iterator[Problem]:
    if record.entry["code"] in known.roles:
        yield record.place("code").problem("an actor has this code; give the group another")


def _check_instrument(record: Record, known: Known) -> Iterator[Problem]:
    yield from refer(record, ("derived_from",), "obligation", known.obligations)
    parties: set[str] = set()
    for index, position in enumerate(record.entry["positions"]):
        steps = ("positions", index, "party")
        party = position["party"]
        yield from refer(record, steps, "actor", known.roles)
        if known.roles.get(party, "party") != "party":
            yield record.place(*steps).problem(f"{party} is not a party; only parties have a position")
        if party in parties:
            yield record.place(*steps).problem(f"{party} has two positions here; keep one")
        parties.add(party)
    yield from _check_provisions(record)


def _check_provisions(record: Record) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, provision in enumerate(record.entry["provisions"]):
        anchor, parent = provision["anchor"], provision.get("parent")
        if anchor in seen:
            yield record.place("provisions", index, "anchor").problem(
                f"{anchor} is taken; give it another anchor"
            )
        if parent is not None and parent not in seen:
            message = f"there is no provision {parent} before this one; put the outer one first"
            yield record.place("provisions", index, "parent").problem(message)
        seen.add(anchor)


def _check_provision_of(record: Record, known: Known) -> Iterator[Problem]:
    yield from refer(record, ("instrument",), "instrument", known.anchors)
    anchors = known.anchors.get(record.entry["instrument"])
    if anchors is not None:
        yield from refer(
            record, ("provision",), f"provision of {record.entry['instrument']} with anchor", anchors
        )


def _check_event(record: Record, known: Known) -> Iterator[Problem]:
    touches = record.entry["touches"]
    if "all" in touches and len(touches) > 1:
        yield record.place("touches").problem(
            "'all' stands for every obligation; remove the others, or remove 'all'"
        )
    for index, code in enumerate(touches):
        if code != "all":
            yield from refer(record, ("touches", index), "obligation", known.obligations)
    yield from refer(record, ("trigger",), "trigger", known.triggers)
    yield from _check_day(record, known)


def _check_day(event: Record, known: Known) -> Iterator[Problem]:
    """An event and the trigger that it sets are of one day; only an announced event may wait for its trigger's."""
    trigger = known.triggers.get(event.entry.get("trigger", ""))
    if trigger is None or not trigger.sound:
        return
    there, here = trigger.entry["date"], event.entry["date"]
    if there != here and not (there is None and event.entry["precision"] == "scheduled"):
        message = f"the event is of {here}, but its trigger is of {there or 'no known day'}; correct one"
        yield event.place("date").problem(message)


def _check_obligation(record: Record, known: Known) -> Iterator[Problem]:
    entry = record.entry
    yield from _check_provision_of(record, known)
    for index, _ in enumerate(entry["obligors"]):
        yield from refer(record, ("obligors", index), "actor", known.roles)
    for index, _ in enumerate(entry.get("beneficiaries", ())):
        both = known.roles.keys() | known.groups
        yield from refer(record, ("beneficiaries", index), "actor or group", both)
    for obligor in entry.get("shares", {}):
        if obligor not in entry["obligors"]:
            yield record.place("shares", obligor).problem(
                f"{obligor} is not an obligor here; add it or remove this"
            )
    yield from check_limit(record, known)
    yield from _check_gates(record, known)


def _check_gates(record: Record, known: Known) -> Iterator[Problem]:
    for index, gate in enumerate(record.entry.get("gates", ())):
        yield from refer(record, ("gates", index, "obligation"), "obligation", known.obligations)
        yield from refer(record, ("gates", index, "trigger"), "trigger", known.triggers)
        if gate.get("obligation") == record.entry["code"]:
            yield record.place("gates", index, "obligation").problem(
                "an obligation cannot be its own gate; remove it"
            )


_CHECKS: dict[str, Callable[[Record, Known], Iterator[Problem]]] = {
    "groups": _check_group,
    "calendars": check_calendar,
    "instruments": _check_instrument,
    "rules": _check_provision_of,
    "events": _check_event,
    "obligations": _check_obligation,
}
