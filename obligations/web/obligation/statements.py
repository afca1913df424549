"""A party's statements: a claim about a commitment, a contest of what was said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreement.viewers import viewer_of
from obligations.commands import Refused
from obligations.commands.evidence import record_with_evidence
from obligations.commands.statements import CONTESTED
from obligations.commands.widening import Referent, requests_replied_to
from obligations.deadlines import present
from obligations.forms.audience import Choices, choices_for
from obligations.forms.drafts import content_of, draft_of, forget, save_as_draft
from obligations.forms.finding import ClaimForm, ContestForm
from obligations.models import Commitment, Draft, Evidence, Obligation, Statement
from obligations.status.requests import request_states
from obligations.web.base.find import find
from obligations.words.quoted import quoted
from parties.access import Viewer
from parties.models import Party
from parties.rights import Right, require


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, agreement: str, code: str) -> HttpResponse:
    """A claim in the name of the signed-in representative's own party, on `?commitment=`."""
    viewer, now = viewer_of(request), timezone.now()
    owed = find(viewer, agreement, code)
    own = speaks_for(viewer, owed, Right.MAKE_CLAIM)
    commitment = commitment_named(request, owed, viewer)
    draft = draft_of(viewer, Draft.Kind.CLAIM, commitment)
    requests = requests_replied_to(commitment, None, own.pk)
    form = ClaimForm(
        request.POST or None,
        commitment=commitment,
        now=now,
        evidence=evidence_on(owed, viewer, now),
        choices=choices_by(viewer, owed, now, requests),
        initial=content_of(draft),
    )
    if kept := about_the_draft(request, form, viewer, now, Draft.Kind.CLAIM, commitment):
        return kept
    if request.method == "POST" and form.is_valid():
        try:
            said = form.said() | {"commitment": commitment}
            record_with_evidence(
                kind=Statement.Kind.CLAIM, evidence=form.chosen(), actor=viewer, now=now, **said
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            forget(viewer, Draft.Kind.CLAIM, commitment)
            return done(request, owed, _("Your claim is recorded. It waits for a finding."))
    more: dict[str, Any] = {"commitment": commitment, "draft": draft, "drafts": True}
    more["requests"] = request_states(requests, viewer, present(now))
    return show(request, "obligations/claim.html", form, owed, own, **more)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest, agreement: str, code: str) -> HttpResponse:
    """An objection of the own party to the claim or finding `?statement=`."""
    viewer, now = viewer_of(request), timezone.now()
    owed = find(viewer, agreement, code)
    own = speaks_for(viewer, owed, Right.CONTEST)
    statement = statement_named(request, owed, viewer, now)
    if statement.kind not in CONTESTED:
        raise Http404
    draft = draft_of(viewer, Draft.Kind.CONTEST, statement)
    requests = requests_replied_to(statement.commitment, statement, own.pk)
    form = ContestForm(
        request.POST or None,
        evidence=evidence_on(owed, viewer, now),
        choices=choices_by(viewer, owed, now, [statement, *requests]),
        initial=content_of(draft),
    )
    if kept := about_the_draft(request, form, viewer, now, Draft.Kind.CONTEST, statement):
        return kept
    if request.method == "POST" and form.is_valid():
        try:
            chosen, said = form.chosen(), form.said() | {"statement": statement}
            record_with_evidence(kind=Statement.Kind.CONTEST, evidence=chosen, actor=viewer, now=now, **said)
        except Refused as refused:
            form.refuse(refused)
        else:
            forget(viewer, Draft.Kind.CONTEST, statement)
            return done(request, owed, _("Your contest is recorded. It waits for the mediators."))
    more: dict[str, Any] = {"statement": statement, "draft": draft, "drafts": True}
    more["quoted"] = quoted([statement], viewer, now)[0]
    more["requests"] = request_states(requests, viewer, present(now))
    return show(request, "obligations/contest.html", form, owed, own, **more)


def about_the_draft(
    request: HttpRequest,
    form: Form,
    viewer: Viewer,
    now: datetime,
    kind: Draft.Kind,
    about: Commitment | Statement,
) -> HttpResponse | None:
    """The answer where the form was not sent but saved, or its draft thrown away."""
    if "save_draft" in request.POST:
        save_as_draft(request.POST, form, viewer, now, kind, about)
        messages.success(request, _("Saved as a draft. Only you see it."))
    elif "drop_draft" in request.POST:
        forget(viewer, kind, about)
        messages.success(request, _("The draft is thrown away."))
    else:
        return None
    return redirect(request.get_full_path())


def evidence_on(owed: Obligation, viewer: Viewer, now: datetime) -> list[Evidence]:
    return list(
        Evidence.objects.visible_to(viewer, now)
        .filter(obligation=owed)
        .select_related("confidant")
        .newest_first()
    )


def speaks_for(viewer: Viewer, owed: Obligation, act: Right) -> Party:
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


def choices_by(viewer: Viewer, owed: Obligation, now: datetime, referents: Sequence[Referent]) -> Choices:
    """Who may see what the viewer says about all of `referents`."""
    grant = viewer.grant(owed.agreement_id)
    if grant is None:
        raise PermissionDenied(_("You record nothing in this agreement."))
    return choices_for(owed.agreement, grant, now, referents)


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
