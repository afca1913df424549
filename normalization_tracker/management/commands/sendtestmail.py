"""`manage.py sendtestmail ADDRESS`: whether mail leaves by the settings, and what to set where it does not."""

import smtplib
import socket
import ssl
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError, CommandParser

# The first that fits what was raised.
REMEDIES: tuple[tuple[type[Exception], str], ...] = (
    (
        smtplib.SMTPAuthenticationError,
        "It refuses the sign-in: look at EMAIL_HOST_USER and EMAIL_HOST_PASSWORD.",
    ),
    (smtplib.SMTPNotSupportedError, "It offers no TLS or no sign-in: look at EMAIL_PORT and EMAIL_USE_TLS."),
    (smtplib.SMTPSenderRefused, "It refuses the sender: look at DEFAULT_FROM_EMAIL."),
    (smtplib.SMTPRecipientsRefused, "It refuses the recipient: try another address."),
    (
        smtplib.SMTPServerDisconnected,
        "It said nothing, or broke off: look at EMAIL_PORT and EMAIL_USE_TLS, and at its log.",
    ),
    (ssl.SSLError, "TLS fails: look at EMAIL_PORT, EMAIL_USE_TLS and the server's certificate."),
    (socket.gaierror, "No such name: look at EMAIL_HOST."),
    (
        TimeoutError,
        "It does not answer in time: look at EMAIL_HOST and EMAIL_PORT, and at firewalls between.",
    ),
    (ConnectionError, "Nothing takes the connection: look at EMAIL_HOST and EMAIL_PORT."),
)
OTHERWISE = "Look at the settings of mail in the README, and at the mail server's log."


class Command(BaseCommand):
    help = "Sends a mail to an address by the settings of mail, and says what became of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="to whom, such as you@example.org")

    def handle(self, *args: Any, **options: Any) -> None:
        to, way = options["address"], way_in_words()
        self.stdout.write(f"Sending to {to}, from {settings.DEFAULT_FROM_EMAIL}, {way}.")
        try:
            send_mail("A test", "This mail tries whether mail leaves. Nothing is to be done.", None, [to])
        except Exception as error:  # smtplib's, and those of a provider
            remedy = next((words for kind, words in REMEDIES if isinstance(error, kind)), OTHERWISE)
            raise CommandError(f"It did not leave. {remedy}\n{type(error).__name__}: {error}") from error
        if settings.MAIL_LEAVES:
            self.stdout.write("It was taken. Look whether it arrives, also among what is held for spam.")
        else:
            self.stdout.write("It left for nowhere: set EMAIL_HOST, or MAIL_TRANSPORT for a provider.")


def way_in_words() -> str:
    if settings.MAIL_TRANSPORT.endswith("smtp.EmailBackend"):
        tls = "with TLS" if settings.EMAIL_USE_TLS else "without TLS"
        user = f"as {settings.EMAIL_HOST_USER}" if settings.EMAIL_HOST_USER else "without signing in"
        return f"by {settings.EMAIL_HOST}:{settings.EMAIL_PORT} {tls}, {user}"
    if settings.MAIL_FOLDER and not settings.MAIL_LEAVES:
        return f"into the folder {settings.MAIL_FOLDER}"
    return f"by {settings.MAIL_TRANSPORT}"
