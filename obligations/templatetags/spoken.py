"""In which language something was said, and the choice of it in a form. None of these asks the database."""

from django import template
from django.utils.safestring import SafeString

from obligations.forms.base import language_field
from parties.languages import read_here

register = template.Library()


@register.simple_tag
def language_select(at: str) -> SafeString:
    """The choice of a form that is no Django form; `at` is its id."""
    made: SafeString = language_field().widget.render("language", read_here(), {"id": at})
    return made
