"""What a reading says, and who agreed on it, in words."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.translation import gettext as _

from obligations.words.readings import reading_in_words

register = template.Library()
register.filter("reads_as", reading_in_words)


@register.filter
def names_of(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """Parties by their names: "Alpha and Beta". A code that has none stays."""
    *first, last = sorted((names.get(code, code) for code in codes), key=str.casefold) or [""]
    if not first:
        return last
    return _("%(some)s and %(last)s") % {"some": ", ".join(first), "last": last}
