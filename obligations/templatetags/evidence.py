"""Evidence in words. None of these asks the database."""

from collections.abc import Iterable, Mapping

from django import template

from obligations.files.allowed import ALLOWED
from obligations.models import Evidence, Statement
from obligations.words.languages import name_of

register = template.Library()


@register.filter
def kind_word(evidence: Evidence) -> str:
    """What a file is, as people call it."""
    kind = ALLOWED.get(evidence.media_type)
    return str(kind.word) if kind else evidence.media_type


@register.filter
def language_word(evidence: Evidence) -> str:
    """The language in English."""
    return name_of(evidence.language)


@register.filter
def attached(statements: Iterable[Statement], to: Mapping[int, list[Evidence]] | None) -> list[Evidence]:
    """The evidence that any of these statements rests on, each once."""
    there = [one for statement in statements for one in (to or {}).get(statement.pk, ())]
    return list({one.pk: one for one in there}.values())
