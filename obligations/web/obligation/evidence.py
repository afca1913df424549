"""Handing in evidence from the page of an obligation, and the way to a file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreement.viewers import viewer_of
from obligations.commands import Refused
from obligations.commands.evidence import RefusedAsTooLarge, RefusedForNow, add_file, add_link, side_of
from obligations.commands.evidence import attach as attach_evidence
from obligations.deadlines import present
from obligations.files.download import answer_with
from obligations.forms.audience import choices_for
from obligations.forms.evidence import AttachForm, EvidenceForm, FileForm, LinkForm
from obligations.models import Evidence, Obligation, Statement
from obligations.web.base.find import find
from obligations.words.quoted import quoted
from parties.access import Grant, Viewer
from parties.rights import Right, require

FORMS: dict[str, type[EvidenceForm]] = {Evidence.Kind.FILE: FileForm, Evidence.Kind.LINK: LinkForm}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, agreement: str, code: str, kind: str) -> HttpResponse:
    """Hand in a file or a link: `?replaces=` as a newer version, `?statement=` for a statement of the own side."""
    viewer, now = viewer_of(request), timezone.now()
    owed = find(viewer, agreement, code)
    grant = require(viewer, Right.ADD_EVIDENCE, owed.agreement_id)
    older = older_named(request, owed, viewer, grant)
    statements = own_statements(owed, viewer, grant)
    named = request.POST.get("statement", request.GET.get("statement", ""))
    statement = next((one for one in statements if one.key == named), None)
    form = FORMS[kind](
        request.POST or None,
        request.FILES or None,
        initial={"statement": named},
        obligation=owed,
        now=now,
        choices=choices_for(owed.agreement, grant, now, [one for one in (statement, older) if one]),
        statements=statements,
        older=older,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            command = add_file if kind == Evidence.Kind.FILE else add_link
            try:
                made = command(obligation=owed, actor=viewer, now=now, **form.said())
            except Refused as refused:
                form.refuse(refused)
                status = status_of(refused)
            else:
                messages.success(request, _("The evidence is on record."))
                return redirect(page_of(owed, made))
    shown = {"agreement": owed.agreement, "obligation": owed, "form": form, "kind": kind, "older": older}
    shown["quoted"] = quoted([statement], viewer, now)[0] if statement else None
    return render(request, "obligations/add_evidence.html", shown, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, agreement: str, code: str, key: str) -> HttpResponse:
    """Attach evidence that is there to a statement of the own side."""
    viewer, now = viewer_of(request), timezone.now()
    owed = find(viewer, agreement, code)
    grant = require(viewer, Right.ADD_EVIDENCE, owed.agreement_id)
    evidence = named(owed, viewer, key)
    form = AttachForm(request.POST or None, statements=own_statements(owed, viewer, grant))
    if request.method == "POST" and form.is_valid():
        statement = form.statements[form.cleaned_data["statement"]]
        try:
            attach_evidence(evidence=evidence, statement=statement, actor=viewer, now=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The statement now rests on this evidence."))
            return redirect(page_of(owed, evidence))
    shown = {"agreement": owed.agreement, "obligation": owed, "form": form, "evidence": evidence}
    return render(request, "obligations/attach_evidence.html", shown, status=422 if form.errors else 200)


@require_safe
def file(request: HttpRequest, agreement: str, code: str, key: str) -> FileResponse:
    """The file itself, for who may see the evidence; 404 for anybody else, as for a key that never was."""
    viewer = viewer_of(request)
    return answer_with(named(find(viewer, agreement, code), viewer, key, kind=Evidence.Kind.FILE))


def named(owed: Obligation, viewer: Viewer, key: str, **fields: Any) -> Evidence:
    seen = Evidence.objects.seen_by(viewer, present(timezone.now())).select_related("obligation__agreement")
    found: Evidence = get_object_or_404(seen, obligation=owed, key=key, **fields)
    return found


def older_named(request: HttpRequest, owed: Obligation, viewer: Viewer, grant: Grant) -> Evidence | None:
    key = request.GET.get("replaces", "")
    if not key or "\x00" in key:
        return None
    return named(owed, viewer, key, by=side_of(grant))


def own_statements(owed: Obligation, viewer: Viewer, grant: Grant) -> list[Statement]:
    """Those of the own side, newest first: a party's, or the mediators' findings."""
    seen = Statement.objects.visible_to(viewer, timezone.now())
    own = seen.filter(commitment__obligation=owed, by=side_of(grant))
    return list(own.select_related("agreement", "commitment__party", "by", "confidant").newest_first())


def status_of(refused: Refused) -> int:
    if isinstance(refused, RefusedAsTooLarge):
        return 413
    return 503 if isinstance(refused, RefusedForNow) else 422


def page_of(owed: Obligation, evidence: Evidence) -> str:
    return f"{reverse('obligation', args=[owed.agreement.code, owed.code])}#evidence-{evidence.key}"
