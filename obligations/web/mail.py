"""How one is told by mail: what of each agreement, when; and the address by which it is stopped."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from agreement.models import Agreement
from obligations.commands.messages import set_wants, stop
from obligations.delivery.reminders import escalated_to
from obligations.forms.base import FIELD, CommandForm, select
from obligations.models import How, Sort, Subscription
from obligations.web.base.act import ActView
from parties.access import Role, agreements_of
from parties.texts import zones


class WantsForm(CommandForm):
    """How each sort of change is told, and when what is gathered leaves."""

    hour = forms.IntegerField(
        label=_("Hour of the day"),
        min_value=0,
        max_value=23,
        widget=forms.NumberInput(attrs=FIELD),
        help_text=_("From 0 to 23: when what is told once a day or once a week leaves."),
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.Select(attrs=FIELD),
        help_text=_("For what is told once a week."),
    )
    time_zone = select(_("Time zone"), choices=[(zone, zone) for zone in zones()])

    def __init__(self, *sent: Any, own: Subscription, mediates: bool, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.initial = {sort: own.how(sort) for sort in Sort.values} | {
            "hour": own.hour,
            "weekday": own.weekday,
            "time_zone": own.time_zone,
        }
        # Whether a breach was acknowledged, mediators alone know.
        sorts = [sort for sort in Sort if mediates or sort != Sort.ESCALATION]
        fields = {sort.value: select(capfirst(sort.label), choices=How.choices) for sort in sorts}
        if mediates:
            fields[Sort.ESCALATION.value].help_text = told_further(own.agreement)
        self.fields = fields | self.fields

    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {"wants": {sort: given.pop(sort) for sort in Sort.values if sort in given}, **given}


def told_further(agreement: Agreement) -> str:
    """After how many days without an acknowledgement a breach is told further, and to whom, as a sentence."""
    if not agreement.escalation:
        return gettext("The pack of this agreement asks for none.")
    days = ", ".join(map(str, agreement.escalation))
    names = ", ".join(map(str, escalated_to(agreement)))
    if not names:
        return gettext("Days without an acknowledgement: %(days)s. Told to nobody now.") % {"days": days}
    told = gettext("Days without an acknowledgement: %(days)s. Told to these mediators now: %(names)s.")
    return told % {"days": days, "names": names}


class Wants(ActView):
    """What the account wants to be told in one agreement; the page leads to the others in which it has a mandate."""

    template, form_class, command = "account/mail.html", WantsForm, staticmethod(set_wants)
    done = _("Kept. What leaves from now on leaves so.")

    def prepare(self) -> None:
        kept = {one.agreement_id: one for one in Subscription.objects.filter(user=self.viewer.user_id)}
        mine = Agreement.objects.filter(pk__in=agreements_of(self.viewer.grants))
        self.all = []
        for one in mine.order_by("title", "pk"):
            self.all.append(kept.get(one.pk) or Subscription(time_zone=one.time_zone))
            self.all[-1].agreement = one

    def instead(self) -> HttpResponse | None:
        if not self.all:
            return render(self.request, self.template, {"all": []})
        code = self.request.GET.get("agreement") or self.all[0].agreement.code
        own = next((one for one in self.all if one.agreement.code == code), None)
        if own is None:
            raise Http404
        self.own = own
        return None

    def form_arguments(self) -> dict[str, Any]:
        return {"own": self.own, "mediates": self.viewer.has_role(Role.MEDIATOR, self.own.agreement.pk)}

    def said(self, form: Any) -> dict[str, Any]:
        return {**form.said(), "agreement": self.own.agreement}

    def context(self, form: Any) -> dict[str, Any]:
        return {"all": self.all, "own": self.own}

    def next_page(self, made: Subscription) -> str:
        return f"{reverse('own-mail')}?agreement={self.own.agreement.code}"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stopped(request: HttpRequest, key: str) -> HttpResponse:
    """The address in each mail. Who asks for it is shown a button; a program of mail sends the form itself (RFC 8058).

    Nobody signs in for it: its key is known to who has the mail, and it does nothing but end mail.
    """
    own = get_object_or_404(Subscription.objects.select_related("agreement"), key=key)
    if request.method == "POST":
        stop(subscription=own, now=timezone.now())
    context = {
        "named": own.agreement.short_title or own.agreement.title,
        "is_stopped": request.method == "POST",
    }
    return render(request, "account/mail_stop.html", context)


urlpatterns = [
    path("account/mail/", Wants.as_view(), name="own-mail"),
    path("mail/stop/<code:key>/", stopped, name="mail-stop"),
]
