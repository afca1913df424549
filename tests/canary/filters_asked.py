"""The filters of every list, each with values that pick something."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from obligations.lists.takeaway import FORMATS
from obligations.models import (
    Commitment,
    Statement,
)
from obligations.status.moments import NAMES
from tests.canary.addresses import ends, routes, some
from tests.canary.hidden import WORD

# Days between what is said openly and what is hidden.
DAYS = (
    {"as_of": "2024-03-15"},
    {"known_at": "2024-03-15"},
    {"as_of": "2024-02-15", "known_at": "2026-02-10"},
)


def queries_of(resource: Any) -> list[dict[str, str]]:
    """Query strings of a list of the API: each filter with each of its values, pages, other days."""
    found: list[dict[str, str]] = [{"limit": "2"}, {"limit": "500"}, {"no_such_parameter": "1"}]
    for name, choices in filters_of(resource).items():
        found += [{name: value} for value in values_of(name, choices)]
    wanted = {name: values_of(name, [])[0] for name, one in table_of(resource).items() if is_required(one)}
    for name, one in getattr(resource, "files", {}).items():
        found += [{**wanted, name: str(value)} for value, _label in one.choices or ()]
    if tuple(getattr(resource, "days", ())) == NAMES:
        found += DAYS
    return found


def table_of(resource: Any) -> dict[str, Any]:
    return dict(getattr(getattr(resource, "listing", resource), "filters", {}))


def is_required(parameter: Any) -> bool:
    return bool(getattr(parameter, "required", False))


def filters_of(resource: Any) -> dict[str, list[str]]:
    """The filters of a list by name, each with its fixed values, where it has any."""
    return {
        name: [str(value) for value, _label in one.choices or ()] for name, one in table_of(resource).items()
    }


def values_of(name: str, choices: list[str]) -> list[str]:
    """Those of a fixed list; else such as find something, of what is open and of what is hidden."""
    return choices or (VALUES[name]() if name in VALUES else [])


VALUES: dict[str, Callable[[], list[str]]] = {
    "agreement": lambda: ["accord", "bond"],
    "body": lambda: ["committee"],
    "by": lambda: ["alpha", "beta"],
    "commitment": lambda: [
        str(pk) for pk in Commitment.objects.order_by("pk").values_list("pk", flat=True)[:3]
    ],
    "command": lambda: ["record_finding", "release"],
    "due_from": lambda: ["2023-02-01", "2026-01-01"],
    "due_until": lambda: ["2024-03-01"],
    "happened_from": lambda: ["2023-02-01", "2023-03-01"],
    "happened_until": lambda: ["2023-02-01", "2023-03-01"],
    "instrument": lambda: ["main"],
    "language": lambda: ["en"],
    "statement": lambda: [row.key for row in ends(some(Statement), 2)],
    "obligation": lambda: ["LATE", "MET", "BACK", "REPORT"],
    "parent": lambda: ["art_1"],
    "party": lambda: ["alpha", "beta", "gamma"],
    "q": lambda: [WORD],
    "provision": lambda: ["art_1", "art_2"],
    "since": lambda: ["2023-01-01", "2026-01-20T09:00:00Z", "2026-02-10"],
    "subject": lambda: ["LATE"],
    "tag": lambda: ["papers"],
    "trigger": lambda: ["T-START"],
    "until": lambda: ["2024-03-01", "2026-02-10"],
    "year": lambda: ["2023"],
}


def without_values() -> list[str]:
    """Filters that nothing is known to ask of."""
    return [
        f"{resource.__name__}.{name}"
        for resource in resources()
        for name, choices in filters_of(resource).items()
        if not values_of(name, choices)
    ]


def resources() -> list[Any]:
    found = [route.resource for route in routes() if filters_of(route.resource)]
    return list(dict.fromkeys(found))


def filtered() -> list[str]:
    """The lists of the API with every query of theirs."""
    found = []
    for route in routes():
        resource = route.resource
        if resource is None or not filters_of(resource) or route.parameters:
            continue
        found += [f"{reverse(route.name)}?{urlencode(query)}" for query in queries_of(resource)]
    return found + [f"{reverse('timeline')}?format={form}" for form in FORMATS]
