"""`manage.py createsuperuser`: Django's own; the account that it makes is entered in the ledger."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.db import transaction
from django.utils import timezone

from agreement.ledger import enter
from parties.access import Viewer
from parties.models import User


class Command(createsuperuser.Command):
    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> str | None:
        known = set(User.objects.values_list("pk", flat=True))
        answer = super().handle(*args, **options)
        new = list(User.objects.exclude(pk__in=known))
        if new:
            enter(
                agreement_id=None,
                actor=Viewer(),
                now=timezone.now(),
                command="createsuperuser",
                subject=f"account {new[0].pk}",
                after={"email": new[0].email, "is_superuser": new[0].is_superuser},
                reason="Made by a command on the server.",
                states=new,
            )
        return answer
