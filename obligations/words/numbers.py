"""Numbers as people read them."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import ngettext


def amount(n: int | Decimal) -> str:
    """With the separators of the language."""
    return number_format(n, force_grouping=True)


def obligations_and_commitments(obligations: int, commitments: int) -> str:
    """What several owe is one obligation and several commitments: "2 obligations, 7 commitments"."""
    owed = ngettext("%(n)s obligation", "%(n)s obligations", obligations) % {"n": amount(obligations)}
    shares = ngettext("%(n)s commitment", "%(n)s commitments", commitments) % {"n": amount(commitments)}
    return f"{owed}, {shares}"
