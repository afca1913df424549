"""How accounts are told what changed: by mail, and their programs by webhooks; with what was sent."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from obligations.models.commitment import Commitment
from obligations.models.party_request import PartyRequest
from obligations.models.period import Period
from parties.access import Viewer, agreements_of
from parties.keys import random_key
from parties.models import Keyed
from parties.texts import LIMITS


class How(models.TextChoices):
    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    NEVER = "never", _("not by mail")


class Sort(models.TextChoices):
    """What people choose by, of the kinds of changes that programs tell apart."""

    BREACHES = "breaches", _("what becomes overdue, and what is overdue no more")
    REQUESTS = "requests", _("what is asked of a party")
    STATEMENTS = "statements", _("findings, claims, contests, answers and observations")
    DEADLINES = "deadlines", _("time limits that move")
    EVIDENCE = "evidence", _("evidence")
    RECORD = "record", _("events, gates and the agreement itself")
    REMINDERS = "reminders", _("reminders of what falls due")
    # Of mediators alone.
    ESCALATION = "escalation", _("what became overdue and nobody has acknowledged since")


USUAL: dict[str, str] = dict.fromkeys(Sort.values, How.DAILY.value) | {
    Sort.BREACHES.value: How.AT_ONCE.value,
    Sort.REQUESTS.value: How.AT_ONCE.value,
    Sort.REMINDERS.value: How.AT_ONCE.value,
    Sort.ESCALATION.value: How.AT_ONCE.value,
}


class Subscription(Keyed):
    """How somebody is told of an agreement, and how far in its ledger they were. Private, in no ledger.

    `wants` has of each sort that is not as usual how it is told; `hour` (0 to 23, in `time_zone`) and `weekday` (0:
    Monday) are when what is told once a day or a week leaves. `position` and `part` are the place in the agreement's
    chain up to which everything is in some message, or in none since it is not for them.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    wants = models.JSONField(_("how each sort is told"), default=dict, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60)
    hour = models.PositiveSmallIntegerField(_("hour"), default=7)
    weekday = models.PositiveSmallIntegerField(_("day of the week"), default=0)
    position = models.BigIntegerField()
    part = models.BigIntegerField()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "agreement"], name="subscription_once"),
            models.CheckConstraint(
                condition=Q(hour__lte=23, weekday__lte=6), name="subscription_hour_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.agreement_id}"

    def how(self, sort: str) -> str:
        return str(self.wants.get(sort, USUAL[sort]))


class Message(Keyed):
    """Something that a recipient is to be told by mail. It holds places in the agreement's ledger, never text.

    What is sent is what the recipient may see at that moment of the changes after one place and up to the other.
    `how` is At once, Daily or Weekly. It is tried again from `next_at` on until it is sent, or given up.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    how = models.CharField(_("how"), max_length=8, choices=How.choices)
    sorts = ArrayField(models.CharField(max_length=16), default=list)
    after_position = models.BigIntegerField()
    after_part = models.BigIntegerField()
    until_position = models.BigIntegerField()
    until_part = models.BigIntegerField()
    # Commitments of whose due day it reminds, and requests of whose day for a reply, by number; breaches by key.
    reminds_of = ArrayField(models.BigIntegerField(), default=list)
    requests = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    breaches = ArrayField(models.CharField(max_length=24), default=list, db_default=[])
    made_at = models.DateTimeField(_("made at"))
    next_at = models.DateTimeField(_("to be sent from"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    failed = models.CharField(_("why the last attempt failed"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message to send")
        verbose_name_plural = _("messages to send")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="message_to_send", condition=Q(sent_at=None, given_up_at=None)
            ),
            models.Index(fields=["given_up_at"], name="message_given_up", condition=~Q(given_up_at=None)),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # What is told once a day or a week grows until it leaves.
            models.UniqueConstraint(
                fields=["recipient", "agreement", "how"],
                name="message_growing_once",
                condition=Q(sent_at=None, given_up_at=None, attempts=0) & ~Q(how="at_once"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.how} to {self.recipient_id}"


class Reminded(models.Model):
    """The newest day of the agreement's ladder of which was told, in days from a due day; None before the first.

    The day is that of a commitment, of one of its periods, or of a request about it.
    """

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.CASCADE, null=True, related_name="+")
    request = models.ForeignKey(PartyRequest, on_delete=models.CASCADE, null=True, related_name="+")
    due_on = models.DateField(_("due on"))
    told = models.SmallIntegerField(_("told"), null=True)

    class Meta:
        verbose_name = _("reminder that was given")
        verbose_name_plural = _("reminders that were given")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["commitment", "period", "request", "due_on"],
                name="reminded_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}, {self.due_on}: {self.told}"


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
