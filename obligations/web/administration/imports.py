"""Packs that administrators bring in: what one would change as a page, and the same applied with a reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from agreement.models import LedgerEntry
from agreement.packs.archive import MAX_ARCHIVE, installed
from agreement.packs.source import PackError, Problem
from obligations.commands import Refused
from obligations.forms.base import FIELD, CommandForm, reason_field
from obligations.lists.places import AN_INSTANT, TEXT
from obligations.packs import imports
from obligations.packs.difference import Change, kind_of
from obligations.packs.load import Loaded, short_value
from obligations.web.administration.administered import administered
from obligations.web.base.act import ActView
from obligations.web.base.table import INSTANT_CELL, TEXT_CELL, TableColumn, paged
from parties.access import Viewer
from parties.models import Party

# Of changes that a page shows.
MOST = 500
VERBS: dict[str, Promise] = {
    "added": gettext_lazy("would be added"),
    "changed": gettext_lazy("would change"),
    "ordered": gettext_lazy("would stand in another order"),
    "resumed": gettext_lazy("would be resumed"),
    "superseded": gettext_lazy("would be superseded"),
    "removed": gettext_lazy("would be removed"),
    "kept": gettext_lazy("would stay, though named no more"),
    "missing": gettext_lazy("not complete"),
}


class ArchiveForm(CommandForm):
    archive = forms.FileField(
        label=gettext_lazy("ZIP archive"),
        allow_empty_file=True,  # what is wrong with it is said where it is read
        max_length=200,
        error_messages={"required": gettext_lazy("Choose a file.")},
        help_text=gettext_lazy(
            "With the file pack.yaml and the files that it includes, at the top or in one folder."
        ),
        widget=forms.FileInput(attrs={**FIELD, "accept": ".zip"}),
    )


class ApplyForm(CommandForm):
    pack = forms.CharField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput)
    reason = reason_field(help_text=gettext_lazy("The ledger tells it, with your name."))


ORDERS = {
    "at": (("at", AN_INSTANT), ("agreement__code", TEXT)),
    "agreement": (("agreement__code", TEXT), ("at", AN_INSTANT)),
}
COLUMNS = (
    TableColumn("agreement", gettext_lazy("Agreement"), TEXT_CELL, "agreement", "agreement.short_title"),
    TableColumn("at", gettext_lazy("When"), INSTANT_CELL, "at", down=True),
    TableColumn("by", pgettext_lazy("column: who did it", "By"), "administration/cells/by.html"),
    TableColumn("reason", gettext_lazy("Reason")),
)


class Imports(ActView):
    """The packs that can be brought in; with `?pack=`, what one would change, and the form that applies it."""

    template, form_class = "administration/imports.html", ArchiveForm
    problems: tuple[Problem, ...] = ()

    def prepare(self) -> None:
        self.key = self.request.POST.get("pack") or self.request.GET.get("pack", "")
        self.upload = imports.waiting(self.key, self.viewer) if self.key else None

    def instead(self) -> HttpResponse | None:
        if not self.key or self.upload:
            return None
        messages.warning(self.request, _("This pack waits no more: choose it again."))
        return redirect("imports")

    def form(self, *sent: Any) -> CommandForm:
        return ApplyForm(*sent) if self.upload else ArchiveForm(*sent)

    def sent(self, form: CommandForm) -> HttpResponse | None:
        try:
            return self.apply(form) if self.upload else self.take_in(form)
        except PackError as error:
            self.problems = error.problems
            form.add_error(None, told_of(error))
        except PermissionDenied as denied:
            form.add_error(None, str(denied))
        except Refused as refused:
            form.refuse(refused)
        return None

    def take_in(self, form: CommandForm) -> HttpResponse:
        given = form.cleaned_data["archive"]
        upload = imports.of_archive(given.name, given.read(MAX_ARCHIVE + 1))
        imports.require_to_load(self.viewer, upload.pack())
        return redirect(reverse("imports", query={"pack": imports.store_upload(upload, self.viewer)}))

    def apply(self, form: CommandForm) -> HttpResponse:
        assert self.upload is not None
        pack, said = self.upload.pack(), form.cleaned_data
        if imports.is_long(pack):
            imports.require_to_load(self.viewer, pack)
            words = {"shown": said["shown"], "reason": said["reason"]}
            imports.import_later(self.key, actor=self.viewer, now=self.now, **words)
            return redirect(reverse("imports", query={"pack": self.key}))
        made = imports.import_pack(
            pack=pack, shown=said["shown"], reason=said["reason"], actor=self.viewer, now=self.now
        )
        messages.success(self.request, _("Loaded: %(agreement)s.") % {"agreement": made})
        return redirect("imports")

    def context(self, form: CommandForm) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "installed": installed(),
            "earlier": paged(
                self.request, loads(self.viewer), _("Brought in before"), COLUMNS, ORDERS, "-at"
            ),
            "problems": self.problems,
        }
        if self.upload:
            shown |= self.plan()
        return shown

    def plan(self) -> dict[str, Any]:
        """What the pack would change; or what is wrong with it, and no form."""
        assert self.upload is not None
        outcome = imports.outcome(self.key, self.viewer, self.now)
        about: dict[str, Any] = {"upload": self.upload, "pack_key": self.key, "outcome": outcome}
        if outcome in (imports.AT_WORK, imports.DONE):
            return about
        try:
            pack = self.upload.pack()
            loaded = imports.planned(pack, self.viewer, self.now)
        except PackError as error:
            return about | {"problems": error.problems, "told": told_of(error)}
        except PermissionDenied as denied:
            return about | {"told": str(denied)}
        changes = changes_seen(loaded, self.viewer)
        return about | {
            "digest": imports.digest_of(loaded, pack),
            "is_long": imports.is_long(pack),
            "groups": list(groups(changes)),
            "total": len(changes),
            "most": MOST,
        }


def told_of(error: PackError) -> str:
    words = ngettext(
        "Nothing was written: the pack has %(n)s mistake.",
        "Nothing was written: the pack has %(n)s mistakes.",
        len(error.problems),
    )
    return words % {"n": len(error.problems)}


def changes_seen(loaded: Loaded, viewer: Viewer) -> list[Change]:
    """Without the pack's digest, which changes with all else. What other agreements call an actor is told to who keeps
    the server alone.
    """
    others = "kept", kind_of(Party)
    return [
        one
        for one in loaded.changes
        if one.field != "pack_digest" and (viewer.keeps_accounts or (one.verb, one.kind) != others)
    ]


@dataclass(frozen=True, slots=True)
class Line:
    change: Change

    @property
    def verb(self) -> Promise:
        return VERBS[self.change.verb]

    @property
    def old(self) -> str:
        return short_value(self.change.old)

    @property
    def new(self) -> str:
        return short_value(self.change.new)


def groups(changes: list[Change]) -> Iterator[tuple[str, int, list[Line]]]:
    """Each kind of thing with its number of changes and the first of these, as long as fewer than MOST are shown in
    all.
    """
    left = MOST
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change)
    for kind, those in by_kind.items():
        yield kind, len(those), [Line(one) for one in those[:left]]
        left = max(left - len(those), 0)


def loads(viewer: Viewer) -> QuerySet[LedgerEntry]:
    """What was brought in, of the agreements that the viewer administers."""
    rows = LedgerEntry.objects.filter(command="load_pack", agreement__in=administered(viewer))
    return rows.select_related("agreement", "actor")
