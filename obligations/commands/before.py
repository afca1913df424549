"""Days before the text under which something is owed."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from obligations.models import Commitment
from parties.content import told_to_who_asked


def errors_before(commitment: Commitment, **days: date | None) -> dict[str, str]:
    """Nothing is done, left undone, said or due under a text that is not there yet: a sentence by the field's name."""
    text = commitment.obligation.provision.instrument
    adopted = text.adopted_on
    early = [name for name, day in days.items() if day and adopted and day < adopted]
    if adopted is None or not early:
        return {}
    words = {"text": text.short_title or text.title, "day": date_format(adopted)}
    told = _("%(text)s, under which this is owed, was adopted on %(day)s: give that day or a later one.")
    with told_to_who_asked():
        return dict.fromkeys(early, told % words)
