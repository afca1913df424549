"""What is kept how long and why, and when what was old went."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreement.viewers import viewer_of
from obligations.commands.retention import KEPT
from obligations.models import Forgotten
from obligations.web.administration.accounts import for_administrators


@for_administrators
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """The table, for administrators. How many rows went is counted over the whole server, and so for who keeps it."""
    carried_out = {row.name: row for row in Forgotten.objects.all()}
    context = {
        "rows": [(kept, carried_out.get(kept.name)) for kept in KEPT],
        "keeps_all": viewer_of(request).keeps_accounts,
    }
    return render(request, "administration/retention.html", context)
