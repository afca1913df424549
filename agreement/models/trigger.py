"""What starts clocks, and what happened."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models.agreement import Agreement
from agreement.models.appendonly import append_only
from agreement.models.instrument import Provision
from parties.access import ReadableQuerySet, TieredQuerySet
from parties.content import PackChar, PackProse, PackText
from parties.models import LedgerState, Tiered


class Trigger(models.Model):
    """A named event that starts a clock. `occurred_on` is the newest of its dates; None while it is unknown.

    `pack_date` is the one that the pack gives. `in_pack`, here and on other rows, is False for what the last pack names
    no more and something refers to.
    """

    # Its day follows from its dates: the drift check looks at it.
    ledger_state: ClassVar[LedgerState] = LedgerState(but_for=("occurred_on",))

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="triggers")
    code = models.CharField(_("code"), max_length=60)
    label = PackChar(_("label"), max_length=300)
    occurred_on = models.DateField(_("happened on"), null=True, blank=True)
    note = PackProse(_("note"), blank=True)
    pack_date = models.DateField(_("day that the pack gives"), null=True, blank=True)
    place = models.PositiveIntegerField(_("place in the pack"), default=0)
    in_pack = models.BooleanField(_("named by the pack"), default=True)

    objects = ReadableQuerySet["Trigger"].as_manager()

    class Meta:
        verbose_name = _("trigger")
        verbose_name_plural = _("triggers")
        ordering = ["agreement_id", "code"]
        constraints = [models.UniqueConstraint(fields=["agreement", "code"], name="trigger_code_once")]

    def __str__(self) -> str:
        return str(self.label)


class TriggerDate(models.Model):
    """A date that was given to a trigger, by whom and why. Append-only: a correction is another row.

    `known_since` is when it counts as known, None where that is when it was recorded: the date that an agreement was
    first loaded with was known on the day itself.
    """

    trigger = models.ForeignKey(Trigger, on_delete=models.CASCADE, related_name="dates")
    occurred_on = models.DateField(_("happened on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    known_since = models.DateTimeField(_("known since"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    source = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("date of a trigger")
        verbose_name_plural = _("dates of triggers")
        ordering = ["recorded_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("trigger_date")

    def __str__(self) -> str:
        return f"{self.trigger_id}: {self.occurred_on}"

    @property
    def words(self) -> str:
        """Why, as it is read: what the pack says, which gives a date by nobody, in the reader's language."""
        return self.reason if self.recorded_by_id else PackText(self.reason, self.trigger.agreement_id)


class Event(Tiered):
    """Something dated and sourced that happened. It touches obligations; it is not a finding."""

    ledger_state: ClassVar[LedgerState] = LedgerState()

    class Precision(models.TextChoices):
        DAY = "day", _("on the day")
        REPORTED = "reported", _("day of the report")
        SCHEDULED = "scheduled", _("announced beforehand")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="events")
    code = models.CharField(_("code"), max_length=60)
    happened_on = models.DateField(_("happened on"))
    precision = models.CharField(_("precision"), max_length=16, choices=Precision.choices)
    title = PackChar(_("title"), max_length=300)
    source = models.CharField(_("source"), max_length=500)
    trigger = models.ForeignKey(
        Trigger, on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )
    # Touches the agreement as a whole, and so each of its obligations.
    touches_all = models.BooleanField(_("touches everything"), default=False)
    # Provisions that it touches themselves, such as one that demands nothing.
    provisions = models.ManyToManyField(
        Provision, blank=True, related_name="touched_by", verbose_name=_("provisions")
    )
    place = models.PositiveIntegerField(_("place in the pack"), default=0)
    in_pack = models.BooleanField(_("named by the pack"), default=True)
    # By a mediator; None of what a pack brought, which was known on the day itself.
    recorded_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TieredQuerySet["Event"].as_manager()

    class Meta(Tiered.Meta):
        abstract = False
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["happened_on", "code"]
        constraints = [
            *Tiered.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "code"], name="event_code_once"),
        ]

    def __str__(self) -> str:
        return str(self.title)
