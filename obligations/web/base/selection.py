"""What is picked out of the commitments: parameters of the address, each with the values that it allows.

A page has the reader's own filters, and each number on it picks further. Both are the same thing, so that a number's
link is made from what it was counted by.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agreement.models import Agreement, Provision
from obligations.status.filters import FILTERS, Filter
from obligations.web.base.register import Register, name_in_address, name_of
from obligations.words.method import Selection
from parties.alphabets import place_of
from parties.texts import FIRST_YEAR


def narrowed(active: Selection, further: Selection) -> Selection | None:
    """Both selections at once; None where no value is left, and so nothing can be in both.

    A provision takes the place of the one that the reader chose: it is that one, or stands below it.
    """
    both = dict(active)
    for name, allowed in further.items():
        there = allowed if name in ("provision", "party") else active.get(name, allowed)
        both[name] = tuple(value for value in allowed if value in there)
        if not both[name]:
            return None
    return both


def without(active: Selection, name: str, value: str) -> Selection:
    """The selection with one value taken back."""
    rest = {**active, name: tuple(kept for kept in active[name] if kept != value)}
    return {key: kept for key, kept in rest.items() if kept}


def address(selection: Selection) -> str:
    """The query string of a selection."""
    return urlencode(selection, doseq=True)


# Asked of the form in this order; the rest come from the numbers' links.
ASKED = ("instrument", "provision", "party", "tag", "open", "outcome", "elapsed")
ASKED_SEVERAL = ("kind", "timeliness", "level", "state")


# Looked for by `named_in_vain`: more of them can be asked for than the form offers.
NAMED = ("instrument", "provision", "obligation")


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    section: str = ""


def options(name: str, register: Register, filters: Mapping[str, Filter] = FILTERS) -> list[Option] | None:
    """What a filter can be set to; None where any text can be asked for."""
    if made := FROM_REGISTER.get(name):
        return made(register)
    if choices := filters[name].choices:
        return [Option(str(value), str(label)) for value, label in choices]
    return None


def instruments(register: Register) -> list[Option]:
    return [
        Option(instrument.code, name_of(instrument), str(instrument.get_kind_display()))
        for instrument in register.instruments
    ]


def provisions(register: Register) -> list[Option]:
    return told_apart(
        Option(name_in_address(provision), label_of(provision), name_of(provision.instrument))
        for provision in register.provisions
    )


def label_of(provision: Provision) -> str:
    return " · ".join(map(str, filter(None, (provision.label, provision.heading))))


def label_in_full(provision: Provision) -> str:
    return f"{name_of(provision.instrument)}: {label_of(provision)}"


def told_apart(found: Iterable[Option]) -> list[Option]:
    """Those that have the name of another one begin with their section: closed, a choice shows its name alone."""
    offered = list(found)
    times = Counter(one.label for one in offered)
    return [
        replace(one, label=f"{one.section}: {one.label}") if times[one.label] > 1 else one for one in offered
    ]


def provisions_in(agreements: Collection[Agreement]) -> list[Option]:
    """Those of several agreements to choose from, under their texts. One query."""
    rows = Provision.objects.filter(instrument__agreement__in=agreements)
    in_order = rows.order_by("instrument__agreement__code", "instrument__place", "place", "pk")
    found = []
    for one in in_order.select_related("instrument__agreement"):
        name, section, whole = name_in_address(one), name_of(one.instrument), one.instrument.agreement
        if len(agreements) > 1:
            name, section = f"{whole.code}/{name}", f"{whole.short_title} · {section}"
        found.append(Option(name, label_of(one), section))
    return told_apart(found)


def chosen_of(provisions: Iterable[Option], asked: str) -> str:
    """The value of the option that an address names, in short or in full; empty where it names none."""
    return next(
        (
            one.value
            for one in provisions
            if f"/{one.value}".endswith(f"/{asked}") or f"/{asked}".endswith(f"/{one.value}")
        ),
        "",
    )


def parties(register: Register) -> list[Option]:
    return [Option(party.code, party.name) for party in register.parties]


def tags(register: Register) -> list[Option]:
    found = [Option(tag, register.agreement.topic_name(tag)) for tag in register.tags]
    return sorted(found, key=lambda one: place_of(one.label))


FROM_REGISTER: dict[str, Callable[[Register], list[Option]]] = {
    "instrument": instruments,
    "provision": provisions,
    "party": parties,
    "tag": tags,
}


def active_in(data: QueryDict, register: Register, filters: Mapping[str, Filter] = FILTERS) -> Selection:
    """The filters that the address sets, without the agreement. A filter that takes one value takes the last given.

    A provision that is named in short gets its name in the agreement.
    """
    active = {}
    for name in filters:
        given = tuple(dict.fromkeys(value for value in data.getlist(name) if value))
        if given and name != "agreement":
            active[name] = given if filters[name].several else given[-1:]
    if "provision" in active:
        active["provision"] = (register.in_full(active["provision"][0], data.get("instrument", "")),)
    return active


def problems(active: Selection, register: Register, filters: Mapping[str, Filter] = FILTERS) -> list[str]:
    """What the address asks for and there is not, as sentences. Leaving it out in silence would miscount."""
    found = []
    for name, chosen in active.items():
        if name in NAMED:
            continue
        offered, one = options(name, register, filters), filters[name]
        allowed = None if offered is None else {option.value for option in offered}
        found += [
            no_such(one.label, value)
            for value in chosen
            if (one.problem(value) if allowed is None else value not in allowed)
        ]
    return found


def no_such(label: "str | Promise", value: str) -> str:
    return _("%(filter)s: there is no “%(value)s”.") % {"filter": label, "value": value}


def key_in(data: QueryDict, name: str) -> str:
    """A key or a code that was sent, empty without one; 404 for what no column can hold."""
    key = data.get(name, "")
    if "\x00" in key:
        raise Http404
    return key


def year_in(text: str, latest: int = 9999) -> int | None:
    """A year that can be looked at; None for any other text."""
    is_year = text.isascii() and text.isdigit() and len(text) == 4
    return int(text) if is_year and FIRST_YEAR <= int(text) <= latest else None
