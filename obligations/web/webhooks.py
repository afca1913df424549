"""Webhooks of the own account: made, looked at, tried and removed."""

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.commands.errors import Refused
from obligations.commands.webhooks import (
    make_webhook,
    remove_webhook,
    replay,
    rotate_secret,
    secrets_of,
    send_test,
    set_kinds,
    switch_on,
)
from obligations.deadlines import start_of_day
from obligations.delivery.cursor import WrongCursor, opened
from obligations.delivery.kinds import Kind
from obligations.delivery.webhooks import log
from obligations.forms.base import FIELD, CommandForm, checkboxes, day_input, select
from obligations.models import Webhook
from obligations.web.base.act import ActView
from obligations.web.base.parameters import WrongParameter
from parties.access import agreements_of
from parties.rates import limited
from parties.texts import day_error

KINDS = [(kind.value, capfirst(kind.label)) for kind in Kind]
# Deliveries on a page.
SHOWN = 50


def kinds_field() -> forms.MultipleChoiceField:
    help_text = _("Choose none, and it is told of all kinds.")
    return checkboxes(_("What it is told of"), choices=KINDS, required=False, help_text=help_text)


class WebhookForm(CommandForm):
    agreement = select(_("Agreement"))
    url = forms.CharField(
        label=_("Address of the program"),
        max_length=2_000,
        widget=forms.URLInput(attrs=FIELD),
        help_text=_("It begins with https:// and leads to the open internet."),
    )
    kinds = kinds_field()

    def __init__(self, *sent: Any, agreements: list[Agreement], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.agreements = {one.code: one for one in agreements}
        self.choice("agreement").choices = [(one.code, one.short_title or one.title) for one in agreements]

    def said(self) -> dict[str, Any]:
        return super().said() | {"agreement": self.agreements[self.cleaned_data["agreement"]]}


class KindsForm(CommandForm):
    kinds = kinds_field()


class SinceForm(CommandForm):
    since = forms.DateField(label=_("Send all anew since"), widget=day_input())

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        if error := day_error(since):
            raise forms.ValidationError(error)
        return since


class Webhooks(ActView):
    """The own ones; the form makes another, and its secret is shown once."""

    template, form_class, command = "account/webhooks.html", WebhookForm, staticmethod(make_webhook)

    def prepare(self) -> None:
        self.agreements = list(
            Agreement.objects.filter(pk__in=agreements_of(self.viewer.grants)).order_by("title", "pk")
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"agreements": self.agreements}

    def context(self, form: CommandForm) -> dict[str, Any]:
        rows = Webhook.objects.visible_to(self.viewer).select_related("agreement")
        return {"webhooks": rows, "agreements": self.agreements}

    def go_on(self, made: Webhook, told: str) -> HttpResponse:
        return secret_shown(self.request, made)


def secret_shown(request: HttpRequest, webhook: Webhook) -> HttpResponse:
    secret = secrets_of(webhook, timezone.now())[0]
    return render(request, "account/webhook_secret.html", {"webhook": webhook, "secret": secret})


class OfOneWebhook(ActView):
    def prepare(self) -> None:
        rows = Webhook.objects.visible_to(self.viewer).select_related("agreement")
        self.webhook = get_object_or_404(rows, key=self.kwargs["key"])

    def said(self, form: CommandForm) -> dict[str, Any]:
        return form.said() | {"webhook": self.webhook}

    def context(self, form: CommandForm) -> dict[str, Any]:
        return {"webhook": self.webhook}

    def next_page(self, made: Any) -> str:
        return reverse("own-webhook", args=[self.webhook.key])


class OneWebhook(OfOneWebhook):
    """What it is told of, and the log of what was sent."""

    template, form_class, command = "account/webhook.html", KindsForm, staticmethod(set_kinds)
    done = _("Kept. It is told of these from now on.")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"kinds": self.webhook.kinds}}

    def context(self, form: CommandForm) -> dict[str, Any]:
        after, names = self.request.GET.get("after", ""), dict(KINDS)
        try:
            rows, following = log(self.webhook, opened(after) if after else {}, SHOWN)
        except WrongCursor as wrong:
            raise WrongParameter("after", str(_("Take the address of the next page as it is."))) from wrong
        shown = [(one, names.get(one.kind, _("A test"))) for one in rows]
        return super().context(form) | {"deliveries": shown, "following": following, "is_first": not after}


class Replay(OfOneWebhook):
    """Send all anew from a day on, in the agreement's own zone."""

    template, form_class, command = "account/webhook_replay.html", SinceForm, staticmethod(replay)
    done = _("All since that day is sent anew, each with the id that it had.")

    def said(self, form: CommandForm) -> dict[str, Any]:
        zone = ZoneInfo(self.webhook.agreement.time_zone)
        return {"since": start_of_day(form.cleaned_data["since"], zone), "webhook": self.webhook}


# What a button alone asks for, with what is said of it then.
ACTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "test": (send_test, _("A test is sent within a minute; the log says what came of it.")),
    "rotate": (rotate_secret, ""),
    "on": (switch_on, _("Switched on: what was given up is sent again.")),
    "remove": (remove_webhook, _("Removed, with all that waited to be sent.")),
}


@login_required
@require_POST
def act(request: HttpRequest, key: str, act: str) -> HttpResponse:
    viewer = viewer_of(request)
    webhook = get_object_or_404(Webhook.objects.visible_to(viewer), key=key)
    command, said = ACTS[act]
    try:
        made = command(webhook=webhook, actor=viewer, now=timezone.now())
    except Refused as refused:
        messages.error(request, " ".join(refused.errors.values()))
        return redirect("own-webhook", key=key)
    if act == "rotate":
        return secret_shown(request, made)
    messages.success(request, said)
    return redirect("own-webhooks") if act == "remove" else redirect("own-webhook", key=key)


urlpatterns = [
    path("", Webhooks.as_view(), name="own-webhooks"),
    path("<code:key>/", OneWebhook.as_view(), name="own-webhook"),
    path("<code:key>/replay/", limited("replay", "POST")(Replay.as_view()), name="own-webhook-replay"),
    *(path(f"<code:key>/{name}/", act, {"act": name}, name=f"own-webhook-{name}") for name in ACTS),
]
