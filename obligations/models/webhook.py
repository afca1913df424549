"""Webhooks: addresses of programs that are told of changes, and what is to leave for them."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from parties.access import Viewer, agreements_of
from parties.keys import random_key
from parties.models import Keyed
from parties.texts import LIMITS


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """One's own alone, where there still is a mandate."""
        return self.filter(user=viewer.user_id, agreement__in=agreements_of(viewer.grants))


class Webhook(Keyed):
    """An address that is told of what changes in an agreement, as far as its owner may see it. Private, in no ledger.

    `kinds` are those of `delivery.kinds`; none: all. `position` and `part` are the place in the agreement's chain up to
    which deliveries are made. Its secret is made of the server's own and of `salt`; that of `former_salt` is good until
    `former_until`. `failing_since`: since when nothing arrived; `off_at`: since when nothing is sent for that any more.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(_("address"), max_length=LIMITS["url"])
    kinds = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    salt = models.CharField(max_length=24, default=random_key)
    former_salt = models.CharField(max_length=24, blank=True)
    former_until = models.DateTimeField(null=True, blank=True)
    position = models.BigIntegerField()
    part = models.BigIntegerField()
    made_at = models.DateTimeField(_("made at"))
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    off_at = models.DateTimeField(_("switched off at"), null=True, blank=True)

    objects: ClassVar[WebhookQuerySet] = WebhookQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.key


# A test first, which has no place; then by place.
IN_TURN = (F("position").asc(nulls_first=True), F("part").asc(), F("id").asc())


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        """What is to be sent, in the order in which it leaves."""
        return self.filter(sent_at=None, given_up_at=None).order_by(*IN_TURN)


class Delivery(models.Model):
    """A change that a webhook is told of. It holds a place in the agreement's ledger, never text.

    `change` is the id of the change, and of the message each time that it is sent. A test has no place. `code` is what
    was answered to the last attempt, None where nothing was.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    change = models.UUIDField(_("id"))
    kind = models.CharField(_("kind"), max_length=32)
    position = models.BigIntegerField(null=True)
    part = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(_("made at"))
    next_at = models.DateTimeField(_("to be sent from"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    code = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    failed = models.CharField(_("why the last attempt failed"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)

    objects: ClassVar[DeliveryQuerySet] = DeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("delivery to a webhook")
        verbose_name_plural = _("deliveries to webhooks")
        ordering = ["-id"]
        indexes = [
            # In the order in which they leave.
            models.Index(
                F("webhook"),
                *IN_TURN,
                name="delivery_in_turn",
                condition=Q(sent_at=None, given_up_at=None),
            ),
            models.Index(fields=["webhook", "-id"], name="delivery_log"),
        ]

    def __str__(self) -> str:
        return str(self.change)
