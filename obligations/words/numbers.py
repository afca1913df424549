"""Numbers in words that several pages use."""

from django.utils.formats import number_format
from django.utils.translation import ngettext


def obligations_and_commitments(obligations: int, commitments: int) -> str:
    """What several owe is one obligation and several commitments: "2 obligations, 7 commitments"."""
    owed = ngettext("%(n)s obligation", "%(n)s obligations", obligations)
    shares = ngettext("%(n)s commitment", "%(n)s commitments", commitments)
    owed %= {"n": number_format(obligations, force_grouping=True)}
    shares %= {"n": number_format(commitments, force_grouping=True)}
    return f"{owed}, {shares}"
