"""What others recorded after what an author had seen: asked under the lock, before anything is written.

Nobody is in conflict with oneself: an own act that came after is a retry, which `parties.once` finds, or deliberate.
"""

from collections.abc import Sequence

from obligations.commands.errors import Overtaken
from obligations.models import Commitment, Reading, Statement
from parties.access import Viewer


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
