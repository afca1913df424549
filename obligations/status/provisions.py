"""How an address names a provision or an actor, with all that is below the one and part of the other."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy

from agreement.models import Agreement, Provision

PROVISION = gettext_lazy("Provision or article")
HOW_NAMED = gettext_lazy(
    "and all below it, at any depth. Named by the end of its path `agreement/instrument/anchor`, by as much of it as "
    "tells it apart from others; what stands in several texts is an error that names them."
)
# From the end of the path.
COLUMNS = ("p.anchor", "i.code", "a.code")


class Path(NamedTuple):
    agreement: str
    instrument: str
    anchor: str

    def is_named(self, name: str) -> bool:
        return f"/{'/'.join(self)}".endswith(f"/{name}")


def paths_of(agreements: Iterable[Agreement]) -> list[Path]:
    """The paths of the provisions of agreements, in the order of the text."""
    rows = Provision.objects.filter(instrument__agreement__in=agreements)
    named = rows.values_list("instrument__agreement__code", "instrument__code", "anchor")
    return [Path(*path) for path in named]


def named(name: str) -> tuple[str, list[str]]:
    """SELECT of the keys of the provisions that a name fits."""
    parts = name.split("/")[::-1]
    rules = [f"{column} = %s" for column, _part in zip(COLUMNS, parts, strict=False)]
    if len(parts) > len(COLUMNS):
        rules, parts = ["false"], []
    sql = (
        "SELECT p.id FROM agreement_provision p JOIN agreement_instrument i ON i.id = p.instrument_id "
        f"JOIN agreement_agreement a ON a.id = i.agreement_id WHERE {' AND '.join(rules)}"
    )
    return sql, parts


def under(name: str) -> tuple[str, list[str]]:
    """SELECT of the keys of the provision with that name and of all below it, at any depth."""
    sql, given = named(name)
    below = "SELECT p.id FROM agreement_provision p JOIN below ON p.parent_id = below.id"
    return f"WITH RECURSIVE below AS ({sql} UNION ALL {below}) SELECT id FROM below", given


def within(path: str) -> Callable[[Any, str], Q]:
    """A lookup of rows by the provision at `path`: that of the name, or one below it."""
    return lambda view, name: Q(**{f"{path}__in": RawSQL(*under(name))})


def at(path: str) -> Callable[[Any, str], Q]:
    """The same without what is below."""
    return lambda view, name: Q(**{f"{path}__in": RawSQL(*named(name))})


# The keys of an actor, by its code, and of all that are part of it.
WITH_PARTS = """WITH RECURSIVE named AS (
    SELECT id FROM parties_party WHERE code = %s
    UNION SELECT place.party_id FROM agreement_participation place JOIN named ON named.id = place.part_of_id
) SELECT id FROM named"""


def with_parts(code: str) -> RawSQL:
    return RawSQL(WITH_PARTS, [code])


def of_party(path: str) -> Callable[[Any, str], Q]:
    """Picks rows whose party, at the `path`, is the one with the code, or part of it."""
    return lambda view, code: Q(**{f"{path}__in": with_parts(code)})
