"""A party's statements: a claim about a commitment, a contest of what was said."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agreement.viewers import viewer_of
from obligations.commands import Refused, record_claim, record_contest
from obligations.commands.evidence import attach
from obligations.commands.statements import CONTESTED
from obligations.forms import ClaimForm, ContestForm
from obligations.models import Commitment, Evidence, Obligation, Statement
from obligations.pages.views import find
from parties.access import Viewer
from parties.models import Party
from parties.rights import Act, require


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, agreement: str, code: str) -> HttpResponse:
    """A claim in the name of the signed-in representative's own party, on `?commitment=`."""
    viewer, now = viewer_of(request), timezone.now()
    owed = find(viewer, agreement, code)
    own = speaks_for(viewer, owed, Act.MAKE_CLAIM)
    commitment = commitment_named(request, owed, viewer)
    evidence = evidence_on(owed, viewer, now)
    form = ClaimForm(request.POST or None, commitment=commitment, now=now, evidence=evidence)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                said = in_name_of(own, form.said())
                made = record_claim(commitment=commitment, actor=viewer, now=now, **said)
                rest_on(made, form.chosen(), viewer, now)
        except Refused as refused:
            form.refuse(refused)
        else:
            return done(request, owed, _("Your claim is recorded. It waits for a finding."))
    return show(request, "obligations/claim.html", form, owed, own, commitment=commitment)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest, agreement: str, code: str) -> HttpResponse:
    """An objection of the own party to the claim or finding `?statement=`."""
    viewer, now = viewer_of(request), timezone.now()
    owed = find(viewer, agreement, code)
    own = speaks_for(viewer, owed, Act.CONTEST)
    statement = statement_named(request, owed, viewer, now)
    if statement.kind not in CONTESTED:
        raise Http404
    form = ContestForm(request.POST or None, evidence=evidence_on(owed, viewer, now))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                chosen, said = form.chosen(), in_name_of(own, form.cleaned_data)
                made = record_contest(statement=statement, actor=viewer, now=now, **said)
                rest_on(made, chosen, viewer, now)
        except Refused as refused:
            form.refuse(refused)
        else:
            return done(request, owed, _("Your contest is recorded. It waits for the mediators."))
    return show(request, "obligations/contest.html", form, owed, own, statement=statement)


def evidence_on(owed: Obligation, viewer: Viewer, now: datetime) -> list[Evidence]:
    return list(Evidence.objects.visible_to(viewer, now).filter(obligation=owed).newest_first())


def rest_on(statement: Statement, evidence: Iterable[Evidence], viewer: Viewer, now: datetime) -> None:
    for one in evidence:
        attach(evidence=one, statement=statement, actor=viewer, now=now)


def speaks_for(viewer: Viewer, owed: Obligation, act: Act) -> Party:
    grant = require(viewer, act, owed.agreement_id)
    if grant.party_id is None:
        raise PermissionDenied(_("Your account speaks for no party."))
    return Party.objects.get(pk=grant.party_id)


def commitment_named(request: HttpRequest, owed: Obligation, viewer: Viewer) -> Commitment:
    rows = Commitment.objects.visible_to(viewer).select_related("agreement", "obligation__trigger", "party")
    return get_object_or_404(rows, obligation=owed, pk=number(request, "commitment"))


def statement_named(request: HttpRequest, owed: Obligation, viewer: Viewer, now: datetime) -> Statement:
    """A statement that the viewer may see; a hidden one is not there."""
    rows = Statement.objects.visible_to(viewer, now).filter(commitment__obligation=owed)
    rows = rows.select_related("agreement", "commitment__party", "by", "confidant")
    key = request.GET.get("statement", "")
    if "\x00" in key:
        raise Http404
    return get_object_or_404(rows, key=key)


def number(request: HttpRequest, name: str) -> int:
    given = request.GET.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Http404
    return int(given)


def in_name_of(own: Party, said: dict[str, Any]) -> dict[str, Any]:
    """With the own party as the one that a confidence is shared with."""
    return said | {"confidant": own if said["tier"] == "in_confidence" else None}


def done(request: HttpRequest, owed: Obligation, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("obligation", owed.agreement.code, owed.code)


def show(
    request: HttpRequest,
    template: str,
    form: Form,
    owed: Obligation,
    own: Party | None,
    **more: object,
) -> HttpResponse:
    context = {"agreement": owed.agreement, "obligation": owed, "own": own, "form": form, **more}
    return render(request, template, context, status=422 if form.errors else 200)
