"""The one view of pages that write: a form, the command that it goes to, the confirmation, and where one goes on."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Field, MultipleChoiceField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreement.viewers import viewer_of
from obligations.commands.desk import drop_draft, save_draft
from obligations.commands.errors import NotAsShown, Overtaken, Refused
from obligations.commands.evidence import RefusedAsTooLarge, RefusedForNow
from obligations.commands.proposals import Command, carry_out
from obligations.forms.base import CommandForm
from obligations.models import Commitment, Draft, Proposal, Statement
from obligations.words.proposals import told_of_proposing
from parties.access import Viewer
from parties.texts import StrOrPromise

STATUS: dict[type[Refused], int] = {RefusedAsTooLarge: 413, RefusedForNow: 503}


class ActView(LoginRequiredMixin, View):
    """A page with a form that a command carries out; a subclass says which, and where one goes on.

    GET shows the form. POST runs the command, then redirects to `next_page` with the confirmation `done`; or it shows
    the form again with what is wrong at its fields, and beside it what others recorded meanwhile: status 422, for a
    file also 413 and 503. A `command` of `Command` may want a second signature: then the confirmation says that it is
    proposed. With a `draft_kind`, the form can be saved as the author's draft on `subject`.

    Opened from the desk, `?desk=` is the query of the desk: one goes back there. A template that extends `frame` is
    then shown in the pane beside the list, where htmx asks for it.
    """

    http_method_names = ["get", "head", "post"]

    template: ClassVar[str]
    form_class: ClassVar[type[CommandForm]]
    command: ClassVar[Any]
    done: ClassVar[StrOrPromise] = ""
    draft_kind: ClassVar[Draft.Kind | None] = None
    draft_saved: ClassVar[StrOrPromise] = gettext_lazy("Saved as a draft. Only you see it.")

    viewer: Viewer
    now: datetime
    # What the act is about.
    subject: Any
    status = 422

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.viewer, self.now = viewer_of(request), timezone.now()

    def prepare(self) -> None:
        """Find what the address names, and ask for the right: Http404 or PermissionDenied."""

    def form_arguments(self) -> dict[str, Any]:
        """What the form is made with, beside what was sent."""
        return {}

    def said(self, form: Any) -> dict[str, Any]:
        """What the command takes, beside who acts and when."""
        return dict(form.said())

    def context(self, form: Any) -> dict[str, Any]:
        """What the template shows, beside the form."""
        return {}

    def confirmation(self, made: Any) -> str:
        return str(self.done)

    def next_page(self, made: Any) -> str:
        """The address, or the name of one."""
        raise NotImplementedError

    def instead(self) -> HttpResponse | None:
        """The answer where no form is to be shown or sent."""
        return None

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare()
        return self.instead() or self.show(self.form())

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare()
        if answer := self.instead():
            return answer
        form = self.form(request.POST, request.FILES)
        if self.draft_kind and (told := self.about_the_draft(form)):
            messages.success(request, told)
            return redirect(self.after_the_draft())
        return (form.is_valid() and self.sent(form)) or self.show(form)

    def form(self, *sent: Any) -> CommandForm:
        if not sent and self.draft:
            return self.form_class(initial=dict(self.draft.content), **self.form_arguments())
        return self.form_class(*sent, **self.form_arguments())

    def sent(self, form: CommandForm) -> HttpResponse | None:
        """The answer once it is done; None where the form now says what is wrong, or its effect was not in sight."""
        try:
            made = self.run(**self.said(form))
        except NotAsShown:
            return None
        except Overtaken as overtaken:
            form.show_overtaken(overtaken.newer)
            return None
        except Refused as refused:
            form.refuse(refused)
            self.status = STATUS.get(type(refused), 422)
            return None
        self.drop_draft()
        return self.go_on(made, self.told(made))

    def told(self, made: Any) -> str:
        return told_of_proposing(made) if isinstance(made, Proposal) else self.confirmation(made)

    def go_on(self, made: Any, told: str) -> HttpResponse:
        if told:
            messages.success(self.request, told)
        return redirect(self.back or self.next_page(made))

    @cached_property
    def back(self) -> str:
        """The address of the desk as it was left; empty where one comes from elsewhere."""
        left = self.request.GET.get("desk")
        return "" if left is None else f"{reverse('desk')}?{QueryDict(left).urlencode()}"

    @property
    def in_pane(self) -> bool:
        return bool(self.back and self.request.htmx)  # type: ignore[attr-defined]

    def run(self, **said: Any) -> Any:
        said |= {"actor": self.viewer, "now": self.now}
        return carry_out(self.command, **said) if isinstance(self.command, Command) else self.command(**said)

    def show(self, form: CommandForm) -> HttpResponse:
        return self.render(
            self.template, self.context(form) | {"form": form}, self.status if form.errors else 200
        )

    def render(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """The page, or what is in its frame for the pane of the desk: wherever it was sent from."""
        frame = "desk/frame.html" if self.in_pane else "base.html"
        row = QueryDict(self.request.GET.get("desk")).get("commitment", "")
        shown = {"frame": frame, "back": self.back, "in_pane": self.in_pane, "row": row, **context}
        response = render(self.request, template, shown, status=status)
        if self.in_pane:
            response["HX-Retarget"], response["HX-Reswap"] = "#form", "outerHTML show:none"
            response["HX-Replace-Url"] = "false"
        return response

    @cached_property
    def draft(self) -> Draft | None:
        """The viewer's own, of this form on this subject."""
        if self.draft_kind is None:
            return None
        return Draft.objects.of(self.viewer).filter(kind=self.draft_kind, **self.of_draft).first()

    @property
    def of_draft(self) -> dict[str, Commitment | Statement]:
        return {"commitment" if isinstance(self.subject, Commitment) else "statement": self.subject}

    def about_the_draft(self, form: CommandForm) -> str:
        """What was done where the form was not sent but saved, right or wrong, or its draft thrown away; else empty."""
        assert self.draft_kind is not None
        data = self.request.POST
        if "save_draft" in data:
            content = {name: typed(data, name, field) for name, field in form.fields.items()}
            who: Any = {"actor": self.viewer, "now": self.now}
            about: Any = {"agreement": self.subject.agreement, "content": content, **self.of_draft}
            save_draft(kind=self.draft_kind, **who, **about)
            return str(self.draft_saved)
        if "drop_draft" in data:
            self.drop_draft()
            return _("The draft is thrown away.")
        return ""

    def drop_draft(self) -> None:
        if self.draft:
            drop_draft(draft=self.draft, actor=self.viewer)

    def after_the_draft(self) -> str:
        return self.request.get_full_path()


def typed(data: QueryDict, name: str, field: Field) -> str | list[str]:
    """What was sent in a field; several values of one that takes several. No column holds a NUL."""
    several = [value.replace("\x00", "") for value in data.getlist(name)]
    return several if isinstance(field, MultipleChoiceField) else (several or [""])[-1]
