"""Words that somebody wrote in a language of their own, as pages mark them: with its tag, and a note beside.

What nobody said the language of is marked so (`lang=""`), since it need not be that of the page.
"""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from obligations.words.languages import name_of
from parties.languages import is_read_by, read_here, tag_of


def attribute(language: str) -> SafeString:
    """The attribute of an element that holds such words and nothing else."""
    return format_html(' lang="{}"', tag_of(language))


def spoken(words: str, language: str) -> SafeString:
    """Such words inside of others."""
    return format_html("<span{}>{}</span>", attribute(language), words)


def within(sentence: str, words: str, language: str) -> SafeString:
    """A sentence of ours that ends with such words, or holds them near its end."""
    before, found, after = sentence.rpartition(words) if words else (sentence, "", "")
    return format_html("{}{}{}", before, spoken(found, language) if found else "", after)


def in_language(language: str) -> str:
    """Which one it is, where it is not the reader's; a script is none. Empty where nobody said it."""
    return "" if not language or is_read_by(language, read_here()) else written_in(language)


def written_in(language: str) -> str:
    # Translators: stands by itself beside a text; a language by its name, in the case of a list.
    return _("Written in %(language)s") % {"language": name_of(tag_of(language))}
