"""The mail that leaves: each message is noted with what became of it. What it said is not."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.translation import gettext_noop

from agreement.commands.notes import note_mail


class NotedBackend(BaseEmailBackend):
    """Sends by the backend `MAIL_TRANSPORT`, and notes to whom what went when, and whether it failed."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently)
        self.transport = get_connection(settings.MAIL_TRANSPORT, **options)

    def open(self) -> bool | None:
        return bool(self.transport.open())

    def close(self) -> None:
        self.transport.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(self.deliver(message) for message in email_messages)

    def deliver(self, message: EmailMessage) -> int:
        """What fails is noted, then raised unless it is to fail in silence."""
        went, failed = 0, ""
        try:
            went = self.transport.send_messages([message]) or 0
        except Exception as error:  # smtplib's, and those of a provider
            failed = f"{type(error).__name__}: {error}"
            if not self.fail_silently:
                raise
        finally:
            note(message, failed)
        return went


def note(message: EmailMessage, failed: str) -> None:
    """The reason is translated where it is shown: a mail and the page about it can be in two languages."""
    if not failed and settings.MAIL_FOLDER and not settings.MAIL_LEAVES:
        failed = gettext_noop("No mail server is set up: it is kept on this machine, and went to nobody.")
    elif not failed and not settings.MAIL_LEAVES:
        failed = gettext_noop(
            "No mail server is set up: it stands in the log of the server, and went to nobody."
        )
    note_mail(to=message.recipients(), subject=str(message.subject), failed=failed, now=timezone.now())
