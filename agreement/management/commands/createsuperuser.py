"""`manage.py createsuperuser`: Django's own; the account that it makes is entered in the ledger, and told."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.db import transaction
from django.utils import timezone

from agreement.commands.accounts import enter_by_the_server
from parties.models import User


class Command(createsuperuser.Command):
    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> str | None:
        known = set(User.objects.values_list("pk", flat=True))
        answer = super().handle(*args, **options)
        new = list(User.objects.exclude(pk__in=known))
        if new:
            enter_by_the_server(
                new[0], "createsuperuser", timezone.now(), {"is_superuser": new[0].is_superuser}, new
            )
        return answer
