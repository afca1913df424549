"""What left by mail and what did not: the log, what was given up, and on a trial the mails themselves."""

import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from agreement.viewers import viewer_of
from obligations.commands.messages import send_again
from obligations.lists.places import AN_INSTANT, text_part
from obligations.models import Message
from obligations.web.administration.administered import accounts_only_here, for_administrators
from obligations.web.base.table import INSTANT_CELL, TableColumn, paged
from parties.models import SentMail

ORDERS = {
    "at": (("at", AN_INSTANT), ("to", text_part(320))),
    "to": (("to", text_part(320)), ("at", AN_INSTANT)),
    "about": (("subject", text_part(300)), ("at", AN_INSTANT), ("to", text_part(320))),
    "failed": (("failed", text_part(500, 0)), ("at", AN_INSTANT), ("to", text_part(320))),
}
COLUMNS = (
    TableColumn("subject", pgettext_lazy("column: the subject of a mail", "About"), sort="about"),
    TableColumn("to", pgettext_lazy("column: to whom a mail went", "To"), sort="to"),
    TableColumn("at", gettext_lazy("When"), INSTANT_CELL, "at", down=True),
    TableColumn(
        "failed", gettext_lazy("What became of it"), "administration/cells/became.html", "failed", down=True
    ),
)
MOST = 50
# What stands before each mail in a file of Django's, and after it.
LINE = b"-" * 79


@for_administrators
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What left by mail: all of it for who keeps the server, else what went to accounts that the viewer may see."""
    viewer, rows = viewer_of(request), SentMail.objects.all()
    if not viewer.keeps_accounts:
        rows = rows.filter(to__in=accounts_only_here(viewer).values("email"))
    given_up = (
        Message.objects.filter(given_up_at__isnull=False) if viewer.keeps_accounts else Message.objects.none()
    )
    context = paged(request, rows, _("Mail that was sent"), COLUMNS, ORDERS, "-at")
    context |= {
        "mails": settings.MAIL_LEAVES or settings.MAIL_FOLDER,
        "keeps_all": viewer.keeps_accounts,
        "given_up": given_up.select_related("recipient", "agreement")[:MOST],
        "kept_here": bool(settings.MAIL_FOLDER) and viewer.keeps_accounts,
    }
    return render(request, "administration/mail.html", context)


@for_administrators
@require_POST
def again(request: HttpRequest, key: str) -> HttpResponse:
    """Try a message that was given up anew."""
    message = get_object_or_404(Message, key=key)
    send_again(message=message, actor=viewer_of(request), now=timezone.now())
    messages.success(request, _("It is tried again within a minute, and for three days."))
    return redirect("mail-log")


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail that stayed on this machine."""

    day: str
    to: str
    subject: str
    text: str


@for_administrators
@require_safe
def kept_mail(request: HttpRequest) -> HttpResponse:
    """The newest mails of a trial, which sends none."""
    if not settings.MAIL_FOLDER:
        raise Http404
    if not viewer_of(request).keeps_accounts:
        raise PermissionDenied(_("This is for who keeps the server."))
    return render(
        request, "administration/kept_mail.html", {"kept": list(kept_in(Path(settings.MAIL_FOLDER)))[:MOST]}
    )


def kept_in(folder: Path) -> Iterator[KeptMail]:
    """The newest first."""
    for file in sorted(folder.glob("*.log"), key=lambda one: one.stat().st_mtime, reverse=True):
        for whole in reversed(file.read_bytes().split(LINE)):
            if whole.strip():
                mail = message_from_bytes(whole.strip(), policy=email.policy.default)
                body = mail.get_body(("plain",))
                text = body.get_content() if body else ""
                yield KeptMail(str(mail["Date"]), str(mail["To"]), str(mail["Subject"]), text)
