"""What is said about a statement: an answer, a withdrawal, another tier."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agreement.models import Event
from agreement.viewers import viewer_of
from obligations.commands import Refused, proposals
from obligations.commands.proposals import Command
from obligations.commands.releases import Subject
from obligations.commands.widening import requests_replied_to
from obligations.deadlines import present
from obligations.forms.audience import Choices, choices_for
from obligations.forms.replies import AnswerForm, ReleaseForm, TierForm, WithdrawalForm
from obligations.models import Evidence, Obligation, Proposal, Statement
from obligations.status.requests import request_states
from obligations.web.base.find import find
from obligations.web.obligation.statements import done, show, statement_named
from obligations.words.proposals import told_of_proposing
from obligations.words.quoted import quoted
from parties.access import Grant, Viewer
from parties.models import Party
from parties.rights import Right, require


@dataclass(frozen=True, slots=True)
class Page:
    """The words of one of them, and what it does. `name` is the last part of its address."""

    name: str
    act: Right
    form: type[TierForm | WithdrawalForm]
    command: Callable[..., object]
    subject: str  # the name of the statement among the command's arguments
    title: Promise
    about: Promise
    button: Promise
    done: Promise


ANSWER = Page(
    "answer",
    Right.ANSWER,
    AnswerForm,
    partial(
        proposals.carry_out, Command.ANSWER
    ),  # a mediator's may want a second one, and so may the two below
    "statement",
    _("Answer on %(code)s"),
    _("What you answer stays as it is; your answer stands beside it."),
    _("Record answer"),
    _("Your answer is recorded."),
)
WITHDRAWAL = Page(
    "withdraw",
    Right.WITHDRAW,
    WithdrawalForm,
    partial(proposals.carry_out, Command.WITHDRAW),
    "statement",
    _("Withdraw a statement on %(code)s"),
    _("The statement stays on record with your reason beside it, and counts no more from now on."),
    _("Withdraw"),
    _("The statement is withdrawn. It stays on record."),
)
RELEASE = Page(
    "release",
    Right.RELEASE,
    ReleaseForm,
    partial(proposals.carry_out, Command.RELEASE),
    "subject",
    _("Who may see it: %(code)s"),
    _("The change is recorded with your reason; what was published is shown with its day."),
    _("Change"),
    _("Who may see it is changed, with your reason."),
)
PAGES = (ANSWER, WITHDRAWAL, RELEASE)


def view_of(page: Page) -> Callable[..., HttpResponse]:
    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, agreement: str, code: str) -> HttpResponse:
        viewer, now = viewer_of(request), timezone.now()
        owed = find(viewer, agreement, code)
        grant = require(viewer, page.act, owed.agreement_id)
        subject = subject_named(page, request, owed, viewer, now)
        form = page.form(
            request.POST or None, subject=subject, choices=choices_on(page, subject, grant, owed, now)
        )
        sent = request.method == "POST" and form.is_valid()
        if sent and (said := carry_out(page, form, subject, viewer, now)):
            return done(request, owed, said)
        return respond(request, page, form, owed, subject, viewer)

    return view


def subject_named(
    page: Page, request: HttpRequest, owed: Obligation, viewer: Viewer, now: datetime
) -> Subject:
    """What the address names, if the viewer may see it; evidence and events can be released alone."""
    key, event = request.GET.get("evidence", ""), request.GET.get("event", "")
    if page is not RELEASE or not (key or event):
        return statement_named(request, owed, viewer, now)
    if "\x00" in key + event:
        raise Http404
    if key:
        return get_object_or_404(Evidence.objects.visible_to(viewer, now), obligation=owed, key=key)
    return get_object_or_404(Event.objects.visible_to(viewer, now), agreement=owed.agreement, code=event)


def choices_on(page: Page, subject: Subject, grant: Grant, owed: Obligation, now: datetime) -> Choices:
    """An answer begins with who sees what it answers; a change of that begins with nothing."""
    if page is not ANSWER or not isinstance(subject, Statement):
        return choices_for(owed.agreement, grant, now)
    requests = requests_replied_to(subject.commitment, subject, grant.party_id)
    return choices_for(owed.agreement, grant, now, [subject, *requests])


def carry_out(
    page: Page, form: TierForm | WithdrawalForm, subject: Subject, viewer: Viewer, now: datetime
) -> str:
    """The confirmation; empty where it is not done, and the form says why."""
    said: dict[str, Any] = {page.subject: subject, **form.said()}
    try:
        made = page.command(actor=viewer, now=now, **said)
    except Refused as refused:
        form.refuse(refused)
    except PermissionDenied as denied:
        form.add_error(None, str(denied))
    else:
        return told_of_proposing(made) if isinstance(made, Proposal) else str(page.done)
    return ""


def respond(
    request: HttpRequest, page: Page, form: Form, owed: Obligation, subject: Subject, viewer: Viewer
) -> HttpResponse:
    grant = viewer.grant(owed.agreement_id)
    own = Party.objects.filter(pk=(grant and grant.party_id) or 0).first()
    now = timezone.now()
    words = {"title": page.title % {"code": owed.code}, "about": page.about, "action": page.button}
    about: dict[str, object] = {"page": page, "subject": subject}
    if isinstance(subject, Statement):
        about |= {"statement": subject, "quoted": quoted([subject], viewer, now)[0]}
        if page is ANSWER and own is not None:
            requests = requests_replied_to(subject.commitment, subject, own.pk)
            about["requests"] = request_states(requests, viewer, present(now))
    return show(request, "obligations/reply.html", form, owed, own, **about, **words)


answer, withdraw, change_tier = (view_of(page) for page in PAGES)
