"""`manage.py resetfactor`: takes the second factor of an account away, for who has no other administrator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agreement.commands.factors import reset_factor_by_the_server
from parties.errors import Refused
from parties.models import User


class Command(BaseCommand):
    help = "Takes the second factor of an account away, and ends its sessions and tokens; it is entered and told."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the account's e-mail address")
        parser.add_argument("--reason", required=True, help="why, for the ledger and for those who are told")

    def handle(self, *args: Any, email: str, reason: str, **options: Any) -> None:
        account = User.objects.at(email)
        if account is None:
            raise CommandError(f"There is no account {email}.")
        try:
            reset_factor_by_the_server(account=account, now=timezone.now(), reason=reason)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"The second factor of {account.email} is taken away.")
