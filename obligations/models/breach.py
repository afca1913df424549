from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from obligations.models.commitment import Commitment
from obligations.models.statement import Statement
from parties.access import Viewer, readable, visible


class BreachQuerySet(models.QuerySet["Breach"]):
    def visible_to(self, viewer: Viewer, now: datetime) -> "BreachQuerySet":
        """Episodes as the viewer can know them.

        A second episode exists only for who may see both the completion and the finding that took it back. The end of
        an episode is in `seen_closed_at`, `seen_outcome` and `seen_days_late`: for who may not see the finding that
        closed it, it is open. `seen_cycle` counts the episodes that the viewer knows of. Read those, never the plain
        columns, for anything that leaves the server.
        """
        opener, undone, closer = (
            f"{name}__" for name in ("opening_statement", "undone_statement", "closing_statement")
        )
        known_end = Q(closing_statement__isnull=True) | visible(viewer, now, closer)
        known = readable(viewer) & (
            Q(opening_statement__isnull=True) | (visible(viewer, now, opener) & visible(viewer, now, undone))
        )
        earlier = Breach.objects.filter(known, commitment=OuterRef("commitment"), cycle__lt=OuterRef("cycle"))
        count = earlier.order_by().values("commitment").annotate(number=Count("pk")).values("number")
        return self.filter(known).annotate(
            seen_cycle=Coalesce(Subquery(count), 0) + 1,
            seen_closed_at=Case(When(known_end, then=F("closed_at")), default=None),
            seen_outcome=Case(When(known_end, then=F("outcome")), default=Value("")),
            seen_days_late=Case(When(known_end, then=F("days_late")), default=None),
        )

    def open(self) -> "BreachQuerySet":
        return self.filter(closed_at__isnull=True)


class Breach(models.Model):
    """One episode of a commitment being overdue: opened once, acknowledged, closed with an outcome.

    `overdue_since` is the instant at which the clock ran out; `opened_at` and `closed_at` are when that was recorded.
    `opening_statement` is the finding that took a completion back (`undone_statement`), None where the clock first ran
    out. `days_late` counts from the last day in time to the day that the closing finding speaks of.
    """

    class Outcome(models.TextChoices):
        MET_LATE = "met_late", _("met late")
        MET_ON_TIME = "met_on_time", _("met on time, recorded late")
        RESCHEDULED = "rescheduled", _("the due date moved")
        CORRECTED = "corrected", _("corrected by an earlier finding")

    # Episodes that turned out not to have been: they stay as rows, and count nowhere.
    VOID = (Outcome.RESCHEDULED, Outcome.CORRECTED)

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="breaches")
    cycle = models.PositiveIntegerField(_("cycle"))
    overdue_since = models.DateTimeField(_("overdue since"))
    opened_at = models.DateTimeField(_("opened at"))
    opening_statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="+")
    undone_statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True)
    days_late = models.PositiveIntegerField(_("days late"), null=True, blank=True)
    closing_statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="+")

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        ordering = ["overdue_since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "cycle"], name="breach_once_a_cycle"),
            models.UniqueConstraint(
                fields=["commitment"], condition=Q(closed_at__isnull=True), name="breach_open_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="breach_closed_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}, cycle {self.cycle}"
