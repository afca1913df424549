from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models.agreement import Agreement
from agreement.models.appendonly import append_only


class LedgerEntry(models.Model):
    """What a command changed: who, when, on what, from what to what, and why. Append-only."""

    # None for what belongs to no agreement: accounts.
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"))
    # None where a worker or a management command acted.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    command = models.CharField(_("command"), max_length=40)
    subject = models.CharField(_("subject"), max_length=200)
    before = models.JSONField(_("before"), default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("ledger")

    def __str__(self) -> str:
        return f"{self.command} {self.subject}"
