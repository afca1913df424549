"""Numbers in words that several pages use."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def obligations_and_commitments(obligations: int, commitments: int) -> str:
    """What several owe is one obligation and several commitments: "2 obligations, 7 commitments"."""
    owed = ngettext("%(n)s obligation", "%(n)s obligations", obligations)
    shares = ngettext("%(n)s commitment", "%(n)s commitments", commitments)
    words = {
        "obligations": owed % {"n": number_format(obligations, force_grouping=True)},
        "commitments": shares % {"n": number_format(commitments, force_grouping=True)},
    }
    return _("%(obligations)s, %(commitments)s") % words
