"""A token for a program, made by whoever runs the server."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from knox.models import AuthToken

from parties.models import User


class Command(BaseCommand):
    help = "Makes an API token for an account and prints it: this once, for only a hash of it is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the account's e-mail address")
        parser.add_argument(
            "--days", type=int, help="days until it ends (default: as for tokens from the API)"
        )

    def handle(self, *args: Any, email: str, days: int | None, **options: Any) -> None:
        if days is not None and not 1 <= days <= 3650:
            raise CommandError("--days takes a number from 1 to 3650.")
        user = User.objects.filter(email__iexact=email.strip()).first()
        if user is None or not user.is_active:
            raise CommandError(f"No account that may sign in has the address {email}.")
        lifetime = {} if days is None else {"expiry": timedelta(days=days)}
        made, token = AuthToken.objects.create(user=user, **lifetime)
        self.stderr.write(f"For {user.email}, until {made.expiry:%Y-%m-%d %H:%M} UTC:")
        self.stdout.write(token)
