"""Codes that a filter asks for: one that nothing has is an error with those that are there, not a count of nothing.

Only what the viewer may see is there, so that a hidden code and one that never was are the same.
"""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from django.db.models import F, Func, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from agreement.models import Agreement, Instrument, Participation, Trigger
from obligations.models import Commitment, CommitmentTally, Obligation
from obligations.status.freshness import until_it_changes
from obligations.status.provisions import Path, paths_of
from parties.access import Viewer, readable
from parties.models import Party
from parties.texts import is_storable

MANY, NEAREST = 20, 5  # codes that are listed; those that are named where there are more
READ = 10_000  # codes that are compared at most
Agreements = Iterable[Agreement]


def parties_of(agreements: Agreements) -> Iterable[str]:
    """Those that take part, and whoever owes something."""
    part = Participation.objects.filter(agreement__in=agreements).values("party")
    return Party.objects.filter(Q(pk__in=part) | Q(pk__in=owing_in(agreements))).values_list(
        "code", flat=True
    )


def owing_in(agreements: Agreements) -> QuerySet[CommitmentTally, Any]:
    """Of whoever owes something the key: told by what is counted, and not by all commitments."""
    counted = CommitmentTally.objects.filter(agreement__in=agreements).values("party_id")
    return counted.annotate(there=Sum("n")).filter(there__gt=0).values("party_id")


def topics_of(agreements: Agreements) -> Iterable[str]:
    tags = Obligation.objects.filter(agreement__in=agreements).annotate(
        topic=Func(F("tags"), function="unnest")
    )
    return tags.order_by().values_list("topic", flat=True).distinct()


def kept_topics(agreements: Iterable[Agreement]) -> dict[int, list[str]]:
    """Their topics, by the keys of agreements: worked out once until a pack changes."""
    packs = {one.pk: one.pack_digest for one in agreements}
    tags = Obligation.objects.filter(agreement__in=packs).annotate(topic=Func(F("tags"), function="unnest"))
    rows = tags.order_by("agreement_id", "topic").values_list("agreement_id", "topic").distinct()

    def by_agreement() -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for of, topic in rows:
            found.setdefault(of, []).append(topic)
        return found

    return until_it_changes(repr(packs), ("topics",), by_agreement, seconds=24 * 60 * 60)


def obligations_of(agreements: Agreements) -> Iterable[str]:
    """The first of them: among these is looked for what is near."""
    there = Obligation.objects.filter(agreement__in=agreements).order_by("agreement_id", "code")
    return there.values_list("code", flat=True)[:READ]


# By the name of the parameter: the codes that some agreements have.
CODES: dict[str, Callable[[Agreements], Iterable[str]]] = {
    "agreement": lambda agreements: (one.code for one in agreements),
    "party": parties_of,
    "by": parties_of,
    "instrument": lambda those: Instrument.objects.filter(agreement__in=those).values_list("code", flat=True),
    "obligation": obligations_of,
    "trigger": lambda those: Trigger.objects.filter(agreement__in=those).values_list("code", flat=True),
    "tag": topics_of,
}
# Of what there can be a million: whether anything has a code is asked before all of them are read.
HAVING_IT: dict[str, Callable[[str], Q]] = {
    "obligation": lambda code: Q(code=code),
    "tag": lambda code: Q(tags__contains=[code]),
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
        if name in HAVING_IT and is_one(HAVING_IT[name], given[name], agreements):
            continue
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


def is_one(having_it: Callable[[str], Q], code: str, agreements: Agreements) -> bool:
    """Whether an obligation has the code."""
    there = Obligation.objects.filter(agreement__in=agreements)
    return is_storable(code) and there.filter(having_it(code)).exists()


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
