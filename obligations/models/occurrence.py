from django.db import models
from django.utils.translation import gettext_lazy as _

from obligations.models.commitment import Commitment


class Occurrence(models.Model):
    """One period of a recurring or standing commitment: the report due in June, the review of a half-year.

    A recurring one has a due day (`due_on`, `due_at`: the midnight that ends it) and a clock of its own for the sweep;
    a standing one's period is reviewed when it has ended. `starts_on` and `ends_on` are its first and last day.
    `flag_at`, `overdue_since`, `cycle` and the two statements are derived, as on a commitment.
    """

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="occurrences")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    flag_at = models.DateTimeField(_("to be flagged at"), null=True, blank=True)
    overdue_since = models.DateTimeField(_("overdue since"), null=True, blank=True)
    cycle = models.PositiveIntegerField(_("cycle"), default=1)
    undone_statement = models.ForeignKey(
        "obligations.Statement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opening_statement = models.ForeignKey(
        "obligations.Statement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("occurrence")
        verbose_name_plural = _("occurrences")
        ordering = ["commitment_id", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "starts_on"], name="occurrence_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="occurrence_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__isnull=True, due_at__isnull=True)
                | models.Q(due_on__isnull=False, due_at__isnull=False),
                name="occurrence_due_on_and_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["flag_at", "id"],
                name="occurrence_to_flag",
                condition=models.Q(overdue_since__isnull=True, flag_at__isnull=False),
            ),
            models.Index(fields=["commitment", "due_at"], name="occurrence_due"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}, {self.starts_on} to {self.ends_on}"
