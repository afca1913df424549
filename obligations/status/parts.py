"""Actors that are part of others: who asks about a whole asks about its parts as well, at any depth."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.db.models.expressions import RawSQL

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
