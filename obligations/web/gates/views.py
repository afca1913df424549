"""What the text lets happen only after something else: each condition, what it lacks, and what waits for what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from obligations.deadlines import present
from obligations.models import Commitment
from obligations.status.moments import WrongDay, moment_asked, then_of
from obligations.web.base.guards import for_readers
from obligations.web.base.scope import nothing_to_read, reader_of
from obligations.web.gates.collected import awaited, gates_of
from parties.rights import Right, may


@require_safe
@for_readers
def gates(request: HttpRequest) -> HttpResponse:
    """Show the gates as of the days that the address names; 400 with the present where these are none."""
    reader = reader_of(request)
    if reader is None:
        return nothing_to_read(request, _("Gates"), request.path)
    agreement, viewer, wrong = reader.agreement, reader.viewer, list[str]()
    try:
        moment = moment_asked(request.GET, reader.now, agreement.zone, ahead=True)
    except WrongDay as error:
        moment, wrong = present(reader.now), error.sentences
    found = gates_of(agreement, viewer, moment, reader.register)
    context = {
        "scope": reader,
        "agreement": agreement,
        "then": then_of(
            moment, agreement.zone, Commitment.objects.filter(agreement=agreement), viewer, ahead=True
        ),
        "days_wrong": wrong,
        "carried": [("agreement", agreement.code)],
        "gates": found,
        "closed": sum(not one.is_open for one in found),
        "awaited": awaited(agreement, viewer, moment, found),
        "may_open_gate": moment.is_present and may(viewer, Right.OPEN_GATE, agreement.pk),
        "may_date": moment.is_present and may(viewer, Right.SET_TRIGGER_DATE, agreement.pk),
    }
    return render(request, "gates/page.html", context, status=400 if wrong else 200)


urlpatterns: list[URLPattern | URLResolver] = [path("", gates, name="gates")]
