"""What the filters of the compliance pages offer, and what was wrong with what came in the address."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from obligations.status.filters import FILTERS
from obligations.web.base.register import Register, is_earlier, name_of
from obligations.web.base.selection import Selection

# Asked of the form in this order; the rest come from the numbers' links.
ASKED = ("instrument", "provision", "party", "tag")
ASKED_SEVERAL = ("kind", "timeliness", "level")


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    section: str = ""


def options(name: str, register: Register) -> list[Option] | None:
    """What a filter can be set to; None where any text can be asked for."""
    if made := FROM_REGISTER.get(name):
        return made(register)
    if choices := FILTERS[name].choices:
        return [Option(str(value), str(label)) for value, label in choices]
    return None


def instruments(register: Register) -> list[Option]:
    return [Option(one.code, name_of(one), str(one.get_kind_display())) for one in register.instruments]


def provisions(register: Register) -> list[Option]:
    """Earlier agreements are chosen as instruments: their one provision is the whole text."""
    return [
        Option(one.anchor, " · ".join(filter(None, (one.label, one.heading))), name_of(one.instrument))
        for one in register.provisions
        if not is_earlier(one.instrument)
    ]


def parties(register: Register) -> list[Option]:
    return [Option(party.code, party.name) for party in register.parties]


def tags(register: Register) -> list[Option]:
    return [Option(tag, tag.replace("_", " ")) for tag in register.tags]


FROM_REGISTER: dict[str, Callable[[Register], list[Option]]] = {
    "instrument": instruments,
    "provision": provisions,
    "party": parties,
    "tag": tags,
}


def active_in(data: QueryDict) -> Selection:
    """The filters that the address sets, without the agreement. A filter that takes one value takes the last given."""
    active = {}
    for name in FILTERS:
        given = tuple(dict.fromkeys(value for value in data.getlist(name) if value))
        if given and name != "agreement":
            active[name] = given if FILTERS[name].several else given[-1:]
    return active


def problems(
    data: QueryDict, active: Selection, register: Register, also_known: tuple[str, ...]
) -> list[str]:
    """What the address asks for and there is not, as sentences. Leaving it out in silence would miscount."""
    found = [_("There is no filter “%(name)s”.") % {"name": name} for name in unknown(data, also_known)]
    for name, chosen in active.items():
        allowed = known(name, register)
        words = {"filter": FILTERS[name].label}
        found += [
            _("%(filter)s: there is no “%(value)s”.") % {**words, "value": value}
            for value in chosen
            if (allowed is not None and value not in allowed) or "\x00" in value
        ]
    return found


def known(name: str, register: Register) -> set[str] | None:
    """The values that a filter can find something by; None where any text may be one."""
    if name == "provision":
        return {provision.anchor for provision in register.provisions}
    offered = options(name, register)
    return None if offered is None else {option.value for option in offered}


def unknown(data: QueryDict, also_known: tuple[str, ...]) -> list[str]:
    return sorted(set(data) - set(FILTERS) - set(also_known))
