"""What is asked under the lock before anything is written: what others recorded meanwhile, days before the text."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from obligations.commands.errors import Overtaken
from obligations.models import Commitment, Reading, Statement
from parties.access import Viewer
from parties.content import told_to_who_asked


def refuse_overtaken_finding(commitment: Commitment, seen: str, actor: Viewer) -> None:
    """`seen` is the key of the newest statement on the locked commitment that was seen, or any word for none."""
    later = (
        Statement.objects.findings()
        .in_force()
        .filter(commitment=commitment)
        .exclude(recorded_by=actor.user_id)
    )
    if anchor := Statement.objects.filter(commitment=commitment, key=seen).first():
        later = later.filter(pk__gt=anchor.pk)
    newer = later.select_related("confidant", "period", "recorded_by").order_by("-pk").first()
    if newer is not None:
        raise Overtaken(newer)


def refuse_overtaken_reading(commitments: Sequence[Commitment], seen: str, actor: Viewer) -> None:
    """`seen` is the key of the newest reading on the locked commitments that was seen, or any word for none."""
    later = Reading.objects.filter(commitment__in=commitments).exclude(recorded_by=actor.user_id)
    about = {one.obligation_id for one in commitments}
    if anchor := Reading.objects.filter(key=seen, commitment__obligation__in=about).first():
        later = later.filter(pk__gt=anchor.pk)
    newer = later.select_related("recorded_by").order_by("-pk").first()
    if newer is not None:
        raise Overtaken(newer)


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
