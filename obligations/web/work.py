"""What an account asked for and a worker does: how far it is, what came of it, and the file that is made for it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from agreement.viewers import viewer_of
from obligations.commands import Refused
from obligations.commands.work import cancel_work, note_seen, run_again
from obligations.forms.base import CommandForm
from obligations.models import WaitingDate, Work
from obligations.web.base.act import ActView
from obligations.work.files import answer_with, ask_for_file, title_of, view_at
from parties.access import Role
from parties.rates import costly

# Pieces on the page; older ones are shown nowhere.
SHOWN = 50


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The newest first, and dates of triggers apart. While something is open, a browser with script asks anew."""
    viewer = viewer_of(request)
    shown = list(Work.objects.of(viewer).with_files().select_related("agreement")[:SHOWN])
    mediated = viewer.agreements_as(Role.MEDIATOR)
    dates = WaitingDate.objects.filter(given_by=viewer.user_id, trigger__agreement__in=mediated)
    given = list(dates.select_related("trigger__agreement").order_by("-pk")[:SHOWN])
    if any(not one.is_open and one.seen_at is None for one in shown):
        note_seen(actor=viewer, now=timezone.now())
    any_open = any(one.is_open for one in shown) or any(one.ended_at is None for one in given)
    return render(request, "work/own.html", {"rows": shown, "dates": given, "any_open": any_open})


class FileForm(CommandForm):
    address = forms.CharField(widget=forms.HiddenInput)


class AskForFile(ActView):
    """A file that takes long: what it is, and the button that has a worker make it."""

    template, form_class, command = "work/file.html", FileForm, staticmethod(ask_for_file)
    done = gettext_lazy("A worker makes the file. You find it here once it is ready.")

    def prepare(self) -> None:
        self.address = self.request.POST.get("address") or self.request.GET.get("of", "")
        self.title = title_of(view_at(self.address), self.address)

    def said(self, form: Any) -> dict[str, Any]:
        return {"address": self.address, "root": self.request.build_absolute_uri("/")}

    def context(self, form: CommandForm) -> dict[str, Any]:
        return {"title": self.title, "address": self.address}

    def next_page(self, made: Work) -> str:
        return "own-work-list"


def act(command: Callable[..., Work]) -> Callable[[HttpRequest, str], HttpResponse]:
    """The view of a button of one's own work."""

    @login_required
    @require_POST
    def view(request: HttpRequest, key: str) -> HttpResponse:
        viewer = viewer_of(request)
        work = get_object_or_404(Work.objects.of(viewer), key=key)
        try:
            command(work=work, actor=viewer, now=timezone.now())
        except Refused as refused:
            messages.error(request, " ".join(refused.errors.values()))
        return redirect("own-work-list")

    return view


@login_required
@require_safe
def download(request: HttpRequest, key: str) -> HttpResponseBase:
    viewer = viewer_of(request)
    return answer_with(get_object_or_404(Work.objects.of(viewer), key=key), viewer)


urlpatterns = [
    path("", own, name="own-work-list"),
    path("file/", costly(AskForFile.as_view()), name="work-file"),
    path("<code:key>/cancel/", act(cancel_work), name="work-cancel"),
    path("<code:key>/again/", act(run_again), name="work-again"),
    path("<code:key>/file/", download, name="work-download"),
]
