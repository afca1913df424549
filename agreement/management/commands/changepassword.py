"""`manage.py changepassword`: Django's own; that it was done is entered in the ledger and told, the password never."""

from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from agreement.commands.accounts import enter_by_the_server
from parties.models import User


class Command(changepassword.Command):
    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> str | None:
        answer = super().handle(*args, **options)
        account = User.objects.at(options["username"] or "")
        if account is None:
            raise CommandError(f"There is no account {options['username']}: give its e-mail address.")
        enter_by_the_server(account, "changepassword", timezone.now())
        return answer
