"""Looking after an obligation: a mediator says who owns it, and takes note of its breaches."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from obligations.commands.care import acknowledge_breach, assign
from obligations.forms.base import CommandForm, Text, select
from obligations.status.care import Care, care_of, mediators_of
from obligations.web.base.selection import key_in
from obligations.web.obligation.base import ObligationAct
from parties.rights import Right


class CareAct(ObligationAct):
    """One button on the page of the obligation and on the desk; a page of its own says more, or what is wrong."""

    template = "obligations/care.html"

    def prepare(self) -> None:
        super().prepare()
        self.care = care_of([self.owed.pk], self.viewer).get(self.owed.pk, Care())

    def said(self, form: CommandForm) -> dict[str, Any]:
        return form.said() | {"obligation": self.owed}

    def show(self, form: CommandForm) -> HttpResponse:
        if not (self.back and form.errors):
            return super().show(form)
        for wrong in form.errors.values():
            messages.error(self.request, " ".join(map(str, wrong)))
        return redirect(self.back)


class OwnerForm(CommandForm):
    owner = select(
        gettext_lazy("Owner"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a mediator of this agreement, or nobody.")},
    )

    def __init__(self, *args: Any, mediators: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mediators = {one.key: one for one in mediators}
        names = [(key, str(one)) for key, one in self.mediators.items()]
        self.fields["owner"].choices = [("", _("nobody")), *names]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        return {"owner": self.mediators.get(self.cleaned_data["owner"])}


class Own(CareAct):
    right, command, form_class = Right.ASSIGN, staticmethod(assign), OwnerForm

    def form_arguments(self) -> dict[str, Any]:
        owner = self.care.owner.key if self.care.owner else ""
        return {"initial": {"owner": owner}, "mediators": mediators_of([self.owed.agreement_id])}

    def confirmation(self, made: Any) -> str:
        return _("%(owner)s owns it now.") % {"owner": made.owner} if made.owner else _("Nobody owns it now.")

    def context(self, form: Any) -> dict[str, Any]:
        words = _("The owner is the mediator who looks after an obligation, with all its commitments.")
        return super().context(form) | {"words": words, "action": _("Record the owner")}


class NoteForm(CommandForm):
    shown_at = {"breach": "note"}

    note = Text("reason", label=gettext_lazy("Note"), required=False)


class Acknowledge(CareAct):
    """Acknowledge the breach `?breach=`, by its key, on `?commitment=`."""

    right, command, form_class = Right.ACKNOWLEDGE, staticmethod(acknowledge_breach), NoteForm
    done = gettext_lazy("The breach is acknowledged. It stays open, and waits on the desk no more.")

    def prepare(self) -> None:
        super().prepare()
        self.subject = self.commitment_named()
        self.breach = key_in(self.request.GET, "breach")
        if not self.breach:
            raise Http404

    def said(self, form: CommandForm) -> dict[str, Any]:
        return form.said() | {"commitment": self.subject, "breach": self.breach}

    def context(self, form: Any) -> dict[str, Any]:
        words = _("You take note of the breach of %(party)s: it stays open, and waits on the desk no more.")
        told = words % {"party": self.subject.party.name}
        return super().context(form) | {"words": told, "action": _("Acknowledge the breach")}
