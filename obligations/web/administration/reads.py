"""Who read which confidence: for administrators of its agreement, who see that it was read and never what it says."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agreement.models import ConfidenceRead
from agreement.viewers import viewer_of
from obligations.commands.retention import KEPT
from obligations.lists.places import AN_INSTANT, TEXT, text_part
from obligations.web.administration.administered import administered, for_administrators
from obligations.web.base.table import INSTANT_CELL, TableColumn, paged

MAILBOX, WHAT = text_part(320), text_part(80)
ORDERS = {
    "at": (("last_at", AN_INSTANT), ("user__email", MAILBOX), ("what", WHAT)),
    "who": (("user__email", MAILBOX), ("last_at", AN_INSTANT), ("what", WHAT)),
    "whose": (("confidant__code", TEXT), ("last_at", AN_INSTANT), ("user__email", MAILBOX), ("what", WHAT)),
}
COLUMNS = (
    TableColumn("user", gettext_lazy("Who"), sort="who"),
    TableColumn("confidant", gettext_lazy("Whose confidence"), sort="whose"),
    TableColumn("what", gettext_lazy("What"), path="thing"),
    TableColumn("agreement", gettext_lazy("Agreement"), path="agreement.short_title"),
    TableColumn("first_at", gettext_lazy("First on that day"), INSTANT_CELL),
    TableColumn("last_at", gettext_lazy("Last on that day"), INSTANT_CELL, "at", down=True),
)


@for_administrators
@require_safe
def reads(request: HttpRequest) -> HttpResponse:
    """The newest first, of the agreements whose mandates the viewer gives."""
    rows = ConfidenceRead.objects.filter(agreement__in=administered(viewer_of(request)))
    rows = rows.select_related("user", "confidant", "agreement")
    context = paged(request, rows, _("Readings of confidences"), COLUMNS, ORDERS, "-at")
    days = next(kept.days for kept in KEPT if kept.name == "reads")
    return render(request, "administration/reads.html", context | {"days": days})
