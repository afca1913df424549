from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from obligations.models.breach import Breach


class Outbox(models.Model):
    """Something that a recipient is to be told, written in the transaction of what it tells of.

    It holds keys, never text: what is sent is rendered with what the recipient may see at that moment.
    """

    class Topic(models.TextChoices):
        BREACH_OPENED = "breach_opened", _("a commitment became overdue")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="outbox")
    topic = models.CharField(_("topic"), max_length=32, choices=Topic.choices)
    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="outbox")
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message to send")
        verbose_name_plural = _("messages to send")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["breach", "topic", "recipient"], name="outbox_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} to {self.recipient_id}"
