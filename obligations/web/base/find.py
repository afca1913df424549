"""The obligation that an address names."""

from django.shortcuts import get_object_or_404

from obligations.models import Obligation
from parties.access import Viewer


def find(viewer: Viewer, agreement: str, code: str) -> Obligation:
    """The obligation; 404 where it is not there for the viewer."""
    visible = Obligation.objects.visible_to(viewer).select_related(
        "agreement",
        "provision__instrument",
        "provision__parent",
        "trigger",
        "deadline_from",
        "after_obligation",
    )
    return get_object_or_404(visible, agreement__code=agreement, code=code)
