"""What a schema cannot see: codes that are there twice or lead nowhere, time limits and calendars that cannot be."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from agreement.packs import model as packs
from agreement.packs.draft import Draft, Record
from agreement.packs.fields import Entry
from agreement.packs.schema import advice
from agreement.packs.source import LinedDict, Problem, shown
from parties.texts import is_zone

K = TypeVar("K")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """Every code that the pack defines, even in an entry with a mistake, so that one mistake is told once."""

    roles: dict[str, object]
    groups: set[str]
    served: set[str]  # actors and groups: whom an obligation can serve
    anchors: dict[str, set[str]]
    triggers: dict[str, packs.Trigger | None]  # None: it has a mistake
    obligations: dict[str, packs.Obligation | None]


def _codes(records: list[Record[Any]]) -> dict[str, Record[Any]]:
    return {str(r.written["code"]): r for r in records if isinstance(r.written.get("code"), str)}


def known_codes(draft: Draft) -> Known:
    codes = {section: _codes(records) for section, records in draft.sections.items()}
    return Known(
        roles={code: record.written.get("role") for code, record in codes["actors"].items()},
        groups=set(codes["groups"]),
        served={*codes["actors"], *codes["groups"]},
        anchors={code: _anchors(record) for code, record in codes["instruments"].items()},
        triggers={code: record.sound for code, record in codes["triggers"].items()},
        obligations={code: record.sound for code, record in codes["obligations"].items()},
    )


def _anchors(instrument: Record[Any]) -> set[str]:
    provisions = instrument.written.get("provisions")
    entries = [p for p in provisions if isinstance(p, dict)] if isinstance(provisions, list) else []
    return {str(entry.get("anchor")) for entry in entries}


def refer(entry: Entry, key: str, what: str, known: Collection[str]) -> Iterator[Problem]:
    """A problem for each code under the key that is not known; none where the key is left out."""
    value = entry.written.get(key)
    unknown: list[tuple[tuple[str | int, ...], str]] = []
    if isinstance(value, list):
        unknown = [((key, index), code) for index, code in enumerate(value) if code not in known]
    elif value is not None and value not in known:
        unknown = [((key,), value)]
    for steps, code in unknown:
        message = f"there is no {what} {shown(code)}; {advice(code, sorted(known))}"
        yield entry.place(*steps).problem(message)


def check(draft: Draft) -> Iterator[Problem]:
    """Every problem that shows only when the whole pack is seen."""
    known = known_codes(draft)
    yield from _check_head(draft)
    for section in packs.SECTIONS:
        yield from _twice([record.written for record in draft.sections[section]])
    for section, check_one in _CHECKS.items():
        for entry in draft.sound(section):
            yield from check_one(entry, known)
    yield from check_owners(draft.sound("calendars"))
    yield from check_circles(draft.sound("obligations"))
    yield from check_parts(draft.sound("actors"))


def _check_head(draft: Draft) -> Iterator[Problem]:
    agreement, actors = draft.agreement, draft.sections["actors"]
    if agreement and not is_zone(agreement.time_zone):
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


def _check_naming(naming: packs.Naming, names: list[object]) -> Iterator[Problem]:
    label, marker = naming.written["label"], naming.marker
    if not label.endswith(marker):
        yield naming.place("label").problem(
            f"{shown(label)} does not end with the marker {shown(marker)}; add it"
        )
    if label not in names:
        yield naming.place("label").problem(f"no actor has the name {shown(label)}; write both the same")


def repeats(keyed: Iterable[tuple[K, T]]) -> Iterator[tuple[K, T, T]]:
    """Of pairs of a key and what has it, each whose key stood before: key, itself, and the first with that key."""
    first: dict[K, T] = {}
    for key, one in keyed:
        if key in first:
            yield key, one, first[key]
        first.setdefault(key, one)


def _twice(entries: list[LinedDict]) -> Iterator[Problem]:
    coded = ((entry["code"], entry) for entry in entries if isinstance(entry.get("code"), str))
    for code, entry, first in repeats(coded):
        there = first.place("code")
        message = f"{shown(code)} is taken, in {there.file}:{there.line}; give this one a code of its own"
        yield entry.place("code").problem(message)


def _check_actor(actor: packs.Actor, known: Known) -> Iterator[Problem]:
    yield from refer(actor, "part_of", "actor", known.roles)


def check_parts(actors: Iterator[packs.Actor]) -> Iterator[Problem]:
    """Actors that would be part of themselves. Each circle is told once."""
    by_code = {actor.code: actor for actor in actors}
    for code, way in circles({code: actor.part_of for code, actor in by_code.items()}):
        in_words = " is part of ".join(map(shown, way))
        yield by_code[code].place("part_of").problem(f"nothing is part of itself: {in_words}")


def _check_group(group: packs.Group, known: Known) -> Iterator[Problem]:
    if group.code in known.roles:
        yield group.place("code").problem("an actor has this code; give the group another")


def _check_instrument(text: packs.Instrument, known: Known) -> Iterator[Problem]:
    yield from refer(text, "derived_from", "obligation", known.obligations)
    for position in text.positions:
        yield from refer(position, "party", "actor", known.roles)
        if known.roles.get(position.party, "party") not in ("party", "facilitator"):
            message = f"{position.party} is neither a party nor a facilitator; only these have a position"
            yield position.place("party").problem(message)
    dated = (((position.party, position.date), position) for position in text.positions)
    for (party, day), position, _first in repeats(dated):
        when = f"of {day}" if day else "without a day"
        yield position.place("party").problem(f"{party} has two positions {when} here; keep one")
    yield from _check_provisions(text)


def _check_provisions(text: packs.Instrument) -> Iterator[Problem]:
    seen: set[str] = set()
    for provision in text.provisions:
        if provision.anchor in seen:
            message = f"{provision.anchor} is taken; give it another anchor"
            yield provision.place("anchor").problem(message)
        if provision.parent is not None and provision.parent not in seen:
            message = f"there is no provision {provision.parent} before this one; put the outer one first"
            yield provision.place("parent").problem(message)
        seen.add(provision.anchor)


def _check_provision_of(
    entry: packs.Rule | packs.Obligation | packs.Place, known: Known
) -> Iterator[Problem]:
    yield from refer(entry, "instrument", "instrument", known.anchors)
    anchors = known.anchors.get(entry.instrument)
    if anchors is not None:
        yield from refer(entry, "provision", f"provision of {entry.instrument} with anchor", anchors)


def _check_event(event: packs.Event, known: Known) -> Iterator[Problem]:
    if "all" not in event.touches:
        yield from refer(event, "touches", "obligation", known.obligations)
    elif not event.touches_all:
        yield event.place("touches").problem(
            "'all' stands for every obligation; remove the others, or remove 'all'"
        )
    yield from _check_places(event.provisions, known)
    yield from refer(event, "trigger", "trigger", known.triggers)
    yield from _check_day(event, known)


def _check_places(places: Iterable[packs.Place], known: Known) -> Iterator[Problem]:
    for place in places:
        yield from _check_provision_of(place, known)
    for _key, place, _first in repeats(((place.instrument, place.provision), place) for place in places):
        yield place.place("provision").problem(f"{shown(place.provision)} stands twice here; keep one")


def _check_day(event: packs.Event, known: Known) -> Iterator[Problem]:
    """An event and the trigger that it sets are of one day; only an announced event may wait for its trigger's."""
    trigger = known.triggers.get(event.trigger or "")
    if trigger is None:
        return
    there, here = trigger.date, event.date
    if there != here and not (there is None and event.precision == "scheduled"):
        message = f"the event is of {here}, but its trigger is of {there or 'no known day'}; correct one"
        yield event.place("date").problem(message)


def _check_obligation(owed: packs.Obligation, known: Known) -> Iterator[Problem]:
    yield from _check_provision_of(owed, known)
    yield from _check_places(owed.also_under, known)
    for place in owed.also_under:
        if (place.instrument, place.provision) == (owed.instrument, owed.provision):
            yield place.place("provision").problem("is its own provision already; remove it")
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
        yield from refer(gate, "instruments", "instrument", known.anchors)
        if gate.obligation == owed.code:
            yield gate.place("obligation").problem("an obligation cannot be its own gate; remove it")


def check_limit(owed: packs.Obligation, known: Known) -> Iterator[Problem]:
    """The time limit of a sound obligation."""
    yield from _check_start(owed, known)
    yield from _check_kind(owed)
    yield from _check_deadline_from(owed, known)
    yield from _check_same_event(owed, known)


def _check_start(owed: packs.Obligation, known: Known) -> Iterator[Problem]:
    limit = owed.deadline
    yield from refer(limit, "trigger", "trigger", known.triggers)
    yield from refer(limit, "after", "obligation", known.obligations)
    if limit.trigger and limit.after:
        yield limit.place("after").problem(
            "the clock runs from a trigger or from a fulfilment, not from both; keep one"
        )
    if limit.after == owed.code:
        yield limit.place("after").problem(
            "the clock of an obligation cannot start with its own fulfilment; name another"
        )
    if limit.after and limit.expected_due:
        yield limit.place("expected_due").problem(
            "a pack cannot tell this day: the clock starts with a fulfilment; remove it"
        )


def _check_kind(owed: packs.Obligation) -> Iterator[Problem]:
    recurs = owed.deadline.rule == "recurring"
    if recurs and owed.kind == "one_off":
        yield owed.deadline.place("rule").problem(
            "what is done once does not recur; write another rule, or kind recurring"
        )
    if owed.review_every and (recurs or owed.kind not in ("standing", "recurring")):
        yield owed.place("review_every").problem(
            "goes with kind standing, or recurring without a recurrence rule; remove it"
        )


def check_circles(obligations: Iterator[packs.Obligation]) -> Iterator[Problem]:
    """Clocks that would wait for each other for ever. Each circle is told once."""
    by_code = {owed.code: owed for owed in obligations}
    for code, way in circles({code: owed.deadline.after for code, owed in by_code.items()}):
        if len(way) > 2:  # what starts with its own fulfilment is told by itself
            in_words = " after ".join(map(shown, way))
            place = by_code[code].deadline.place("after")
            yield place.problem(f"these clocks wait for each other: {in_words}")


def circles(nexts: Mapping[str, str | None]) -> Iterator[tuple[str, list[str]]]:
    """Each way that leads back to where it began, once: where that is, and all on the way with it at both ends."""
    done: set[str] = set()
    for start in nexts:
        code: str | None = start
        way: list[str] = []
        while code is not None and code in nexts and code not in done:
            done.add(code)
            way.append(code)
            code = nexts[code]
        if code is not None and code in way:
            yield code, [*way[way.index(code) :], code]


def _check_deadline_from(owed: packs.Obligation, known: Known) -> Iterator[Problem]:
    yield from refer(owed, "deadline_from", "obligation", known.obligations)
    other = known.obligations.get(owed.deadline_from or "")
    if other is None:
        return
    place = owed.place("deadline_from")
    if other is owed or other.deadline_from:
        yield place.problem("must name the obligation whose own text sets the time limit; name that one")
    elif other.deadline != owed.deadline:
        yield place.problem(
            f"the deadline here and that of {other.code} are not the same; write the same terms in both"
        )


def _check_same_event(owed: packs.Obligation, known: Known) -> Iterator[Problem]:
    yield from refer(owed, "same_event_as", "obligation", known.obligations)
    other = known.obligations.get(owed.same_event_as or "")
    if other is not None and (other is owed or other.same_event_as):
        yield owed.place("same_event_as").problem(
            "must name another obligation that names none itself; where several are one event, all name the same one"
        )


def check_calendar(calendar: packs.Calendar, known: Known) -> Iterator[Problem]:
    """A sound calendar by itself."""
    yield from refer(calendar, "party", "actor", known.roles)
    yield from refer(calendar, "parties", "actor", known.roles)
    if "party" in calendar.written and "parties" in calendar.written:
        yield calendar.place("party").problem("all parties stand in 'parties'; remove this")
    if not calendar.library and not calendar.days:
        yield calendar.at.problem("names neither a library nor days; add one of them")
    if "except" in calendar.written and not calendar.library:
        yield calendar.place("except").problem("leaves out days of a library, but none is named; remove it")
    if calendar.names and not calendar.library:
        yield calendar.place("names").problem("names days of a library, but none is named; remove it")
    yield from _check_days(calendar)


def _check_days(calendar: packs.Calendar) -> Iterator[Problem]:
    first, last = calendar.years
    if first > last:
        yield calendar.place("years").problem(f"{first} comes after {last}; write the first year first")
        return
    own = [(day.date, day.place("date")) for day in calendar.days]
    left_out = [
        (dt.date.fromisoformat(day), calendar.place("except", index))
        for index, day in enumerate(calendar.written.get("except", ()))
    ]
    for day, place in [*own, *left_out]:
        if not first <= day.year <= last:
            yield place.problem(f"{day} is not in the years {first} to {last}; correct one")
    for day, place, _first in repeats([*own, *left_out]):
        yield place.problem(f"{day} stands twice in this calendar; keep one")


def check_owners(calendars: Iterator[packs.Calendar]) -> Iterator[Problem]:
    """Everybody counts by one calendar."""
    for actor, calendar, first in repeats((actor, owned) for owned in calendars for actor in owned.parties):
        key = "parties" if "parties" in calendar.written else "party"
        yield calendar.place(key).problem(f"{actor} has the calendar {first.code} already; keep one")


_CHECKS: dict[str, Callable[[Any, Known], Iterator[Problem]]] = {
    "actors": _check_actor,
    "groups": _check_group,
    "calendars": check_calendar,
    "instruments": _check_instrument,
    "rules": _check_provision_of,
    "events": _check_event,
    "obligations": _check_obligation,
}
