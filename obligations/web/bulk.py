"""The pages of bulk entry: the template, the upload, the preview, and recording all of it."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.bulk.rows import Book, as_csv, as_workbook
from obligations.bulk.run import AT_ONCE, Result, preview, record, record_later, recording_of
from obligations.bulk.sheet import COLUMNS, Row, Unreadable, read
from obligations.commands import Refused
from obligations.commands.desk import drop_draft, save_sheet
from obligations.forms.base import CommandForm
from obligations.models import Draft
from obligations.web.base.act import ActView
from obligations.web.base.guards import guard
from parties.access import Viewer
from parties.once import is_on_record
from parties.rates import costly
from parties.rights import STATING, states

FORMS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class SheetForm(CommandForm):
    sheet = forms.FileField(
        label=gettext_lazy("Sheet"),
        allow_empty_file=True,  # what is wrong with it is said where it is read
        max_length=200,
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.FileInput(attrs={"class": "field", "accept": ".csv,.xlsx"}),
    )


for_authors = guard(
    *STATING,
    otherwise=gettext_lazy("Bulk entry is for mediators, for observers and for representatives of a party."),
)


@for_authors
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The agreements in which the viewer records; with one, straight to it."""
    found = theirs(viewer_of(request))
    if len(found) == 1:
        return redirect("bulk-upload", found[0].code)
    return render(request, "bulk/choose.html", {"agreements": found})


class Upload(ActView):
    """Take a sheet in, and go on to its preview. Sheets that wait are listed."""

    template, form_class, command = "bulk/upload.html", SheetForm, staticmethod(save_sheet)

    def prepare(self) -> None:
        self.agreement = one_of_theirs(self.viewer, self.kwargs["agreement"])

    def said(self, form: SheetForm) -> dict[str, Any]:
        given = form.cleaned_data["sheet"]
        try:
            rows = read(given.read(settings.BULK_BYTES + 1))
        except Unreadable as unreadable:
            raise Refused({"sheet": str(unreadable)}) from unreadable
        content = {"name": given.name, "rows": [asdict(row) for row in rows]}
        return {"agreement": self.agreement, "content": content}

    def next_page(self, made: Draft) -> str:
        return reverse("bulk-sheet", args=[self.agreement.code, made.key])

    def context(self, form: SheetForm) -> dict[str, Any]:
        waiting = Draft.objects.of(self.viewer).filter(kind=Draft.Kind.BULK, agreement=self.agreement)
        shown = {"columns": COLUMNS, "most": settings.BULK_ROWS, "waiting": waiting}
        return {"agreement": self.agreement, **shown}


@for_authors
@require_safe
@costly
def template(request: HttpRequest, agreement: str, form: str) -> HttpResponse:
    """The columns, with a row for each commitment, as CSV or XLSX."""
    viewer = viewer_of(request)
    about = one_of_theirs(viewer, agreement)
    if form not in FORMS:
        raise Http404
    write, kind = FORMS[form]
    answer = HttpResponse(write(Book(about, viewer, timezone.now())), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="statements-{about.code}.{form}"'
    return answer


@for_authors
@require_http_methods(["GET", "HEAD", "POST"])
@costly
def sheet(request: HttpRequest, agreement: str, key: str) -> HttpResponse:
    """What recording the sheet does, row by row; sent, all of it is recorded, or thrown away."""
    viewer, now = viewer_of(request), timezone.now()
    about = one_of_theirs(viewer, agreement)
    waiting = Draft.objects.of(viewer).filter(kind=Draft.Kind.BULK, agreement=about)
    draft = waiting.filter(key=key).first()
    if draft is None:
        if request.method == "POST" and is_on_record(viewer):
            messages.success(request, _("The sheet is on record."))
            return redirect("bulk-upload", about.code)
        raise Http404
    rows = [Row(**row) for row in draft.content["rows"]]
    if work := recording_of(draft):
        return render(request, "bulk/recording.html", {"agreement": about, "draft": draft, "work": work})
    if request.method != "POST":
        return show(request, about, draft, preview(about, rows, viewer, now))
    if "drop" in request.POST:
        drop_draft(draft=draft, actor=viewer)
        messages.success(request, _("The sheet is thrown away. Nothing of it was recorded."))
        return redirect("bulk-upload", about.code)
    shown = request.POST.get("shown", "")
    try:
        if len(rows) > AT_ONCE:
            record_later(draft=draft, shown=shown, actor=viewer, now=now)
            messages.success(
                request, _("A worker records the sheet. You find it here until it is done, and after.")
            )
            return redirect("own-work-list")
        result = record(agreement=about, rows=rows, actor=viewer, now=now, shown=shown)
    except Refused as refused:
        messages.error(request, " ".join(refused.errors.values()))
        return show(request, about, draft, preview(about, rows, viewer, now), status=422)
    return recorded(request, about, draft, result)


def recorded(request: HttpRequest, about: Agreement, draft: Draft, result: Result) -> HttpResponse:
    if not result.recorded:
        return show(request, about, draft, result, moved=True)
    drop_draft(draft=draft, actor=viewer_of(request))
    said = ngettext("%(n)s statement is recorded.", "%(n)s statements are recorded.", len(result.new))
    messages.success(request, said % {"n": len(result.new)})
    return redirect("bulk-upload", about.code)


def show(
    request: HttpRequest,
    about: Agreement,
    draft: Draft,
    result: Result,
    moved: bool = False,
    status: int = 200,
) -> HttpResponse:
    """`moved`: it was sent, and the record is not what it was when it was shown, or rows are wrong."""
    context = {"agreement": about, "draft": draft, "result": result, "moved": moved and not result.wrong}
    return render(request, "bulk/sheet.html", context, status=409 if moved else status)


def theirs(viewer: Viewer) -> list[Agreement]:
    found = Agreement.objects.visible_to(viewer).order_by("short_title", "code")
    return [one for one in found if states(viewer, one.pk)]


def one_of_theirs(viewer: Viewer, code: str) -> Agreement:
    """404 where it is not there for the viewer, 403 where it is but they record nothing in it."""
    found: Agreement = get_object_or_404(Agreement.objects.visible_to(viewer), code=code)
    if not states(viewer, found.pk):
        raise PermissionDenied(_("You record nothing in this agreement."))
    return found


urlpatterns = [
    path("", choose, name="bulk"),
    path("<slug:agreement>/", for_authors(costly(Upload.as_view())), name="bulk-upload"),
    path("<slug:agreement>/template.<str:form>", template, name="bulk-template"),
    path("<slug:agreement>/<str:key>/", sheet, name="bulk-sheet"),
]
