"""In which language something was said, and the choice of it in a form. None of these asks the database."""

from collections.abc import Mapping, Sequence

from django import template
from django.utils.safestring import SafeString

from obligations.forms.base import language_field
from obligations.models import Statement, StatementTranslation
from obligations.words import spoken
from parties.languages import read_here

register = template.Library()
register.filter("lang", spoken.attribute)
register.filter("spoken", spoken.spoken)
register.filter("in_language", spoken.in_language)


@register.simple_tag
def language_of(said: Statement, translations: Mapping[int, Sequence[StatementTranslation]] | None) -> str:
    """As its author said; else as who translated it last did."""
    beside = (translations or {}).get(said.pk)
    return said.language or (max(beside, key=lambda one: one.recorded_at).of_language if beside else "")


@register.simple_tag
def language_select(at: str) -> SafeString:
    """The choice of a form that is no Django form; `at` is its id."""
    made: SafeString = language_field().widget.render("language", read_here(), {"id": at})
    return made
