from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models.agreement import Agreement
from agreement.models.appendonly import append_only
from agreement.models.ledger import LedgerEntry
from parties.access import Role, Viewer
from parties.models import Keyed

# Who is told of what gives somebody power in an agreement, and may sign in it.
WATCHERS = (Role.ADMINISTRATOR, Role.MEDIATOR)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, viewer: Viewer) -> "NoticeQuerySet":
        """The viewer's own, as long as the mandate lasts for which it was told."""
        if viewer.user_id is None:
            return self.none()
        told_as = models.Q(agreement__in=viewer.agreements_as(*WATCHERS))
        if viewer.keeps_accounts:
            told_as |= models.Q(agreement__isnull=True)
        return self.filter(told_as, recipient=viewer.user_id)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(acknowledgement__isnull=True)


class Notice(Keyed):
    """That somebody is told of an act which gave power over the record: on their page until they acknowledge it.

    What was done is what `entry` says. `agreement` is the one in which the recipient has the mandate for which they are
    told; None for who keeps the accounts of the server. Append-only.
    """

    # It says nothing of its own: the entry is in the ledger.
    in_ledger: ClassVar[bool] = False

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="+")
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="notices")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-entry__at", "-id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("notice")
        constraints = [models.UniqueConstraint(fields=["entry", "recipient"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} to {self.recipient_id}"


class Acknowledgement(models.Model):
    """That the recipient of a notice has read it. Append-only."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="acknowledgement")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ["at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("acknowledgement")

    def __str__(self) -> str:
        return f"of {self.notice_id}"
