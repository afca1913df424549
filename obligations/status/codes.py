"""Codes that a filter asks for: one that nothing has is an error with those that are there, not a count of nothing.

Only what the viewer may see is there, so that a hidden code and one that never was are the same.
"""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from django.db.models import Q
from django.utils.translation import gettext as _

from agreement.models import Agreement, Instrument, Participation, Trigger
from obligations.models import Commitment, Obligation
from obligations.status.provisions import Path, paths_of
from parties.access import Viewer, readable
from parties.models import Party
from parties.texts import is_storable

MANY, NEAREST = 20, 5  # codes that are listed; those that are named where there are more
Agreements = Iterable[Agreement]


def parties_of(agreements: Agreements) -> Iterable[str]:
    """Those that take part, and whoever owes something."""
    part = Participation.objects.filter(agreement__in=agreements).values("party")
    owing = Commitment.objects.filter(agreement__in=agreements).values("party")
    return Party.objects.filter(Q(pk__in=part) | Q(pk__in=owing)).values_list("code", flat=True)


def topics_of(agreements: Agreements) -> Iterable[str]:
    tags = Obligation.objects.filter(agreement__in=agreements).values_list("tags", flat=True)
    return (tag for tagged in tags for tag in tagged)


# By the name of the parameter: the codes that some agreements have.
CODES: dict[str, Callable[[Agreements], Iterable[str]]] = {
    "agreement": lambda agreements: (one.code for one in agreements),
    "party": parties_of,
    "by": parties_of,
    "instrument": lambda those: Instrument.objects.filter(agreement__in=those).values_list("code", flat=True),
    "obligation": lambda those: Obligation.objects.filter(agreement__in=those).values_list("code", flat=True),
    "trigger": lambda those: Trigger.objects.filter(agreement__in=those).values_list("code", flat=True),
    "tag": topics_of,
}
# Parameters that name one provision.
PROVISIONS = {"provision", "parent"}


def codes_missing(asked: Mapping[str, str], known: Iterable[str], viewer: Viewer) -> dict[str, str]:
    """What is asked for in vain, as sentences by parameter. `known` are the parameters that are codes here.

    Where an agreement is named, the others are looked for in that one alone.
    """
    given = {name: asked[name] for name in (*CODES, *PROVISIONS) if name in known and asked.get(name)}
    if not given:
        return {}
    agreements = list(Agreement.objects.visible_to(viewer))
    errors: dict[str, str] = {}
    for name in (name for name in given if name in CODES):
        codes = sorted(set(CODES[name](agreements)))
        if asked[name] not in codes:
            errors[name] = not_there(asked[name], codes)
        if name == "agreement":
            agreements = [one for one in agreements if one.code == asked[name]]
            if not agreements:
                return errors
    there = paths_of(agreements) if given.keys() & PROVISIONS else []
    if "instrument" in given:
        there = [path for path in there if path.instrument == given["instrument"]]
    missing = {name: provision_missing(given[name], there) for name in given.keys() & PROVISIONS}
    return errors | {name: sentence for name, sentence in missing.items() if sentence}


def provision_missing(asked: str, there: list[Path]) -> str:
    """What is wrong with a name that is to be that of one provision, as a sentence; empty where it is."""
    fitting = [path for path in there if path.is_named(asked)]
    if len(fitting) == 1:
        return ""
    several = len({path.agreement for path in there}) > 1
    names = ["/".join(path if several else path[1:]) for path in fitting or there]
    if not fitting:
        return not_there(asked, names)
    told = _("“%(code)s” stands in several texts. Name the one that is meant: %(names)s.")
    shown = [*names[:MANY], *(["…"] if len(names) > MANY else [])]
    return told % {"code": asked, "names": ", ".join(shown)}


def commitment_missing(asked: str, viewer: Viewer) -> dict[str, str]:
    """The same of a commitment's number: too many have one to list them."""
    there = Commitment.objects.filter(readable(viewer), pk=asked)
    return {} if there.exists() else {"commitment": not_there(asked, [])}


def not_there(code: str, there: list[str]) -> str:
    shown = code[:60] if is_storable(code) else _("(a character that no code has)")
    said = _("There is no “%(code)s”.") % {"code": shown}
    if not there:
        return said
    if len(there) <= MANY:
        return said + " " + _("There are: %(codes)s.") % {"codes": ", ".join(there)}
    near = get_close_matches(code[:60], there, n=NEAREST, cutoff=0.3) or there[:NEAREST]
    more = _("The nearest of %(number)d are: %(codes)s; the list of them has all.")
    return said + " " + more % {"number": len(there), "codes": ", ".join(near)}
