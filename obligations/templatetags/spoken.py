"""In which language something was said, and the choice of it in a form. None of these asks the database."""

from collections.abc import Mapping, Sequence

from django import template
from django.utils.safestring import SafeString

from obligations.forms.base import language_field
from obligations.models import Statement, StatementTranslation
from obligations.words import languages
from obligations.words.beside import Beside
from obligations.words.beside import beside as arranged
from obligations.words.languages import name_of
from parties.languages import read_here, tag_of

register = template.Library()
register.filter("lang", languages.attribute)
register.filter("spoken", languages.spoken)
register.filter("in_language", languages.in_language)
register.filter("written_in", languages.written_in)
register.filter("name_of_language", lambda code: name_of(tag_of(code)))


@register.simple_tag
def beside(said: Statement, translations: Mapping[int, Sequence[StatementTranslation]] | None) -> Beside:
    """The translations of a statement, and its own language: as its author said, else as who translated it last did."""
    return arranged(said, (translations or {}).get(said.pk, ()))


@register.simple_tag
def language_select(at: str) -> SafeString:
    """The choice of a form that is no Django form; `at` is its id."""
    made: SafeString = language_field().widget.render("language", read_here(), {"id": at})
    return made
