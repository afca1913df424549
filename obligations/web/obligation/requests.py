"""Requests: a mediator asks a party and takes that back; a representative sees what is asked of the own party."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreement.models import Participation
from agreement.viewers import viewer_of
from obligations.commands import Refused, make_request, take_back_request
from obligations.deadlines import day_in, present
from obligations.forms.audience import choices_of_a_request
from obligations.forms.requests import RequestForm, TakeBackForm
from obligations.models import Commitment, Obligation, PartyRequest, Statement
from obligations.status.requests import RequestState, request_states, with_all
from obligations.web.base.find import find
from obligations.web.obligation.statements import commitment_named, done, show, statement_named
from obligations.words.quoted import quoted
from parties.access import Audience, Role, Tier, Viewer
from parties.models import Party
from parties.rights import Right, require


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, agreement: str, code: str) -> HttpResponse:
    """Ask for a claim on `?commitment=`, or for a reply to `?statement=`, as a mediator."""
    viewer, now = viewer_of(request), timezone.now()
    owed = find(viewer, agreement, code)
    require(viewer, Right.REQUEST, owed.agreement_id)
    commitment, statement = subject(request, owed, viewer, now)
    form = RequestForm(
        request.POST or None,
        parties=can_be_asked(owed, statement, now),
        first=commitment.party if statement is None else None,
        today=day_in(now, owed.agreement.zone),
        choices=choices_of_a_request(owed.agreement, now, [statement] if statement else []),
    )
    if request.method == "POST" and form.is_valid():
        try:
            make_request(commitment=commitment, statement=statement, actor=viewer, now=now, **form.said())
        except Refused as refused:
            form.refuse(refused)
        else:
            return done(
                request, owed, _("It is asked. You find it on this page, and on the desk if nobody replies.")
            )
    about: dict[str, object] = {"commitment": commitment, "statement": statement}
    if statement is not None:
        about["quoted"] = quoted([statement], viewer, now)[0]
    return show(request, "obligations/request.html", form, owed, None, **about)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, agreement: str, code: str, key: str) -> HttpResponse:
    """Take a request back, with the reason."""
    viewer, now = viewer_of(request), timezone.now()
    owed = find(viewer, agreement, code)
    require(viewer, Right.REQUEST, owed.agreement_id)
    rows = with_all(PartyRequest.objects.visible_to(viewer, now).filter(commitment__obligation=owed))
    made = get_object_or_404(rows, key=key)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_back_request(request=made, actor=viewer, now=now, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            return done(request, owed, _("The request is taken back. It stays on record."))
    (about,) = request_states([made], viewer, present(now))
    return show(request, "obligations/request_back.html", form, owed, None, about=about)


@login_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What is asked of the parties that the viewer speaks for: what waits first, the nearest day on top."""
    viewer, now = viewer_of(request), timezone.now()
    if not viewer.has_role(Role.REPRESENTATIVE):
        raise PermissionDenied(_("This page is for representatives: it shows what is asked of their party."))
    told = of_own_parties(viewer, now)
    waiting = sorted(
        (one for one in told if one.waits), key=lambda one: (one.request.reply_by, one.request.asked_at)
    )
    context = {"waiting": waiting, "rest": [one for one in told if not one.waits]}
    return render(request, "obligations/asked_of_you.html", context)


def of_own_parties(viewer: Viewer, now: datetime) -> list[RequestState]:
    rows = PartyRequest.objects.none()
    for grant in viewer.grants:
        if grant.role == Role.REPRESENTATIVE:
            rows |= PartyRequest.objects.filter(agreement=grant.agreement_id, party=grant.party_id)
    seen = with_all(PartyRequest.objects.visible_to(viewer, now).filter(pk__in=rows.values("pk")))
    return request_states(seen, viewer, present(now))


def subject(
    request: HttpRequest, owed: Obligation, viewer: Viewer, now: datetime
) -> tuple[Commitment, Statement | None]:
    if "statement" not in request.GET:
        return commitment_named(request, owed, viewer), None
    statement = statement_named(request, owed, viewer, now)
    return statement.commitment, statement


def can_be_asked(owed: Obligation, statement: Statement | None, now: datetime) -> list[Party]:
    """The parties of the agreement and who owes this; about a statement those that see it, but for who made it."""
    places = Participation.objects.filter(agreement=owed.agreement_id, kind=Participation.Kind.PARTY)
    keys = {place.party_id for place in places} | set(owed.commitments.values_list("party", flat=True))
    if statement is not None:
        audience = statement.audience(now)
        keys = {key for key in keys if Audience(Tier.IN_CONFIDENCE, key).within(audience)} - {statement.by_id}
    return list(Party.objects.filter(pk__in=keys).order_by("name"))
