from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DriftCheck(models.Model):
    """A nightly look at whether the derived columns are what the recorded rows give.

    `differences` lists the first of them, each with `what` (code and party, or a trigger), `field`, and for fields that
    everybody may know also `stored` and `worked_out`. Nothing is mended: a difference is a fault to be found.
    """

    MOST = 200

    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), db_index=True)
    checked = models.PositiveIntegerField(_("commitments checked"))
    found = models.PositiveIntegerField(_("differences found"))
    differences = models.JSONField(_("differences"), default=list)

    class Meta:
        verbose_name = _("drift check")
        verbose_name_plural = _("drift checks")
        ordering = ["-finished_at", "-pk"]
        get_latest_by = "finished_at"
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__gte=models.F("started_at")), name="drift_check_ends"
            )
        ]

    def __str__(self) -> str:
        return f"{self.finished_at}: {self.found} of {self.checked}"
