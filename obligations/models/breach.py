from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreement.models import Agreement
from obligations.models.commitment import Commitment
from obligations.models.period import Period
from obligations.models.reading import Reading
from obligations.models.statement import Statement


class BreachQuerySet(models.QuerySet["Breach"]):
    def open(self) -> "BreachQuerySet":
        return self.filter(closed_at__isnull=True)


class Breach(models.Model):
    """One episode of a commitment being overdue: opened once, acknowledged (`BreachAcknowledgement`),
    closed with an outcome.

    It knows all findings, hidden ones too, and so never leaves the server: `obligations.status.breaches` is what a
    viewer may know.

    `overdue_since` is the instant at which the clock ran out; `opened_at` and `closed_at` are when that was recorded.
    `opening_statement` is the finding that took a completion back (`undone_statement`), `opening_reading` the reading
    that moved or resumed the clock; both None where it first ran out. `closing_statement` is the finding that met it,
    or the one on another obligation that changed the start of its clock. `days_late` counts from the last day in time
    to the day that the closing finding speaks of, or to the last day before the clock was stopped or started anew.
    """

    class Outcome(models.TextChoices):
        MET_LATE = "met_late", _("met late")
        MET_ON_TIME = "met_on_time", _("met on time, recorded late")
        RESCHEDULED = "rescheduled", _("the due date moved")
        CORRECTED = "corrected", _("corrected by an earlier finding")
        WITHDRAWN = "withdrawn", _("a finding was withdrawn")
        EXTENDED = "extended", pgettext_lazy("a breach closed so", "extended")
        SUSPENDED = "suspended", pgettext_lazy("a breach closed so", "suspended")
        WAIVED = "waived", pgettext_lazy("a breach closed so", "waived")
        SUPERSEDED = "superseded", pgettext_lazy("a breach closed so", "superseded")
        START_CHANGED = "start_changed", _("the start of its clock changed")

    # Episodes that turned out not to have been: they stay as rows, and count nowhere.
    VOID = (Outcome.RESCHEDULED, Outcome.CORRECTED, Outcome.WITHDRAWN)

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="breaches")
    # The period that it is about, of a commitment that recurs.
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, null=True, blank=True, related_name="breaches"
    )
    cycle = models.PositiveIntegerField(_("cycle"))
    overdue_since = models.DateTimeField(_("overdue since"))
    opened_at = models.DateTimeField(_("opened at"))
    opening_statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="+")
    undone_statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="+")
    opening_reading = models.ForeignKey(
        Reading, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True)
    days_late = models.PositiveIntegerField(_("days late"), null=True, blank=True)
    closing_statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="+")
    closing_reading = models.ForeignKey(
        Reading, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        ordering = ["overdue_since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "period", "cycle"], nulls_distinct=False, name="breach_once_a_cycle"
            ),
            models.UniqueConstraint(
                fields=["commitment", "period"],
                condition=Q(closed_at__isnull=True),
                nulls_distinct=False,
                name="breach_open_once",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="breach_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False)
                | Q(days_late__isnull=True, closing_statement__isnull=True, closing_reading__isnull=True),
                name="breach_open_has_no_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}, cycle {self.cycle}"
