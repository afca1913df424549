"""Dates of triggers on which so much hangs that a worker works it out."""

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Trigger, TriggerDate

A_DAY = 24 * 60 * 60


class WaitingDates(models.QuerySet["WaitingDate"]):
    def still_told(self) -> "WaitingDates":
        """Those that wait, and those that were refused until another date came."""
        later = TriggerDate.objects.filter(
            trigger=models.OuterRef("trigger"), recorded_at__gte=models.OuterRef("given_at")
        )
        return self.filter(~models.Exists(later), recorded=None)


class WaitingDate(models.Model):
    """A date that was given to a trigger, until a worker has recorded it with all that follows from it.

    It is no date of the trigger yet, and shows to those alone who may give one. `hanging` is on how many commitments it
    bears. It ends once: `recorded` is the date that it became, `refused` why it became none.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("is being worked out")
        RECORDED = "recorded", _("is recorded")
        REFUSED = "refused", _("was refused")

    trigger = models.ForeignKey(Trigger, on_delete=models.CASCADE, related_name="waiting_dates")
    occurred_on = models.DateField(_("happened on"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    source = models.CharField(_("source"), max_length=500, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given at"))
    hanging = models.PositiveIntegerField(_("commitments that hang on it"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    recorded = models.ForeignKey(TriggerDate, on_delete=models.CASCADE, null=True, related_name="+")
    refused = models.TextField(_("why it was refused"), blank=True)

    objects = WaitingDates.as_manager()

    class Meta:
        verbose_name = _("date that is being worked out")
        verbose_name_plural = _("dates that are being worked out")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trigger"], condition=Q(ended_at__isnull=True), name="one_date_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trigger_id}: {self.occurred_on}"

    @property
    def state(self) -> str:
        if self.ended_at is None:
            return self.State.WAITING
        return self.State.REFUSED if self.recorded_id is None else self.State.RECORDED

    @property
    def done(self) -> int:
        """How many of the commitments are worked out, as the worker last said."""
        return int(cache.get(self.progress_key, 0)) if self.ended_at is None else self.hanging

    def note(self, done: int) -> None:
        """Say how far it is: not in the database, which shows nothing of it before all is done."""
        cache.set(self.progress_key, done, A_DAY)

    @property
    def progress_key(self) -> str:
        return f"waiting-date-{self.pk}"
