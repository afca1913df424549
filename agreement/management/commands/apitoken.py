"""A token for a program, made by whoever runs the server."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agreement.commands import make_token
from parties.access import Viewer
from parties.errors import Refused
from parties.models import ApiToken, User


class Command(BaseCommand):
    help = "Makes an API token for an account and prints it: this once, for only a hash of it is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the account's e-mail address")
        parser.add_argument(
            "--name",
            default="made on the server",
            help="what its owner finds it by in the list of tokens, such as the name of the program",
        )
        parser.add_argument(
            "--scope",
            choices=ApiToken.Scope.values,
            default=ApiToken.Scope.READ.value,
            help="whether it only reads, or writes too (default: read)",
        )
        parser.add_argument(
            "--days",
            type=int,
            default=settings.API_TOKEN_DAYS,
            help="days until it ends (default: %(default)s)",
        )

        parser.add_argument(
            "--reason",
            default="By a command on the server.",
            help="why, for the ledger and for those who are told",
        )

    def handle(
        self, *args: Any, email: str, name: str, scope: str, days: int, reason: str, **options: Any
    ) -> None:
        most = settings.API_TOKEN_MOST_DAYS
        if not 1 <= days <= most:
            raise CommandError(f"--days takes a number from 1 to {most}.")
        user = User.objects.at(email)
        if user is None or not user.is_active:
            raise CommandError(f"No account that may sign in has the address {email}.")
        now = timezone.now()
        try:
            made, secret = make_token(
                account=user,
                actor=Viewer(),
                now=now,
                name=name,
                scope=scope,
                expiry=now + timedelta(days=days),
                reason=reason,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stderr.write(f"For {user.email}, to {made.scope}, until {made.expiry:%Y-%m-%d %H:%M} UTC:")
        self.stdout.write(secret)
